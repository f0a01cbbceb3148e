/** The sharded template as a person imports it: four executions that share one segment and one writer. */
import path from 'node:path';
import type { IDataObject } from 'n8n-workflow';
import type { Run } from '../n8n/execution';
import { root } from '../n8n/places';
import { readTemplate, type WorkflowDefinition } from '../n8n/workflow';
import type { PostgresAccess } from '../../shared/state/postgresAccess';
import { usePostgres } from '../sandbox/postgres';
import { startWorld, summary, sync, type SyncWorld } from './syncLine';

jest.setTimeout(120_000);

const template = path.join(root, 'workflows/sharded-segment-to-dynamics365.json');
const shards = ['1/4', '2/4', '3/4', '4/4'];
const writer = 'Dynamics 365 Upsert';
const customers = 60;
const table = `
	CREATE TABLE customers (customer_no text PRIMARY KEY, name text, city text, country text, employees integer);
	INSERT INTO customers SELECT 'C-' || n, 'Customer ' || n, 'Somewhere', 'NL', n FROM generate_series(1, ${customers}) n`;

const postgres = usePostgres();
let world: SyncWorld;
let source: PostgresAccess;
let workflow: WorkflowDefinition;

beforeAll(async () => {
	world = await startWorld();
	source = await postgres.newDatabase();
	await postgres.query(source, table);
	const { host, port, database, user, password } = source;
	const data = { host, port, database, user, password, ssl: 'disable' };
	const state = await world.n8n.createCredential('postgres', 'Source and state', data);
	workflow = readTemplate(template, [world.credential, state]);
	workflow.settings = { ...workflow.settings, saveDataSuccessExecution: 'all' };
}, 120_000);

afterAll(async () => await world?.org.close());

/** Every shard once, as its trigger would start it. */
async function runAll(): Promise<Run[]> {
	const runs: Run[] = [];
	for (const shard of shards) runs.push(await world.n8n.run(workflow, `Every Hour ${shard}`));
	expect(runs.map(({ status, error }) => error?.message ?? status)).toEqual(
		shards.map(() => 'success'),
	);
	return runs;
}

const sum = (runs: readonly Run[], count: string) =>
	runs.reduce((total, run) => total + Number(summary(run, writer)[count] ?? 0), 0);

const outcome = (record: IDataObject) => {
	const { change, result } = sync(record);
	return `${change} ${result?.status} ${String(record.accountnumber)}`;
};

test('n8n:S-08 each trigger runs its own shard; together they write every row once, and remove what left once', async () => {
	const first = await runAll();
	for (const [place, run] of first.entries()) {
		const ran = shards.filter((shard) => run.ran(`Segment Diff ${shard}`));
		expect(ran).toEqual([shards[place]]);
		expect(run.records(writer).length).toBeGreaterThan(0);
	}
	expect(sum(first, 'created')).toBe(customers);
	expect(world.commits()).toBe(customers);
	const numbers = world.accounts().map(({ accountnumber }) => accountnumber);
	expect(new Set(numbers).size).toBe(customers);

	const second = await runAll();
	expect(world.commits()).toBe(customers);
	// A run without changes is logged too, and shows no record.
	expect(second.map((run) => run.items('Log').length)).toEqual([1, 1, 1, 1]);
	expect(second.flatMap((run) => run.items('Written'))).toEqual([]);

	await postgres.query(source, `UPDATE customers SET name = 'Renamed' WHERE customer_no = 'C-7'`);
	await postgres.query(source, `DELETE FROM customers WHERE customer_no = 'C-8'`);
	const third = await runAll();
	const touched = third.flatMap((run) => run.records('Written')).map(outcome);
	expect(touched.sort()).toEqual(['changed updated C-7', 'removed updated C-8']);
	const inactive = world.accounts().filter(({ statecode }) => statecode === 1);
	expect(inactive.map(({ accountnumber }) => accountnumber)).toEqual(['C-8']);
	expect(world.commits()).toBe(customers + 2);
});
