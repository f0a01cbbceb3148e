/** The template as a person imports it, in queue mode: on its schedule, then by hand. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Run } from '../n8n/execution';
import { root } from '../n8n/places';
import { until } from '../n8n/until';
import { startDataverse } from '../sandbox/dataverse';
import { credentialData } from '../sandbox/dynamicsCredential';
import { writeOrganisations } from '../start/organisations';
import { readTemplateFor } from '../start/prepare';
import type { QueueWorld } from './queueModeWorld';
import { freshName, nodeOf, summary } from './syncLine';

/** Both workers run it on schedule and main by hand: every row is written once, by one of them. */
export async function runTemplate(world: QueueWorld): Promise<void> {
	const { n8n, filesFolder } = world.queue;
	const org = await startDataverse();
	const type = 'crmSyncDynamics365Api';
	const credential = await n8n.createCredential(type, 'Template', credentialData(org));
	const csv = path.join(filesFolder, 'organisations.csv');
	writeOrganisations(csv, 'original');
	const lines = readFileSync(csv, 'utf8').split('\r\n');
	writeFileSync(csv, lines.slice(0, 601).join('\r\n'));
	const file = path.join(root, 'workflows/segment-to-dynamics365.json');
	const workflow = readTemplateFor(file, csv, credential);
	const diff = nodeOf(workflow, 'Segment Diff');
	Object.assign(diff.parameters, { syncName: freshName(), stateStore: 'postgres' });
	diff.credentials = { postgres: { id: world.state.id, name: world.state.name } };
	nodeOf(workflow, 'Every Hour').parameters.rule = {
		interval: [{ field: 'seconds', secondsInterval: 3 }],
	};
	workflow.settings = { ...workflow.settings, saveDataSuccessExecution: 'all' };

	await n8n.activate(workflow);
	let done: string[] = [];
	const workers = new Set<unknown>();
	await until('both workers ran it', async () => {
		const all = await n8n.executions(workflow);
		done = all.filter(({ status }) => status !== 'new' && status !== 'running').map(({ id }) => id);
		for (const id of done) workers.add(world.workerOf(id));
		return workers.size === 2;
	});
	await n8n.deactivate(workflow);
	expect(workers).not.toContain(undefined);
	const runs = await Promise.all(done.map(async (id) => await n8n.result(id)));
	expect(runs.map(({ status, mode }) => `${status} ${mode}`)).toEqual(
		runs.map(() => 'success trigger'),
	);
	const created = (run: Run) => Number(summary(run, 'Dynamics 365 Upsert').created ?? 0);
	const [first, ...more] = runs.map(created).filter((count) => count > 0);
	expect(first).toBeGreaterThan(400);
	expect(more).toEqual([]);

	const byHand = await n8n.run(workflow, 'Run by Hand');
	expect(byHand).toMatchObject({ status: 'success', mode: 'manual', error: undefined });
	expect(byHand.items('Segment Diff')).toEqual([]);
	expect(world.workerOf(byHand.id)).toBeUndefined();

	const rows = org.rows('account').filter(({ accountnumber }) => accountnumber);
	const keys = new Set(rows.map(({ accountnumber }) => accountnumber));
	const written = Object.values(org.history('account')).flat();
	expect([rows.length, keys.size, written.length]).toEqual([first, first, first]);
	world.add('template, schedule and by hand', {
		runs: done.length + 1,
		damage: { lost: [], doubled: [], removed: [] },
	});
	await org.close();
}
