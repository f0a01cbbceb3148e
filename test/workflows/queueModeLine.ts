/** One sync on n8n in queue mode: a source that is asked by HTTP, its workflow, its organisation and an oracle. */
import type { IDataObject } from 'n8n-workflow';
import { PostgresStore } from '../../shared/state/postgresStore';
import type { Run } from '../n8n/execution';
import { until } from '../n8n/until';
import { chain, core, node, uses, type StoredCredential } from '../n8n/workflow';
import { CrashWitness, type Damage } from '../nodes/crashWitness';
import type { SourceRow } from '../nodes/crashWire';
import { startDataverse, type DataverseSandbox } from '../sandbox/dataverse';
import { credentialData } from '../sandbox/dynamicsCredential';
import { listen } from '../sandbox/httpServer';
import type { QueueWorld } from './queueModeWorld';
import { diffNode, writerNode, wire, type SyncWorld } from './syncLine';

/** A production trigger: a call from outside, or a schedule that does not care whether the last run has ended. */
const triggers = {
	webhook: (path: string) =>
		node(
			'Trigger',
			'n8n-nodes-base.webhook',
			{ path, httpMethod: 'POST', options: {} },
			{ typeVersion: 2, webhookId: path },
		),
	schedule: () =>
		node(
			'Trigger',
			'n8n-nodes-base.scheduleTrigger',
			{ rule: { interval: [{ field: 'seconds', secondsInterval: 1 }] } },
			{ typeVersion: 1.2 },
		),
};

/** How a line differs from the usual one. */
export interface LineChoice {
	readonly trigger?: keyof typeof triggers;
	readonly diff?: IDataObject;
	readonly writer?: IDataObject;
}

interface Place {
	readonly name: string;
	readonly org: DataverseSandbox;
	readonly credential: StoredCredential;
	readonly sourceUrl: string;
	readonly choice: LineChoice;
}

const removals = { approve: '', options: {} };

function workflowOf({ state }: QueueWorld, { name, credential, sourceUrl, choice }: Place) {
	const from = node('Source', 'n8n-nodes-base.httpRequest', { url: sourceUrl, options: {} });
	const parameters = { stateStore: 'postgres', ...removals, ...choice.diff };
	const workflow = chain(name, [
		triggers[choice.trigger ?? 'webhook'](name),
		{ ...from, typeVersion: 4.2 },
		diffNode(name, parameters, uses(state)),
		writerNode({ credential } as SyncWorld, { options: { batchSize: 4 }, ...choice.writer }),
	]);
	workflow.nodes.push(core.start());
	wire(workflow, ['Start', 0], 'Source');
	return workflow;
}

export class QueueLine {
	readonly workflow;
	readonly org;
	readonly witness;
	/** What the source answers. */
	private rows: readonly SourceRow[] = [];
	private readonly seen = new Set<string>();

	private constructor(
		readonly world: QueueWorld,
		private readonly place: Place,
		private readonly ends: ReadonlyArray<() => Promise<void>>,
	) {
		this.workflow = workflowOf(world, place);
		this.org = place.org;
		this.witness = new CrashWitness(place.org, 'upsert');
	}

	static async open(world: QueueWorld, name: string, choice: LineChoice = {}): Promise<QueueLine> {
		const org = await startDataverse();
		// One request after the other, so that a worker can be met between two of them.
		org.settings.dopHint = 1;
		const { n8n } = world.queue;
		const type = 'crmSyncDynamics365Api';
		const credential = await n8n.createCredential(type, name, credentialData(org));
		const lines: QueueLine[] = [];
		const server = await listen(() => {
			const body = JSON.stringify(lines[0]?.rows ?? []);
			return { status: 200, headers: { 'Content-Type': 'application/json' }, body };
		});
		const sourceUrl = `http://127.0.0.1:${server.port}/rows`;
		const ends = [server.close, org.close];
		const line = new QueueLine(world, { name, org, credential, sourceUrl, choice }, ends);
		lines.push(line);
		return line;
	}

	get damage(): Damage {
		return this.witness.damage;
	}

	/** Executions so far. */
	get runs(): number {
		return this.seen.size;
	}

	/** From now on the source answers this, and what differs may be written. */
	setRows(rows: readonly SourceRow[]): void {
		this.rows = rows;
		this.witness.begin(rows);
		this.witness.expectOffers();
	}

	/** Calls the webhook, whose workflow may just have been published. Returns the execution. */
	async call(): Promise<string> {
		const url = `${this.world.queue.n8n.rest.url}/webhook/${this.place.name}`;
		await until('the webhook is there', async () => (await fetch(url, { method: 'POST' })).ok);
		return await this.next();
	}

	/** The first execution that nobody has asked for yet. */
	async next(): Promise<string> {
		let fresh: string | undefined;
		await until('an execution begins', async () => {
			const all = await this.world.queue.n8n.executions(this.workflow);
			fresh = all
				.map(({ id }) => id)
				.filter((id) => !this.seen.has(id))
				.sort((a, b) => Number(a) - Number(b))[0];
			return fresh !== undefined;
		});
		this.seen.add(fresh!);
		return fresh!;
	}

	async result(execution: string): Promise<Run> {
		const run = await this.world.queue.n8n.result(execution, 100);
		if (run.error) throw new Error(`${run.error.message} ${run.error.description ?? ''}`);
		return run;
	}

	async run(): Promise<Run> {
		const run = await this.result(await this.call());
		await this.rest();
		return run;
	}

	/** Waits until nothing of the workflow is in the queue or at work. */
	async drain(): Promise<void> {
		const { n8n } = this.world.queue;
		await until('all executions have ended', async () => {
			const all = await n8n.executions(this.workflow);
			return all.every(({ status }) => status !== 'new' && status !== 'running');
		});
	}

	/** Waits until no run holds the sync, and notes what the state says that the destination has. */
	async rest(): Promise<void> {
		const { query } = this.world;
		const held = `SELECT 1 FROM crm_sync_sync WHERE name = '${this.place.name}' AND lease_run IS NOT NULL`;
		await until('the lease is given back', async () => (await query(held)).length === 0);
		await this.hearState();
	}

	/** Workers do not tell what they confirmed; the state does. */
	async hearState(): Promise<void> {
		const access = this.world.queue.state;
		const store = new PostgresStore(access, { schema: 'public', prefix: 'crm_sync_' });
		try {
			const sync = await store.find(this.place.name);
			const { members, offers } = await store.load(sync!);
			const settled = [...this.witness.written.keys()].filter((key) => !offers.has(key));
			const known = await members.load(settled);
			this.witness.hearConfirmed(
				settled.filter((key) => known.get(key)?.fingerprint !== undefined),
				settled.filter((key) => !known.has(key)),
			);
		} finally {
			await store.close();
		}
	}

	/** How the run of an execution ended, by its row; the last one where it ran twice. */
	async rowOf(execution: string): Promise<{ state: string; startedAt: number } | undefined> {
		const [row] = await this.world.query(
			`SELECT r.state, r.started_at FROM crm_sync_run r JOIN crm_sync_sync s ON s.id = r.sync
			 WHERE s.name = '${this.place.name}' AND r.execution = '${execution}' ORDER BY r.seq DESC`,
		);
		return row && { state: String(row.state), startedAt: Number(row.started_at) };
	}

	/** Seconds Segment Diff waited until its run began. */
	async waited(run: Run): Promise<number> {
		const row = await this.rowOf(run.id);
		const begun = run.runData.Diff?.[0]?.startTime;
		if (!row || begun === undefined) throw new Error(`Execution ${run.id} has no run`);
		return (row.startedAt - begun) / 1000;
	}

	/** Compares what is there with the source, and what anybody holds with nothing. */
	async settle(): Promise<void> {
		await this.rest();
		this.witness.compare('');
	}

	async close(): Promise<void> {
		this.witness.stop();
		await this.world.queue.n8n.deactivate(this.workflow);
		for (const end of this.ends) await end();
	}
}
