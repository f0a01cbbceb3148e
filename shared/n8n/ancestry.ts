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

/**
 * Finds, along `pairedItem`, the items from which an input item was made and that `isWanted` accepts
 * (design R15). Several for an aggregated item; none where a node on the way cut the thread.
 */
export function ancestryOf(
	context: IExecuteFunctions,
	isWanted: (item: INodeExecutionData) => boolean,
): (item: INodeExecutionData) => Found {
	const traceable = context as unknown as Traceable;
	const { runData } = traceable.runExecutionData.resultData;
	const sourcesOfInput = traceable.getExecuteData().source?.main ?? [];
	const known = new Map<string, Found>();

	const fromSource = (source: ISourceData | null | undefined, item: number): Found => {
		if (!source) return [];
		const { previousNode, previousNodeOutput = 0, previousNodeRun = 0 } = source;
		const place = JSON.stringify([previousNode, previousNodeOutput, previousNodeRun, item]);
		const visited = known.get(place);
		if (visited) return visited;
		known.set(place, []);
		const task = runData[previousNode]?.[previousNodeRun];
		const made = task?.data?.main[previousNodeOutput]?.[item];
		const found = made ? (isWanted(made) ? [made] : parentsOf(made, task?.source ?? [])) : [];
		known.set(place, found);
		return found;
	};
	const parentsOf = (
		item: INodeExecutionData,
		sources: ReadonlyArray<ISourceData | null>,
	): Found => {
		const { pairedItem } = item;
		if (pairedItem === undefined) return [];
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
	return (item) => (isWanted(item) ? [item] : parentsOf(item, sourcesOfInput));
}
