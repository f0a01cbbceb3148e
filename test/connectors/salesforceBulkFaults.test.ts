import type { Sending } from '../../shared/connectors/salesforce/plan';
import type { Effect } from '../sandbox/salesforce';
import { useSalesforce } from '../sandbox/useSalesforce';
import { tally } from './dynamics365Client';
import { inserts, jobsOf, lastNames, sendSteps, stepNames, strike } from './salesforceBulkKnobs';
import { jobRequests } from './salesforceBulkSession';
import { create } from './salesforceBulkSteps';

const org = useSalesforce();

/** Two good records and a bad one, so that every result file is fetched. */
const mixed = (): Sending[] => [...inserts(2), create(2, { LastName: null, Title: 'x' })];
const ALL_DONE = { created: 2, rejected: 1 };

describe('salesforce:S29 salesforce:T11 a token that dies', () => {
	it.each(stepNames)(
		'at %s is renewed: no hang, no second job, no lost row (salesforce:J6)',
		async (step) => {
			strike(org, step, { kind: 'session' });
			const { results } = await sendSteps(org, mixed());
			expect(tally(results)).toEqual(ALL_DONE);
			expect(lastNames(org)).toEqual(['Name 0', 'Name 1']);
			expect(jobRequests(org).filter((text) => text === 'PUT batches')).toHaveLength(
				step === 'upload' ? 2 : 1,
			);
			expect(jobsOf(org)).toBe(step === 'create' ? 2 : 1);
		},
	);

	it.each(stepNames)(
		'for good at %s stops (salesforce:J7): nothing is lost or said twice',
		async (step) => {
			strike(org, step, { kind: 'session' }, 100);
			const { results, error } = await sendSteps(org, mixed());
			expect(error).toMatchObject({ name: 'SyncError', code: 'auth' });
			// The stand-in works as long as it is asked.
			expect(lastNames(org)).toHaveLength(/es$/.test(step) ? 2 : 0);
			const unknown = { poll: 3, successes: 3, failures: 1 }[step as 'poll'] ?? 0;
			expect(tally(results).unknown ?? 0).toBe(unknown);
			expect(tally(results).created ?? 0).toBe(step === 'failures' ? 2 : 0);
			if (unknown > 0) expect(results[2].error?.message).toMatch(/Bulk job 750\w{15} was started/);
		},
	);
});

describe('an answer that never comes', () => {
	const lost: readonly Effect[] = [
		{ kind: 'reset', when: 'beforeCommit' },
		{ kind: 'reset', when: 'afterCommit' },
		{ kind: 'gateway', afterCommit: true },
		{ kind: 'unavailable', status: 503 },
	];

	it.each(stepNames)('design:R11 at %s doubles nothing and loses nothing', async (step) => {
		for (const effect of lost) {
			org.reset();
			strike(org, step, effect);
			const { results } = await sendSteps(org, mixed());
			expect(tally(results)).toEqual(ALL_DONE);
			expect(lastNames(org)).toEqual(['Name 0', 'Name 1']);
		}
	});

	it('of an upload that arrived: the job is aborted, and another one takes the data', async () => {
		strike(org, 'upload', { kind: 'reset', when: 'afterCommit' });
		await sendSteps(org, mixed());
		expect(jobRequests(org).slice(0, 6)).toEqual([
			'POST ingest',
			'PUT batches',
			// Whether the first upload arrived only the second can tell (salesforce:T17).
			'PUT batches',
			'PATCH job',
			'POST ingest',
			'PUT batches',
		]);
	});

	it('of a start that arrived: the job is asked, not started again', async () => {
		strike(org, 'start', { kind: 'reset', when: 'afterCommit' });
		await sendSteps(org, mixed());
		expect(jobRequests(org).filter((text) => text === 'PATCH job')).toHaveLength(1);
	});

	it('design:R6 of a start, and then of the job: nobody knows, and the job is named', async () => {
		strike(org, 'start', { kind: 'reset', when: 'afterCommit' });
		strike(org, 'poll', { kind: 'gateway' }, 100);
		const { results, error } = await sendSteps(org, mixed());
		expect(error).toMatchObject({ code: 'unavailable' });
		expect(tally(results)).toEqual({ unknown: 3 });
		expect(results[0].error?.message).toMatch(/Bulk job 750\w+ may have been started/);
		expect(results[0].requestId).toMatch(/^750/);
	});

	it('of a start again and again: not started, and nothing was attempted', async () => {
		strike(org, 'start', { kind: 'reset', when: 'beforeCommit' }, 100);
		const { results, error } = await sendSteps(org, mixed());
		expect(results).toEqual([]);
		expect((error as Error).message).toMatch(/does not answer when asked to start bulk job 750/);
	});

	it('of a poll for minutes does not end the wait', async () => {
		strike(org, 'poll', { kind: 'gateway' }, 40);
		const { results } = await sendSteps(org, mixed());
		expect(tally(results)).toEqual(ALL_DONE);
	});

	it('that is cut short is fetched again', async () => {
		strike(org, 'successes', { kind: 'truncate', keep: 0.9 });
		strike(org, 'failures', { kind: 'truncate' });
		const { results } = await sendSteps(org, mixed());
		expect(tally(results)).toEqual(ALL_DONE);
	});

	it('salesforce 4.9 rows in no file are unknown', async () => {
		strike(org, 'successes', { kind: 'truncate', keep: 0.8 }, 100);
		const { results } = await sendSteps(org, inserts(2));
		expect(tally(results).unknown).toBeGreaterThan(0);
		expect(results.find(({ status }) => status === 'unknown')?.error?.hint).toMatch(
			/Get Bulk Job Result with job 750/,
		);
	});
});
