import { readSObject } from '../../shared/connectors/salesforce/describe';
import { lookUp } from '../../shared/connectors/salesforce/lookUp';
import { useSalesforce } from '../sandbox/useSalesforce';
import { tally, writeAll } from './dynamics365Client';
import { collectionCalls, connect, contacts, inMode, person, write } from './salesforceClient';
import { openApi } from './salesforceGround';

const org = useSalesforce();

const refusing = (code: string, message: string, url: RegExp, times = 100) =>
	org.faults.add({
		url,
		times,
		effect: {
			kind: 'respond',
			status: 400,
			body: JSON.stringify([{ errorCode: code, message }]),
		},
	});

describe('where there is no Bulk API (salesforce:4.4)', () => {
	test('for the organisation or the user, records go by Collections', async () => {
		refusing('FEATURENOTENABLED', 'Async API not enabled', /jobs\/ingest$/);
		const { results } = await write(org, contacts, [person('a')], { api: 'bulk' });
		expect(tally(results)).toEqual({ created: 1 });
		expect(org.count('POST .*/jobs/ingest$')).toBe(1);
	});

	test('for an object, many values are looked up by queries (salesforce:3.2)', async () => {
		refusing('INVALIDENTITY', "Entity 'Contact' is not supported by the Bulk API.", /jobs\/query$/);
		const id = org.insert('Contact', { LastName: 'A', Ext__c: 'E20000' });
		const { api } = openApi(org);
		const sobject = await readSObject(api, 'Contact');
		const values = Array.from({ length: 20_001 }, (_, n) => `E${n}`);
		const matches = await lookUp(api, sobject, 'Ext__c', { values });
		expect(matches[20_000].found).toMatchObject([{ id }]);
		expect(org.count('POST .*/jobs/query$')).toBe(1);
	});

	test('any other refusal of a job still stops (salesforce:5)', async () => {
		refusing('EXCEEDEDQUOTA', 'ApiBatchItems Limit exceeded.', /jobs\/ingest$/);
		const { results, error } = await write(org, contacts, [person('a')], { api: 'bulk' });
		expect(results).toEqual([]);
		expect(error).toMatchObject({
			code: 'limit',
			details: { hint: expect.stringContaining('batches') },
		});
	});
});

test('a column no row has among its values stops the run: no row is to blame (salesforce:T1)', async () => {
	const told = "No such column 'Ext__c' on sobject of type Contact";
	refusing('INVALID_FIELD', told, /composite\/sobjects/);
	const many = Array.from({ length: 20 }, (_, at) => person(`k${at}`));
	const { results, error } = await write(org, contacts, many);
	expect(error).toMatchObject({ code: 'config' });
	expect((error as Error).message).toContain(told);
	expect(results).toEqual([]);
	expect(collectionCalls(org)).toHaveLength(1);
});

test('a failure nobody can explain is tried once more, not three times (salesforce:5)', async () => {
	const message = 'An unexpected error occurred';
	org.faults.add({
		effect: { kind: 'rowError', statusCode: 'UNKNOWN_EXCEPTION', message },
		table: 'Contact',
	});
	const { results } = await write(org, contacts, [person('a')]);
	expect(results[0]).toMatchObject({ status: 'rejected', error: { code: 'UNKNOWN_EXCEPTION' } });
	expect(collectionCalls(org)).toHaveLength(2);
});

test('line ends of Salesforce make no difference (salesforce:4.11)', async () => {
	const id = org.insert('Contact', { LastName: 'A', Ext__c: 'a', Description: 'one\r\ntwo' });
	const target = inMode('upsert', 'Ext__c', { onlyIfDifferent: true });
	const { results } = await write(org, target, [person('a', { Description: 'one\ntwo' })]);
	expect(results).toEqual([{ status: 'unchanged', id }]);
});

describe('all or none (salesforce:4.2, 5)', () => {
	const together = async (options = {}) =>
		await write(
			org,
			contacts,
			['a', 'b', 'c'].map((key) => person(key)),
			{ allOrNone: true, ...options },
		);
	const lock = (times: number) =>
		org.faults.add({
			...{ table: 'Contact', row: { Ext__c: 'b' }, times },
			effect: { kind: 'lockRow' },
		});

	test('rows that failed for a passing reason are sent again with all others of their call', async () => {
		lock(1);
		const { results } = await together();
		expect(tally(results)).toEqual({ created: 3 });
		const sizes = collectionCalls(org).map(({ body }) => JSON.parse(body).records.length);
		expect(sizes).toEqual([3, 3]);
	});

	test('as long as one of them is refused, none is written', async () => {
		lock(100);
		const { results } = await together();
		expect(results.map(({ status, error }) => [status, error?.code])).toEqual([
			['rejected', 'ALL_OR_NONE_OPERATION_ROLLED_BACK'],
			['rejected', 'UNABLE_TO_LOCK_ROW'],
			['rejected', 'ALL_OR_NONE_OPERATION_ROLLED_BACK'],
		]);
		expect(results[0].error?.hint).toContain('Another record of its call was refused');
		expect(org.rows('Contact')).toEqual([]);
	});

	test('a field nobody may write any more is left out, and all are sent again', async () => {
		const connector = connect(org, { allOrNone: true, dropUnwritable: true });
		const titled = (key: string) => person(key, { LastName: key, Title: 'T' });
		await writeAll(connector, contacts, [titled('first')]);
		org.permissions.readOnlyFields.add('Contact.Title');
		const { results } = await writeAll(connector, contacts, [titled('a'), person('b')]);
		expect(tally(results)).toEqual({ created: 2 });
		expect(results[0].warnings?.[0]).toContain('Title left out');
		const sizes = collectionCalls(org).map(({ body }) => JSON.parse(body).records.length);
		expect(sizes).toEqual([1, 2, 2]);
	});
});

test.each(['collections', 'bulk'] as const)(
	'Leave Out Unwritable Fields leaves a field out of any number of rows by %s, and stops no run (salesforce:5)',
	async (api) => {
		const effect = {
			kind: 'rowError',
			statusCode: 'INVALID_FIELD_FOR_INSERT_UPDATE',
			message: 'Unable to create/update fields: Title',
			fields: ['Title'],
		} as const;
		org.faults.add({ effect, table: 'Contact', row: ({ values }) => 'Title' in values });
		const records = Array.from({ length: 12 }, (_, at) =>
			person(`k${at}`, { LastName: 'L', Title: 'T' }),
		);
		const options = { api, dropUnwritable: true } as const;
		const { results, error } = await writeAll(connect(org, options), contacts, records);
		expect(error).toBeUndefined();
		expect(tally(results)).toEqual({ created: 12 });
		expect(results[11].warnings?.[0]).toContain('Title left out');
	},
);
