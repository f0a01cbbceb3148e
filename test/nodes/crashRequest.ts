import type { DataverseSandbox } from '../sandbox/dataverse';

/** Where the organisation kills the process that writes to it or reads from it, at the nth such request. */
export interface RequestFailpoint {
	/** Nothing of the request is committed, its first row only (a `$batch`), or all of it; never answered. `reading`: contacts. */
	readonly when: 'before' | 'midway' | 'after' | 'reading';
	readonly nth: number;
	/** Of those that read: only contacts by their IDs. */
	readonly byId?: boolean;
	/** Count only requests that delete. */
	readonly operation?: 'delete';
}

type Struck = (request: number, operation: string) => boolean;

/** Arms a failpoint at the destination. Call the result to take it away. */
export function armRequest(
	org: DataverseSandbox,
	failpoint: RequestFailpoint,
	kill: () => void,
): () => void {
	if (failpoint.when === 'reading') return armReading(org, failpoint, kill);
	const isStruck = nthRequest(failpoint, kill);
	if (failpoint.when === 'after') {
		return org.onCommit(({ request = -1, operation, table }) => {
			if (table === 'account') isStruck(request, operation);
		});
	}
	return org.faults.add({
		table: 'account',
		// The request being served is the last one in the log.
		row: ({ operation }) => isStruck(org.log.length - 1, operation),
		effect: { kind: 'error', status: 500, code: '0x80040216', message: 'Nobody hears this.' },
	});
}

/** Kills when contacts are asked for, before they are answered. */
function armReading(
	org: DataverseSandbox,
	{ nth, byId }: RequestFailpoint,
	kill: () => void,
): () => void {
	return org.faults.add({
		method: 'GET',
		url: byId ? /\/contacts\?.*PropertyValues/ : /\/contacts\?/,
		nth,
		get effect() {
			kill();
			return { kind: 'reset', when: 'beforeCommit' } as const;
		},
	});
}

/** Kills at the request's first row, or at its second; from there on all rows of the request are struck. */
function nthRequest({ when, nth, operation: wanted }: RequestFailpoint, kill: () => void): Struck {
	const rows = new Map<number, number>();
	const atRow = when === 'midway' ? 2 : 1;
	let requests = 0;
	let struck: number | undefined;
	return (request, operation) => {
		if (struck !== undefined) return request === struck;
		if (wanted !== undefined && operation !== wanted) return false;
		const row = (rows.get(request) ?? 0) + 1;
		rows.set(request, row);
		if (row !== atRow) return false;
		requests++;
		if (requests < nth) return false;
		struck = request;
		kill();
		return true;
	};
}
