/**
 * n8n:S-08 n8n:S-09: Dynamics 365 Changes Trigger in queue mode: it looks on main, the workflow runs on a worker, and
 * the sync is in Postgres. It starts where there is work, once for each change.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Run } from '../n8n/execution';
import { chain, node, uses, type StoredCredential, type WorkflowDefinition } from '../n8n/workflow';
import { until } from '../n8n/until';
import { armRequest } from '../nodes/crashRequest';
import { startDataverse, type DataverseSandbox } from '../sandbox/dataverse';
import { credentialData } from '../sandbox/dynamicsCredential';
import { asSomebody } from './changesTemplates';
import { describeQueueMode, QueueWorld } from './queueModeWorld';
import { freshName, nodeOf, pack, summary, writerNode, type SyncWorld } from './syncLine';

jest.setTimeout(300_000);

const type = 'crmSyncDynamics365Api';
const table = (value: string) => ({ __rl: true, mode: 'name', value });
/** Publishing looks at once; the clock is not to look as well. */
const pollTimes = { item: [{ mode: 'everyX', value: 24, unit: 'hours' }] };

describeQueueMode('Dynamics 365 Changes Trigger in queue mode', () => {
	let world: QueueWorld;
	let org: DataverseSandbox;
	let credential: StoredCredential;
	let workflow: WorkflowDefinition;
	let stored = '';
	beforeAll(async () => {
		world = await QueueWorld.open();
	}, 240_000);
	afterAll(async () => await world?.queue.close(), 60_000);
	beforeEach(async () => {
		org = await startDataverse();
		credential = await world.queue.n8n.createCredential(type, org.url, credentialData(org));
		workflow = line();
		stored = await world.queue.n8n.save(workflow);
		await world.fill();
	});
	afterEach(async () => {
		await world.queue.n8n.deactivate(workflow);
		await org.close();
	});

	/** What changes in contacts is written to accounts. */
	function line(): WorkflowDefinition {
		const values = [
			['accountnumber', 'crmsync_externalid'],
			['name', 'lastname'],
		].map(([destinationField, field]) => ({
			...{ destinationField, source: `={{ $json.${field} }}`, applyUpdates: true },
		}));
		const stored = { authentication: type, stateStore: 'postgres' };
		const credentials = { ...uses(credential).credentials, ...uses(world.state).credentials };
		const columns = ['crmsync_externalid', 'lastname'];
		const reading = { syncName: freshName(), table: table('contact'), columns };
		const mapping = {
			...{ keyFields: 'accountnumber', mappings: { values } },
			...{ applyUpdates: 'perField', passThrough: 'none', options: {} },
		};
		return chain(`Changes ${reading.syncName}`, [
			node(
				'Trigger',
				`${pack}.dynamics365ChangesTrigger`,
				{ ...stored, pollTimes },
				{ credentials },
			),
			node('Changes', `${pack}.dynamics365Changes`, { ...stored, ...reading }, { credentials }),
			node('Map', `${pack}.fieldMapper`, mapping),
			writerNode({ credential } as SyncWorld),
		]);
	}

	const add = (code: string) => org.insert('contact', { crmsync_externalid: code, lastname: code });
	const rename = async (id: string, lastname: string) =>
		await asSomebody(org, 'PATCH', `contacts(${id})`, { lastname });
	const started = async () => await world.queue.n8n.executions(workflow);
	const asked = () => org.log.filter(({ url }) => url.includes('deltatoken')).length;
	const commits = () => Object.values(org.history('account')).flat().length;

	/** How publishing went: n8n publishes and looks on its own time. */
	async function published(): Promise<{ readonly status: string }> {
		const { rest } = world.queue.n8n;
		let said = { status: 'in_progress' };
		await until('it is published, or not', async () => {
			said = await rest.get<{ status: string }>(`/workflows/${stored}/publication-status`);
			return said.status !== 'in_progress';
		});
		return said;
	}

	async function look(): Promise<void> {
		await world.queue.n8n.deactivate(workflow);
		await world.queue.n8n.activate(workflow);
		expect(await published()).toMatchObject({ status: 'published' });
	}

	/** Looks until the workflow has had so many executions: main may hear late that the last one has ended. */
	async function lookUntil(count: number): Promise<void> {
		await until(`execution ${count} begins`, async () => {
			await look();
			const limit = Date.now() + 3_000;
			while ((await started()).length < count && Date.now() < limit) await sleep(100);
			return (await started()).length >= count;
		});
	}

	/** A look that starts nothing: it has asked the organisation, and no execution follows. */
	async function quietLook(): Promise<void> {
		const [before, executions] = [asked(), (await started()).length];
		await look();
		await until('the trigger has looked', () => asked() > before);
		await sleep(1_000);
		expect(await started()).toHaveLength(executions);
	}

	/** Looks until the workflow has its nth execution, and waits until that has ended. */
	async function nth(count: number): Promise<Run> {
		if ((await started()).length < count) await lookUntil(count);
		const ids = (await started()).map(({ id }) => id).sort((a, b) => Number(a) - Number(b));
		return await world.queue.n8n.result(ids[count - 1]!, 100);
	}

	test('n8n:S-08 n8n:S-09 finds the cursor that a worker stored; one execution for each change, none without', async () => {
		const ann = add('Ann');
		add('Bob');
		const first = await nth(1);
		expect(first).toMatchObject({ status: 'success', mode: 'trigger' });
		expect(summary(first)).toMatchObject({ created: 2 });
		await quietLook();
		await rename(ann, 'Anna');
		const second = await nth(2);
		expect(second.records('Trigger')).toMatchObject([{ changes: 1 }]);
		expect(summary(second)).toMatchObject({ updated: 1 });
		await quietLook();
		for (const { id } of [first, second]) expect(world.workerOf(id)).toBeDefined();
		expect(commits()).toBe(3);
	});

	test('n8n:S-08 while no worker is free one execution waits, however often the trigger looks', async () => {
		const ann = add('Ann');
		await nth(1);
		await rename(ann, 'Anna');
		for (const { pid } of world.workers) process.kill(pid, 'SIGSTOP');
		try {
			await lookUntil(2);
			await quietLook();
			await quietLook();
		} finally {
			for (const { pid } of world.workers) process.kill(pid, 'SIGCONT');
		}
		expect(summary(await nth(2))).toMatchObject({ updated: 1 });
		await quietLook();
		await rename(ann, 'Anne');
		expect(summary(await nth(3))).toMatchObject({ updated: 1 });
		expect(commits()).toBe(3);
	});

	test('design:R3 design:R13 a worker killed while it writes: the next look starts it again on the other', async () => {
		for (const name of ['Ann', 'Bob', 'Cid']) add(name);
		let isKilled = false;
		const disarm = armRequest(org, { when: 'midway', nth: 1 }, () => {
			isKilled = true;
			world.kill(world.busy);
		});
		await lookUntil(1);
		await until('the worker is killed', () => isKilled);
		disarm();
		await world.queue.failStalledJobs(async () => (await started())[0]?.status !== 'running');
		const { status } = await nth(1);
		expect(status).not.toBe('success');
		await world.fill();
		const again = await nth(2);
		expect(again.records('Trigger')).toMatchObject([
			{ reason: 'No run has read the table to its end; one was cut off.' },
		]);
		expect(again.status).toBe('success');
		await quietLook();
		const numbers = org.rows('account').map(({ accountnumber }) => accountnumber);
		expect(numbers.filter(Boolean).sort()).toEqual(['Ann', 'Bob', 'Cid']);
	});

	test('design:9 another database than the node behind it has: it starts, and says what may be wrong', async () => {
		const { host, port, database, user, password } = await world.queue.postgres.newDatabase();
		const data = { host, port, database, user, password, ssl: 'disable' };
		const other = await world.queue.n8n.createCredential('postgres', 'Other', data);
		const trigger = nodeOf(workflow, 'Trigger');
		trigger.credentials = { ...trigger.credentials, ...uses(other).credentials };
		add('Ann');
		for (const count of [1, 2]) {
			const [{ reason }] = (await nth(count)).records('Trigger');
			expect(reason).toContain('the Postgres credential of the node "Changes" is not that of');
		}
		expect(commits()).toBe(1);
	});

	test('design:8 a file that main and workers do not share is refused when it is published, naming the cure', async () => {
		for (const name of ['Trigger', 'Changes']) {
			nodeOf(workflow, name).parameters.stateStore = 'embedded';
		}
		const { n8n } = world.queue;
		const message = 'The embedded state store does not work in queue mode (EXECUTIONS_MODE=queue)';
		const cure = 'Set State Store of this node to Postgres';
		const byHand = await n8n.run(workflow, 'Trigger');
		expect(byHand.error).toMatchObject({ node: 'Trigger', message });
		expect(byHand.error?.description).toContain(cure);
		await n8n.activate(workflow);
		expect(await published()).toMatchObject({
			status: 'failed',
			triggers: [{ errorMessage: expect.stringContaining(cure) }],
		});
		expect(org.log).toEqual([]);
	});
});
