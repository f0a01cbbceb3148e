import type { DataverseSandbox } from '../sandbox/dataverse';

/** Where the destination kills the process that writes to it, at the nth request that writes. */
export interface RequestFailpoint {
	/** Nothing of the request is committed, its first row only (a `$batch`), or all of it; never answered. */
	readonly when: 'before' | 'midway' | 'after';
	readonly nth: number;
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
