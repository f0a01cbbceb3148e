import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IDataObject, INode } from 'n8n-workflow';

import type { SyncRecord } from '../../shared/core/record';
import { root } from '../n8n/places';
import type { QueueMode } from '../n8n/queue';
import { node, useCredentials, type WorkflowDefinition } from '../n8n/workflow';
import { listen } from '../sandbox/httpServer';

/** What the runs of all shards said in their Summaries, added up. */
export interface Sums {
	readonly seconds: number;
	readonly created: number;
	readonly updated: number;
	readonly requests: number;
}

const template = path.join(root, 'workflows/sharded-segment-to-dynamics365.json');
const isOfType = (end: string) => (one: INode) => one.type.endsWith(end);
const limitSeconds = 600;

/** The template with so many of its lines, begun by a call instead of the clock, telling us what it logs. */
function shardedTemplate(shards: number, logUrl: string): WorkflowDefinition {
	const { nodes, connections, ...rest } = JSON.parse(
		readFileSync(template, 'utf8'),
	) as WorkflowDefinition;
	const isLeftOut = ({ name }: INode) => Number(/ (\d)\/4$/.exec(name)?.[1] ?? 0) > shards;
	const kept = nodes.filter((one) => !isLeftOut(one)).map((one) => adapted(one, shards, logUrl));
	const left = nodes.filter(isLeftOut).map(({ name }) => name);
	for (const name of left) delete connections[name];
	return { nodes: kept, connections, ...rest };
}

function adapted(one: INode, shards: number, logUrl: string): INode {
	const { name, position } = one;
	if (isOfType('.scheduleTrigger')(one)) {
		const path = `shard-${/ (\d)\/4$/.exec(name)?.[1]}`;
		const parameters = { path, httpMethod: 'POST', options: {} };
		const rest = { typeVersion: 2, webhookId: path, position };
		return node(name, 'n8n-nodes-base.webhook', parameters, rest);
	}
	if (name === 'Log') {
		const body = '={{ JSON.stringify($json) }}';
		const sent = { sendBody: true, contentType: 'raw', rawContentType: 'application/json', body };
		const parameters = { method: 'POST', url: logUrl, ...sent, options: {} };
		return node(name, 'n8n-nodes-base.httpRequest', parameters, { typeVersion: 4.2, position });
	}
	if (!isOfType('.segmentDiff')(one)) return one;
	const { options, ...parameters } = one.parameters as IDataObject & { options: { shard: string } };
	const shard = shards === 1 ? '' : options.shard.replace('/4', `/${shards}`);
	return { ...one, parameters: { ...parameters, options: { ...options, shard } } } as INode;
}

/** Puts the records where the template's query looks for them. */
export async function fillCustomers(queue: QueueMode, records: readonly SyncRecord[]) {
	const columns = `customer_no text PRIMARY KEY, name text, city text, country text, employees integer`;
	await queue.postgres.query(queue.state, `CREATE TABLE customers (${columns})`);
	for (let start = 0; start < records.length; start += 5_000) {
		const rows = records.slice(start, start + 5_000).map((record) => ({
			customer_no: record.accountnumber,
			name: record.name,
			city: record.address1_city,
			country: record.address1_country,
			employees: record.numberofemployees,
		}));
		const json = JSON.stringify(rows).replaceAll("'", "''");
		const sql = `INSERT INTO customers SELECT * FROM json_populate_recordset(NULL::customers, '${json}')`;
		await queue.postgres.query(queue.state, sql);
	}
}

/** The sharded template, published in a queue mode. */
export class ShardedSync {
	private readonly logged: IDataObject[] = [];

	private constructor(
		private readonly queue: QueueMode,
		private readonly shards: number,
		private readonly close: () => Promise<void>,
	) {}

	/** `credential`: what a person enters for Dynamics 365. */
	static async publish(
		queue: QueueMode,
		shards: number,
		credential: IDataObject,
	): Promise<ShardedSync> {
		const said: Array<(summary: IDataObject) => void> = [];
		const server = await listen(({ body }) => {
			for (const tell of said) tell(JSON.parse(body) as IDataObject);
			return { status: 200, headers: { 'Content-Type': 'application/json' }, body: '{}' };
		});
		const workflow = shardedTemplate(shards, `http://127.0.0.1:${server.port}/log`);
		const { host, port, database, user, password } = queue.state;
		const state = { host, port, database, user, password, ssl: 'disable' };
		useCredentials(workflow, [
			await queue.n8n.createCredential('crmSyncDynamics365Api', 'Dynamics', credential),
			await queue.n8n.createCredential('postgres', 'Postgres', state),
		]);
		await queue.n8n.activate(workflow);
		const sync = new ShardedSync(queue, shards, server.close);
		said.push((summary) => sync.logged.push(summary));
		return sync;
	}

	/** Begins all shards at once and waits until the last one has ended. */
	async run(): Promise<Sums> {
		this.logged.length = 0;
		const before = await this.ended();
		const start = Date.now();
		for (let shard = 1; shard <= this.shards; shard++) await this.call(`shard-${shard}`);
		while ((await this.ended()).length < before.length + this.shards) {
			if (Date.now() - start > limitSeconds * 1000) throw new Error('The shards did not end');
			await sleep(500);
		}
		const ends = (await this.ended()).slice(before.length);
		const bad = ends.find(({ state }) => state !== 'completed');
		if (bad) throw new Error(`A shard ended ${String(bad.state)}: ${String(bad.message)}`);
		const seconds = (Math.max(...ends.map(({ ended_at: at }) => Number(at))) - start) / 1000;
		return { seconds, ...this.sum() };
	}

	async end(): Promise<void> {
		await this.close();
	}

	private sum() {
		const sum = (name: string) =>
			this.logged.reduce((total, summary) => total + Number(summary[name] ?? 0), 0);
		return { created: sum('created'), updated: sum('updated'), requests: sum('requests') };
	}

	/** The runs that have ended, in that order; none before the first has made the tables. */
	private async ended(): Promise<Array<Record<string, unknown>>> {
		const { postgres, state } = this.queue;
		const [{ made }] = (await postgres.query(
			state,
			`SELECT to_regclass('crm_sync_run') IS NOT NULL AS made`,
		)) as [{ made: boolean }];
		if (!made) return [];
		return await postgres.query(state, 'SELECT * FROM crm_sync_run ORDER BY ended_at, seq');
	}

	/** A workflow that was just published may not listen yet. */
	private async call(path: string): Promise<void> {
		const url = `${this.queue.n8n.rest.url}/webhook/${path}`;
		const limit = Date.now() + 30_000;
		while (!(await fetch(url, { method: 'POST' })).ok) {
			if (Date.now() > limit) throw new Error(`Nobody listens at ${url}`);
			await sleep(100);
		}
	}
}
