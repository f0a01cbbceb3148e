import { flushCompileCache } from 'node:module';
import { createInterface } from 'node:readline';

import { systemClock } from '../../shared/connectors/clock';
import { foldKey } from '../../shared/core/key';
import { CrmSyncDynamics365Api } from '../../credentials/CrmSyncDynamics365Api.credentials';
import { CrmSyncSalesforceOAuth2Api } from '../../credentials/CrmSyncSalesforceOAuth2Api.credentials';
import type { DataverseSandbox } from '../sandbox/dataverse';
import type { EngineNode, EngineRun } from './engine';
import { arm, installFailpoints, leaseWaits, tell } from './crashFailpoint';
import { feedNodes } from './crashFeed';
import { salesforceNode } from './crashSalesforceNode';
import type { PostgresState, RunCommand, RunOutcome } from './crashWire';
import { diffNode, runLine, writerNode } from './syncFixture';

/** The process under test: runs one workflow after another as told, until it is killed. */
async function main(): Promise<void> {
	installFailpoints();
	hurry();
	tell({ kind: 'ready' });
	for await (const line of createInterface({ input: process.stdin })) {
		tell(await run(JSON.parse(line) as RunCommand));
		// A killed process cannot keep what it compiled for the next one.
		flushCompileCache();
	}
}

/** A connector that waits sees time pass at once: for a job in Salesforce, or before a retry. */
function hurry(): void {
	let passed = 0;
	const { now } = systemClock;
	systemClock.now = () => now() + passed;
	systemClock.sleep = async (ms) => {
		passed += ms;
		await new Promise((resolve) => setImmediate(resolve));
	};
}

async function run(command: RunCommand): Promise<RunOutcome> {
	const { execution, rows, failpoint } = command;
	arm(failpoint);
	const nodes = [...comparing(command), writing(command)];
	const done = await runLine(nodes, command.reading ? [{}] : rows, {
		executionId: execution,
		credentialTypes: [new CrmSyncDynamics365Api(), new CrmSyncSalesforceOAuth2Api()],
	});
	return {
		kind: 'done',
		...(done.error && { error: done.error.message }),
		emitted: keysOf(done, 'Diff', 0),
		rejected: keysOf(done, 'Writer', 1),
		hints: done.runs('Diff') > 0 ? done.hints('Diff').map(({ message }) => message) : [],
		waits: leaseWaits(),
	};
}

/** The nodes read nothing of the organisation but its address. */
function writing({ system, org, writer }: RunCommand): EngineNode {
	return system === 'salesforce'
		? salesforceNode(org, writer)
		: writerNode(org as DataverseSandbox, { parameters: writer });
}

/** The nodes before the writer; the one that compares is called `Diff`, whichever it is. */
function comparing({ postgres, reading, org, keyField }: RunCommand): EngineNode[] {
	const stateStore = postgres ? 'postgres' : 'embedded';
	const { schema, prefix: tablePrefix } = postgres?.place ?? {};
	const options = { ...reading, ...(postgres && { schema, tablePrefix }) };
	const [first, ...others] = reading
		? feedNodes(org as DataverseSandbox, { stateStore, options })
		: [diffNode('crash', { parameters: { keyFields: keyField, stateStore, options } })];
	const credentials = { ...first!.credentials, ...(postgres && credentialOf(postgres)) };
	return [{ ...first!, name: 'Diff', credentials }, ...others];
}

function credentialOf({ access }: PostgresState): NonNullable<EngineNode['credentials']> {
	const { host, port, database, user, password } = access;
	return { postgres: { host, port, database, user, password, ssl: 'disable' } };
}

function keysOf(done: EngineRun, node: string, output: number): string[] {
	if (done.runs(node) === 0) return [];
	return done.records(node, output).map(({ _sync }) => {
		const { receipt } = _sync as { receipt: { key: string } };
		return foldKey(receipt.key, 'fold');
	});
}

void main();
