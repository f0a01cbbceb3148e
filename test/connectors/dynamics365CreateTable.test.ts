import type { NewField } from '../../shared/core/envelope';
import { useDataverse } from '../sandbox/useDataverse';
import { contacts, record, writeAll } from './dynamics365Client';
import {
	ALL,
	COLUMNS,
	creator,
	definitions,
	previewAll,
	told,
	wanting,
} from './dynamics365Creator';

const org = useDataverse();

describe('a new table and its key', () => {
	const fields: NewField[] = [
		{ name: 'code', type: 'string', length: 850 },
		{ name: 'name', type: 'string', length: 250 },
		{ name: 'points', type: 'integer' },
	];
	const target = wanting(fields, { objectName: 'contoso_loyalty_member', keyFields: ['code'] });
	const member = (code: string, points: number) =>
		record({ code }, { name: `Member ${code}`, points }, { change: 'added' });

	test('are created, the index awaited, rows written and found again (dataverse:S-24, S-25)', async () => {
		const context = told();
		const members = [member('a', 1), member('b', 2)];
		const first = await writeAll(creator(org, ALL), target, members, context);
		expect(first.error).toBeUndefined();
		expect(first.results.map(({ status }) => status)).toEqual(['created', 'created']);
		expect(context.parts.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
			'object contoso_loyalty_member',
			'field contoso_name',
			'field contoso_code',
			'field contoso_points',
			'key contoso_key_code',
		]);
		const second = await writeAll(creator(org, ALL), target, [member('a', 1), member('b', 3)]);
		expect(second.results.map(({ status }) => status)).toEqual(['updated', 'updated']);
		expect(org.rows('contoso_loyalty_member')).toMatchObject([
			{ contoso_name: 'Member a', contoso_points: 1 },
			{ contoso_code: 'b', contoso_points: 3 },
		]);
	});

	test('a preview tells them and what the write would do', async () => {
		const context = told();
		const { results, error } = await previewAll(
			creator(org, ALL),
			target,
			[member('a', 1)],
			context,
		);
		expect(error).toBeUndefined();
		expect(results).toMatchObject([{ status: 'created' }]);
		expect(context.parts).toHaveLength(5);
		expect(definitions(org)).toEqual([]);
	});

	test.each([
		[COLUMNS, target, /no table/],
		[{ ...ALL, key: false }, target, /not a key/],
		[ALL, { ...target, objectName: 'member' }, /"contoso_"/],
	])('what stays missing is refused before anything is created', async (create, wanted, words) => {
		const { error } = await writeAll(creator(org, create), wanted, [member('a', 1)]);
		expect(String(error)).toMatch(words);
		expect(definitions(org)).toEqual([]);
	});

	test('a key whose values occur twice cannot be built: said, nothing written (dataverse:S-25)', async () => {
		org.insert('contact', { lastname: 'A', jobtitle: 'x' });
		org.insert('contact', { lastname: 'B', jobtitle: 'x' });
		const byTitle = { ...contacts, keyFields: ['jobtitle'] };
		const { error } = await writeAll(creator(org, ALL), byTitle, [
			record({ jobtitle: 'y' }, { lastname: 'Y' }),
		]);
		expect(error).toMatchObject({
			details: { hint: expect.stringContaining('same values') as string },
		});
		expect(org.rows('contact')).toHaveLength(2);
	});

	test('a key another run is building is awaited (dataverse:S-25, T-21)', async () => {
		org.addKey('contact', 'contoso_title', ['jobtitle']);
		const byTitle = { ...contacts, keyFields: ['jobtitle'] };
		const { results, error } = await writeAll(creator(org, ALL), byTitle, [
			record({ jobtitle: 'y' }, { lastname: 'Y' }),
		]);
		expect(error).toBeUndefined();
		expect(results[0].status).toBe('created');
	});
});
