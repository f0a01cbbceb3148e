import fc from 'fast-check';
import { adaptiveSize, chunk, chunkByWeight } from '../../shared/core/batching';

describe('batching', () => {
	test('chunk keeps every entry once, in order, and no chunk is above the size (dataverse:4.9)', () => {
		fc.assert(
			fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 20 }), (list, size) => {
				const chunks = chunk(list, size);
				expect(chunks.flat()).toEqual(list);
				expect(chunks.every((one) => one.length > 0 && one.length <= size)).toBe(true);
			}),
		);
	});

	test('chunkByWeight keeps order and both limits; only a lone entry may be too heavy (dataverse:S-05)', () => {
		fc.assert(
			fc.property(fc.array(fc.integer({ min: 1, max: 50 })), (list) => {
				const chunks = chunkByWeight(list, { count: 5, weight: 40 }, (entry) => entry);
				expect(chunks.flat()).toEqual(list);
				for (const one of chunks) {
					expect(one.length).toBeLessThanOrEqual(5);
					const weight = one.reduce((sum, entry) => sum + entry, 0);
					expect(one.length === 1 || weight <= 40).toBe(true);
				}
			}),
		);
	});

	test('a batch size grows while all goes well and never returns to what was too big (dataverse:4.9)', () => {
		const size = adaptiveSize(100, 500, 2);
		size.succeeded();
		expect(size.current).toBe(100);
		size.succeeded();
		expect(size.current).toBe(200);
		size.tooBig();
		expect(size.current).toBe(100);
		for (let n = 0; n < 20; n += 1) size.succeeded();
		expect(size.current).toBe(100);
	});

	test('a batch size never falls below one record', () => {
		const size = adaptiveSize(2, 2);
		size.tooBig();
		size.tooBig();
		expect(size.current).toBe(1);
	});

	test('a chunk is as full as its limits allow, and nothing makes no chunk (dataverse:S-05)', () => {
		const weigh = (entry: number) => entry;
		const limit = { count: 3, weight: 10 };
		expect(chunkByWeight([], limit, weigh)).toEqual([]);
		expect(chunkByWeight([1, 1, 1, 1], limit, weigh)).toEqual([[1, 1, 1], [1]]);
		expect(chunkByWeight([4, 6, 1], limit, weigh)).toEqual([[4, 6], [1]]);
		expect(chunkByWeight([11, 1, 11], limit, weigh)).toEqual([[11], [1], [11]]);
		expect(chunk([1, 2, 3], 2)).toEqual([[1, 2], [3]]);
		expect(chunk([1, 2, 3], 0.5)).toEqual([[1], [2], [3]]);
		expect(chunk([], 2)).toEqual([]);
	});

	test('a batch size counts anew after each growth, and ends at its ceiling (dataverse:4.9)', () => {
		const size = adaptiveSize(100, 250, 2);
		for (const expected of [100, 200, 200, 250, 250, 250]) {
			size.succeeded();
			expect(size.current).toBe(expected);
		}
		size.tooBig();
		expect(size.current).toBe(125);
		expect(adaptiveSize(900, 500).current).toBe(500);
		expect(adaptiveSize(0, 500).current).toBe(1);
	});
});
