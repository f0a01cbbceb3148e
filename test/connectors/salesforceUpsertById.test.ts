import type { WriteRecord } from '../../shared/connectors/connector';
import { useSalesforce } from '../sandbox/useSalesforce';
import { record, tally, writeAll } from './dynamics365Client';
import { collectionCalls, connect, inMode, keyless, rowsBy, write } from './salesforceClient';

const org = useSalesforce();

const NOWHERE = '003000000000999AAA';
const byIdTarget = inMode('upsert', 'Id');

const withId = (Id: string, LastName: string, more: Partial<WriteRecord> = {}) =>
	record({ Id }, { LastName }, more);
/** As a node hands it on: the column is there and empty. */
const withoutId = (LastName: string, more: Partial<WriteRecord> = {}) =>
	keyless({ Id: null, LastName }, more);

const names = () => org.rows('Contact').map(({ LastName }) => LastName);
const methods = () => collectionCalls(org).map(({ method }) => method);

describe('upsert by Id (salesforce:4.1)', () => {
	test.each(['collections', 'bulk'] as const)(
		'by %s: rows with an Id are updated, rows without inserted, each with its own result',
		async (api) => {
			const [a, b] = ['A', 'B'].map((LastName) => org.insert('Contact', { LastName }));
			const connector = connect(org, { api });
			const { results } = await writeAll(connector, byIdTarget, [
				withoutId('New 1'),
				withId(a, 'A2'),
				withoutId('New 2'),
				withId(NOWHERE, 'Nobody'),
				withId(b.slice(0, 15), 'B2'),
			]);
			const ids = rowsBy(org, 'Contact', 'LastName');
			expect(results.map(({ status, id }) => [status, id])).toEqual([
				['created', ids.get('New 1')?.Id],
				['updated', a],
				['created', ids.get('New 2')?.Id],
				['rejected', undefined],
				['updated', b],
			]);
			expect(results[3].error?.message).toContain('Salesforce gives new records ids of its own');
			expect(names().sort()).toEqual(['A2', 'B2', 'New 1', 'New 2']);
			if (api === 'collections') expect(methods()).toEqual(['POST', 'PATCH']);
			expect(connector.summary().fieldWarnings).toEqual({});
		},
	);

	test('a record created without an Id goes by the id that is remembered, with its changed fields', async () => {
		const id = org.insert('Contact', { LastName: 'Old', Title: 'Theirs' });
		const { results } = await write(org, byIdTarget, [
			keyless({ LastName: 'New', Title: 'Ours' }, { id, update: { LastName: 'New' } }),
		]);
		expect(results).toEqual([{ status: 'updated', id }]);
		expect(org.rows('Contact')).toMatchObject([{ LastName: 'New', Title: 'Theirs' }]);
	});

	test('one that Salesforce has lost is created anew and whole (design section 3)', async () => {
		const values = { LastName: 'New', Title: 'Whole' };
		const lost = keyless(values, { id: NOWHERE, change: 'changed', update: { LastName: 'New' } });
		const { results } = await write(org, byIdTarget, [lost]);
		expect(results[0].status).toBe('created');
		expect(org.rows('Contact')).toMatchObject([values]);
		const nothing = keyless(values, { id: NOWHERE, change: 'changed', update: {} });
		expect((await write(org, byIdTarget, [nothing])).results[0].status).toBe('created');
	});

	test('what leaves goes by its id or the one that is remembered (design:R10)', async () => {
		const [a, b] = ['A', 'B'].map((LastName) => org.insert('Contact', { LastName }));
		const removed = { change: 'removed', update: {} } as const;
		const records = [
			record({ Id: a }, {}, removed),
			keyless({}, { ...removed, id: b }),
			keyless({}, removed),
		];
		const kept = await write(org, byIdTarget, records);
		expect(tally(kept.results)).toEqual({ skipped: 3 });
		const { results } = await write(org, { ...byIdTarget, removedRecords: 'delete' }, records);
		expect(results).toEqual([
			{ status: 'deleted', id: a },
			{ status: 'deleted', id: b },
			{ status: 'skipped', reason: 'gone' },
		]);
	});
});

describe('design:R11 rows without an Id are never created twice', () => {
	const again = { redelivered: true };

	test('one sent before without an answer is parked, or looked up', async () => {
		const parked = await write(org, byIdTarget, [withoutId('A', again)]);
		expect(parked.results[0]).toMatchObject({ status: 'unknown', error: { retryable: false } });
		expect(names()).toEqual([]);
		const id = org.insert('Contact', { LastName: 'A', Ext__c: 'a' });
		const records = [keyless({ LastName: 'A', Ext__c: 'a' }, again)];
		const found = await write(org, byIdTarget, records, { findDoubtfulBy: 'Ext__c' });
		expect(found.results).toEqual([{ status: 'created', id }]);
		expect(names()).toEqual(['A']);
	});

	test('one that was created, and whose id nobody learned, is parked too', async () => {
		const { results } = await write(org, byIdTarget, [withoutId('A', { change: 'changed' })]);
		expect(results[0]).toMatchObject({ status: 'unknown', error: { retryable: false } });
		expect(results[0].error?.message).toContain('did not learn which one it became');
		expect(names()).toEqual([]);
	});

	test('salesforce:S30 an insert without an answer is not repeated, and its outcome unknown', async () => {
		org.faults.add({
			method: 'POST',
			url: /composite\/sobjects$/,
			effect: { kind: 'gateway', afterCommit: true },
		});
		const { results } = await write(org, byIdTarget, [withoutId('A')]);
		expect(results[0]).toMatchObject({ status: 'unknown', error: { retryable: false } });
		expect(names()).toEqual(['A']);
	});

	test('one that Salesforce may have already is refused: nothing tells which it is', async () => {
		const { results } = await write(org, byIdTarget, [
			withoutId('A', { adopt: true }),
			withoutId('B'),
		]);
		expect(results[0]).toMatchObject({ status: 'rejected', error: { fields: ['Id'] } });
		expect(names()).toEqual(['B']);
	});

	test('a stop and a cancel among the inserts update nothing, and what was lost is not created', async () => {
		const id = org.insert('Contact', { LastName: 'Old' });
		const lost = keyless({ LastName: 'Lost' }, { id: NOWHERE, change: 'changed' });
		const records = [withId(id, 'Newer'), withoutId('New'), lost];
		const stopped = await write(org, byIdTarget, records, { maxCalls: 1 });
		expect(stopped.error).toMatchObject({ code: 'limit' });
		expect(names()).toEqual(['Old']);
		const cancel = new AbortController();
		org.onCommit(() => cancel.abort());
		const { results } = await writeAll(connect(org), byIdTarget, records, {
			signal: cancel.signal,
		});
		const statuses = results.map(({ status }) => status);
		expect(statuses).toEqual(['notAttempted', 'created', 'notAttempted']);
		expect(names()).toEqual(['Old', 'New']);
	});

	test('sync:T15 a parent among the new records is there for those that are updated', async () => {
		const id = org.insert('Contact', { LastName: 'Child' });
		const parent = keyless({ LastName: 'Parent', Ext__c: 'p' });
		const child = record({ Id: id }, { ReportsToId: { key: { Ext__c: 'p' } } });
		const { results } = await write(org, byIdTarget, [child, parent]);
		expect(results.map(({ status }) => status)).toEqual(['updated', 'created']);
	});
});

test('a preview by Id tells updates, inserts and ids that nobody has, and sends nothing', async () => {
	const id = org.insert('Contact', { LastName: 'Old' });
	const results: string[] = [];
	const records = [withoutId('New'), withId(id, 'Newer'), withId(NOWHERE, 'Nobody')];
	for await (const batch of connect(org).preview(byIdTarget, records, {})) {
		for (const { index, result } of batch) results[index] = result.status;
	}
	expect(results).toEqual(['created', 'updated', 'rejected']);
	expect(names()).toEqual(['Old']);
});
