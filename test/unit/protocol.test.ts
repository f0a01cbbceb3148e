import { doubt, expire, settle, settleNext, type Standing } from '../../shared/core/protocol';
import type { RecordResult } from '../../shared/core/results';
import { failed, keyText, member, offerOf, rejected } from './builders';

const moment = { run: 'r1', now: 0, parkAfter: 3 };
const known = member('ANN', { id: 'old', fields: new Map([['a', 9]]) });
const missing: RecordResult = { status: 'skipped', reason: 'notFound' };
const deleted: RecordResult = { status: 'deleted' };
const taken: RecordResult = { status: 'updated', id: 'new' };
const unknown: RecordResult = { status: 'unknown' };
const idle: RecordResult = { status: 'notAttempted' };
const removal = offerOf('ANN', { change: 'removed' });

describe('a key in doubt (design:R3)', () => {
	const dirty = { fields: new Map(), leaving: false };

	it('has the spelling that was sent as new, else the one the destination had (design:R10)', () => {
		const keys = (['added', 'changed', 'removed'] as const).map((change) => [
			expire(undefined, offerOf('ann', { change })).key,
			expire(known, offerOf('ann', { change })).key,
		]);
		const [ann, ANN] = [keyText('ann'), keyText('ANN')];
		expect(keys).toEqual([
			[ann, ann],
			[ann, ANN],
			[ann, ANN],
		]);
	});

	it('has the id that is known, and none when none is', () => {
		const offer = offerOf('ann');
		expect(expire(undefined, offer)).toStrictEqual({ ...dirty, key: offer.key, doubt: 'added' });
		expect(expire(undefined, { ...offer, id: 'offered' }).id).toBe('offered');
		expect(expire(known, { ...offer, id: 'offered' }).id).toBe('old');
	});

	it('comes from a stale receipt, whether or not the key is known (design:R4)', () => {
		const key = keyText('ann');
		expect(doubt(undefined, key)).toStrictEqual({ ...dirty, key, doubt: 'added' });
		expect(doubt(known, key)).toEqual({ ...dirty, key: known.key, id: 'old', doubt: 'changed' });
	});

	it('stays what it was when a stale receipt comes on top', () => {
		const leaving = member('ANN', { doubt: 'removed', leaving: true });
		expect(doubt(leaving, keyText('ann'))).toMatchObject({ doubt: 'removed', leaving: true });
	});
});

describe('what an answer moves (design:R6)', () => {
	it('an answer that never came names the record, when the writer knows it', () => {
		const offer = offerOf('ann', { change: 'changed' });
		const after = (result: RecordResult) => settle({ member: known }, offer, result, moment);
		expect(after({ ...unknown, id: 'new' }).member).toMatchObject({ id: 'new', doubt: 'changed' });
		expect(after(unknown)).toEqual({ member: expire(known, offer) });
	});

	it('is a failure only when the writer says that it cannot repeat it (design:R11)', () => {
		const of = (retryable: boolean): RecordResult => ({ ...unknown, error: failed({ retryable }) });
		const offer = offerOf('ann', { change: 'changed' });
		expect(settle({}, offer, of(true), moment).failure).toBeUndefined();
		expect(settle({}, offer, of(false), moment).failure).toMatchObject({ parked: true });
	});

	it('notes a removal that was not taken as leaving, and has nothing to store when it is (design:R1)', () => {
		const leaving = { ...known, leaving: true };
		expect(settle({ member: known }, removal, idle, moment)).toEqual({ member: leaving });
		expect(settle({ member: leaving }, removal, idle, moment)).toEqual({});
		expect(settle({}, removal, idle, moment)).toEqual({});
		expect(settle({ member: leaving }, removal, rejected(), moment)).not.toHaveProperty('member');
	});
});

describe('a further answer (design:R6)', () => {
	const next = (said: RecordResult, result: RecordResult, offer = offerOf('ann')) => {
		const standing: Standing = { member: known, said };
		return settleNext(standing, offer, result, moment);
	};

	it.each([
		['rejected', rejected({ code: '0x2' })],
		['not attempted', idle],
		['not found', missing],
	])('rejected, then %s: the destination did not take it, nothing moves', (_, result) => {
		expect(next(rejected(), result)).toBeUndefined();
	});

	it.each([
		['created', taken],
		['without an answer', unknown],
	])('rejected, then %s: in doubt, and the failure stays', (_, result) => {
		expect(next(rejected(), result)).toEqual({ member: expire(known, offerOf('ann')) });
	});

	it.each([
		['done', deleted],
		['without anything to remove', { status: 'skipped', reason: 'gone' } as const],
		['of a record not found', missing],
	])('a removal that was %s and then refused may not have happened', (_, said) => {
		expect(next(said, rejected(), removal)).toMatchObject({
			member: { doubt: 'removed', leaving: true },
			failure: { change: 'removed' },
		});
	});

	it('skipped by policy is an acceptance, not found is not', () => {
		const policy: RecordResult = { status: 'skipped', reason: 'policy' };
		expect(next(policy, idle)).toBeUndefined();
		expect(next(policy, rejected())).toMatchObject({ member: { doubt: 'added' } });
		expect(next(missing, rejected())).not.toHaveProperty('member');
	});
});
