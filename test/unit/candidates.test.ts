import fc from 'fast-check';

import { Candidates } from '../../shared/core/candidates';
import type { Candidate } from '../../shared/core/census';

const row = (folded: string): Candidate => ({ folded }) as Candidate;
const names = (candidates: Candidates) => [...candidates.chosen().keys()];

/** A choice that takes the given share of what is asked, again and again. */
function chances(...shares: readonly number[]): () => number {
	let next = 0;
	return () => shares[next++ % shares.length];
}

/** Takes the rows in, and returns those that had to go. */
function take(candidates: Candidates, ...keys: readonly string[]): Array<string | undefined> {
	return keys.map((key) => candidates.add(row(key))?.folded);
}

describe('the rows a run may hand out', () => {
	it('design:R8 are the first ones up to the limit; the next ones are kept as spare', () => {
		const candidates = new Candidates(2, chances(0));
		expect(take(candidates, 'a', 'b', 'c', 'd')).toEqual([
			undefined,
			undefined,
			undefined,
			undefined,
		]);
		expect(candidates.left).toBe(2);
		expect(['a', 'b', 'c', 'd', 'e'].map((key) => candidates.get(key)?.folded)).toEqual([
			'a',
			'b',
			'c',
			'd',
			undefined,
		]);
		expect(names(candidates)).toEqual(['a', 'b']);
		expect(candidates.left).toBe(2);
	});

	it('design:R8 a spare row fills the place of one that turned out to be a duplicate', () => {
		const candidates = new Candidates(2, chances(0));
		take(candidates, 'a', 'b', 'c', 'd');
		expect(candidates.delete('a')).toBe(true);
		expect(candidates.delete('a')).toBe(false);
		expect(names(candidates)).toEqual(['b', 'c']);
		expect(candidates.left).toBe(1);
		expect(candidates.get('a')).toBeUndefined();
	});

	it('design:R8 rows beyond the spare ones each get their chance, and one goes for another', () => {
		// Of three rows beyond the limit the third takes place 0, 1 or none.
		const third = (share: number) => {
			const candidates = new Candidates(2, chances(share));
			const out = take(candidates, 'a', 'b', 'c', 'd', 'e')[4];
			return [out, candidates.get('e')?.folded, candidates.left];
		};
		expect(third(0)).toEqual(['c', 'e', 2]);
		expect(third(0.5)).toEqual(['d', 'e', 2]);
		expect(third(0.99)).toEqual(['e', undefined, 2]);
	});

	it('design:R8 every row beyond the limit is as likely to be spared', () => {
		let seed = 7;
		const random = () => {
			seed = (seed * 48_271) % 2_147_483_647;
			return seed / 2_147_483_647;
		};
		const spared = new Map<string, number>();
		const keys = Array.from({ length: 12 }, (_, index) => `k${index}`);
		for (let round = 0; round < 3_000; round += 1) {
			const candidates = new Candidates(2, random);
			take(candidates, ...keys);
			for (const key of keys.slice(2)) {
				if (candidates.get(key)) spared.set(key, (spared.get(key) ?? 0) + 1);
			}
		}
		// Two places for ten rows: a fifth of the rounds each.
		for (const key of keys.slice(2)) {
			expect(spared.get(key)).toBeGreaterThan(500);
			expect(spared.get(key)).toBeLessThan(700);
		}
	});

	it('design:8 of a large limit a tenth is spared, of a small one as many as it is itself', () => {
		const left = (limit: number, rows: number) => {
			const candidates = new Candidates(limit, chances(0.999));
			for (let index = 0; index < limit + rows; index += 1) candidates.add(row(`k${index}`));
			return candidates.left;
		};
		expect(left(5, 50)).toBe(5);
		expect(left(1_500, 1_500)).toBe(1_000);
		expect(left(20_010, 3_000)).toBe(2_001);
	});

	it('design:R8 after a spare row is gone, each of the others is still in its own place', () => {
		const candidates = new Candidates(3, chances(0));
		take(candidates, 'a', 'b', 'c', 'd', 'e', 'f');
		expect(candidates.delete('d')).toBe(true);
		expect(candidates.delete('f')).toBe(true);
		expect(candidates.delete('d')).toBe(false);
		expect(candidates.left).toBe(1);
		expect(take(candidates, 'g', 'h')).toEqual([undefined, undefined]);
		// Place 0 is that of `e` now, which took it over from `d` by way of `f`.
		expect(take(candidates, 'i')).toEqual(['e']);
		expect(candidates.left).toBe(3);
	});

	it('design:R8 law: never more than the limit and the spare ones, and nobody goes unnoticed', () => {
		const step = fc.oneof(
			{ weight: 4, arbitrary: fc.record({ add: fc.nat(30) }) },
			{ weight: 1, arbitrary: fc.record({ drop: fc.nat(30) }) },
		);
		fc.assert(
			fc.property(
				fc.integer({ min: 1, max: 6 }),
				fc.array(step, { maxLength: 80 }),
				fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 1 }),
				(limit, steps, shares) => {
					const candidates = new Candidates(limit, chances(...shares));
					const held = new Set<string>();
					for (const move of steps) {
						if ('add' in move) {
							const key = `k${move.add}`;
							if (held.has(key)) continue;
							const out = candidates.add(row(key));
							held.add(key);
							if (out) held.delete(out.folded);
						} else {
							const key = `k${move.drop}`;
							expect(candidates.delete(key)).toBe(held.delete(key));
						}
						expect(held.size).toBeLessThanOrEqual(2 * limit);
						for (let key = 0; key <= 30; key += 1) {
							expect(candidates.get(`k${key}`)?.folded).toBe(
								held.has(`k${key}`) ? `k${key}` : undefined,
							);
						}
					}
					const chosen = names(candidates);
					expect(chosen).toHaveLength(Math.min(limit, held.size));
					expect(chosen.every((key) => held.has(key))).toBe(true);
					expect(candidates.left).toBe(held.size - chosen.length);
				},
			),
		);
	});
});
