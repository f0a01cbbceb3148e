import type { NewField } from '../../shared/core/envelope';
import { SyncError } from '../../shared/core/errors';
import { useDataverse } from '../sandbox/useDataverse';
import { person, writeAll } from './dynamics365Client';
import {
	COLUMNS,
	SHOE,
	creator,
	definitions,
	previewAll,
	told,
	wanting,
} from './dynamics365Creator';

const org = useDataverse();

describe('columns of _sync.newFields', () => {
	const everyType: ReadonlyArray<[NewField, unknown, unknown, string]> = [
		[{ name: 'Größe in cm', type: 'integer' }, 180, 180, 'contoso_grosse_in_cm'],
		[{ name: 'shoeSize', type: 'decimal' }, 42.5, 42.5, 'contoso_shoesize'],
		[{ name: 'VIP', type: 'boolean' }, true, true, 'contoso_vip'],
		[{ name: 'born', type: 'date' }, '1970-01-02', '1970-01-02', 'contoso_born'],
		[
			{ name: 'seen', type: 'dateTime' },
			'2024-05-06T07:08:09Z',
			'2024-05-06T07:08:09Z',
			'contoso_seen',
		],
		[{ name: 'motto', type: 'string', length: 250 }, 'Carpe', 'Carpe', 'contoso_motto'],
		[
			{ name: 'cv', type: 'string', length: 10_000 },
			'x'.repeat(5000),
			'x'.repeat(5000),
			'contoso_cv',
		],
		[{ name: 'contoso_code', type: 'string', length: 100 }, 'a', 'a', 'contoso_code'],
	];

	test('of every type: label is the source name, prefix before it, values arrive (dataverse:2.4, S-24)', async () => {
		const target = wanting(everyType.map(([field]) => field));
		const values = Object.fromEntries(everyType.map(([{ name }, value]) => [name, value]));
		const context = told();
		const { results, error } = await writeAll(
			creator(org, COLUMNS),
			target,
			[person('a', { lastname: 'A', ...values })],
			context,
		);
		expect(error).toBeUndefined();
		expect(results).toMatchObject([{ status: 'created' }]);
		const stored = Object.fromEntries(everyType.map(([, , value, column]) => [column, value]));
		expect(org.rows('contact')[0]).toMatchObject(stored);
		expect(context.parts.map(({ kind, name }) => [kind, name])).toEqual(
			everyType.map(([, , , column]) => ['field', column]),
		);
		const fields = await creator(org).fields('contact');
		for (const [{ name, type, length }, , , column] of everyType) {
			expect(fields.find((field) => field.name === column)).toMatchObject({
				label: name,
				type,
				...(length !== undefined && { maxLength: length }),
			});
		}
		expect(
			definitions(org).every((each) => each.headers['mscrm.solutionuniquename'] === 'ContosoSales'),
		).toBe(true);
	});

	test('never without the option; the error names the field and the option', async () => {
		const { error } = await writeAll(creator(org), wanting([SHOE]), [
			person('a', { shoeSize: 42 }),
		]);
		expect(String(error)).toContain('"shoeSize"');
		expect(error).toMatchObject({
			details: { hint: expect.stringContaining('Create What Is Missing') as string },
		});
		expect(definitions(org)).toEqual([]);
		expect(org.rows('contact')).toEqual([]);
	});

	test('preview tells what it would create, and creates nothing', async () => {
		const context = told();
		const { results, error } = await previewAll(
			creator(org, COLUMNS),
			wanting([SHOE]),
			[person('a', { shoeSize: 42 })],
			context,
		);
		expect(error).toBeUndefined();
		expect(results[0].status).toBe('created');
		expect(context.parts).toEqual([
			{
				kind: 'field',
				name: 'contoso_shoesize',
				label: 'shoeSize',
				type: 'number with up to 10 decimals',
			},
		]);
		expect(definitions(org)).toEqual([]);
	});

	test('the second run finds the column and creates nothing; whole numbers fit decimals', async () => {
		await writeAll(creator(org, COLUMNS), wanting([SHOE]), [person('a', { shoeSize: 42 })]);
		const before = definitions(org).length;
		const context = told();
		const again = wanting([{ ...SHOE, type: 'integer' }]);
		const { results } = await writeAll(
			creator(org, COLUMNS),
			again,
			[person('a', { shoeSize: 43 })],
			context,
		);
		expect(results[0].status).toBe('updated');
		expect(definitions(org)).toHaveLength(before);
		expect(context.parts).toEqual([]);
		expect(org.rows('contact')[0]).toMatchObject({ contoso_shoesize: 43 });
	});

	test('an existing column of another type is refused, both named, before anything is created', async () => {
		const context = told();
		const target = wanting([
			{ name: 'extra', type: 'string' },
			{ name: 'jobtitle', type: 'decimal' },
		]);
		const { error } = await writeAll(
			creator(org, COLUMNS),
			target,
			[person('a', { extra: 'x', jobtitle: 4 })],
			context,
		);
		expect(String(error)).toMatch(/"jobtitle".*text.*"jobtitle".*number/);
		expect(definitions(org)).toEqual([]);
	});

	test.each([
		[
			'two fields, one column',
			[
				{ name: 'a b', type: 'string' },
				{ name: 'a-b', type: 'string' },
			],
			/"a b" and "a-b"/,
		],
		['no letter', [{ name: '***', type: 'string' }], /"\*\*\*"/],
		['too long', [{ name: 'x'.repeat(60), type: 'string' }], /more than 50/],
		['a choice', [{ name: 'kind', type: 'choice' }], /"kind".*"choice"/],
	] as ReadonlyArray<[string, NewField[], RegExp]>)(
		'refused before anything: %s',
		async (_, fields, words) => {
			const values = Object.fromEntries(fields.map(({ name }) => [name, 'x']));
			const { error } = await writeAll(creator(org, COLUMNS), wanting(fields), [
				person('a', values),
			]);
			expect(error).toBeInstanceOf(SyncError);
			expect(String(error)).toMatch(words);
			expect(definitions(org)).toEqual([]);
		},
	);

	test('a field that no record carries is not created', async () => {
		await writeAll(creator(org, COLUMNS), wanting([SHOE]), [person('a')]);
		expect(definitions(org)).toEqual([]);
	});

	test('records that leave ask for nothing, and go although their columns are not there', async () => {
		org.insert('contact', { lastname: 'A', crmsync_externalid: 'a' });
		const leaver = person('a', { shoeSize: 42 }, { change: 'removed' });
		const target = wanting([SHOE], { removedRecords: 'delete' });
		const { results } = await writeAll(creator(org, COLUMNS), target, [leaver]);
		expect(results[0].status).toBe('deleted');
		expect(definitions(org)).toEqual([]);
	});

	test('several runs at once create once; "exists" is no error, and neither is another customisation (dataverse:2.4)', async () => {
		const fields = [SHOE, { name: 'VIP', type: 'boolean' }];
		const run = async (key: string) =>
			await writeAll(creator(org, COLUMNS), wanting(fields), [
				person(key, { shoeSize: 1, VIP: true }),
			]);
		const runs = await Promise.all(['a', 'b', 'c'].map(run));
		expect(runs.map(({ error }) => error)).toEqual([undefined, undefined, undefined]);
		expect(org.rows('contact').map((row) => row.contoso_shoesize)).toEqual([1, 1, 1]);
	});

	test('an answer that is lost, and a 429, cost nothing', async () => {
		org.faults.add({
			effect: { kind: 'reset', when: 'afterCommit' },
			url: /Attributes$/,
			method: 'POST',
		});
		org.faults.add({
			effect: { kind: 'throttle', limit: 'requests' },
			url: /Attributes$/,
			method: 'POST',
			nth: 2,
		});
		const { results, error } = await writeAll(creator(org, COLUMNS), wanting([SHOE]), [
			person('a', { shoeSize: 42 }),
		]);
		expect(error).toBeUndefined();
		expect(results[0].status).toBe('created');
	});

	test('the missing privilege is named', async () => {
		org.identity.missingPrivileges.add('prvCreateAttribute');
		const { error } = await writeAll(creator(org, COLUMNS), wanting([SHOE]), [
			person('a', { shoeSize: 42 }),
		]);
		expect(error).toMatchObject({
			code: 'config',
			message: expect.stringMatching(/"contoso_shoesize".*prvCreateAttribute/) as string,
			details: { hint: expect.stringContaining('System Customizer') as string },
		});
		expect(org.rows('contact')).toEqual([]);
	});
});

describe('the solution', () => {
	test.each([
		[{ solution: '' }, /no solution is chosen/],
		[{ solution: 'Nowhere' }, /no unmanaged solution "Nowhere"/],
		[{ solution: 'FabrikamManaged' }, /no unmanaged solution/],
		[{ prefix: 'fab' }, /prefix "contoso", not "fab"/],
	])('%j is refused by name', async (more, words) => {
		const { error } = await writeAll(creator(org, { ...COLUMNS, ...more }), wanting([SHOE]), [
			person('a', { shoeSize: 42 }),
		]);
		expect(error).toMatchObject({
			code: 'config',
			message: expect.stringMatching(words) as string,
		});
	});

	test('its own prefix may be given, with or without the underscore', async () => {
		const { error } = await writeAll(
			creator(org, { ...COLUMNS, prefix: 'Contoso_' }),
			wanting([SHOE]),
			[person('a', { shoeSize: 42 })],
		);
		expect(error).toBeUndefined();
	});
});
