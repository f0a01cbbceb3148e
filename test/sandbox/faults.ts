/** A record on its way into a stand-in, as row faults see it. */
export interface RowWrite {
	readonly table: string;
	readonly operation: 'create' | 'update' | 'delete';
	readonly values: Readonly<Record<string, unknown>>;
}

/**
 * When an effect strikes. With `row`, `table` or `operation` it strikes written rows, with `part` the
 * operations inside a batch, otherwise whole requests.
 */
export interface Fault<Effect> {
	readonly effect: Effect;
	readonly method?: string;
	/** Matched against path and query; text is read as a regular expression. */
	readonly url?: RegExp | string;
	/** The first match that is struck, counted from 1. */
	readonly nth?: number;
	/** Matches struck; default 1, for row faults every one. */
	readonly times?: number;
	readonly part?: boolean;
	readonly row?: Readonly<Record<string, unknown>> | ((write: RowWrite) => boolean);
	readonly table?: string;
	readonly operation?: RowWrite['operation'];
}

interface Armed<Effect> {
	readonly fault: Fault<Effect>;
	readonly url?: RegExp;
	seen: number;
	struck: number;
}

/** The fault knobs of one stand-in (design section 10). */
export interface Faults<Effect> {
	/** Arms a fault and returns the function that removes it. */
	add(fault: Fault<Effect>): () => void;
	clear(): void;
	forRequest(request: { method: string; url: string }, part?: boolean): Effect[];
	forRow(write: RowWrite): Effect[];
}

const isRowFault = <Effect>(fault: Fault<Effect>) =>
	fault.row !== undefined || fault.table !== undefined || fault.operation !== undefined;

function matchesRow<Effect>(fault: Fault<Effect>, write: RowWrite): boolean {
	if (fault.table !== undefined && fault.table !== write.table) return false;
	if (fault.operation !== undefined && fault.operation !== write.operation) return false;
	if (typeof fault.row === 'function') return fault.row(write);
	return Object.entries(fault.row ?? {}).every(([name, value]) => write.values[name] === value);
}

function strike<Effect>(armed: Armed<Effect>): boolean {
	armed.seen += 1;
	const times = armed.fault.times ?? (isRowFault(armed.fault) ? Infinity : 1);
	if (armed.seen < (armed.fault.nth ?? 1) || armed.struck >= times) return false;
	armed.struck += 1;
	return true;
}

/** An empty list of faults. */
export function createFaults<Effect>(): Faults<Effect> {
	const list = new Set<Armed<Effect>>();
	const struck = (matches: (armed: Armed<Effect>) => boolean) =>
		[...list].filter((armed) => matches(armed) && strike(armed)).map((armed) => armed.fault.effect);
	return {
		add(fault) {
			const armed: Armed<Effect> = {
				fault,
				url: fault.url === undefined ? undefined : new RegExp(fault.url),
				seen: 0,
				struck: 0,
			};
			list.add(armed);
			return () => list.delete(armed);
		},
		clear: () => list.clear(),
		forRequest: (request, part = false) =>
			list.size === 0
				? []
				: struck(
						({ fault, url }) =>
							!isRowFault(fault) &&
							(fault.part ?? false) === part &&
							(fault.method === undefined || fault.method === request.method) &&
							(url === undefined || url.test(request.url)),
					),
		forRow: (write) =>
			list.size === 0 ? [] : struck(({ fault }) => isRowFault(fault) && matchesRow(fault, write)),
	};
}
