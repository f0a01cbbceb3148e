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
});
