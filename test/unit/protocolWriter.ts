import type { Answer } from '../../shared/state/openOffer';
import type { FateName } from './protocolDestination';
import { answered, answerOf, nextOf, takeUp, type Handed, type Sides } from './protocolHanded';
import { unlessRefused } from './protocolStore';

/** What a writer needs to know of the world. */
interface Workplace extends Sides {
	readonly current?: Handed | undefined;
}

/** A writer sends the next records in order and confirms them: with the batch, later or never. */
export async function write(
	world: Workplace,
	count: number,
	drawn: readonly FateName[],
	{ when = 'batch', isAgain = false }: { when?: 'batch' | 'later'; isAgain?: boolean } = {},
): Promise<void> {
	const handed = world.current;
	if (!handed) return;
	const batch = nextOf(handed, count, isAgain);
	const { answers, giveBack } = await answered(handed, batch, drawn, world);
	if (when === 'later') handed.run.report(answers);
	else await confirm(world, handed, answers);
	giveBack();
	if (when === 'batch') return;
	for (const { key, result } of answers) {
		handed.said.set(key, result);
		world.ledger.report(key, result);
	}
}

/** What a store refused counts for the next try of the writer, and the record has no outcome yet. */
async function confirm(
	{ ledger }: Workplace,
	{ run, said }: Handed,
	answers: readonly Answer[],
): Promise<void> {
	const isStored = await unlessRefused(async () => expect(await run.confirm(answers)).toBe(0));
	for (const { key, result } of answers) {
		if (isStored) {
			said.set(key, result);
			ledger.confirm(key, result);
		} else {
			said.delete(key);
			ledger.report(key, result);
		}
	}
}

/** A writer takes up the next records; its sign-in is refused, or the answers do not come. */
export async function takeUpNext(
	world: Workplace,
	count: number,
	fate: 'refused' | 'noAnswer',
	isAgain = false,
): Promise<void> {
	const { current } = world;
	if (!current) return;
	const batch = nextOf(current, count, isAgain);
	await takeUp(current, batch, fate, world);
	// A try that breaks off hands no items on, and nobody confirms those of the try before.
	if (fate === 'noAnswer') for (const { offer } of batch) current.said.delete(offer.key);
}

/** Confirm Delivery, further on in the workflow: what the writer said of the first records. */
export async function confirmLater(world: Workplace, count: number): Promise<void> {
	const handed = world.current;
	if (!handed) return;
	const answers = [...handed.said].slice(0, count).map(([key, result]) => ({ key, result }));
	await confirm(world, handed, answers);
}

/** A second word on a record of this run; with the batch that carried the first, or after it. */
export async function answerAgain(
	world: Workplace,
	pick: number,
	fate: FateName,
	first?: FateName,
): Promise<void> {
	const handed = world.current;
	const offered = handed?.offers[pick % handed.offers.length];
	if (!handed || !offered) return;
	const { key } = offered.offer;
	if (offered.offer.change === 'removed' && handed.run.upserts.unanswered > 0) return;
	const giveBack = await handed.run.claim([key], 'the writer');
	const results = [...(first ? [first] : []), fate].map((name) => ({
		key,
		result: answerOf(handed, offered, name, world),
	}));
	await confirm(world, handed, results);
	giveBack(results.every(({ result }) => result.status === 'notAttempted') ? [key] : []);
}
