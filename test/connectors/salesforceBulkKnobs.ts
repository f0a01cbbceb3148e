import { sendBulk } from '../../shared/connectors/salesforce/bulk';
import type { Sending } from '../../shared/connectors/salesforce/plan';
import type { Session } from '../../shared/connectors/salesforce/session';
import type { Effect, SalesforceSandbox } from '../sandbox/salesforce';
import {
	jobRequests,
	openSession,
	sendAll,
	type Sent,
	type SessionOptions,
} from './salesforceBulkSession';
import { create, upsert } from './salesforceBulkSteps';

export const upserts = (count: number): Sending[] =>
	Array.from({ length: count }, (_, index) =>
		upsert(index, `E${index}`, { LastName: `Name ${index}` }),
	);

export const inserts = (count: number): Sending[] =>
	Array.from({ length: count }, (_, index) => create(index, { LastName: `Name ${index}` }));

/** The six steps of a job, and what tells their requests from others. */
const STEPS = {
	create: { method: 'POST', url: /jobs\/ingest$/ },
	upload: { method: 'PUT', url: /batches$/ },
	start: { method: 'PATCH', url: /jobs\/ingest/ },
	poll: { method: 'GET', url: /jobs\/ingest\/750\w+$/ },
	successes: { method: 'GET', url: /successfulResults$/ },
	failures: { method: 'GET', url: /failedResults$/ },
} as const;

export type StepName = keyof typeof STEPS;
export const stepNames = Object.keys(STEPS) as StepName[];

/** Strikes a step of the next job. */
export const strike = (org: SalesforceSandbox, step: StepName, effect: Effect, times = 1) =>
	org.faults.add({ ...STEPS[step], effect, times });

/** Sends new records, or whatever else the steps say, in a session of its own. */
export async function sendSteps(
	org: SalesforceSandbox,
	steps: readonly Sending[],
	options: SessionOptions = {},
): Promise<Sent & { readonly session: Session }> {
	const target = { writeMode: 'insert', keyFields: [] } as const;
	const session = await openSession(org, { target, ...options });
	return { session, ...(await sendAll(sendBulk, session, steps)) };
}

/** How many jobs were created. */
export const jobsOf = (org: SalesforceSandbox): number =>
	jobRequests(org).filter((text) => text === 'POST ingest').length;

export const lastNames = (org: SalesforceSandbox): unknown[] =>
	org.rows('Contact').map((row) => row.LastName);
