import { fingerprinter } from '../../shared/core/fingerprint';
import { rowTyping, type ColumnType } from '../../shared/sources/columnTypes';
import { postgresRows } from '../../shared/sources/postgresRows';
import { usePostgres } from '../sandbox/postgres';
import { collect, plain, recordsOf } from './sourcesFixture';

const server = usePostgres();

const read = (query: string, declared: ReadonlyMap<string, ColumnType> = new Map()) =>
	postgresRows(server.admin, { ...plain, query, declared });

describe('one result whatever the source', () => {
	it('gives the same fingerprints for the same typed records (sync:T5)', async () => {
		const declared = new Map<string, ColumnType>([
			['id', 'text'],
			['amount', 'number'],
			['visits', 'wholeNumber'],
			['optedIn', 'boolean'],
			['born', 'date'],
			['seen', 'dateTime'],
			['tags', 'json'],
		]);
		const records = Array.from({ length: 30 }, (_, index) => ({
			id: `00${index}`,
			amount: index % 5 === 0 ? null : index / 4,
			visits: index,
			optedIn: index % 2 === 0,
			born: `19${70 + index}-02-0${1 + (index % 9)}`,
			seen: new Date(Date.UTC(2026, 0, 1 + index, 9, 30)),
			tags: { list: [index, 'a"b'] },
		}));
		const print = fingerprinter();
		const prints = (list: ReadonlyArray<Record<string, unknown>>) =>
			list.map((record) => print.record(record, String(record.id)));
		const typing = rowTyping({ declared, timeZone: plain.timeZone });
		const items = records.map((record, index) => typing({ index, record }).record);
		const json = records.map((record) => JSON.stringify(record)).join('\n');
		const quoted = (value: unknown) => `"${String(value ?? '').replaceAll('"', '""')}"`;
		const csv = [
			[...declared.keys()],
			...records.map(({ seen, tags, ...rest }) => [
				...Object.values(rest),
				seen.toISOString(),
				JSON.stringify(tags),
			]),
		]
			.map((row) => row.map(quoted).join(';'))
			.join('\r\n');
		const literal = JSON.stringify(records).replaceAll("'", "''");
		const query = `SELECT * FROM json_to_recordset('${literal}') AS x(id text, amount numeric, visits bigint, "optedIn" boolean, born date, seen timestamptz, tags jsonb)`;
		const expected = prints(items);
		expect(prints(await recordsOf(json, { declared }))).toEqual(expected);
		expect(prints(await recordsOf(csv, { declared }))).toEqual(expected);
		expect(prints((await collect(read(query, declared))).map(({ record }) => record))).toEqual(
			expected,
		);
	});

	it('gives the same fingerprints to what nobody declared, where all sources have the type', async () => {
		const print = fingerprinter();
		const [row] = await collect(
			read(`SELECT 'x' AS a, 1.5::float8 AS b, true AS c, NULL AS d, '[1]'::json AS e`),
		);
		const [record] = await recordsOf('{"a":"x","b":1.5,"c":true,"d":null,"e":[1]}');
		expect(print.record(row!.record, 'k')).toBe(print.record(record!, 'k'));
	});
});
