import type { WriteRecord } from '../../shared/connectors/connector';
import type { SalesforceWriteOptions } from '../../shared/connectors/salesforce/options';
import { useSalesforce } from '../sandbox/useSalesforce';
import { record, tally, writeAll } from './dynamics365Client';
import {
	bodyOf,
	collectionCalls,
	connect,
	contacts,
	inMode,
	person,
	rowsBy,
	write,
} from './salesforceClient';

const org = useSalesforce();

const account = (key: string) => org.insert('Account', { Name: key, Ext__c: key });
const byKey = (key: string) => ({ key: { Ext__c: key } });
const accounts = inMode('upsert', 'Ext__c', { objectName: 'Account' });
const child = (key: string, parent?: string): WriteRecord =>
	record({ Ext__c: key }, { Name: key, ...(parent && { ParentId: byKey(parent) }) });

describe('lookups', () => {
	test('by id of 15 or 18 characters (salesforce:T13)', async () => {
		const id = account('A1');
		const { results } = await write(org, contacts, [
			person('a', { LastName: 'A', AccountId: id }),
			person('b', { LastName: 'B', AccountId: id.slice(0, 15) }),
		]);
		expect(tally(results)).toEqual({ created: 2 });
		expect(org.rows('Contact').map(({ AccountId }) => AccountId)).toEqual([id, id]);
	});

	test('an id of another object is refused here, naming both (salesforce:2.1)', async () => {
		const { results } = await write(org, contacts, [
			person('a', { LastName: 'A', AccountId: '003000000000001AAA' }),
			person('b', { LastName: 'B', AccountId: 'Acme' }),
		]);
		expect(tally(results)).toEqual({ rejected: 2 });
		expect(results[0].error?.message).toContain('a record of Contact');
		expect(results[0].error?.message).toContain('points at Account');
		expect(collectionCalls(org)).toHaveLength(0);
	});

	test('by the external id of the parent, and cleared by null (salesforce:4.6)', async () => {
		const id = account('A1');
		const { results } = await write(org, contacts, [
			person('a', { LastName: 'A', AccountId: byKey('A1') }),
		]);
		expect(tally(results)).toEqual({ created: 1 });
		expect(org.rows('Contact')[0].AccountId).toBe(id);
		expect(bodyOf(collectionCalls(org)[0])).toContain('"Account":{"Ext__c":"A1"}');
		await write(org, contacts, [person('a', { LastName: 'A', AccountId: null })]);
		expect(org.rows('Contact')[0].AccountId).toBeNull();
	});

	test('some rows by id, others by key, others not at all: one call (salesforce:T18)', async () => {
		const id = account('A1');
		const { results } = await write(org, contacts, [
			person('a', { LastName: 'A', AccountId: id }),
			person('b', { LastName: 'B', AccountId: byKey('A1') }),
			person('c', { LastName: 'C', AccountId: '' }),
		]);
		expect(tally(results)).toEqual({ created: 3 });
		expect(collectionCalls(org)).toHaveLength(1);
		expect(bodyOf(collectionCalls(org)[0])).not.toContain('"Account":{}');
	});

	test.each(['required', 'optional'] as const)(
		'of several objects: the object is named with the key (salesforce:U5 %s)',
		async (polyAttributes) => {
			org.setSwitches({ polyAttributes });
			const lead = org.insert('Lead', { LastName: 'L', Company: 'C', Ext__c: 'L1' });
			const { results } = await write(org, inMode('insert', '', { objectName: 'Task' }), [
				record({}, { Subject: 'Call', WhoId: { ...byKey('L1'), object: 'Lead' } }),
			]);
			expect(tally(results)).toEqual({ created: 1 });
			expect(org.rows('Task')[0].WhoId).toBe(lead);
		},
	);

	test('a key that is none is refused before the first write (sync:T19)', async () => {
		const { error } = await write(org, contacts, [
			person('a', { LastName: 'A', AccountId: { key: { Industry: 'Travel' } } }),
			person('b', { LastName: 'B', ReportsToId: { ...byKey('x'), object: 'Lead' } }),
		]);
		const { message } = error as Error;
		expect(message).toContain('"Industry", which is no external id of Account');
		expect(message).toContain('"ReportsToId" does not point at Lead');
	});
});

describe('parents that are not there', () => {
	test('a parent that comes later in the same write is waited for (sync:T15)', async () => {
		const { results } = await write(org, accounts, [
			child('grandchild', 'child'),
			child('child', 'parent'),
			child('parent'),
		]);
		expect(tally(results)).toEqual({ created: 3 });
		const rows = rowsBy(org, 'Account', 'Ext__c');
		expect(rows.get('grandchild')?.ParentId).toBe(rows.get('child')?.Id);
		expect(rows.get('child')?.ParentId).toBe(rows.get('parent')?.Id);
	});

	test('a parent that never comes: the record is refused and comes back; others are written', async () => {
		const { results } = await write(org, accounts, [child('orphan', 'nobody'), child('fine')]);
		expect(results[1].status).toBe('created');
		expect(results[0]).toMatchObject({
			status: 'rejected',
			error: { code: 'INVALID_FIELD', retryable: true },
		});
		expect(results[0].error?.message).toContain('Foreign key external ID');
		expect(results[0].error?.hint).toContain('write it first');
	});

	test('a parent of another object is not waited for (sync:T15)', async () => {
		const { results } = await write(org, contacts, [
			person('a', { LastName: 'A', AccountId: byKey('nobody') }),
		]);
		expect(results[0]).toMatchObject({ status: 'rejected', error: { category: 'data' } });
		expect(collectionCalls(org)).toHaveLength(1);
	});

	test('or the lookup is left out with a warning (sync:B20)', async () => {
		account('A1');
		const { results } = await write(
			org,
			contacts,
			[
				person('a', { LastName: 'A', AccountId: byKey('nobody'), ReportsToId: byKey('b') }),
				person('b', { LastName: 'B', AccountId: byKey('A1') }),
			],
			{ leaveParentsOut: true },
		);
		expect(tally(results)).toEqual({ created: 2 });
		expect(results[0].warnings?.join()).toContain('AccountId');
		const rows = rowsBy(org, 'Contact', 'Ext__c');
		expect(rows.get('a')).toMatchObject({ AccountId: null, ReportsToId: rows.get('b')?.Id });
		expect(rows.get('b')?.AccountId).not.toBeNull();
	});

	test('a row of a ring says so when its lookup was left out after all (sync:B20, sync:T49)', async () => {
		const refuses = ({ Name }: Readonly<Record<string, unknown>>) => Name === 'B';
		org.rules.addValidation('Account', { message: 'Not this one', refuses });
		const { results } = await write(org, accounts, [child('A', 'B'), child('B', 'A')], {
			leaveParentsOut: true,
		});
		expect(results[0]).toMatchObject({
			status: 'created',
			warnings: [expect.stringContaining('Left out, because the record it points at')],
		});
		expect(results[1].status).toBe('rejected');
	});

	test('rows that point at each other, and one at itself, are written and then linked (sync:T49)', async () => {
		const { results } = await write(org, accounts, [
			child('a', 'b'),
			child('b', 'c'),
			child('c', 'a'),
			child('self', 'self'),
			child('tail', 'a'),
		]);
		expect(tally(results)).toEqual({ created: 5 });
		const rows = rowsBy(org, 'Account', 'Ext__c');
		for (const [key, parent] of [
			['a', 'b'],
			['b', 'c'],
			['c', 'a'],
			['self', 'self'],
			['tail', 'a'],
		]) {
			expect([key, rows.get(key)?.ParentId]).toEqual([key, rows.get(parent)?.Id]);
		}
	});
});

describe('a write that breaks while records wait for parents', () => {
	const waiting = async (options: SalesforceWriteOptions = {}) =>
		await writeAll(connect(org, options), { ...accounts, batchSize: 1 }, [
			child('orphan', 'parent'),
			child('x'),
			child('parent'),
		]);

	test('they have the result they had (design section 6)', async () => {
		org.faults.add({
			effect: { kind: 'quota', limit: 'total' },
			method: 'PATCH',
			url: /composite/,
			nth: 3,
		});
		const { results, error } = await waiting();
		expect((error as { code?: string }).code).toBe('limit');
		expect(results.map((result) => result?.status)).toEqual(['rejected', 'created', undefined]);
	});

	test('and without a fault they are written', async () => {
		expect(tally((await waiting()).results)).toEqual({ created: 3 });
	});
});

test.each(['collections', 'bulk'] as const)(
	'a parent whose key is empty is no parent, by %s: null clears, the rest is left as it is (salesforce:4.6)',
	async (api) => {
		const parent = account('A1');
		const keys = ['null', 'blank', 'absent', 'cleared'];
		for (const Ext__c of keys)
			org.insert('Contact', { LastName: 'Old', Ext__c, AccountId: parent });
		const to = (key: string, Ext__c: unknown) =>
			person(key, { LastName: 'New', AccountId: { key: { Ext__c } } });
		const { results } = await write(
			org,
			contacts,
			[to('null', null), to('blank', ' '), to('absent', undefined)],
			{ api },
		);
		expect(tally(results)).toEqual({ updated: 3 });
		await write(org, contacts, [to('cleared', '')], { api, emptyText: 'clear' });
		const linked = rowsBy(org, 'Contact', 'Ext__c');
		const parents = keys.map((key) => linked.get(key)?.AccountId ?? null);
		expect(parents).toEqual([null, parent, parent, null]);
	},
);
