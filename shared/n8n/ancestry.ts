import type {
	IExecuteFunctions,
	INodeExecutionData,
	IRunData,
	IRunExecutionData,
	ISourceData,
} from 'n8n-workflow';

import { rolesBefore, type Role } from './roles';

/** n8n's execution context carries them at run time; its published type does not name them. */
interface Traceable {
	readonly runExecutionData: IRunExecutionData;
	getExecuteData(): { readonly source?: { readonly main?: Array<ISourceData | null> } | null };
}

/** An item, the node that made it, and the items it was made from: up to the node that compared. */
export interface Trace {
	readonly item: INodeExecutionData;
	readonly node: string;
	readonly role: Role | 'nothing';
	readonly parents: readonly Trace[];
	/**
	 * Why the trace goes no further. `offered`: this is what a comparison handed out. `told`: a writer has given
	 * its outcome, or it is a copy for information (design R8). `cut`: the node does not say from which input it
	 * made the item. Undefined without parents: it never was compared.
	 */
	readonly end?: 'offered' | 'told' | 'cut';
}

export interface Ancestry {
	/** Where an input item comes from. */
	trace(item: INodeExecutionData): Trace;
	/** The comparing node whose changes reach this one over the wire its input came by; undefined: it was never compared. */
	readonly comparedBy: string | undefined;
}

type Roles = ReturnType<typeof rolesBefore>;
type Sources = ReadonlyArray<ISourceData | null | undefined>;

/** Follows input items up along `pairedItem` (design R15). Places that several items come from are walked once. */
export function ancestryOf(context: IExecuteFunctions): Ancestry {
	const traceable = context as unknown as Traceable;
	const { runData } = traceable.runExecutionData.resultData;
	const own = traceable.getExecuteData().source?.main ?? [];
	const roles = rolesBefore(context);
	const shelfOf = shelves();
	const comparedBy = comparisonsAbove(runData, roles);

	const fromSource = (source: Sources[number], item: number): Trace | undefined => {
		if (!source) return undefined;
		const shelf = shelfOf(source);
		if (shelf.has(item)) return shelf.get(item);
		// A loop that leads back here ends.
		shelf.set(item, undefined);
		const [node, output, run] = placeOf(source);
		const task = runData[node]?.[run];
		const made = task?.data?.main[output]?.[item];
		const trace = made && traceOf(made, { node, output, sources: task?.source ?? [] });
		shelf.set(item, trace);
		return trace;
	};
	const traceOf = (
		item: INodeExecutionData,
		{ node, output, sources }: { node: string; output: number; sources: Sources },
	): Trace => {
		const role = roles.get(node);
		const made = { item, node, role, parents: [] };
		const end = endAt(role, output);
		if (end) return { ...made, end };
		const { pairedItem } = item;
		if (pairedItem === undefined)
			return comparedBy(sources) === undefined ? made : { ...made, end: 'cut' };
		return { ...made, parents: parentsOf(pairedItem, sources) };
	};
	const parentsOf = (
		pairedItem: NonNullable<INodeExecutionData['pairedItem']>,
		sources: Sources,
	): Trace[] =>
		(Array.isArray(pairedItem) ? pairedItem : [pairedItem]).flatMap((parent) => {
			const link = typeof parent === 'number' ? { item: parent } : parent;
			return fromSource(link.sourceOverwrite ?? sources[link.input ?? 0], link.item) ?? [];
		});
	const node = own[0]?.previousNode ?? '';
	return {
		trace: (item) => {
			const { pairedItem } = item;
			const parents = pairedItem === undefined ? [] : parentsOf(pairedItem, own);
			return { item, node, role: 'nothing', parents };
		},
		comparedBy: comparedBy(own),
	};
}

type Shelf = Map<number, Trace | undefined>;

/** Traces by the place of their item. Items of one node share their sources, so a place is spelled out once for them all. */
function shelves(): (source: ISourceData) => Shelf {
	const byPlace = new Map<string, Shelf>();
	const bySource = new Map<ISourceData, Shelf>();
	const at = (place: string): Shelf => {
		const shelf: Shelf = byPlace.get(place) ?? new Map();
		byPlace.set(place, shelf);
		return shelf;
	};
	return (source) => {
		const shelf = bySource.get(source) ?? at(JSON.stringify(placeOf(source)));
		bySource.set(source, shelf);
		return shelf;
	};
}

/**
 * Finds the comparing node above some wires that no outcome stands between. A loop is fed by what follows it, so
 * all runs of a node count.
 */
function comparisonsAbove(
	runData: IRunData,
	roles: Roles,
): (sources: Sources) => string | undefined {
	const known = new Map<string, string | undefined>();
	const above = (sources: Sources): string | undefined => {
		for (const source of sources) {
			const found = source ? at(source) : undefined;
			if (found !== undefined) return found;
		}
		return undefined;
	};
	const at = (source: ISourceData): string | undefined => {
		const [node, output] = placeOf(source);
		const place = JSON.stringify([node, output]);
		if (known.has(place)) return known.get(place);
		known.set(place, undefined);
		const role = roles.get(node);
		// What was confirmed has its outcome, as what was written has.
		const end = role === 'confirms' ? 'told' : endAt(role, output);
		const feeding = end ? [] : (runData[node] ?? []).flatMap((run) => run.source);
		const found = end === 'offered' ? node : above(feeding);
		known.set(place, found);
		return found;
	};
	return above;
}

/** The nodes above the items that do not say from which input they made theirs. */
export function cutsOf(traces: readonly Trace[], seen = new Set<Trace>()): string[] {
	return traces.flatMap((trace) => {
		if (seen.has(trace)) return [];
		seen.add(trace);
		return trace.end === 'cut' ? [trace.node] : cutsOf(trace.parents, seen);
	});
}

function placeOf({
	previousNode,
	previousNodeOutput = 0,
	previousNodeRun = 0,
}: ISourceData): [string, number, number] {
	return [previousNode, previousNodeOutput, previousNodeRun];
}

/** All outputs of our nodes but the first are for information. */
function endAt(role: Role | 'nothing', output: number): 'offered' | 'told' | undefined {
	if (role === 'writes') return 'told';
	if (role === undefined || role === 'nothing') return undefined;
	if (output > 0) return 'told';
	return role === 'offers' ? 'offered' : undefined;
}
