import type { OfferedRecord } from '../../shared/core/member';
import type { RecordResult } from '../../shared/core/results';
import type { LiveRun } from '../../shared/state/liveRun';
import { fates, type Destination, type FateName } from './protocolDestination';
import type { Ledger } from './protocolLedger';
import type { ProtocolProcess } from './protocolProcess';

/** A run with what it handed out. */
export interface Handed {
	readonly run: LiveRun;
	readonly process: ProtocolProcess;
	readonly offers: readonly OfferedRecord[];
	/** Results by key, as the writer knows them. */
	readonly said: Map<string, RecordResult>;
}

/** The records a writer would send next: removals only when every other record has its answer (design R10). */
export function nextOf({ offers, said, run }: Handed, count: number): OfferedRecord[] {
	const open = offers.filter(({ offer }) => !said.has(offer.key));
	const upserts = open.filter(({ offer }) => offer.change !== 'removed');
	if (upserts.length > 0) return upserts.slice(0, count);
	return run.upserts.unanswered === 0 ? open.slice(0, count) : [];
}

const heldByAnother: RecordResult = { status: 'skipped', reason: 'policy' };

/** What the destination makes of a record whose fate was drawn. */
export function answerOf(
	{ run }: Handed,
	offered: OfferedRecord,
	name: FateName,
	{ destination, ledger }: { readonly destination: Destination; readonly ledger: Ledger },
): RecordResult {
	const { offer } = offered;
	const isRemoval = offer.change === 'removed';
	if (isRemoval && offer.id !== undefined && run.upserts.isHeldByAnother(offer.id, offer.key)) {
		return heldByAnother;
	}
	const isFalse = name === 'notFound' && isRemoval && destination.has(offered);
	const fate = fates[isFalse ? 'taken' : name];
	if (name === 'policy') ledger.taint(offer.key);
	return fate.result(fate.commits ? destination.take(offered) : { status: 'notAttempted' });
}

/** A writer takes records up, and is answered, is refused before any request, or never hears. */
export async function takeUp(
	{ run }: Handed,
	batch: readonly OfferedRecord[],
	fate: 'answered' | 'refused' | 'noAnswer',
	{ destination, ledger }: { readonly destination: Destination; readonly ledger: Ledger },
): Promise<void> {
	const keys = batch.map(({ offer }) => offer.key);
	const giveBack = await run.claim(keys, 'the writer');
	if (fate === 'refused') return giveBack(keys);
	ledger.send(keys);
	if (fate === 'noAnswer') for (const offered of batch) destination.take(offered);
}

/** What Sync State does for a replay: a run of its own that voids everything. */
export async function replayOnce(
	{ registry, store }: ProtocolProcess,
	sync: string,
	{ execution, now }: { readonly execution: number; readonly now: number },
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
	if (!run) throw new Error('The replay was refused');
	const notes = { ...run.sync.notes, task: { kind: 'replay', since: now } } as const;
	await store.resend(run.sync, run.id, run.state.members, { notes });
	await registry.endExecution(run);
}
