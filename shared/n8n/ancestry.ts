import type {
	IExecuteFunctions,
	INodeExecutionData,
	IRunExecutionData,
	ISourceData,
} from 'n8n-workflow';

/** n8n's execution context carries them at run time; its published type does not name them. */
interface Traceable {
	readonly runExecutionData: IRunExecutionData;
	getExecuteData(): { readonly source?: { readonly main?: Array<ISourceData | null> } | null };
}

type Found = readonly INodeExecutionData[];

/** A place items come from: a node and what it was fed with. */
interface Origin {
	readonly node: string;
	readonly sources: ReadonlyArray<ISourceData | null>;
}

export interface Ancestry {
	/** The items from which an input item was made and that are wanted; several for an aggregated item. */
	trace(item: INodeExecutionData): Found;
	/** Nodes on the way that do not say from which input their items were made. */
	readonly cutAt: ReadonlySet<string>;
}

/** Finds ancestors of input items along `pairedItem` (design R15). */
export function ancestryOf(
	context: IExecuteFunctions,
	isWanted: (item: INodeExecutionData) => boolean,
): Ancestry {
	const traceable = context as unknown as Traceable;
	const { runData } = traceable.runExecutionData.resultData;
	const sourcesOfInput = traceable.getExecuteData().source?.main ?? [];
	const known = new Map<string, Found>();
	const cutAt = new Set<string>();

	const fromSource = (source: ISourceData | null | undefined, item: number): Found => {
		if (!source) return [];
		const { previousNode, previousNodeOutput = 0, previousNodeRun = 0 } = source;
		const place = JSON.stringify([previousNode, previousNodeOutput, previousNodeRun, item]);
		const visited = known.get(place);
		if (visited) return visited;
		known.set(place, []);
		const task = runData[previousNode]?.[previousNodeRun];
		const made = task?.data?.main[previousNodeOutput]?.[item];
		const origin = { node: previousNode, sources: task?.source ?? [] };
		const found = made ? (isWanted(made) ? [made] : parentsOf(made, origin)) : [];
		known.set(place, found);
		return found;
	};
	const parentsOf = ({ pairedItem }: INodeExecutionData, { node, sources }: Origin): Found => {
		if (pairedItem === undefined) {
			if (sources.some(Boolean)) cutAt.add(node);
			return [];
		}
		const parents = Array.isArray(pairedItem) ? pairedItem : [pairedItem];
		return parents.flatMap((parent) => {
			const {
				item: index,
				input = 0,
				sourceOverwrite,
			} = typeof parent === 'number' ? { item: parent } : parent;
			return fromSource(sourceOverwrite ?? sources[input], index);
		});
	};
	const feeder = { node: sourcesOfInput[0]?.previousNode ?? '', sources: sourcesOfInput };
	return {
		trace: (item) => (isWanted(item) ? [item] : parentsOf(item, feeder)),
		cutAt,
	};
}
