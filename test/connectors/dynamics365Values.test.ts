import { useDataverse } from '../sandbox/useDataverse';
import { connect, contacts, person, record, rowsBy, writeAll } from './dynamics365Client';

const org = useDataverse();
const accounts = { ...contacts, objectName: 'account', keyFields: ['accountnumber'] };
const airport = (values: Record<string, unknown>) => record({ accountnumber: 'A1' }, values);
const only = () => rowsBy(org, 'account', 'accountnumber').get('A1') ?? {};

describe('values of a row', () => {
	test('a lookup is written by the id it points at, and cleared (dataverse:T-07)', async () => {
		const parent = org.insert('account', { name: 'Parent', accountnumber: 'P' });
		const braces = `{${parent.toUpperCase()}}`;
		const first = await writeAll(connect(org), accounts, [
			airport({ name: 'A', parentaccountid: braces }),
		]);
		expect(first.results).toMatchObject([{ status: 'created' }]);
		expect(only()._parentaccountid_value).toBe(parent);
		const second = await writeAll(connect(org), accounts, [airport({ parentaccountid: null })]);
		expect(second.results).toMatchObject([{ status: 'updated' }]);
		expect(only()._parentaccountid_value ?? null).toBeNull();
	});

	test('a lookup value that is no id refuses its record alone, before anything is sent', async () => {
		const good = record({ accountnumber: 'A2' }, { name: 'Good' });
		const { results } = await writeAll(connect(org), accounts, [
			airport({ name: 'A', parentaccountid: 'Parent' }),
			good,
		]);
		expect(results).toMatchObject([
			{ status: 'rejected', error: { code: 'noLookupId', fields: ['parentaccountid'] } },
			{ status: 'created' },
		]);
		expect(org.rows('account')).toHaveLength(1);
	});

	test('several choices go as one text of numbers, none as null (dataverse:2.3)', async () => {
		const interests = async (value: unknown) => {
			await writeAll(connect(org), contacts, [
				person('a', { lastname: 'A', crmsync_interests: value }),
			]);
			return org.rows('contact')[0].crmsync_interests;
		};
		expect(await interests([935_350_000, 935_350_002])).toBe('935350000,935350002');
		expect((await interests([])) ?? null).toBeNull();
	});

	test('a field to fill only where it is empty leaves a value as it is', async () => {
		org.insert('contact', { crmsync_externalid: 'a', lastname: 'A', jobtitle: 'Pilot' });
		org.insert('contact', { crmsync_externalid: 'b', lastname: 'B' });
		const values = { jobtitle: 'Steward', firstname: 'New' };
		const onlyIfEmpty = ['jobtitle'];
		const { results } = await writeAll(connect(org), contacts, [
			person('a', values, { onlyIfEmpty }),
			person('b', values, { onlyIfEmpty }),
			person('c', { ...values, lastname: 'C' }, { onlyIfEmpty }),
		]);
		const rows = rowsBy(org, 'contact', 'crmsync_externalid');
		expect(rows.get('a')).toMatchObject({ jobtitle: 'Pilot', firstname: 'New' });
		expect(rows.get('b')).toMatchObject({ jobtitle: 'Steward', firstname: 'New' });
		expect(rows.get('c')).toMatchObject({ jobtitle: 'Steward' });
		expect(results.map(({ status }) => status)).toEqual(['updated', 'updated', 'created']);
	});

	test('with nothing left to fill the record is unchanged, by key and by remembered id', async () => {
		const id = org.insert('contact', { crmsync_externalid: 'a', lastname: 'A', jobtitle: 'Pilot' });
		for (const known of [undefined, id]) {
			const { results } = await writeAll(connect(org), contacts, [
				person('a', { jobtitle: 'Cook' }, { onlyIfEmpty: ['jobtitle'], id: known }),
			]);
			expect(results).toEqual([{ status: 'unchanged', id }]);
		}
	});
});
