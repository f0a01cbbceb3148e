/** The template as a person imports it, on public data: three runs by hand, then its schedule. */
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from '../n8n/places';
import type { Run } from '../n8n/execution';
import type { WorkflowDefinition } from '../n8n/workflow';
import { writeOrganisations } from '../start/organisations';
import { readTemplateFor } from '../start/prepare';
import { freshName, nodeOf, offered, startWorld, summary, sync, type SyncWorld } from './syncLine';

jest.setTimeout(180_000);

const file = path.join(root, 'workflows/segment-to-dynamics365.json');
const mapped = [
	...['accountnumber', 'name', 'address1_city', 'address1_country', 'crmsync_icao'],
	...['crmsync_timezone', 'crmsync_altitude', 'crmsync_kind', 'description'],
];

let world: SyncWorld;
let csv = '';

beforeAll(async () => {
	world = await startWorld();
	csv = path.join(world.n8n.filesFolder, 'organisations.csv');
});
afterAll(async () => await world.org.close());

/** The file with its credential and path replaced, under a Sync Name of its own. */
function imported(): WorkflowDefinition {
	const workflow = readTemplateFor(file, csv, world.credential);
	nodeOf(workflow, 'Segment Diff').parameters.syncName = freshName();
	return workflow;
}

describe('three runs by hand', () => {
	let workflow: WorkflowDefinition;
	beforeAll(() => {
		workflow = imported();
	});
	const runOn = async (version: 'original' | 'edited'): Promise<Run> => {
		writeOrganisations(csv, version);
		return await world.n8n.run(workflow, 'Run by Hand');
	};

	test('design:R1 design:R8 the first creates 5,653 accounts and holds 1,531 rows without code', async () => {
		const before = world.commits();
		const run = await runOn('original');
		expect(run.error).toBeUndefined();
		expect(run.items('Rows of the Segment')).toHaveLength(7184);
		expect(summary(run, 'Dynamics 365 Upsert')).toMatchObject({ read: 5653, created: 5653 });
		expect(world.accounts()).toHaveLength(5653);
		// Text of the file, in the types of the table (sync:T4, sync:T10).
		const zurich = world.accounts().find(({ accountnumber }) => accountnumber === 'ZRH');
		expect(zurich).toMatchObject({ crmsync_altitude: 1416, crmsync_kind: 935_350_000 });
		expect(world.commits()).toBe(before + 5653);
		expect(run.items('Rows to Repair')).toHaveLength(1531);
		expect(run.records('Rows to Repair')[0]).toMatchObject({
			id: expect.anything(),
			name: expect.any(String),
			reason: expect.stringContaining('accountnumber'),
		});
		expect(run.items('Written')).toHaveLength(5653);
		expect(run.records('Log')[0]).toMatchObject({ created: 5653 });
	});

	test('design:R1 the second sends nothing; the mapper alone reads the types of the fields', async () => {
		const before = world.commits();
		const seen = world.org.log.length;
		const run = await runOn('original');
		expect(run.error).toBeUndefined();
		expect(run.items('Segment Diff')).toEqual([]);
		expect(run.ran('Dynamics 365 Upsert')).toBe(false);
		expect(world.commits()).toBe(before);
		const [metadata, ...others] = world.org.log.slice(seen);
		expect(others).toEqual([]);
		expect(metadata.parts?.map(({ method }) => method)).toEqual(metadata.parts?.map(() => 'GET'));
		expect(run.hints('Segment Diff')[0].message).toContain('5,653 unchanged');
	});

	test('design:R7 design:R9 the third has exactly three effects and touches mapped columns only', async () => {
		const before = new Map(world.accounts().map((row) => [row.accountid, row]));
		const commits = world.commits();
		const run = await runOn('edited');
		expect(run.error).toBeUndefined();
		const [changed, refused, leaver] = ['changed', 'added', 'removed'].map((change) =>
			run.records('Segment Diff').find((record) => sync(record).change === change)!,
		);
		expect(offered(run, 'Segment Diff')).toHaveLength(3);
		expect(sync(changed).changedFields).toEqual(['name']);
		expect(summary(run, 'Dynamics 365 Upsert')).toMatchObject({ read: 3, updated: 2, rejected: 1 });
		expect(run.records('Alert')).toMatchObject([
			{ accountnumber: 'ZZC', _sync: { result: { error: { code: '0x80040278' } } } },
		]);
		expect(sync(run.records('Alert')[0]).result?.error?.message).toContain("'name'");
		expect(refused.accountnumber).toBe('ZZC');

		expect(world.commits()).toBe(commits + 2);
		const after = new Map(world.accounts().map((row) => [row.accountid, row]));
		expect(after.size).toBe(before.size);
		const differing = [...after].flatMap(([id, row]) => {
			const old = before.get(id)!;
			const columns = Object.keys({ ...old, ...row }).filter((name) => old[name] !== row[name]);
			const own = columns.filter((name) => !['versionnumber', 'modifiedon'].includes(name));
			return columns.length === 0 ? [] : [{ number: row.accountnumber, columns: own.sort() }];
		});
		expect(differing).toHaveLength(2);
		expect(differing).toContainEqual({ number: changed.accountnumber, columns: ['name'] });
		expect(differing).toContainEqual({
			number: leaver.accountnumber,
			columns: ['statecode', 'statuscode'],
		});
		const history = Object.values(world.org.history('account')).flat();
		const update = history.filter(({ values }) => values.name === changed.name);
		expect(update.map(({ values }) => Object.keys(values))).toEqual([['name']]);
		// A leaver is deactivated: its state and ids of known rows are all that is sent beside the mapping.
		expect([...sentColumns()].sort()).toEqual(
			['accountid', ...mapped, 'statecode', 'statuscode'].sort(),
		);
	});
});

/** Every column of every body the organisation was ever sent, bookkeeping of the Web API left out. */
function sentColumns(): Set<string> {
	const bodies = world.org.log.flatMap(
		({ body, parts }) => parts?.map((part) => part.body) ?? [body],
	);
	const names = bodies.flatMap((body) =>
		[...body.matchAll(/"([\w.@]+)":/g)].map(([, name]) => name),
	);
	return new Set(names.filter((name) => name !== 'Targets' && !name.includes('@')));
}

test('design:R4 Preview, switched on by hand, shows the first run as a page and writes nothing', async () => {
	world.org.reset();
	writeOrganisations(csv, 'original');
	const workflow = imported();
	nodeOf(workflow, 'Preview').disabled = false;
	const preview = await world.n8n.executeStep(workflow, 'Preview as a Page');
	expect(preview.error).toBeUndefined();
	expect(preview.ran('Dynamics 365 Upsert')).toBe(false);
	expect(summary(preview, 'Preview')).toMatchObject({ read: 5653, created: 5653 });
	const { html } = preview.records('Preview as a Page')[0];
	expect(html).toMatch(/<table.*create.*crmsync_altitude/s);
	expect(world.commits()).toBe(0);
	nodeOf(workflow, 'Preview').disabled = true;
	const run = await world.n8n.run(workflow, 'Run by Hand');
	expect(run.error).toBeUndefined();
	expect(summary(run, 'Dynamics 365 Upsert')).toMatchObject({ created: 5653 });
	expect(run.ran('Preview as a Page')).toBe(false);
	expect(world.commits()).toBe(5653);
});

test('the schedule of the template fires runs that work', async () => {
	world.org.reset();
	writeOrganisations(csv, 'original');
	const workflow = imported();
	const { parameters } = nodeOf(workflow, 'Every Hour');
	parameters.rule = { interval: [{ field: 'seconds', secondsInterval: 2 }] };
	workflow.settings = { ...workflow.settings, saveDataSuccessExecution: 'all' };
	await world.n8n.activate(workflow);
	// On a busy machine the second run starts, and may end, while the first still writes.
	let started: Array<{ id: string; status: string }> = [];
	const ended = ({ status }: { status: string }) => status !== 'running' && status !== 'new';
	while (started.length < 2 || !started.slice(0, 2).every(ended)) {
		await sleep(300);
		const all = await world.n8n.executions(workflow);
		started = all.sort((a, b) => Number(a.id) - Number(b.id));
	}
	await world.n8n.deactivate(workflow);
	const first = await world.n8n.result(started[0].id);
	const second = await world.n8n.result(started[1].id);
	expect(first).toMatchObject({ status: 'success', mode: 'trigger' });
	expect(summary(first, 'Dynamics 365 Upsert')).toMatchObject({ created: 5653 });
	expect(second.status).toBe('success');
	expect(world.accounts()).toHaveLength(5653);
	expect(world.commits()).toBe(5653);
});
