/** The line most workflow tests use: rows → Segment Diff → Dynamics 365 Upsert, on the real n8n. */
import type { IDataObject, INode, INodeParameters } from 'n8n-workflow';
import type { Run } from '../n8n/execution';
import { useN8n, type SharedN8n } from '../n8n/useN8n';
import { chain, core, node, uses, type StoredCredential } from '../n8n/workflow';
import type { WorkflowDefinition } from '../n8n/workflow';
import { startDataverse, type DataverseSandbox } from '../sandbox/dataverse';
import { credentialData } from '../sandbox/dynamicsCredential';

export const pack = 'n8n-nodes-crm-sync';

/** A server, an organisation and the credential that connects them. */
export interface SyncWorld {
	readonly n8n: SharedN8n;
	readonly org: DataverseSandbox;
	readonly credential: StoredCredential;
	readonly commits: () => number;
	/** The accounts that have a number, as the organisation holds them. */
	readonly accounts: () => Array<Record<string, unknown>>;
}

/** Starts an organisation of its own and connects the shared n8n to it. */
export async function startWorld(): Promise<SyncWorld> {
	const [n8n, org] = [await useN8n(), await startDataverse()];
	const type = 'crmSyncDynamics365Api';
	const credential = await n8n.createCredential(type, `Sandbox ${org.url}`, credentialData(org));
	const numbered = ({ accountnumber }: Record<string, unknown>) => Boolean(accountnumber);
	return {
		...{ n8n, org, credential },
		commits: () => Object.values(org.history('account')).flat().length,
		accounts: () => org.rows('account').filter(numbered),
	};
}

/** The world of a test file: open before its first test, emptied before each, closed after the last. */
export function useWorld(): SyncWorld {
	let world: SyncWorld;
	beforeAll(async () => {
		world = await startWorld();
	});
	afterAll(async () => await world.org.close());
	beforeEach(() => world.org.reset());
	return {
		get n8n() {
			return world.n8n;
		},
		get org() {
			return world.org;
		},
		get credential() {
			return world.credential;
		},
		commits: () => world.commits(),
		accounts: () => world.accounts(),
	};
}

let syncs = 0;
/** A Sync Name nobody has used. */
export const freshName = () => `sync-${process.pid}-${Date.now()}-${(syncs += 1)}`;

export const airport = (code: string, more: IDataObject = {}): IDataObject => ({
	accountnumber: code,
	name: `Airport ${code}`,
	address1_city: 'Somewhere',
	...more,
});

/** A00, A01, … */
export const airports = (count: number): IDataObject[] =>
	Array.from({ length: count }, (_, index) => airport(`A${String(index).padStart(2, '0')}`));

const script = (rows: readonly IDataObject[]) =>
	`return ${JSON.stringify(rows.map((json) => ({ json })))};`;

export const source = (rows: readonly IDataObject[], name = 'Source') =>
	core.code(name, script(rows));

/** What the source finds from the next run on. */
export function setRows(workflow: WorkflowDefinition, rows: readonly IDataObject[]): void {
	nodeOf(workflow, 'Source').parameters.jsCode = script(rows);
}

/** Puts the code of a stop into the option Approve. */
export function approve(workflow: WorkflowDefinition, code: string): void {
	const { parameters } = nodeOf(workflow, 'Diff');
	parameters.options = { ...(parameters.options as INodeParameters), approve: code };
}

export function nodeOf(workflow: WorkflowDefinition, name: string): INode {
	const found = workflow.nodes.find((item) => item.name === name);
	if (!found) throw new Error(`Workflow "${workflow.name}" has no node "${name}"`);
	return found;
}

export const diffNode = (
	syncName: string,
	parameters: IDataObject = {},
	rest: Partial<INode> = {},
): INode =>
	node(
		'Diff',
		`${pack}.segmentDiff`,
		{
			...{ syncName, keyFields: 'accountnumber', inputIs: 'complete', leavers: 'send' },
			options: {},
			...parameters,
		},
		rest,
	);

export const writerNode = (
	{ credential }: SyncWorld,
	parameters: IDataObject = {},
	rest: Partial<INode> = {},
): INode =>
	node(
		'Writer',
		`${pack}.dynamics365Upsert`,
		{
			authentication: 'crmSyncDynamics365Api',
			action: 'write',
			table: { __rl: true, mode: 'name', value: 'account' },
			...{ key: 'accountnumber', removedRecords: 'delete', options: {} },
			...parameters,
		},
		{ ...uses(credential), ...rest },
	);

export const confirmNode = (name = 'Confirm') => node(name, `${pack}.syncCommit`);

/** Start → Source → Diff → Writer. */
export function syncLine(
	world: SyncWorld,
	rows: readonly IDataObject[],
	syncName = freshName(),
): WorkflowDefinition {
	return chain(`Line ${syncName}`, [
		core.start(),
		source(rows),
		diffNode(syncName),
		writerNode(world),
	]);
}

interface Bookkeeping {
	change?: string;
	changedFields?: string[];
	redelivered?: boolean;
	result?: { status: string; error?: { code: string; message: string; hint?: string } };
}

/** The bookkeeping of a record, from inside it. */
export const sync = (record: IDataObject): Bookkeeping => (record._sync ?? {}) as Bookkeeping;

/** `["added A00", "removed A01"]`, whether the bookkeeping is inside the records or beside them. */
export const offered = (run: Run, name = 'Diff'): string[] =>
	run.items(name).map(({ json, _sync }) => {
		const { change } = sync(json._sync === undefined ? { _sync: _sync as IDataObject } : json);
		return `${change} ${String(json.accountnumber)}`;
	});

/** The counts of the writer's Summary. */
export const summary = (run: Run, name = 'Writer'): IDataObject => run.records(name, 2)[0] ?? {};

/** The code a stopped run prints. */
export function codeIn({ error }: Run): string {
	const [, code] = /code ([0-9A-F]{8})/.exec(error?.description ?? '') ?? [];
	if (!code) throw new Error(`No code in: ${error?.message} / ${error?.description}`);
	return code;
}

/** Draws a wire between two nodes, as dragging it in the editor does. */
export function wire(
	{ connections }: WorkflowDefinition,
	[from, output]: readonly [string, number],
	to: string,
): void {
	const { main = [] } = (connections[from] ??= {});
	while (main.length <= output) main.push([]);
	(main[output] ??= []).push({ node: to, type: 'main', index: 0 });
	connections[from] = { main };
}

/** As if the application user lost its role in the middle of a write: 403 for so many requests after the first commit. */
export function refuseAfterFirstCommit(org: DataverseSandbox, times: number): void {
	const body = JSON.stringify({ error: { code: '0x80040220', message: 'No prvWriteAccount' } });
	const headers = { 'content-type': 'application/json' };
	const ignore = org.onCommit(() => {
		ignore();
		const effect = { kind: 'respond', status: 403, body, headers } as const;
		org.faults.add({ effect, url: /api.data/, times });
	});
}

/** Runs, and nothing reaches the organisation: no row changes, and no request of any kind arrives. */
export async function quietly(world: SyncWorld, attempt: () => Promise<Run>): Promise<Run> {
	const before = { commits: world.commits(), requests: world.org.log.length };
	const run = await attempt();
	expect({ commits: world.commits(), requests: world.org.log.length }).toEqual(before);
	return run;
}
