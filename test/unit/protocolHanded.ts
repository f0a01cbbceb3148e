import type { OfferedRecord } from '../../shared/core/member';
import type { RecordResult } from '../../shared/core/results';
import type { LiveRun } from '../../shared/state/liveRun';
import type { Answer } from '../../shared/state/openOffer';
import { fates, type Destination, type FateName } from './protocolDestination';
import type { Ledger } from './protocolLedger';
import type { ProtocolProcess } from './protocolProcess';

export interface Sides {
	readonly destination: Destination;
	readonly ledger: Ledger;
}

/** A run with what it handed out. */
export interface Handed {
	readonly run: LiveRun;
	readonly process: ProtocolProcess;
	readonly offers: readonly OfferedRecord[];
	/** Results by key, as the writer knows them. */
	readonly said: Map<string, RecordResult>;
}

const hasOutcome = (said: RecordResult | undefined) =>
	said !== undefined && said.status !== 'unknown' && said.status !== 'notAttempted';

/**
 * The records a writer would send next: removals only when every other record has its answer (design R10). In
 * another try of the node, what has no outcome is among them once more.
 */
export function nextOf(
	{ offers, said, run }: Handed,
	count: number,
	isAgain = false,
): OfferedRecord[] {
	const open = offers.filter(({ offer: { key } }) =>
		isAgain ? !hasOutcome(said.get(key)) : !said.has(key),
	);
	const upserts = open.filter(({ offer }) => offer.change !== 'removed');
	if (upserts.length > 0) return upserts.slice(0, count);
	return run.upserts.unanswered === 0 ? open.slice(0, count) : [];
}

const heldByAnother: RecordResult = { status: 'skipped', reason: 'policy' };

/** What the destination makes of a record whose fate was drawn. What has its outcome is not sent again. */
export function answerOf(
	{ run }: Handed,
	offered: OfferedRecord,
	name: FateName,
	{ destination, ledger }: Sides,
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

const writer = 'the writer';

/** A writer takes records up and is answered, record by record; what was not sent it gives back in the end. */
export async function answered(
	handed: Handed,
	batch: readonly OfferedRecord[],
	drawn: readonly FateName[],
	sides: Sides,
): Promise<{ readonly answers: Answer[]; giveBack(): void }> {
	const { run } = handed;
	const known = batch.map(({ offer }) => run.outcomeOf(offer.key, writer));
	const giveBack = await run.claim(
		batch.map(({ offer }) => offer.key),
		writer,
	);
	const answers = batch.map((offered, index) => {
		const said = known[index];
		const { key } = offered.offer;
		if (said && hasOutcome(said)) return { key, result: said };
		if (said?.status !== 'unknown') sides.ledger.checkFirst(offered, sides.destination);
		const name = drawn[index % drawn.length] ?? 'taken';
		return { key, result: answerOf(handed, offered, name, sides) };
	});
	const unsent = answers.filter(({ result }) => result.status === 'notAttempted');
	return { answers, giveBack: () => giveBack(unsent.map(({ key }) => key)) };
}

/** A writer takes records up, and is refused before any request, or never hears. */
export async function takeUp(
	{ run }: Handed,
	batch: readonly OfferedRecord[],
	fate: 'refused' | 'noAnswer',
	{ destination, ledger }: Sides,
): Promise<void> {
	const open = batch.filter(({ offer }) => !hasOutcome(run.outcomeOf(offer.key, writer)));
	const keys = open.map(({ offer }) => offer.key);
	const giveBack = await run.claim(keys, writer);
	if (fate === 'refused') return giveBack(keys);
	ledger.fly(keys);
	for (const offered of open) destination.take(offered);
}
