import type { Comparison } from '../../shared/core/diff';
import { SyncError } from '../../shared/core/errors';
import type { Member } from '../../shared/core/member';
import { forgetRecord, releaseRecords, type ChangeState } from '../../shared/n8n/syncStateChanges';
import { findingsOf, rebaselined, withoutTask } from '../../shared/state/findings';
import type { LiveRun } from '../../shared/state/liveRun';
import type { Sides } from './protocolHanded';
import type { ProtocolProcess } from './protocolProcess';
import { spell } from './protocolSource';
import { unlessRefused } from './protocolStore';
import type { World } from './protocolWorld';

/** What Sync State does: a run of its own that changes the state. */
async function changeOnce(
	{ registry, store }: ProtocolProcess,
	sync: string,
	{ execution, now }: { readonly execution: number; readonly now: number },
	change: (run: LiveRun) => Promise<unknown>,
): Promise<void> {
	const run = await registry.openRun({
		store,
		sync,
		execution: String(execution),
		keepRecords: false,
		parkAfter: 1,
		now: () => now,
		onEnd: () => undefined,
	});
	if (!run) throw new Error('The change was refused');
	try {
		await change(run);
	} finally {
		await registry.endExecution(run);
	}
}

/** What a person does with Sync State between two runs. Whether it was done. */
export async function change(
	world: World,
	what: ChangeState,
	keys?: readonly unknown[],
): Promise<boolean> {
	if (world.current) return false;
	const { process, name, now } = world;
	const moment = { execution: ++world.executions, now };
	const request = { ...(keys && { keys }), olderThanDays: 0, now };
	const work = async (run: LiveRun) => await what(run, request);
	try {
		return await unlessRefused(async () => await changeOnce(process, name, moment, work));
	} catch (error) {
		// A record nobody knows, or a second task.
		if (error instanceof SyncError) return false;
		throw error;
	}
}

/** Everything is due once more. */
export async function voidAll(world: World, what: ChangeState): Promise<void> {
	if (world.current) return;
	const { ledger } = world;
	const isDone = await change(world, what);
	ledger.void();
	if (isDone && world.settings.input === 'complete') ledger.edited.clear();
}

export async function release(world: World): Promise<void> {
	world.isReleased = await change(world, releaseRecords);
}

export async function forget(world: World, slot: number, spelling: number): Promise<void> {
	const email = spell(slot, spelling);
	world.ledger.forget(JSON.stringify([email]));
	await change(world, forgetRecord, [email]);
}

/** People change a record at the destination, or delete it. */
export function edit(world: World, slot: number, spelling: number, value?: number): void {
	const email = spell(slot, spelling);
	world.ledger.edit(JSON.stringify([email]));
	world.destination.edit({ email }, value);
}

/**
 * A rebaseline: the destination was brought in step by hand, and what a run would hand out is not sent. Whether the
 * store took it.
 */
export async function takeAsAccepted(
	run: LiveRun,
	comparison: Comparison,
	moves: ReadonlyMap<string, Member | null>,
	{ destination, ledger }: Sides,
): Promise<boolean> {
	const { counts, offers } = comparison;
	for (const offered of offers) destination.take(offered);
	const notes = counts.remaining === 0 ? withoutTask(run.sync.notes) : run.sync.notes;
	const accepted = rebaselined(comparison, moves, run.state);
	const isStored = await unlessRefused(
		async () => await run.write({ ...accepted, ...findingsOf(comparison, run.sync, notes) }),
	);
	ledger.rebaseline(offers, isStored);
	return isStored;
}
