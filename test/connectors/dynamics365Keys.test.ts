import { useDataverse } from '../sandbox/useDataverse';
import {
	batchWrites,
	bulkCalls,
	connect,
	contacts,
	person,
	record,
	rowsBy,
	tally,
	writeAll,
} from './dynamics365Client';

const org = useDataverse();

describe('keys', () => {
	test('composite keys find and create their rows (dataverse:4.2)', async () => {
		const target = {
			...contacts,
			objectName: 'account',
			keyFields: ['address1_country', 'crmsync_airportcode'],
		};
		const key = (country: string, code: string) => ({
			address1_country: country,
			crmsync_airportcode: code,
		});
		org.insert('account', { name: 'A', ...key('SE', 'ARN') });
		org.insert('account', { name: 'B', ...key('DK', 'CPH') });
		const { results } = await writeAll(connect(org), target, [
			record(key('SE', 'ARN'), { name: 'Arlanda' }),
			record(key('SE', 'CPH'), { name: 'Not Copenhagen' }),
			record(key('DK', 'CPH'), { name: 'Kastrup' }),
		]);
		expect(results.map(({ status }) => status)).toEqual(['updated', 'created', 'updated']);
		expect(org.rows('account').map((row) => row.name)).toEqual([
			'Arlanda',
			'Kastrup',
			'Not Copenhagen',
		]);
	});

	test('a key with a lookup column is written through its navigation property (dataverse:T-07)', async () => {
		const traveller = org.insert('contact', { lastname: 'T' });
		const target = {
			...contacts,
			objectName: 'crmsync_booking',
			keyFields: ['crmsync_travellerid', 'crmsync_number'],
		};
		const booking = (name: string) =>
			record({ crmsync_travellerid: traveller, crmsync_number: 7 }, { crmsync_name: name });
		const first = await writeAll(connect(org), target, [booking('One')]);
		expect(tally(first.results)).toEqual({ created: 1 });
		const second = await writeAll(connect(org), target, [booking('Two')]);
		expect(second.results).toEqual([{ status: 'updated', id: first.results[0].id }]);
	});

	test('forbidden key characters are safe in create, update and look-up (dataverse:T-08)', async () => {
		const keys = [
			'half \ud83d',
			"a/b<c>*%&:\\?+d'e",
			'x=1,y="2"',
			'100% [sure]_ä €',
			'#?&$filter=1',
		];
		const first = await writeAll(
			connect(org),
			contacts,
			keys.map((key) => person(key)),
		);
		expect(tally(first.results)).toEqual({ created: keys.length });
		const second = await writeAll(
			connect(org),
			contacts,
			keys.map((key) => person(key, { jobtitle: 'J' })),
		);
		expect(second.results).toEqual(first.results.map(({ id }) => ({ status: 'updated', id })));
		expect(org.rows('contact').map((row) => row.crmsync_externalid)).toEqual(keys);
	});

	test('keys too long for one URL are split or sent inside $batch (dataverse:S-05)', async () => {
		const records = Array.from({ length: 300 }, (_, n) =>
			person(`${'ä€'.repeat(45)}${n}`, { lastname: 'N' }),
		);
		const { results } = await writeAll(connect(org), { ...contacts, batchSize: 300 }, records);
		expect(tally(results)).toEqual({ created: 300 });
		const monster = await writeAll(connect(org), contacts, [
			person('€'.repeat(4000), { lastname: 'N' }),
		]);
		expect(monster.results[0].error?.code).toBe('0x80044331');
		expect(org.log.every(({ url }) => url.length <= 32_768)).toBe(true);
	});

	test('a table without bulk messages goes by $batch (dataverse:S-20)', async () => {
		const target = { ...contacts, objectName: 'crmsync_visit', keyFields: ['crmsync_code'] };
		org.insert('crmsync_visit', { crmsync_name: 'Old', crmsync_code: 'c1' });
		const { results } = await writeAll(connect(org), target, [
			record({ crmsync_code: 'c1' }, { crmsync_name: 'New' }),
			record({ crmsync_code: 'c2' }, { crmsync_name: 'Two' }),
			record({ crmsync_code: 'c3' }, { crmsync_name: 'y'.repeat(101) }),
		]);
		expect(results.map(({ status }) => status)).toEqual(['updated', 'created', 'rejected']);
		const ids = rowsBy(org, 'crmsync_visit', 'crmsync_code');
		expect(results[1].id).toBe(ids.get('c2')?.crmsync_visitid);
		expect(bulkCalls(org)).toHaveLength(0);
	});

	test('an elastic table is written without losing columns or creating twice (dataverse:T-24)', async () => {
		const id = '11111111-2222-4333-8444-555555555555';
		const target = { ...contacts, objectName: 'crmsync_signal', keyFields: ['crmsync_signalid'] };
		const one = (values: object) => record({ crmsync_signalid: id }, { ...values });
		const first = await writeAll(connect(org), target, [
			one({ crmsync_name: 'S', crmsync_score: 5 }),
		]);
		expect(tally(first.results)).toEqual({ created: 1 });
		await writeAll(connect(org), target, [one({ crmsync_score: 6 })]);
		expect(org.rows('crmsync_signal')).toEqual([
			expect.objectContaining({ crmsync_name: 'S', crmsync_score: 6 }),
		]);
	});
});

describe('elastic tables', () => {
	const signals = {
		...contacts,
		objectName: 'crmsync_signal',
		keyFields: ['crmsync_signalid'],
		removedRecords: 'delete',
	} as const;
	const idOf = (n: number) => `11111111-2222-4333-8444-55555555555${n}`;
	const signal = (n: number, values: object, more = {}) =>
		record({ crmsync_signalid: idOf(n) }, { ...values }, more);
	const names = () => org.rows('crmsync_signal').map((row) => row.crmsync_name);

	test('rows in partitions of their own are updated and deleted there, by the remembered ID too (dataverse:4.7)', async () => {
		const created = await writeAll(connect(org), signals, [
			signal(1, { crmsync_name: 'A', partitionid: "o'ne" }),
			signal(2, { crmsync_name: 'B', partitionid: 'two' }),
			signal(3, { crmsync_name: 'C' }),
		]);
		expect(tally(created.results)).toEqual({ created: 3 });
		const updated = await writeAll(connect(org), signals, [
			signal(1, { crmsync_name: 'A2' }),
			signal(2, { crmsync_name: 'B2' }, { id: idOf(2) }),
			signal(3, { crmsync_name: 'C2' }),
		]);
		expect(tally(updated.results)).toEqual({ updated: 3 });
		expect(names()).toEqual(['A2', 'B2', 'C2']);
		const removed = await writeAll(connect(org), signals, [
			signal(1, {}, { change: 'removed', id: idOf(1) }),
			signal(2, {}, { change: 'removed' }),
		]);
		expect(tally(removed.results)).toEqual({ deleted: 2 });
		expect(names()).toEqual(['C2']);
	});

	test('each record has its own result: bad rows do not take good ones with them (dataverse:S-17)', async () => {
		const { results } = await writeAll(
			connect(org),
			signals,
			[1, 2, 3].map((n) => signal(n, { crmsync_name: `N${n}`, crmsync_score: n === 2 ? 101 : n })),
		);
		expect(results.map(({ status }) => status)).toEqual(['created', 'rejected', 'created']);
		expect(results[1].error?.code).toBe('0x8004432f');
		expect(results[0].id).toBe(idOf(1));
		expect(names()).toEqual(['N1', 'N3']);
	});
});

describe('refusals', () => {
	test('all records of a duplicate key are refused before any request writes (dataverse:T-04)', async () => {
		const { results } = await writeAll(connect(org), contacts, [
			person('a'),
			person('b'),
			person('a', { lastname: 'Other' }),
		]);
		expect(results.map(({ status }) => status)).toEqual(['rejected', 'created', 'rejected']);
		expect(results[0].error).toMatchObject({ category: 'duplicate', code: 'duplicateKey' });
		expect(org.rows('contact')).toHaveLength(1);
	});

	test('two records that lead to one row: the second is refused, not silently dropped (dataverse:T-04)', async () => {
		const id = org.insert('contact', { lastname: 'Old', crmsync_externalid: 'a' });
		const { results } = await writeAll(connect(org), contacts, [
			person('a', { lastname: 'By key' }),
			person('b', { lastname: 'By id' }, { id, previousKey: { crmsync_externalid: 'a' } }),
		]);
		expect(results.map(({ status }) => status)).toEqual(['updated', 'rejected']);
		expect(org.rows('contact')[0].lastname).toBe('By key');
	});

	test('unknown columns and tables stop the run before anything is written (design:9)', async () => {
		const column = await writeAll(connect(org), contacts, [person('a', { shoesize: 43 })]);
		expect(column.error).toMatchObject({ code: 'config' });
		expect(String(column.error)).toMatch(/"contact".*"shoesize"/);
		const table = await writeAll(connect(org), { ...contacts, objectName: 'Contact' }, [
			person('a'),
		]);
		expect(String(table.error)).toContain('no table with the logical name "Contact"');
		const key = await writeAll(connect(org), { ...contacts, keyFields: ['emailaddress1'] }, [
			record({ emailaddress1: 'a@b.c' }, { lastname: 'A' }),
		]);
		expect(String(key.error)).toContain('emailaddress1 is not a key');
		expect([...bulkCalls(org), ...batchWrites(org)]).toEqual([]);
		expect(org.rows('contact')).toHaveLength(0);
	});

	test('a key that is not active yet is refused in words (dataverse:T-21)', async () => {
		org.setKeyStatus('contact', 'crmsync_externalid', 'Pending');
		const { error } = await writeAll(connect(org), contacts, [person('a')]);
		expect(String(error)).toContain('not active yet');
	});

	test('the record id is a key as well, with own GUIDs (dataverse:4.5)', async () => {
		const known = org.insert('contact', { lastname: 'Old' });
		const own = 'ABCDEF01-2222-4333-8444-555555555555';
		const target = { ...contacts, keyFields: ['contactid'] };
		const { results } = await writeAll(connect(org), target, [
			record({ contactid: known.toUpperCase() }, { lastname: 'A' }),
			record({ contactid: own }, { lastname: 'B' }),
			record({ contactid: 'nonsense' }, { lastname: 'C' }),
		]);
		expect(results.map(({ status }) => status)).toEqual(['updated', 'created', 'rejected']);
		expect(results[1].id).toBe(own.toLowerCase());
	});

	test('a remembered id is used while its row holds the key, else the key decides (design:R10)', async () => {
		const id = org.insert('contact', { lastname: 'Old', crmsync_externalid: 'someone else' });
		const gone = '11111111-2222-4333-8444-555555555555';
		const { results } = await writeAll(connect(org), contacts, [
			person('a', { lastname: 'A' }, { id }),
			person('b', { lastname: 'B' }, { id: gone }),
		]);
		expect(tally(results)).toEqual({ created: 2 });
		expect(rowsBy(org, 'contact', 'crmsync_externalid').get('someone else')?.lastname).toBe('Old');
	});
});
