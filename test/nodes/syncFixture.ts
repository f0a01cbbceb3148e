import type { INodeParameters, OnError } from 'n8n-workflow';

import { CrmSyncDynamics365Api } from '../../credentials/CrmSyncDynamics365Api.credentials';
import { Dynamics365Upsert } from '../../nodes/Dynamics365Upsert/Dynamics365Upsert.node';
import { SegmentDiff } from '../../nodes/SegmentDiff/SegmentDiff.node';
import { SyncCommit } from '../../nodes/SyncCommit/SyncCommit.node';
import type { DataverseSandbox } from '../sandbox/dataverse';
import { credentialData } from '../sandbox/dynamicsCredential';
import type { EngineNode, EngineRun, EngineSetup } from './engine';
import { runWorkflow } from './engine';

let executions = 100;

/** Execution ids as n8n gives them: rising numbers. */
export function nextExecution(): string {
	executions += 1;
	return String(executions);
}

/** One organisation of a segment, keyed by its code. */
export const airport = (code: string, more: Record<string, unknown> = {}) => ({
	accountnumber: code,
	name: `Airport ${code}`,
	...more,
});

export const airports = (number: number, first = 100) =>
	Array.from({ length: number }, (_, index) => airport(`C${first + index}`));

export interface NodeChange {
	readonly parameters?: INodeParameters;
	readonly onError?: OnError;
	readonly settings?: EngineNode['settings'];
}

export function diffNode(syncName: string, { parameters, ...rest }: NodeChange = {}): EngineNode {
	return {
		name: 'Diff',
		type: new SegmentDiff(),
		parameters: {
			syncName,
			keyFields: 'accountnumber',
			inputIs: 'complete',
			leavers: 'send',
			options: {},
			...parameters,
		},
		...rest,
		settings: { id: 'diff-node', ...rest.settings },
	};
}

export function writerNode(
	org: DataverseSandbox,
	{ parameters, ...rest }: NodeChange = {},
): EngineNode {
	return {
		name: 'Writer',
		type: new Dynamics365Upsert(),
		parameters: {
			authentication: 'crmSyncDynamics365Api',
			action: 'write',
			table: { __rl: true, mode: 'name', value: 'account' },
			key: 'accountnumber',
			removedRecords: 'delete',
			options: {},
			...parameters,
		},
		credentials: { crmSyncDynamics365Api: { ...credentialData(org), accessToken: '' } },
		...rest,
	};
}

export function confirmNode(change: NodeChange = {}): EngineNode {
	return { name: 'Confirm', type: new SyncCommit(), parameters: {}, ...change };
}

/** Runs nodes in a line with a fresh execution id, as n8n would on a schedule. */
export async function runLine(
	nodes: readonly EngineNode[],
	seed: EngineSetup['seed'],
	more: Partial<EngineSetup> = {},
): Promise<EngineRun> {
	const run = await runWorkflow({
		executionId: nextExecution(),
		credentialTypes: [new CrmSyncDynamics365Api()],
		...more,
		nodes,
		seed,
	});
	await run.handlersEnded();
	return run;
}
