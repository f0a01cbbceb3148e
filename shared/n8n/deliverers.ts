import type { IExecuteFunctions, NodeTypeAndVersion } from 'n8n-workflow';

import { SyncError } from '../core/errors';
import type { LiveRun } from '../state/liveRun';
import { stopRun } from '../state/registry';
import { writers } from './wiring';

/** Nodes behind which, or inside which, another node delivers: Confirm Delivery says so, a sub-workflow may hold anything. */
const othersDeliver = /\.(syncCommit|executeWorkflow)$/u;

/** Whether only our own writers can hand the records on: they know which ones they sent (design R3, R15). */
export function onlyOursDeliver(context: IExecuteFunctions): boolean {
	const behind = nodesBehind(context);
	return behind.some(hasDestination) && !behind.some(({ type }) => othersDeliver.test(type));
}

/** The name of our one writer behind; undefined when there is none or there are several. */
export function soleWriter(context: IExecuteFunctions): string | undefined {
	const names = nodesBehind(context).filter(writes);
	return names.length === 1 ? names[0]?.name : undefined;
}

/**
 * Stops a run whose wiring an earlier one refused: without a change it would pass for a second destination in
 * step (design R6). Over once one writer is left, or a person has asked for all records again, or taken them as accepted.
 */
export async function refuseRivals(context: IExecuteFunctions, run: LiveRun): Promise<void> {
	const { rivals, task } = run.sync.notes;
	if (!rivals || task) return;
	const { execution, owner, writer } = rivals;
	const behind = nodesBehind(context);
	// A new name alone puts nothing right.
	const isSame = [owner, writer].every((name) => behind.some((node) => node.name === name));
	if (!isSame && behind.filter(writes).length < 2) return;
	const message = `In execution ${execution} the node "${writer}" was refused the records of "${run.sync.name}", because "${owner}" had taken them up; more than one writer still stands behind "${context.getNode().name}"`;
	await stopRun(run, message);
	throw new SyncError('config', `${message}. Nothing was offered or changed.`, {
		hint: `One Segment Diff feeds one destination: put "${writer}" behind a second Segment Diff with its own Sync Name. If each writer gets records of its own by now, choose Resend Everything in Sync State once, so that each has all of them.`,
	});
}

const hasDestination = ({ type, parameters = {} }: NodeTypeAndVersion): boolean =>
	(writers.get(type.slice(type.lastIndexOf('.') + 1))?.(parameters) ?? []).length > 0;

/** A preview may stand beside the writer it is for. */
const writes = (node: NodeTypeAndVersion): boolean =>
	hasDestination(node) && node.parameters?.action !== 'preview';

function nodesBehind(context: IExecuteFunctions): NodeTypeAndVersion[] {
	return context
		.getChildNodes(context.getNode().name, { includeNodeParameters: true })
		.filter(({ disabled }) => !disabled);
}
