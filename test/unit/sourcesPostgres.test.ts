import fc from 'fast-check';

import { postgresRows } from '../../shared/sources/postgresRows';
import { decoderOf } from '../../shared/sources/postgresValues';
import type { PostgresAccess } from '../../shared/state/postgresAccess';
import { freePorts } from '../n8n/ports';
import { usePostgres } from '../sandbox/postgres';
import { collect, plain, refusalOf } from './sourcesFixture';

const server = usePostgres();

const read = (
	query: string,
	more: { access?: Partial<PostgresAccess>; signal?: AbortSignal } = {},
) => postgresRows({ ...server.admin, ...more.access }, { ...plain, query }, more.signal);

const sessions = async () =>
	await server.query(
		server.admin,
		"SELECT pid FROM pg_stat_activity WHERE application_name = 'n8n-nodes-crm-sync'",
	);

const areGone = async () => {
	while ((await sessions()).length > 0) await new Promise((resolve) => setTimeout(resolve, 10));
};

describe('a Postgres query', () => {
	it('keeps types by the written rule', async () => {
		const query = `-- the segment
SELECT 1::int2 AS small, 2 AS whole, 1.5::float4 AS real, 0.1::float8 AS double, 'NaN'::float8 AS nan,
	9007199254740993::int8 AS big, 12345678901234567890.10::numeric AS exact, true AS yes, NULL::int AS nothing,
	timestamptz '2026-01-31 10:30:00.25+01' AS instant, timestamptz 'infinity' AS ever,
	timestamp '2026-01-31 10:30:00.123456' AS local, date '2026-01-31' AS day, time '10:30' AS clock,
	'{"a":[1,9007199254740993]}'::json AS json, '"x"'::jsonb AS jsonb, '\\x00ff'::bytea AS bytes,
	'7e57d004-2b97-0e7a-b45f-5387367791cd'::uuid AS id, interval '1 day 2 hours' AS span,
	ARRAY[1,NULL,3] AS numbers, ARRAY['a,b','"q"','','NULL',NULL] AS texts, '{{1,2},{3,4}}'::int8[] AS grid,
	'[0:1]={t,f}'::bool[] AS bounds, '{}'::int[] AS none, ARRAY['\\x01'::bytea] AS files, 1 AS "__proto__"; -- done`;
		const [row] = await collect(read(query));
		expect(Object.entries(row!.record)).toEqual(
			Object.entries({
				small: 1,
				whole: 2,
				real: 1.5,
				double: 0.1,
				nan: 'NaN',
				big: '9007199254740993',
				exact: '12345678901234567890.10',
				yes: true,
				nothing: null,
				instant: new Date('2026-01-31T09:30:00.250Z'),
				ever: 'infinity',
				local: '2026-01-31 10:30:00.123456',
				day: '2026-01-31',
				clock: '10:30:00',
				json: { a: [1, '9007199254740993'] },
				jsonb: 'x',
				bytes: 'AP8=',
				id: '7e57d004-2b97-0e7a-b45f-5387367791cd',
				span: '1 day 02:00:00',
				numbers: [1, null, 3],
				texts: ['a,b', '"q"', '', 'NULL', null],
				grid: [
					['1', '2'],
					['3', '4'],
				],
				bounds: [true, false],
				none: [],
				files: ['AQ=='],
				['__proto__']: 1,
			}),
		);
	});

	it('reads types made in the database, whatever dates it prefers', async () => {
		const access = await server.newDatabase();
		await server.query(
			access,
			`CREATE TYPE mood AS ENUM ('glad', 'sad'); CREATE DOMAIN age AS int;
			ALTER DATABASE ${access.database} SET datestyle = 'German, DMY';
			ALTER DATABASE ${access.database} SET timezone = 'Asia/Kolkata'`,
		);
		const query =
			"SELECT 'glad'::mood AS one, '{glad,sad}'::mood[] AS two, 7::age AS age, date '2026-01-31' AS day, timestamptz '2026-01-31 09:30Z' AS at";
		expect(await collect(read(query, { access }))).toEqual([
			{
				index: 0,
				record: {
					one: 'glad',
					two: ['glad', 'sad'],
					age: 7,
					day: '2026-01-31',
					at: new Date('2026-01-31T09:30:00Z'),
				},
			},
		]);
	});

	it('comes in batches with a running index, and every statement that gives rows will do', async () => {
		const rows = await collect(read('SELECT i FROM generate_series(1, 2500) AS i;'));
		expect(rows).toHaveLength(2_500);
		expect(rows.every(({ index, record }) => record.i === index! + 1)).toBe(true);
		expect(await collect(read('WITH x AS (VALUES (1)) TABLE x /* all */'))).toHaveLength(1);
		expect(await collect(read('VALUES (1), (2)'))).toHaveLength(2);
		expect(await collect(read('SELECT 1 WHERE false'))).toEqual([]);
		await areGone();
	});

	it('closes cursor and connection when the reader stops early', async () => {
		for await (const batch of read('SELECT i FROM generate_series(1, 1000000) AS i')) {
			expect(batch).toHaveLength(1_000);
			expect(await sessions()).toHaveLength(1);
			break;
		}
		await areGone();
	});

	it('stops at the server when the execution is cancelled in the middle of a fetch (design:R9)', async () => {
		const controller = new AbortController();
		const reading = collect(read('SELECT pg_sleep(60)', { signal: controller.signal }));
		const refusal = refusalOf(reading);
		const active =
			"SELECT pid FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'FETCH%'";
		while ((await server.query(server.admin, active)).length === 0) continue;
		controller.abort();
		const error = await refusal;
		expect(error).toMatchObject({ name: 'SyncError', code: 'unavailable' });
		expect(error.message).toContain('cancelled');
		await areGone();
		expect(await refusalOf(collect(read('SELECT 1', { signal: controller.signal })))).toMatchObject(
			{ code: 'unavailable' },
		);
	});

	it('says that the connection was cut in the middle', async () => {
		const reading = async () => {
			for await (const batch of read('SELECT i FROM generate_series(1, 1000000) AS i')) {
				if (batch[0]?.index === 2_000) await server.cut();
			}
		};
		const error = await refusalOf(reading());
		expect(error).toMatchObject({ name: 'SyncError', code: 'unavailable' });
		expect(error.message).toContain('The source database "postgres" on 127.0.0.1');
		await areGone();
	});

	it.each<[string, string, string]>([
		['nothing', ' \n ', 'Query is empty'],
		['a misspelt word', 'SELEC 1', 'cannot read the query'],
		['two statements', 'SELECT 1; SELECT 2', 'cannot read the query'],
		[
			'an end of the transaction',
			'SELECT 1; COMMIT; CREATE TABLE trap ()',
			'cannot read the query',
		],
		['a statement that writes', 'DELETE FROM pg_class', 'cannot read the query'],
		['a function that writes', 'SELECT lo_create(0)', 'which would write'],
		['a table that is not there', 'SELECT * FROM nobody', 'does not know a table'],
		['a column that is not there', 'SELECT nothing FROM pg_class', 'does not know a column'],
		['a parameter', 'SELECT $1', 'a parameter'],
		['an unknown function', 'SELECT nothing()', 'refuses the query'],
		[
			'a value that breaks it',
			'SELECT 1 / (1500 - i) FROM generate_series(1, 3000) AS i',
			'cannot work with',
		],
		['two columns of one name', 'SELECT 1 AS a, 2 AS a', 'two columns the name "a"'],
	])('refuses %s in words', async (_, query, words) => {
		const error = await refusalOf(collect(read(query)));
		expect(error).toMatchObject({ name: 'SyncError', code: 'config' });
		expect(error.message).toContain(words);
		expect(error.details.hint).toBeTruthy();
		await areGone();
	});

	it('says what the user may not do, and what a credential lacks', async () => {
		const access = await server.newDatabase();
		await server.query(
			access,
			"CREATE ROLE reader LOGIN PASSWORD 'only reads'; CREATE TABLE secret (id int)",
		);
		const reader = { ...access, user: 'reader', password: 'only reads' };
		const denied = await refusalOf(collect(read('SELECT * FROM secret', { access: reader })));
		expect(denied).toMatchObject({ code: 'config' });
		expect(denied.message).toContain('does not let this user read');
		expect(denied.details.hint).toContain('GRANT SELECT');
		const wrong = await refusalOf(
			collect(read('SELECT 1', { access: { password: 'not this one' } })),
		);
		expect(wrong).toMatchObject({ code: 'auth' });
		expect(JSON.stringify([wrong.message, wrong.details])).not.toContain('not this one');
		const [port] = await freePorts(1);
		const nobody = await refusalOf(collect(read('SELECT 1', { access: { port: port! } })));
		expect(nobody).toMatchObject({ code: 'unavailable' });
	});
});

describe('lists of Postgres', () => {
	const nested = (depth: number): fc.Arbitrary<unknown> =>
		fc.array(depth === 0 ? fc.option(fc.string({ unit: 'grapheme' })) : nested(depth - 1), {
			minLength: 1,
			maxLength: 3,
		});
	const printed = (value: unknown): string => {
		if (Array.isArray(value)) return `{${value.map(printed).join(',')}}`;
		return value === null ? 'NULL' : `"${String(value).replace(/["\\]/gu, '\\$&')}"`;
	};

	it('are read back as they are printed', () => {
		const decode = decoderOf(1009, new Map([[1009, 25]]));
		fc.assert(
			fc.property(fc.nat(2).chain(nested), (list) => expect(decode(printed(list))).toEqual(list)),
		);
	});
});
