import * as fc from 'fast-check';

import { foldKey } from '../../shared/core/key';
import type { Member } from '../../shared/core/member';
import { fieldList } from '../../shared/state/codec';
import {
	blockPacker,
	blockSize,
	memberBlocks,
	type PackedBlock,
} from '../../shared/state/memberBlocks';
import { MemberTable } from '../../shared/state/memberTable';
import { keyText, member } from './builders';

const fold = (key: string) => foldKey(key, 'fold');
const fields = fieldList(['a']);
const tableFrom = async (blocks: readonly PackedBlock[]) => {
	const stored = {
		hot: blocks.map(({ hot }) => hot),
		cold: (numbers: readonly number[]) => numbers.map((number) => blocks[number]!.cold),
	};
	return new MemberTable(await memberBlocks(stored, fields.names), fold);
};
const packed = (members: Iterable<Member>, size = blockSize): PackedBlock[] => {
	const pack = blockPacker(fields, size);
	const full = [...members].flatMap((entry) => pack.add(fold(entry.key), entry) ?? []);
	return [...full, pack.finish() ?? []].flat();
};
const byKey = (members: Iterable<Member>) => [...members].sort((a, b) => (a.key < b.key ? -1 : 1));

const name = fc.constantFrom('ann', 'Ann', ' bob', 'BOB', 'cid', 'dan', 'eve', 'fay');
const members = fc
	.record({
		name,
		fingerprint: fc.constantFrom(1n, 2n, 0n, undefined),
		id: fc.constantFrom('1', '2', undefined),
		leaving: fc.boolean(),
	})
	.map(({ name: key, fingerprint, id, leaving }): Member => ({
		key: keyText(key),
		fields: new Map([['a', 3]]),
		leaving,
		...(fingerprint !== undefined && { fingerprint }),
		...(id !== undefined && { id }),
	}));
const step = fc.oneof(
	fc.tuple(fc.constant('put' as const), members, fc.boolean()),
	fc.tuple(fc.constant('visit' as const), members, fc.boolean()),
);

describe('MemberTable', () => {
	it('is what a Map and a Set would be, in blocks or not, and after packing anew (property)', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.uniqueArray(members, { selector: ({ key }) => fold(key) }),
				fc.array(step, { maxLength: 20 }),
				fc.subarray(['ann', 'bob', 'cid']),
				async (stored, steps, goneNames) => {
					const table = await tableFrom(packed(stored));
					const map = new Map(stored.map((entry) => [fold(entry.key), entry]));
					const known = new Set(map.keys());
					const seen = new Map<string, number>();
					for (const [row, [kind, entry, flag]] of steps.entries()) {
						const folded = fold(entry.key);
						if (kind === 'put') {
							table.put(folded, flag ? entry : null);
							known.add(folded);
							if (flag) map.set(folded, entry);
							else map.delete(folded);
						} else {
							const found = map.get(folded);
							const isSame = !found?.leaving && found?.fingerprint === entry.fingerprint;
							const same = isSame && entry.fingerprint !== undefined ? 'same' : 'differs';
							const first = seen.has(folded) ? 'again' : same;
							const said = table.visit(folded, entry.fingerprint, flag ? row : undefined);
							expect(said).toBe(found ? first : 'absent');
							if (known.has(folded) && !seen.has(folded)) seen.set(folded, flag ? row : -1);
							expect(table.rowOf(folded)).toBe(found ? seen.get(folded) : undefined);
						}
					}
					const all = [...map.keys(), 'nobody'];
					expect(table.size).toBe(map.size);
					expect(await table.load(all)).toEqual(map);
					const unseen = [...map].filter(([folded]) => !seen.has(folded)).map(([, entry]) => entry);
					expect(byKey(await table.unvisited('all'))).toEqual(byKey(unseen));
					const leaving = unseen.filter((entry) => entry.leaving);
					expect(byKey(await table.unvisited('leaving'))).toEqual(byKey(leaving));

					const gone = new Set(goneNames.map((key) => fold(keyText(key))));
					const holders = [...map].filter(([folded]) => !gone.has(folded));
					const ids = new Set(holders.flatMap(([, { id }]) => (id === undefined ? [] : [id])));
					expect(await table.heldIds(['1', '2', '3'], gone)).toEqual(ids);

					const blocks: PackedBlock[] = [];
					for await (const block of table.repack(fields)) blocks.push(block);
					expect(await (await tableFrom(blocks)).load(all)).toEqual(map);
				},
			),
			{ numRuns: 300 },
		);
	});

	it('keeps the marks of a member that is seen first and moved then', async () => {
		const table = await tableFrom(packed([member('ann')]));
		table.visit(keyText('ann'), 1n);
		table.put(keyText('ann'), member('ann', { fingerprint: 2n }));
		expect(await table.unvisited('all')).toEqual([]);
	});

	it('finds every member over several blocks, full and not', async () => {
		const many = Array.from({ length: 2 * blockSize + 5 }, (_, index) => member(`p${index}`));
		const blocks = packed(many);
		expect(blocks).toHaveLength(3);
		const table = await tableFrom(blocks);
		expect(many.every(({ key }) => table.visit(key, 1n) === 'same')).toBe(true);
		expect(table.visit(keyText('nobody'), 1n)).toBe('absent');
		expect(await table.unvisited('all')).toEqual([]);
	});

	it('reads blocks of any size: another version may have packed the file', async () => {
		const many = Array.from({ length: 20 }, (_, index) => member(`p${index}`));
		const table = await tableFrom(packed(many, 7));
		expect(many.every(({ key }) => table.visit(key, 1n) === 'same')).toBe(true);
		expect(byKey(await collect(table))).toEqual(byKey(many));
	});
});

const collect = async (table: MemberTable): Promise<Member[]> => [
	...(await table.load(Array.from({ length: 20 }, (_, index) => keyText(`p${index}`)))).values(),
];
