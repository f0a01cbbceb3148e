import { sendBulk } from '../../shared/connectors/salesforce/bulk';
import { salesforceReport } from '../../shared/n8n/salesforceReport';
import { bulkSteps } from '../sandbox/salesforce/bulkSteps';
import { openClient } from '../sandbox/salesforce/client';
import { useSalesforce } from '../sandbox/useSalesforce';
import { fastClock, tally } from './dynamics365Client';
import {
	inserts,
	jobsOf,
	lastNames,
	sendSteps,
	strike,
	upserts,
	type StepName,
} from './salesforceBulkKnobs';
import { jobRequests, openSession, sendAll } from './salesforceBulkSession';
import { create } from './salesforceBulkSteps';
import { salesforceHttp } from './salesforceGround';

const org = useSalesforce();

const stateOf = async (id: string) => (await bulkSteps(await openClient(org)).info(id)).state;

describe('a wait', () => {
	it('salesforce:J5 salesforce:S32 that ends leaves the job alive, and says how to learn more', async () => {
		strike(org, 'start', { kind: 'jobStuck' });
		const { session, results } = await sendSteps(org, upserts(2), {
			options: { maxWaitMs: 60_000 },
		});
		expect(results.map(({ status }) => status)).toEqual(['unknown', 'unknown']);
		const { id, state } = session.report.jobs[0];
		expect(state).toBe('InProgress');
		expect(results[0]).toMatchObject({ requestId: id, error: { code: 'outcomeUnknown' } });
		expect(results[0].error?.message).toBe(
			`Bulk job ${id} has not ended yet, so it is not known whether this record was written`,
		);
		expect(jobRequests(org)).not.toContain('DELETE job');
	});

	it('salesforce:S32 that ended is not followed by more jobs', async () => {
		strike(org, 'start', { kind: 'jobStuck' });
		const options = { jobRows: 2, maxWaitMs: 60_000 };
		const { session, results, error } = await sendSteps(org, upserts(4), { options });
		expect(tally(results)).toEqual({ unknown: 2 });
		expect((error as Error).message).toBe(
			`Salesforce has not finished bulk job ${session.report.jobs[0].id} (upsert of Contact) within 1 minute, so the run stops before it sends more`,
		);
		expect(jobsOf(org)).toBe(1);
	});

	it('a cancel leaves a started job, and starts no other', async () => {
		const cancel = new AbortController();
		const clock = fastClock();
		const signal = cancel.signal;
		org.settings.bulkPolls = 3;
		const { results } = await sendSteps(org, upserts(4), {
			options: { jobRows: 2 },
			signal,
			clock: {
				...clock,
				sleep: async (ms, given) => {
					if (clock.slept.length === 2) cancel.abort();
					await clock.sleep(ms, given);
				},
			},
		});
		expect(tally(results)).toEqual({ unknown: 2, notAttempted: 2 });
		expect(results[0].error?.message).toMatch(
			/goes on in Salesforce although the run was cancelled/,
		);
		expect(jobsOf(org)).toBe(1);
	});

	it('a cancel before the start attempts nothing', async () => {
		const cancel = new AbortController();
		const session = await openSession(org, { signal: cancel.signal });
		cancel.abort();
		const { results } = await sendAll(sendBulk, session, upserts(3));
		expect(tally(results)).toEqual({ notAttempted: 3 });
		expect(jobsOf(org)).toBe(0);
	});
});

describe('a job that was not started', () => {
	/** Cancels while a step of the job is under way; what is under way is left to finish. */
	async function cancelAt(step: StepName) {
		const cancel = new AbortController();
		const http = salesforceHttp(org);
		const url = { create: /ingest$/, upload: /batches$/ }[step as 'create'] ?? /none/;
		return await sendSteps(org, upserts(2), {
			signal: cancel.signal,
			http: async (request) => {
				if (request.method !== 'GET' && url.test(request.url)) cancel.abort();
				return await http(request);
			},
		});
	}

	it.each(['create', 'upload'] as const)(
		'salesforce 4.4 because of a cancel at %s is aborted, not left open',
		async (step) => {
			const { session, results, error } = await cancelAt(step);
			expect(error).toBeUndefined();
			expect(tally(results)).toEqual({ notAttempted: 2 });
			expect(session.report.jobs).toMatchObject([{ state: 'Aborted', records: 2 }]);
			expect(jobRequests(org).at(-1)).toBe('PATCH job');
			expect(await stateOf(session.report.jobs[0].id)).toBe('Aborted');
		},
	);

	it('and cannot be aborted either is told as open, and nothing else changes', async () => {
		strike(org, 'start', { kind: 'respond', status: 500, body: '' });
		const { session, results, error } = await cancelAt('upload');
		expect(error).toBeUndefined();
		expect(tally(results)).toEqual({ notAttempted: 2 });
		expect(session.report.jobs).toMatchObject([{ state: 'Open' }]);
		const { warnings } = salesforceReport({
			usage: { calls: 1 },
			jobs: session.report.jobs,
			fieldWarnings: {},
		});
		expect(warnings[0]).toContain('was not started and wrote nothing, but could not be aborted');
	});

	it('because Salesforce refused to, or its data did not arrive, is aborted', async () => {
		const body = JSON.stringify([{ errorCode: 'INSUFFICIENT_ACCESS', message: 'No.' }]);
		strike(org, 'start', { kind: 'respond', status: 403, body });
		const refused = await sendSteps(org, upserts(2));
		expect((refused.error as Error).message).toContain('refused to start bulk job');
		expect(refused.session.report.jobs).toMatchObject([{ state: 'Aborted' }]);
		strike(org, 'upload', { kind: 'unavailable', status: 503 }, 20);
		const lost = await sendSteps(org, upserts(2));
		expect(lost.error).toMatchObject({ code: 'unavailable' });
		expect(lost.session.report.jobs).toMatchObject([{ state: 'Aborted' }]);
	});

	it('design:R6 by the bounds of the run is aborted; one that was started is still heard', async () => {
		const atUpload = await sendSteps(org, upserts(2), { options: { maxCalls: 2 } });
		expect(atUpload.error).toMatchObject({ code: 'limit' });
		expect(atUpload.results).toEqual([]);
		expect(atUpload.session.report.jobs).toMatchObject([{ state: 'Aborted' }]);
		org.settings.bulkPolls = 3;
		const started = await sendSteps(org, upserts(4), { options: { maxCalls: 4, jobRows: 2 } });
		expect(tally(started.results)).toEqual({ created: 2 });
		expect(started.error).toMatchObject({ code: 'limit' });
		expect(jobsOf(org)).toBe(2);
	});

	it('does not hold up the next one, though it lies open', async () => {
		const body = JSON.stringify([{ errorCode: 'ODD', message: 'Not now.' }]);
		strike(org, 'upload', { kind: 'respond', status: 400, body });
		strike(org, 'start', { kind: 'respond', status: 500, body: '' });
		const { session, results } = await sendSteps(org, upserts(4), { options: { jobRows: 2 } });
		expect(tally(results)).toEqual({ created: 4 });
		const states = session.report.jobs.map(({ state }) => state);
		expect(states).toEqual(['Open', 'JobComplete', 'JobComplete']);
	});

	it('as far as anybody knows is not aborted: it may be at work', async () => {
		strike(org, 'start', { kind: 'reset', when: 'afterCommit' });
		strike(org, 'poll', { kind: 'gateway' }, 100);
		const { session } = await sendSteps(org, upserts(2));
		expect(session.report.jobs).toMatchObject([{ state: 'Unknown' }]);
		expect(jobRequests(org).filter((text) => text === 'PATCH job')).toHaveLength(1);
	});
});

describe('a job Salesforce gives up', () => {
	it('salesforce:S24 salesforce:J17 keeps what was written, and stops with its reason', async () => {
		const message = 'InternalServerError : The batch was retried too often';
		strike(org, 'start', { kind: 'jobFailed', afterRows: 2, message });
		const steps = [create(0, { LastName: null, Title: 'x' }), ...inserts(4).slice(1)];
		const { results, error } = await sendSteps(org, steps, { options: { jobRows: 3 } });
		expect(results.map((result) => result?.status)).toEqual([
			'rejected',
			'created',
			'notAttempted',
		]);
		expect(error).toMatchObject({ code: 'unavailable', details: { hint: expect.any(String) } });
		expect((error as Error).message).toMatch(
			/^Salesforce gave up bulk job 750\w+ \(insert of Contact\): The batch was retried too often/,
		);
	});

	it('salesforce:S22 a header Salesforce does not know is a matter of settings: no record is to blame', async () => {
		const { results, error } = await sendSteps(org, [
			create(0, { LastName: 'A', Nothing__c: 'x' }),
		]);
		expect(results).toEqual([]);
		expect(error).toMatchObject({ code: 'config' });
		expect((error as Error).message).toMatch(/Field name not found : Nothing__c \(InvalidBatch\)$/);
		expect(org.rows('Contact')).toEqual([]);
	});

	it('salesforce section 5 used-up batches stop the run as a limit', async () => {
		org.settings.dailyBulkBatches = 0;
		const { results, error } = await sendSteps(org, inserts(1));
		expect(results).toEqual([]);
		expect(error).toMatchObject({ code: 'limit' });
	});

	it('that somebody aborted says so', async () => {
		org.settings.bulkPolls = 4;
		const clock = fastClock();
		const session = await openSession(org, {
			clock: {
				...clock,
				sleep: async (ms, signal) => {
					const [job] = session.report.jobs;
					if (job?.state === 'InProgress')
						await session.api.exchange({
							method: 'PATCH',
							path: `jobs/ingest/${job.id}`,
							json: { state: 'Aborted' },
							repeatable: false,
						});
					await clock.sleep(ms, signal);
				},
			},
		});
		const { results, error } = await sendAll(sendBulk, session, upserts(2));
		expect(tally(results)).toEqual({ notAttempted: 2 });
		expect((error as Error).message).toMatch(/^Somebody aborted bulk job 750\w+/);
	});
});

describe('rows that failed for a passing reason', () => {
	it('salesforce section 5 are tried again, and written once', async () => {
		org.faults.add({
			table: 'Contact',
			row: { LastName: 'Name 1' },
			times: 1,
			effect: { kind: 'lockRow' },
		});
		const { results } = await sendSteps(org, inserts(3));
		expect(tally(results)).toEqual({ created: 3 });
		expect(lastNames(org).sort()).toEqual(['Name 0', 'Name 1', 'Name 2']);
		expect(jobsOf(org)).toBe(1);
	});

	it('salesforce section 5 a whole job refused for its mapping stops the run', async () => {
		org.permissions.readOnlyFields.add('Contact.Title');
		const steps = Array.from({ length: 12 }, (_, index) =>
			create(index, { LastName: 'A', Title: 'B' }),
		);
		const { results, error } = await sendSteps(org, steps);
		expect(results).toEqual([]);
		expect(error).toMatchObject({ code: 'config' });
	});
});
