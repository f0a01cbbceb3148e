import type { SalesforceSandbox } from '../sandbox/salesforce';
import type { LoggedRequest } from '../sandbox/requestLog';

/** A look-up, a Collections call, or a step of a bulk job (salesforce 4.2, 4.4). */
export type SalesforceStep = 'lookUp' | 'call' | 'create' | 'upload' | 'start' | 'poll' | 'results';

/** Where Salesforce kills the process that talks to it. */
export interface CallFailpoint {
	readonly step: SalesforceStep;
	/** Before anything of the request is done, or after all of it was; it is never answered. */
	readonly when: 'before' | 'after';
	readonly nth: number;
	/** Only calls and jobs that delete. */
	readonly deletes?: boolean;
}

const steps: ReadonlyArray<readonly [SalesforceStep, RegExp]> = [
	['lookUp', /^GET .*\/query\b/],
	['call', /^(POST|PATCH|DELETE) .*\/composite\/sobjects/],
	['create', /^POST .*\/jobs\/ingest$/],
	['upload', /^PUT .*\/jobs\/ingest\/\w+\/batches$/],
	['start', /^PATCH .*\/jobs\/ingest\/\w+$/],
	['poll', /^GET .*\/jobs\/ingest\/\w+$/],
	['results', /^GET .*\/jobs\/ingest\/\w+\/\w+$/],
];

/** Which step a request is; undefined: none, as signing in. */
function stepOf({ method, url }: LoggedRequest): SalesforceStep | undefined {
	return steps.find(([, pattern]) => pattern.test(`${method} ${url}`))?.[0];
}

/** Kills at the nth request of a kind. Call the result to take the failpoint away. */
export function armCall(
	org: SalesforceSandbox,
	{ step, when, nth, deletes = false }: CallFailpoint,
	kill: () => void,
): () => void {
	let seen = 0;
	let isDeleting = false;
	const isStruck = (request: LoggedRequest): boolean => {
		const present = stepOf(request);
		if (present === 'call') isDeleting = request.method === 'DELETE';
		// A job's later steps do not say what it does; one job is worked on at a time.
		if (present === 'create') isDeleting = request.body.includes('"operation":"delete"');
		if (present !== step || (deletes && !isDeleting)) return false;
		seen += 1;
		return seen === nth;
	};
	return org.faults.add({
		times: Infinity,
		get effect() {
			// The request being served is the last one in the log.
			if (!isStruck(org.log.at(-1)!)) return { kind: 'slow', ms: 0 } as const;
			kill();
			return { kind: 'reset', when: `${when}Commit` } as const;
		},
	});
}
