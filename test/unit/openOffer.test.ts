import type { Failure, RunMoment } from '../../shared/core/failures';
import type { Change } from '../../shared/core/record';
import type { RecordResult } from '../../shared/core/results';
import { settleBatch, type OpenOffer } from '../../shared/state/openOffer';
import { failed, keyText, member, offerOf, rejected } from './builders';

const moment: RunMoment = { run: 'r2', now: 1_000, parkAfter: 3 };
const updated: RecordResult = { status: 'updated', id: '7' };
const notAttempted: RecordResult = { status: 'notAttempted' };
const notFound: RecordResult = { status: 'skipped', reason: 'notFound' };
const unknown = (retryable: boolean): RecordResult => ({
	status: 'unknown',
	error: failed({ category: 'transient', retryable }),
});

/** An offer to `ann`, whom the destination has unless she is added, with her record kept (design R12). */
const openOf = (change: Change, changes: Partial<OpenOffer> = {}): OpenOffer => ({
	offer: offerOf('ann', { change }),
	...(change !== 'added' && { member: member('ann', { id: '7', fingerprint: 3n }) }),
	record: { email: 'ann' },
	...changes,
});

/** What the ledger holds after a run in which `ann` was rejected. */
const failedBefore = (): Failure => {
	const open = openOf('changed');
	const { next } = settleBatch([[open, rejected()]], { ...moment, run: 'r1' });
	return next.get(open)!.failure!;
};

/** Where the offer stands after these answers in one batch, and what they store. */
const answered = (open: OpenOffer, ...results: RecordResult[]) => {
	const pairs = results.map((result) => [open, result] as const);
	const { change, next } = settleBatch(pairs, moment);
	return { change, next: next.get(open) };
};

describe('where an answered offer stands (design:R6)', () => {
	it('an added record is a member once it is created', () => {
		const open = openOf('added');
		const { next } = answered(open, { status: 'created', id: '9' });
		expect(next).toEqual({
			...open,
			member: member('ann', { id: '9', fingerprint: 7n, fields: open.offer.fields }),
			failure: undefined,
			said: { status: 'created', id: '9' },
		});
	});

	it('a removed record is no member any more, and its failure is over', () => {
		const open = openOf('removed', { failure: failedBefore() });
		const { change, next } = answered(open, { status: 'deleted' });
		expect(next).toMatchObject({ member: undefined, failure: undefined });
		expect(change.members?.get(open.offer.folded)).toBeNull();
	});

	it('an acceptance ends the failure of an earlier run (design:R7)', () => {
		const { change, next } = answered(openOf('changed', { failure: failedBefore() }), updated);
		expect(next).toMatchObject({ member: { fingerprint: 7n }, said: updated });
		expect(next?.failure).toBeUndefined();
		expect([...change.failures!.values()]).toEqual([null]);
	});

	it('what was not attempted stands as before, and its offer stays: another try may send it (design:R1)', () => {
		const open = openOf('changed', { failure: failedBefore() });
		const { change, next } = answered(open, notAttempted);
		expect(next).toEqual({ ...open, said: notAttempted });
		expect(change).toEqual({
			members: new Map(),
			failures: new Map(),
			pending: new Map(),
			closed: [],
		});
	});

	it('a rejected record keeps its member, and has a failure', () => {
		const open = openOf('changed');
		const { change, next } = answered(open, rejected());
		expect(next).toMatchObject({ member: open.member, failure: { attempts: 1, firstRun: 'r2' } });
		expect(change).toMatchObject({ members: new Map(), closed: [open.offer.folded] });
		expect(change.failures).toEqual(new Map([[open.offer.folded, next?.failure]]));
	});

	it('an answer that never came makes a dirty member and leaves the ledger alone (design:R3)', () => {
		const failure = failedBefore();
		const { change, next } = answered(openOf('changed', { failure }), unknown(true));
		expect(next).toMatchObject({ member: { id: '7', doubt: 'changed' }, failure });
		expect(next?.member?.fingerprint).toBeUndefined();
		expect(change).toMatchObject({ failures: new Map(), pending: new Map(), closed: [] });
	});

	it('is worked out on copies: the offer itself moves only once the change is stored', () => {
		const open = openOf('added');
		answered(open, updated);
		expect(open).toEqual(openOf('added'));
	});

	it('moves each key of a batch for itself', () => {
		const offer = offerOf('Bob');
		const [ann, bob] = [openOf('changed'), openOf('added', { offer })];
		const { change, next } = settleBatch(
			[
				[ann, updated],
				[bob, rejected()],
			],
			moment,
		);
		expect([...change.members!.keys()]).toEqual([keyText('ann')]);
		expect(change.closed).toEqual([keyText('bob')]);
		expect([...next.keys()]).toEqual([ann, bob]);
	});

	it('an empty batch moves nothing', () => {
		const none = new Map();
		const change = { members: none, failures: none, pending: none, closed: [] };
		expect(settleBatch([], moment)).toEqual({ change, next: none });
	});
});

describe('several answers to one offer in one batch (design:R6)', () => {
	it('an acceptance and a rejection: the member is dirty at the id it was written to', () => {
		const { change, next } = answered(openOf('added'), { status: 'created', id: '9' }, rejected());
		expect(next?.member).toMatchObject({ id: '9', doubt: 'added' });
		expect(next?.member?.fingerprint).toBeUndefined();
		expect(next?.said?.status).toBe('rejected');
		expect(next?.failure).toMatchObject({ attempts: 1 });
		expect([...change.members!.values()]).toEqual([next?.member]);
		expect([...change.failures!.values()]).toEqual([next?.failure]);
	});

	it('a rejection stays what counts, whatever is said after it', () => {
		const { next } = answered(openOf('changed'), rejected(), updated, unknown(true));
		expect(next).toMatchObject({ said: rejected(), failure: { kind: 'rejected', attempts: 1 } });
		expect(next?.member).toMatchObject({ doubt: 'changed' });
	});

	it('a deletion and a rejection: nobody knows, so the removal comes again', () => {
		const { change, next } = answered(openOf('removed'), { status: 'deleted' }, rejected());
		expect(next?.member).toMatchObject({ doubt: 'removed', leaving: true });
		expect([...change.members!.values()]).toEqual([next?.member]);
	});

	it('a rejection after records that were not attempted counts the earlier runs (design:R7)', () => {
		const open = openOf('changed', { failure: failedBefore() });
		expect(answered(open, notAttempted, rejected()).next?.failure).toMatchObject({
			attempts: 2,
			firstRun: 'r1',
			lastRun: 'r2',
		});
	});

	it('an acceptance after an answer that never came is the one that holds', () => {
		const { change, next } = answered(openOf('changed'), unknown(false), updated);
		expect(next).toMatchObject({ member: { fingerprint: 7n, id: '7' }, said: updated });
		expect(next?.failure).toBeUndefined();
		expect([...change.failures!.values()]).toEqual([null]);
	});

	it('an acceptance holds against what says nothing new', () => {
		const { change, next } = answered(openOf('changed'), updated, notAttempted, unknown(true));
		expect(next).toMatchObject({ member: { fingerprint: 7n }, said: updated });
		expect(change.closed).toEqual([]);
	});
});

describe('the record of an offer (design:R12)', () => {
	it.each<[string, string, RecordResult[], 'dropped' | 'kept' | 'untouched']>([
		['accepted', 'is dropped', [updated], 'dropped'],
		['rejected', 'is kept', [rejected()], 'kept'],
		['not found', 'is kept', [notFound], 'kept'],
		['parked without an answer', 'is kept', [unknown(false)], 'kept'],
		['without an answer', 'stays where it is', [unknown(true)], 'untouched'],
		['not attempted', 'stays where it is', [notAttempted], 'untouched'],
		['accepted and then rejected', 'is kept again', [updated, rejected()], 'kept'],
		['not found and then accepted', 'is dropped', [notFound, updated], 'dropped'],
	])('that is %s %s', (_, _what, results, fate) => {
		const open = openOf('changed');
		const values = { dropped: [null], kept: [open.record], untouched: [] }[fate];
		expect([...answered(open, ...results).change.pending!.values()]).toEqual(values);
	});

	it('is not stored by a run that keeps none', () => {
		const { offer, member: known } = openOf('changed');
		const open = { offer, ...(known && { member: known }) };
		for (const result of [updated, rejected()])
			expect(answered(open, result).change.pending).toEqual(new Map());
	});
});
