import * as fc from 'fast-check';

import { parseShard, shardTaker } from '../../shared/core/shard';
import { rowsOf } from './builders';
import { compare, has, told } from './diffFixture';

const people = Array.from({ length: 400 }, (_, number) => ({ email: `p${number}`, a: 1 }));

describe('the shards of a segment', () => {
	it('share every record between them, each to one, whatever the case of its key', () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 9 }), fc.string(), (of, email) => {
				const takers = Array.from({ length: of }, (_, index) =>
					shardTaker({ number: index + 1, of }, ['email'], 'fold'),
				);
				const taken = (value: string) => takers.map((isOurs) => isOurs({ email: value }));
				const isBlank = email.trim() === '';
				expect(taken(email).filter(Boolean)).toHaveLength(isBlank ? of : 1);
				if (!isBlank) expect(taken(` ${email.toLowerCase()}`)).toEqual(taken(email.toLowerCase()));
			}),
		);
	});

	it('are of about the same size', () => {
		for (const number of [1, 2, 3, 4]) {
			const isOurs = shardTaker({ number, of: 4 }, ['email'], 'fold');
			const size = people.filter(isOurs).length;
			expect([number, size > 70 && size < 130]).toEqual([number, true]);
		}
	});

	it('find together what one comparison finds, and never remove what is another one’s', async () => {
		const rows = rowsOf(...people.slice(10));
		const whole = await compare(
			rows,
			people.slice(0, 20).map((person) => has(person)),
		);
		const parts = await Promise.all(
			[1, 2, 3].map(async (number) => {
				const shard = { number, of: 3 };
				const isOurs = shardTaker(shard, ['email'], 'fold');
				const members = people.slice(0, 20).filter(isOurs);
				return await compare(
					rows,
					members.map((person) => has(person)),
					{ shard },
				);
			}),
		);
		const sent = parts.flatMap(told);
		expect(sent.filter(([change]) => change === 'removed')).toHaveLength(10);
		expect(sent.sort()).toEqual(told(whole).sort());
		expect(parts.reduce((sum, { counts }) => sum + counts.read, 0)).toBe(whole.counts.read);
	});

	it('all hold removals back when a key got lost: it may be a record of any of them (design:R8)', async () => {
		for (const number of [1, 2, 3]) {
			const shard = { number, of: 3 };
			const members = people.filter(shardTaker(shard, ['email'], 'fold')).slice(0, 3);
			const known = members.map((person) => has(person));
			const { offers, counts } = await compare(rowsOf({ email: null }), known, { shard });
			expect({ number, offers }).toEqual({ number, offers: [] });
			expect(counts).toMatchObject({ keyless: 1, withheld: 3 });
		}
	});

	it.each<[string, object | undefined]>([
		['1/4', { number: 1, of: 4 }],
		[' 4 / 4 ', { number: 4, of: 4 }],
		['0/4', undefined],
		['5/4', undefined],
		['1/0', undefined],
		['1 of 4', undefined],
		['', undefined],
	])('reads %p', (text, shard) => {
		expect(parseShard(text)).toEqual(shard);
	});
});
