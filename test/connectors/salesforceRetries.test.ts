import type { SyncError } from '../../shared/core/errors';
import { useSalesforce } from '../sandbox/useSalesforce';
import { record, tally } from './dynamics365Client';
import { collectionCalls, contacts, inMode, keyless, person, write } from './salesforceClient';

const org = useSalesforce();

const many = (count: number, values = (at: number): object => ({ LastName: `Name ${at}` })) =>
	Array.from({ length: count }, (_, at) => person(`k${at}`, { ...values(at) }));

describe('rows that fail for a passing reason (salesforce:5)', () => {
	test('locked rows are tried again, in smaller calls', async () => {
		org.faults.add({
			effect: { kind: 'lockRow' },
			table: 'Contact',
			operation: 'create',
			times: 80,
		});
		const { results } = await write(org, inMode('insert'), [
			...many(100).map(({ values }) => keyless(values)),
		]);
		expect(tally(results)).toEqual({ created: 100 });
		expect(org.rows('Contact')).toHaveLength(100);
		expect(collectionCalls(org)).toHaveLength(1 + 2);
	});

	test('an Apex limit of big calls is met by small ones (salesforce:S25)', async () => {
		org.faults.add({ effect: { kind: 'apexLimit', limit: 'cpu', above: 10 }, table: 'Contact' });
		const { results } = await write(org, contacts, many(60));
		expect(tally(results)).toEqual({ created: 60 });
	});

	test('an unexplained failure is tried again where that does no harm, an insert never (salesforce:5)', async () => {
		const effect = {
			kind: 'rowError',
			statusCode: 'UNKNOWN_EXCEPTION',
			message: 'An unexpected error occurred',
		} as const;
		org.faults.add({ effect, table: 'Contact', times: 1 });
		const upserted = await write(org, contacts, [person('a')]);
		expect(tally(upserted.results)).toEqual({ created: 1 });
		org.faults.clear();
		org.faults.add({ effect, table: 'Contact', times: 1 });
		const inserted = await write(org, inMode('insert'), [keyless({ LastName: 'A' })]);
		expect(inserted.results[0]).toMatchObject({
			status: 'rejected',
			error: { code: 'UNKNOWN_EXCEPTION', category: 'transient' },
		});
		expect(collectionCalls(org)).toHaveLength(2 + 1);
	});

	test('a record that is said to be gone and found again is refused in the end', async () => {
		org.insert('Contact', { LastName: 'Old', Ext__c: 'a' });
		const gone = { kind: 'rowError', statusCode: 'ENTITY_IS_DELETED', message: 'gone' } as const;
		org.faults.add({ effect: gone, table: 'Contact', operation: 'update' });
		const records = [person('a', { LastName: 'New', Title: 'T' }, { update: { LastName: 'New' } })];
		const { results } = await write(org, contacts, records);
		expect(results[0]).toMatchObject({ status: 'rejected', error: { code: 'NOT_FOUND' } });
		expect(collectionCalls(org)).toHaveLength(2);
	});

	test('an unnamed cross reference that is there is a lookup’s fault, not the row’s (salesforce:5)', async () => {
		org.insert('Contact', { LastName: 'Old', Ext__c: 'a' });
		const effect = {
			kind: 'rowError',
			statusCode: 'INVALID_CROSS_REFERENCE_KEY',
			message: 'invalid cross reference id',
		} as const;
		org.faults.add({ effect, table: 'Contact', operation: 'update' });
		const AccountId = org.insert('Account', { Name: 'A' });
		const records = [person('a', { LastName: 'New', AccountId })];
		const { results } = await write(org, inMode('update'), records);
		expect(results[0]).toMatchObject({
			status: 'rejected',
			error: { code: 'INVALID_CROSS_REFERENCE_KEY' },
		});
	});

	test('one fault of the mapping in all rows stops the run: no record is to blame (salesforce:5)', async () => {
		const effect = {
			kind: 'rowError',
			statusCode: 'INVALID_FIELD_FOR_INSERT_UPDATE',
			message: 'bad field names on insert/update call: LastName',
			fields: ['LastName'],
		} as const;
		org.faults.add({ effect, table: 'Contact' });
		const { results, error } = await write(org, contacts, many(12));
		expect((error as SyncError).code).toBe('config');
		expect(results).toEqual([]);
		const few = await write(org, contacts, many(2));
		expect(tally(few.results)).toEqual({ rejected: 2 });
	});

	test('a lock that stays is told after three more tries, as passing', async () => {
		org.faults.add({ effect: { kind: 'lockRow' }, table: 'Contact' });
		const { results } = await write(org, contacts, many(2));
		expect(results[0]).toMatchObject({
			status: 'rejected',
			error: { code: 'UNABLE_TO_LOCK_ROW', category: 'transient', retryable: true },
		});
		expect(collectionCalls(org)).toHaveLength(1 + 1 + 1 + 2);
	});

	test('a row that used up a quota stops the run; what was written stays written (salesforce:5)', async () => {
		org.faults.add({
			effect: {
				kind: 'rowError',
				statusCode: 'STORAGE_LIMIT_EXCEEDED',
				message: 'storage limit exceeded',
			},
			row: ({ values }) => values.Ext__c === 'k1',
		});
		const { results, error } = await write(org, contacts, many(3));
		expect((error as SyncError).code).toBe('limit');
		expect(results[0].status).toBe('created');
		expect(results[1]).toBeUndefined();
		expect(results[2].status).toBe('created');
	});
});

describe('inserts without an answer (salesforce:T6, S30)', () => {
	const lost = { effect: { kind: 'gateway', afterCommit: true }, url: /composite/ } as const;

	test('are unknown, and never sent twice', async () => {
		org.faults.add(lost);
		const { results, error } = await write(org, inMode('insert'), [
			keyless({ LastName: 'A' }),
			keyless({ LastName: 'B' }),
		]);
		expect(error).toBeUndefined();
		expect(tally(results)).toEqual({ unknown: 2 });
		expect(results[0].error).toMatchObject({ code: 'outcomeUnknown', retryable: false });
		expect(org.rows('Contact')).toHaveLength(2);
		expect(collectionCalls(org)).toHaveLength(1);
	});

	test.each([500, 503] as const)(
		'HTTP %s twice in a row stops the run, so that not all of it becomes doubtful',
		async (status) => {
			org.faults.add({
				effect: { kind: 'unavailable', status },
				url: /composite/,
				times: Infinity,
			});
			const records = Array.from({ length: 600 }, () => keyless({ LastName: 'A' }));
			const { results, error } = await write(org, inMode('insert'), records);
			expect((error as SyncError).code).toBe('unavailable');
			expect(tally(results)).toEqual({ unknown: 400 });
			expect(collectionCalls(org)).toHaveLength(2);
		},
	);

	test('are found at once where there is a field to find them by (design:R11)', async () => {
		org.faults.add(lost);
		const records = [keyless({ LastName: 'A', Ext__c: 'a' })];
		const { results } = await write(org, inMode('insert'), records, { findDoubtfulBy: 'Ext__c' });
		expect(results[0]).toMatchObject({ status: 'created' });
		expect(org.rows('Contact')).toHaveLength(1);
	});

	test('stay unknown when the run stops before they can be looked up (design:R3)', async () => {
		org.faults.add(lost);
		org.faults.add({ effect: { kind: 'quota', limit: 'total' }, url: /composite/, nth: 2 });
		const records = ['a', 'b'].map((key) => keyless({ LastName: key, Ext__c: key }));
		const target = { ...inMode('insert'), batchSize: 1 };
		const { results, error } = await write(org, target, records, { findDoubtfulBy: 'Ext__c' });
		expect((error as SyncError).code).toBe('limit');
		expect(results).toEqual([expect.objectContaining({ status: 'unknown' })]);
	});

	test('are repeated only by Retry Unsafe Inserts, which may double them', async () => {
		org.faults.add(lost);
		const { results } = await write(org, inMode('insert'), [keyless({ LastName: 'A' })], {
			retryUnsafeInserts: true,
		});
		expect(tally(results)).toEqual({ created: 1 });
		expect(org.rows('Contact')).toHaveLength(2);
	});

	test('an upsert by external id is repeated without harm (salesforce:T6)', async () => {
		org.faults.add(lost);
		const { results } = await write(org, contacts, many(3));
		expect(tally(results)).toEqual({ updated: 3 });
		expect(org.rows('Contact')).toHaveLength(3);
	});

	test('an upsert by any field is looked up, not repeated', async () => {
		org.faults.add(lost);
		const { results } = await write(org, inMode('upsert', 'Phone'), [
			record({ Phone: '1' }, { LastName: 'A' }),
		]);
		expect(results[0]).toMatchObject({ status: 'created' });
		expect(org.rows('Contact')).toHaveLength(1);
	});

	test('what slices before committed keeps its results when a later one breaks (salesforce:J17)', async () => {
		org.faults.add({
			effect: { kind: 'unavailable', status: 503 },
			url: /composite/,
			nth: 2,
			times: Infinity,
		});
		const { results, error } = await write(org, contacts, many(600));
		expect((error as SyncError).code).toBe('unavailable');
		expect(tally(results)).toEqual({ created: 200, unknown: 200 });
	});
});

describe('limits of the organisation', () => {
	test('a 403 has three meanings: too many at once is waited for, the quota and a lack of rights stop (salesforce:T14)', async () => {
		const struck = async (effect: Parameters<typeof org.faults.add>[0]['effect']) => {
			org.faults.clear();
			org.faults.add({ effect, url: /composite/ });
			return await write(org, contacts, [person('a')]);
		};
		const crowded = await struck({ kind: 'quota', limit: 'concurrent' });
		expect(tally(crowded.results)).toEqual({ created: 1 });
		const used = await struck({ kind: 'quota', limit: 'total' });
		expect((used.error as SyncError).code).toBe('limit');
		const body = '[{"errorCode":"INSUFFICIENT_ACCESS","message":"No access"}]';
		const denied = await struck({ kind: 'respond', status: 403, body });
		expect((denied.error as SyncError).code).toBe('config');
		for (const { results } of [used, denied]) expect(results).toEqual([]);
	});

	test('the run stops before the request that would pass the share of the day (salesforce:T15, 4.11)', async () => {
		org.settings.dailyApiRequests = 100;
		org.settings.perAppUsage = 'other';
		org.usage.calls = 88;
		const { results, error } = await write(org, contacts, many(2000), { stopAtUsage: 92 });
		expect((error as SyncError).code).toBe('limit');
		const written = results.filter((result) => result?.status === 'created').length;
		expect(written).toBeGreaterThan(0);
		expect(written).toBeLessThan(2000);
		expect(org.rows('Contact')).toHaveLength(written);
	});

	test('and at the number of requests a person allows', async () => {
		const { results, error } = await write(org, contacts, many(600), { maxCalls: 3 });
		expect((error as SyncError).message).toContain('Max API Calls');
		expect(tally(results)).toEqual({ created: 400 });
	});
});
