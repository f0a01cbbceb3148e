import fc from 'fast-check';

import type { Row } from '../../shared/core/census';
import { diff } from '../../shared/core/diff';
import { fingerprinter } from '../../shared/core/fingerprint';
import { KeyHashes } from '../../shared/core/keyHashes';
import { keyText, rowsOf, settings, tableOf } from './builders';
import { ann, annKey, bob, cid, compare, failure, has, prints, told } from './diffFixture';

describe('the census of a segment larger than one run', () => {
	it('lets go of rows beyond the limit and still knows that they are there (design:R8)', async () => {
		const rows = rowsOf(ann, bob, { ...cid, a: 2 });
		const comparison = await compare(rows, [has(cid)], { limit: 1 });
		expect(told(comparison)).toEqual([['added', annKey]]);
		expect(comparison.counts).toMatchObject({ read: 3, remaining: 2, left: 0 });
	});

	it('holds a duplicate of a row it let go of, and frees nothing twice', async () => {
		const rows = rowsOf(ann, bob, cid, { email: 'BOB', a: 3 }, bob, [{ email: 'cid' }, 'hold']);
		const comparison = await compare(rows, [], { limit: 1 });
		expect(told(comparison)).toEqual([['added', annKey]]);
		expect(comparison.counts).toMatchObject({ remaining: 0, held: 2 });
		// As many invalid rows are shown as changes are handed out; the others are counted.
		expect(comparison.invalid).toMatchObject([{ index: 1, reason: 'duplicateKey' }]);
		expect(String(comparison.invalid[0]?.record.email).toLowerCase()).toBe('bob');
		expect(comparison.notShown).toBe(3);
	});

	it('shows the key of a duplicate whose first row is not at hand any more', async () => {
		const rows = rowsOf(ann, ...Array.from({ length: 40 }, (_, nth) => ({ email: `p${nth}` })));
		const again = rowsOf(...rows.map(({ record }) => ({ ...record, a: 2 })));
		const twice = [...rows, ...again.map((row) => ({ ...row, index: row.index! + 41 }))];
		const { invalid, counts } = await compare(twice, [], { limit: 5 });
		expect(counts).toMatchObject({ remaining: 0, held: 41 });
		expect(invalid.map(({ record }) => record.email)).not.toContain(undefined);
	});

	it('gives the place of a duplicate to the next row', async () => {
		const comparison = await compare(rowsOf(ann, ann, bob), [], { limit: 1 });
		expect(told(comparison)).toEqual([['added', keyText('bob')]]);
	});

	it('counts a parked row that is a duplicate as held, not as waiting (design:R7)', async () => {
		const failures = new Map([
			[annKey, failure({ fingerprint: prints.record(ann, annKey), dueAt: 10, parked: true })],
		]);
		const parked = await compare(rowsOf(ann), [], { failures });
		expect(parked).toMatchObject({ offers: [], counts: { waiting: 1, left: 0 } });
		const twice = await compare(rowsOf(ann, { email: 'Ann' }), [], { failures });
		expect(twice).toMatchObject({ offers: [], counts: { waiting: 0, held: 1 } });
	});

	it('hands out, run by run, what one run without a limit would: nothing is left behind or sent twice', async () => {
		const values = fc.record({ email: fc.constantFrom('a', 'b', 'c', 'd', 'e'), a: fc.nat(2) });
		await fc.assert(
			fc.asyncProperty(
				fc.array(values, { maxLength: 8 }),
				fc.integer({ min: 1, max: 3 }),
				async (records, limit) => {
					const rows = rowsOf(...records);
					const members = [has({ email: 'a', a: 1 }), has({ email: 'z', a: 1 })];
					const whole = told(await compare(rows, members));
					const sent: string[][] = [];
					let runs = 0;
					for (let rest = 1; rest > 0;) {
						const part = await compare(rows, members, { limit });
						rest = part.counts.remaining;
						expect(part.offers.length).toBeLessThanOrEqual(limit);
						expect(++runs).toBeLessThan(200);
						for (const { offer, record } of part.offers) {
							const at = members.findIndex(({ key }) => key === offer.key);
							if (at >= 0) members.splice(at, 1);
							if (offer.change !== 'removed') members.push(has(record));
						}
						sent.push(...told(part));
					}
					expect(sent.sort()).toEqual(whole.sort());
				},
			),
		);
	});

	it('takes rows as they are read, batch by batch, and finds the same', async () => {
		const rows = rowsOf(ann, bob, { email: 'ann' }, cid);
		async function* batches(): AsyncGenerator<readonly Row[]> {
			for (const row of rows) yield [row];
		}
		const state = { members: await tableOf(has(cid)), failures: new Map(), keyless: 0 };
		const read = await diff(batches(), state, settings(), fingerprinter());
		expect(read).toEqual(await compare(rows, [has(cid)]));
	});
});

describe('the census: a row that could not be read', () => {
	it('is held by its key, shown with the reason, and never removed (design:R8)', async () => {
		const rows = [{ index: 0, record: { email: 'ann' }, problem: 'a: "x" is no number' }];
		const comparison = await compare(rows, [has(ann)]);
		expect(comparison.offers).toEqual([]);
		expect(comparison.invalid).toMatchObject([
			{ index: 0, reason: 'unreadable', problem: 'a: "x" is no number' },
		]);
		expect(comparison.counts).toMatchObject({ held: 1, left: 0 });
	});

	it('withholds all removals when its key cannot be read either (design:R8)', async () => {
		const rows = [{ index: 0, record: {}, problem: 'line 2 is not JSON' }];
		const comparison = await compare(rows, [has(ann)]);
		expect(comparison).toMatchObject({ offers: [], counts: { keyless: 1, withheld: 1 } });
		expect(comparison.invalid).toHaveLength(1);
	});
});

describe('KeyHashes', () => {
	it('grows: every key keeps its number, also one that is set again', () => {
		const hashes = new KeyHashes();
		for (let key = 0; key < 20_000; key++) hashes.set(`key ${key}`, key + 1);
		for (let key = 0; key < 20_000; key += 3) hashes.set(`key ${key}`, -key - 1);
		expect(hashes.size).toBe(20_000);
		for (let key = 0; key < 20_000; key++) {
			const number = key % 3 === 0 ? -key - 1 : key + 1;
			if (hashes.get(`key ${key}`) !== number) throw new Error(`Key ${key} is lost`);
		}
		expect(hashes.get('key 20000')).toBeUndefined();
	});

	it('is a map of numbers, at any size', () => {
		fc.assert(
			fc.property(
				fc.array(fc.tuple(fc.nat(3_000), fc.integer({ min: 1, max: 9 })), { maxLength: 4_000 }),
				(entries) => {
					const hashes = new KeyHashes();
					const map = new Map<string, number>();
					for (const [key, value] of entries) {
						hashes.set(String(key), -value);
						map.set(String(key), -value);
					}
					expect(hashes.size).toBe(map.size);
					for (let key = 0; key <= 3_000; key += 7) {
						expect(hashes.get(String(key))).toBe(map.get(String(key)));
					}
				},
			),
			{ numRuns: 20 },
		);
	});
});
