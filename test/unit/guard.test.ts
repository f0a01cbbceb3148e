import type { Comparison } from '../../shared/core/diff';
import {
	approveCode,
	defaultGuard,
	guard,
	lostKeys,
	replayRefusal,
	type Stop,
} from '../../shared/core/guard';
import { noCounts, nothingFound } from './builders';

const seen = (
	newlyLeaving: number,
	members: number,
	read = members - newlyLeaving,
): Comparison => ({
	...nothingFound,
	newlyLeaving,
	counts: { ...noCounts, read, members, left: newlyLeaving },
});

describe('the guard (design:R9)', () => {
	it.each([
		[0, 100, undefined],
		[10, 12, undefined], // many of few, but ten may always leave
		[11, 12, 'tooManyLeavers'],
		[11, 73, 'tooManyLeavers'], // 15.07 %
		[11, 74, undefined], // 14.9 %
		[15, 100, undefined], // exactly 15 %
		[16, 100, 'tooManyLeavers'],
		[149_999, 1_000_000, undefined],
		[150_001, 1_000_000, 'tooManyLeavers'],
	])('%i of %i members leave: %s', (leaving, members, kind) => {
		expect(guard(seen(leaving, members), defaultGuard)?.kind).toBe(kind);
	});

	it('says the numbers', () => {
		const stop = guard(seen(20, 100), defaultGuard);
		expect(stop?.numbers).toEqual([20, 100]);
		expect(stop?.message).toContain('20 of 100 records (20.0 %)');
	});

	it('stops an empty input that would remove even one record, and no other', () => {
		expect(guard(seen(1, 1, 0), defaultGuard)).toMatchObject({
			kind: 'emptySegment',
			numbers: [0, 1],
			message: 'The segment is empty, but the destination has 1 of its records.',
		});
		expect(guard(seen(0, 5, 0), defaultGuard)).toBeUndefined();
	});

	it.each([
		[99, 100, 'rowCount'],
		[100, 100, undefined],
		[101, 100, undefined],
		[0, 1, 'rowCount'],
	])('%i rows where %i were expected: %s', (read, expectedRows, kind) => {
		expect(guard(seen(0, 0, read), { ...defaultGuard, expectedRows })?.kind).toBe(kind);
	});

	it('says how many rows it expected', () => {
		expect(guard(seen(0, 0, 99), { ...defaultGuard, expectedRows: 1200 })).toEqual({
			kind: 'rowCount',
			numbers: [99, 1200],
			message: 'The input has 99 rows, 1,200 were expected.',
		});
	});

	it.each([
		[8, 8, 1, 'allReplaced'],
		[1, 1, 1, 'allReplaced'],
		[7, 8, 2, undefined],
		[8, 8, 0, 'emptySegment'],
		[11, 11, 11, 'tooManyLeavers'],
		[0, 8, 1, undefined], // they left before, and were let go
		[0, 0, 5, undefined],
	])('%i of %i members leave, for %i rows: %s', (leaving, members, read, kind) => {
		expect(guard(seen(leaving, members, read), defaultGuard)?.kind).toBe(kind);
	});

	it('lets all leave for others where it is told to, and where a feed names them', () => {
		expect(guard(seen(8, 8, 1), { ...defaultGuard, maxLeaversPercent: 100 })).toBeUndefined();
		expect(guard(seen(8, 8, 1), { ...defaultGuard, maxLeaversPercent: 99 })).toBeDefined();
		expect(guard(seen(8, 8, 1), defaultGuard, 'feed')).toBeUndefined();
	});

	it('leaves rows without a key to the rule on lost keys (design:R8)', () => {
		const withKeyless = (keyless: number) => ({
			...seen(8, 8, 5),
			counts: { ...seen(8, 8, 5).counts, keyless },
		});
		expect(guard(withKeyless(5), defaultGuard)).toBeUndefined();
		expect(guard(withKeyless(4), defaultGuard)?.kind).toBe('allReplaced');
	});

	it('tells the numbers of a segment that was replaced', () => {
		expect(guard(seen(7, 8, 3), defaultGuard)).toBeUndefined();
		const stop = guard({ ...seen(7, 8, 3), counts: { ...seen(8, 8, 3).counts } }, defaultGuard);
		expect(stop).toMatchObject({ numbers: [7, 8, 3] });
		expect(stop?.message).toContain('3 rows, and none of the 8 records');
		expect(guard(seen(1, 1, 1), defaultGuard)?.message).toContain('1 row, and the one record');
	});

	it('takes the limits it is given', () => {
		const strict = { maxLeaversPercent: 0, maxLeavers: 0 };
		expect(guard(seen(1, 1000), strict)?.kind).toBe('tooManyLeavers');
	});
});

describe('lost keys (design:R8)', () => {
	const withheld = (count: number, keyless: number) => {
		const comparison = seen(count, 100);
		return { ...comparison, counts: { ...comparison.counts, withheld: count, keyless } };
	};

	it('are told with all numbers, and not at all while nothing is withheld', () => {
		expect(lostKeys(withheld(0, 9), 0)).toBeUndefined();
		expect(lostKeys(withheld(3, 1200), 7)).toEqual({
			kind: 'lostKeys',
			numbers: [3, 1200],
			message:
				'3 records that left are not removed: 1,200 rows have no key, 7 before, and may be theirs.',
		});
	});
});

describe('the approve code (design:R9)', () => {
	const stop: Stop = { kind: 'tooManyLeavers', message: 'a', numbers: [20, 100] };
	// Asked for inside the tests: what is computed while they are collected, mutation testing cannot switch.
	const codeOf = (scope = 'people', version = 7, changes: Partial<Stop> = {}) =>
		approveCode(scope, version, { ...stop, ...changes });

	it('is short, and holds for the same stop however it is worded', () => {
		const code = codeOf();
		expect(code).toMatch(/^[0-9A-F]{8}$/);
		expect(codeOf('people', 7, { message: 'b' })).toBe(code);
	});

	it.each([
		['another sync', 'firms', 7, {}],
		['a state that moved', 'people', 8, {}],
		['another number', 'people', 7, { numbers: [21, 100] }],
		['another kind of stop', 'people', 7, { kind: 'emptySegment' as const }],
	])('is void for %s', (_, scope, version, changes) => {
		expect(codeOf(scope, version, changes)).not.toBe(codeOf());
	});
});

describe('a replay (sync:T11)', () => {
	it.each<[number, number, string | undefined]>([
		[1_999_999, 1_999_999, undefined],
		[2_000_000, 0, '2,000,000 records are known; from 2,000,000 on a replay is refused'],
		[0, 2_000_000, '2,000,000 records wait for delivery; from 2,000,000 on a replay is refused'],
	])('of %i records with %i waiting', (records, backlog, refusal) => {
		expect(replayRefusal(records, backlog)).toBe(refusal);
	});
});
