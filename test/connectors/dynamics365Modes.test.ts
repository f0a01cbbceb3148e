import { useDataverse } from '../sandbox/useDataverse';
import { connect, contacts, person, record, writeAll } from './dynamics365Client';

const org = useDataverse();

describe('the other modes', () => {
	test('update only: what is missing is skipped, nothing is created (dataverse:T-05)', async () => {
		org.insert('contact', { lastname: 'Old', crmsync_externalid: 'a' });
		const { results } = await writeAll(connect(org), { ...contacts, writeMode: 'update' }, [
			person('a', { lastname: 'New' }),
			person('b'),
		]);
		expect(results[0].status).toBe('updated');
		expect(results[1]).toEqual({ status: 'skipped', reason: 'notFound' });
		expect(org.rows('contact')).toHaveLength(1);
	});

	test('insert: an existing record is a duplicate, a redelivered one was created before if the row holds it (design:R11)', async () => {
		const a = org.insert('contact', { lastname: 'Old', crmsync_externalid: 'a' });
		const b = org.insert('contact', { lastname: 'B', crmsync_externalid: 'b' });
		const d = org.insert('contact', { lastname: 'Old', crmsync_externalid: 'd' });
		const { results } = await writeAll(connect(org), { ...contacts, writeMode: 'insert' }, [
			person('a'),
			person('b', { lastname: 'B' }, { redelivered: true }),
			person('c'),
			person('d', { lastname: 'Newer' }, { redelivered: true }),
		]);
		const duplicate = { status: 'rejected', error: { category: 'duplicate' } };
		expect(results[0]).toMatchObject({ ...duplicate, id: a });
		expect(results[1]).toEqual({ status: 'unchanged', id: b });
		expect(results[2].status).toBe('created');
		// A version that came after the crash was not written, and must not count as written.
		expect(results[3]).toMatchObject({ ...duplicate, id: d });
		expect(org.rows('contact').map((row) => row.lastname)).toEqual(['Old', 'B', 'Old', 'Name c']);
	});

	test('delete: by key, and what is gone already is skipped (dataverse:4.6)', async () => {
		const id = org.insert('contact', { lastname: 'Old', crmsync_externalid: 'a' });
		const { results } = await writeAll(connect(org), { ...contacts, writeMode: 'delete' }, [
			person('a'),
			person('b'),
		]);
		expect(results).toEqual([
			{ status: 'deleted', id },
			{ status: 'skipped', reason: 'gone' },
		]);
		expect(org.rows('contact')).toHaveLength(0);
	});

	test('delete: values that could not be written do not keep a row from being deleted', async () => {
		org.insert('contact', { lastname: 'Old', crmsync_externalid: 'a' });
		const { results } = await writeAll(connect(org), { ...contacts, writeMode: 'delete' }, [
			person('a', { lastname: 'A', parentcustomerid: 'no such thing' }),
		]);
		expect(results[0].status).toBe('deleted');
	});

	test('a rename goes by GUID and carries the new key (design:R10)', async () => {
		const byId = org.insert('contact', { lastname: 'A', crmsync_externalid: 'old1' });
		const byKey = org.insert('contact', { lastname: 'B', crmsync_externalid: 'old2' });
		org.insert('contact', { lastname: 'C', crmsync_externalid: 'old3' });
		org.insert('contact', { lastname: 'D', crmsync_externalid: 'taken' });
		const renamed = (to: string, from: string, id?: string) =>
			person(to, { lastname: to }, { id, previousKey: { crmsync_externalid: from } });
		const { results } = await writeAll(connect(org), contacts, [
			renamed('new1', 'old1', byId),
			renamed('new2', 'old2'),
			renamed('taken', 'old3'),
		]);
		expect(results[0]).toEqual({ status: 'updated', id: byId });
		expect(results[1]).toEqual({ status: 'updated', id: byKey });
		expect(results[2]).toMatchObject({ status: 'rejected', error: { category: 'duplicate' } });
		expect(org.rows('contact').map((row) => row.crmsync_externalid)).toEqual([
			'new1',
			'new2',
			'old3',
			'taken',
		]);
	});
});

describe('removed records', () => {
	const removed = (key: string, id?: string) => person(key, {}, { change: 'removed', id });

	test('skip: no write and no look-up (design:R10)', async () => {
		const { results } = await writeAll(connect(org), contacts, [removed('a'), removed('b')]);
		expect(results).toEqual([
			{ status: 'skipped', reason: 'policy' },
			{ status: 'skipped', reason: 'policy' },
		]);
		expect(org.log.filter(({ url }) => url.includes('/contacts'))).toHaveLength(0);
	});

	test('delete: by remembered id or by key; twice is gone; an association blocks (dataverse:S-14)', async () => {
		const byId = org.insert('account', { name: 'A', accountnumber: '1' });
		const byKey = org.insert('account', { name: 'B', accountnumber: '2' });
		const blocked = org.insert('account', { name: 'C', accountnumber: '3' });
		org.insert('crmsync_booking', {
			crmsync_name: 'x',
			'crmsync_AccountId@odata.bind': `/accounts(${blocked})`,
		});
		const target = {
			...contacts,
			objectName: 'account',
			keyFields: ['accountnumber'],
			removedRecords: 'delete',
		} as const;
		const gone = '11111111-2222-4333-8444-555555555555';
		const leave = (key: string, id?: string) =>
			record({ accountnumber: key }, {}, { change: 'removed', id });
		const { results } = await writeAll(connect(org), target, [
			leave('1', byId),
			leave('2'),
			leave('3', blocked),
			leave('4', gone),
			leave('5'),
		]);
		expect(results[0]).toEqual({ status: 'deleted', id: byId });
		expect(results[1]).toEqual({ status: 'deleted', id: byKey });
		expect(results[2]).toMatchObject({ status: 'rejected', error: { code: '0x80040227' } });
		expect(results[3]).toEqual({ status: 'skipped', reason: 'gone' });
		expect(results[4]).toEqual({ status: 'skipped', reason: 'gone' });
		expect(org.rows('account').map((row) => row.name)).toEqual(['C']);
	});

	test('deactivate: the inactive pair comes from metadata; other columns stay (dataverse:2.3)', async () => {
		const id = org.insert('contact', { lastname: 'A', crmsync_externalid: 'a' });
		const target = { ...contacts, removedRecords: 'deactivate' } as const;
		const { results } = await writeAll(connect(org), target, [
			removed('a', id),
			removed('zzz', '11111111-2222-4333-8444-555555555555'),
		]);
		expect(results).toEqual([
			{ status: 'updated', id },
			{ status: 'skipped', reason: 'gone' },
		]);
		expect(org.rows('contact')[0]).toMatchObject({ statecode: 1, statuscode: 2, lastname: 'A' });
	});
});
