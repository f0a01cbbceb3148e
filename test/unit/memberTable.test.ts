import * as fc from 'fast-check';

import { foldKey } from '../../shared/core/key';
import type { Member } from '../../shared/core/member';
import { fieldList, unpacker } from '../../shared/state/codec';
import {
	blockPacker,
	blockSize,
	cut,
	HotParts,
	memberBlocks,
	type PackedBlock,
	type WantedRanges,
} from '../../shared/state/memberBlocks';
import { MemberTable } from '../../shared/state/memberTable';
import { keyText, member } from './builders';

const fold = (key: string) => foldKey(key, 'fold');
const fields = fieldList(['a']);
const storedFrom = (blocks: readonly PackedBlock[]) => {
	const hot = new HotParts(blocks.reduce((sum, block) => sum + block.hot.length, 0));
	// Copies, as a store hands them out: what was read is freed at once.
	for (const block of blocks) hot.add(Buffer.from(block.hot));
	const cold = (wanted: WantedRanges) =>
		Array.from(wanted, ([number, ranges]) => cut(Buffer.from(blocks[number]!.cold), ranges));
	return { hot, cold };
};
const blocksFrom = async (blocks: readonly PackedBlock[]) =>
	await memberBlocks(storedFrom(blocks), fields.names);
const tableFrom = async (blocks: readonly PackedBlock[]) =>
	new MemberTable(await blocksFrom(blocks), fold);
/** Each with a fingerprint of its own. */
const people = (count: number) =>
	Array.from({ length: count }, (_, index) =>
		member(`p${index}`, { fingerprint: BigInt(index), fields: new Map([['a', index]]) }),
	);
const packed = (members: Iterable<Member>, size = blockSize): PackedBlock[] => {
	const pack = blockPacker(fields, size);
	const full = [...members].flatMap((entry) => pack.add(fold(entry.key), entry) ?? []);
	return [...full, pack.finish() ?? []].flat();
};
const byKey = (members: Iterable<Member>) => [...members].sort((a, b) => (a.key < b.key ? -1 : 1));

const names = ['ann', 'Ann', ' bob', 'BOB', 'cid', 'dan', 'eve', 'fay'];
const name = fc.constantFrom(...names);
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
		// A fingerprint covers the key.
		...(fingerprint !== undefined && {
			fingerprint: fingerprint * 8n + BigInt(names.indexOf(key)),
		}),
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

					const returned = [...map].filter(([folded, { leaving: was }]) => was && seen.has(folded));
					expect(byKey(await table.returned())).toEqual(byKey(returned.map(([, one]) => one)));

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
		const many = people(2 * blockSize + 5);
		const blocks = packed(many);
		expect(blocks).toHaveLength(3);
		for (const order of [many, many.toReversed(), [...many.slice(700), ...many.slice(0, 700)]]) {
			const table = await tableFrom(blocks);
			const said = order.map(({ key, fingerprint }) => table.visit(key, fingerprint));
			expect(new Set(said)).toEqual(new Set(['same']));
			expect(table.visit(keyText('nobody'), 1n)).toBe('absent');
			expect(table.visit(keyText('p3'), 3n)).toBe('again');
			expect(await table.unvisited('all')).toEqual([]);
		}
	});

	it('looks no key up as long as the rows come in the order of the members', async () => {
		const many = people(10);
		const stored = await blocksFrom(packed(many));
		const lookUps: string[] = [];
		const find = (folded: string) => {
			lookUps.push(folded);
			return stored.find(folded);
		};
		const table = new MemberTable({ ...stored, find }, fold);
		table.put(keyText('p4'), member('p4', { fingerprint: 44n }));
		lookUps.length = 0;
		const prints = [0n, 1n, 22n, 3n, 44n, 5n, 6n, 8n, 9n];
		const rows = ['p0', 'p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p8', 'p9'];
		const said = rows.map((key, row) => table.visit(keyText(key), prints[row]));
		expect(said.filter((word) => word === 'differs')).toHaveLength(1);
		// The one that changed, and the first one behind one that is missing.
		expect(lookUps).toEqual([keyText('p2'), keyText('p8')]);
	});

	it('keeps the order of its members when it packs them anew, and adds new ones last', async () => {
		const many = people(2 * blockSize);
		const table = await tableFrom(packed(many));
		const moved = member('p5', { fingerprint: 99n });
		table.put(keyText('new'), member('new'));
		table.put(keyText('p5'), moved);
		table.put(keyText('p7'), null);
		const blocks: PackedBlock[] = [];
		for await (const block of table.repack(fields)) blocks.push(block);
		const after = blocks.flatMap(({ cold }) => [...unpacker(fields.names)(cold)]);
		const kept = many.toSpliced(7, 1).with(5, moved);
		expect(after.map(({ key }) => key)).toEqual([...kept.map(({ key }) => key), keyText('new')]);
		expect(after[5]?.fingerprint).toBe(99n);
	});

	it('frees what it has read, but no memory that is shared with others', async () => {
		const [block] = packed(people(300));
		const own = Buffer.alloc(block!.cold.length);
		block!.cold.copy(own);
		const shared = Buffer.concat([block!.cold, Buffer.from('others')]);
		for (const cold of [own, shared.subarray(0, own.length)]) {
			const read = await memberBlocks(
				{ ...storedFrom([block!]), cold: () => [cold] },
				fields.names,
			);
			let count = 0;
			for await (const { key } of read.read(() => true)) if (key) count++;
			expect(count).toBe(300);
		}
		expect(own.length).toBe(0);
		expect(shared.toString('utf8', shared.length - 6)).toBe('others');
	});

	it('reads only the bytes of the members that are wanted', async () => {
		const blocks = packed(people(20), 7);
		const asked: WantedRanges[] = [];
		const stored = storedFrom(blocks);
		const cold = (wanted: WantedRanges) => {
			asked.push(new Map(wanted));
			return stored.cold(wanted);
		};
		const read = await memberBlocks({ ...stored, cold }, fields.names);
		const wanted = [1, 2, 4, 6, 13, 14];
		const found: Member[] = [];
		for await (const one of read.read((slot) => wanted.includes(slot))) found.push(one);
		expect(found).toEqual(wanted.map((slot) => people(20)[slot]));
		expect(asked.map((one) => [...one].map(([number, { length }]) => [number, length]))).toEqual([
			[
				[0, 3],
				[1, 1],
				[2, 1],
			],
		]);
	});

	it('reads blocks of any size: another version may have packed the file', async () => {
		const many = people(20);
		const table = await tableFrom(packed(many, 7));
		const said = many.map(({ key, fingerprint }) => table.visit(key, fingerprint));
		expect(new Set(said)).toEqual(new Set(['same']));
		expect(byKey(await collect(table))).toEqual(byKey(many));
	});
});

const collect = async (table: MemberTable): Promise<Member[]> => [
	...(await table.load(Array.from({ length: 20 }, (_, index) => keyText(`p${index}`)))).values(),
];
