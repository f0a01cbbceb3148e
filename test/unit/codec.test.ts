import * as fc from 'fast-check';

import { foldKey } from '../../shared/core/key';
import type { Member, Offer } from '../../shared/core/member';
import { fieldList, packer, unpacker } from '../../shared/state/codec';
import { memberOf, offerFrom } from '../../shared/state/entry';
import { journalRows, replay } from '../../shared/state/journal';
import { keyText, member, offerOf } from './builders';

const fold = (key: string) => foldKey(key, 'fold');
const text = fc.string({ unit: 'grapheme', maxLength: 200 });
const change = fc.constantFrom('added' as const, 'changed' as const, 'removed' as const);
const fields = fc
	.dictionary(
		text,
		fc.nat({ max: 2 ** 31 }).map((high) => high * 2 ** 16 + 7),
		{ maxKeys: 5 },
	)
	.map((entries) => new Map(Object.entries(entries)));
const fingerprint = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const key = fc.array(text, { minLength: 1, maxLength: 3 }).map((parts) => keyText(...parts));

/** Without the parts that are undefined, as the state has them. */
const defined = <T extends object>(value: T): T =>
	Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as T;
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const members: fc.Arbitrary<Member> = fc
	.record({
		key,
		fields,
		leaving: fc.boolean(),
		fingerprint: maybe(fingerprint),
		id: maybe(text),
		doubt: maybe(change),
	})
	.map(defined);
const offers: fc.Arbitrary<Offer> = fc
	.record({
		change,
		key,
		fingerprint,
		fields,
		redelivered: fc.boolean(),
		id: maybe(text),
		previousKey: maybe(key),
	})
	.map((offer) => defined({ ...offer, folded: fold(offer.key) }));

describe('packed members and offers', () => {
	it('come back as they were (property)', () => {
		fc.assert(
			fc.property(fc.array(members), fc.array(offers), (someMembers, someOffers) => {
				const list = fieldList(['known before']);
				const pack = packer(list);
				someMembers.forEach(pack.member);
				const packedMembers = pack.take();
				someOffers.forEach(pack.offer);
				const { names } = fieldList(list.names);
				const unpack = unpacker(names);
				expect([...unpack(packedMembers)].map(memberOf)).toEqual(someMembers);
				const unpacked = [...unpack(pack.take())].map((entry) => offerFrom(entry, fold));
				expect(unpacked).toEqual(someOffers);
			}),
		);
	});

	it('with the same fields share their names, and others do not take part', () => {
		const list = fieldList([]);
		const pack = packer(list);
		const fields = [
			new Map([['a', 1]]),
			new Map([['a', 2]]),
			new Map([
				['b', 3],
				['a', 4],
			]),
			new Map([['b', 5]]),
			new Map<string, number>(),
			new Map([['a', 6]]),
		];
		for (const [index, some] of fields.entries())
			pack.member(member(`p${index}`, { fields: some }));
		const unpacked = [...unpacker(list.names)(pack.take())].map((entry) => entry.fields);
		expect(unpacked.map((some) => new Map(some))).toEqual(fields);
		expect(unpacked.map(({ size }) => size)).toEqual([1, 1, 2, 1, 0, 1]);
		expect(unpacked.map((some) => some.get('a'))).toEqual([1, 2, 4, undefined, undefined, 6]);
	});

	it('hold texts longer than the buffer', () => {
		const list = fieldList([]);
		const pack = packer(list);
		const long = member('ü'.repeat(200_000), { id: 'x'.repeat(70_000) });
		pack.member(long);
		expect([...unpacker(list.names)(pack.take())].map(memberOf)).toEqual([long]);
	});

	it('throw when bytes are missing at the end, wherever they are cut', () => {
		const list = fieldList([]);
		const pack = packer(list);
		pack.offer(offerOf('ann', { id: '17', previousKey: keyText('Ann') }));
		const whole = pack.take();
		for (let length = 1; length < whole.length; length++) {
			const cut = whole.subarray(0, length);
			expect(() => [...unpacker(list.names)(cut)]).toThrow(
				expect.objectContaining({ name: 'RangeError' }),
			);
		}
	});

	it('throw when they name a field nobody knows', () => {
		const pack = packer(fieldList([]));
		pack.offer(offerOf('ann'));
		expect(() => [...unpacker([])(pack.take())]).toThrow('unknown field');
	});
});

describe('the journal', () => {
	/** What a list of changes adds up to, worked out one by one. */
	const changes = fc.array(
		fc.record({
			offers: fc.array(offers, { maxLength: 3 }),
			members: fc.array(fc.tuple(members, fc.boolean()), { maxLength: 3 }),
			closed: fc.array(key, { maxLength: 2 }),
		}),
		{ maxLength: 5 },
	);

	it('adds up to what was written (property)', async () => {
		await fc.assert(
			fc.asyncProperty(changes, async (list) => {
				const names = fieldList([]);
				const open = new Map<string, Offer>();
				const moved = new Map<string, Member | null>();
				const rows = list.flatMap((drawn) => {
					const put = new Map(
						drawn.members.map(([one, isThere]) => [fold(one.key), isThere ? one : null]),
					);
					const closed = drawn.closed.map(fold);
					for (const [folded, one] of put) moved.set(folded, one);
					for (const folded of [...put.keys(), ...closed]) open.delete(folded);
					for (const offer of drawn.offers) open.set(offer.folded, offer);
					return [...journalRows({ offers: drawn.offers, members: put, closed }, names)];
				});
				const replayed = await replay(rows, names.names, fold);
				expect(replayed.offers).toEqual(open);
				expect(replayed.moved).toEqual(moved);
			}),
		);
	});

	it('cuts large changes into rows', async () => {
		const names = fieldList([]);
		const many = Array.from({ length: 4_001 }, (_, index) => offerOf(`p${index}`));
		const rows = [...journalRows({ offers: many }, names)];
		expect(rows.map(({ kind }) => kind)).toEqual(['offer', 'offer', 'offer']);
		expect((await replay(rows, names.names, fold)).offers.size).toBe(4_001);
	});
});
