import * as fc from 'fast-check';
import type { INodeParameters } from 'n8n-workflow';

import { useDataverse } from '../sandbox/useDataverse';
import { conditions, fates, filterNode, messages, runFilter } from './recordFilterFixture';
import { airport, diffNode, runLine, writerNode } from './syncFixture';

const org = useDataverse();
let name = '';
let count = 0;

beforeEach(() => {
	name = `filter-${(count += 1)}`;
});

const inSwitzerland = conditions([{ field: 'country', is: 'string:equals', right: 'CH' }]);
const at = (code: string, country: string) => airport(code, { country });
const codes = () =>
	org
		.rows('account')
		.map(({ accountnumber }) => String(accountnumber))
		.filter((code) => /^[A-Z]{3}$/.test(code))
		.sort();

/** The filter reads a field that is not written (sync:A22). */
const writer = () => writerNode(org, { parameters: { options: { columns: ['name'] } } });

async function sync(
	seed: ReadonlyArray<Record<string, unknown>>,
	deleteFilteredOut: boolean,
	diff: INodeParameters = {},
) {
	return await runLine(
		[
			filterNode({ ...inSwitzerland, deleteFilteredOut }),
			diffNode(name, { parameters: diff }),
			writer(),
		],
		seed,
	);
}

const before = [at('ZRH', 'CH'), at('GVA', 'CH'), at('CDG', 'FR')];
const after = [at('ZRH', 'CH'), at('GVA', 'FR'), at('CDG', 'FR')];

describe.each(['complete', 'feed'])('Record Filter before Segment Diff, %s', (inputIs) => {
	it('sync:T7 design:R8 off: a row that starts to fail is neither sent nor removed', async () => {
		const first = await sync(before, false, { inputIs });
		expect(first.records('Diff')).toHaveLength(2);
		expect(codes()).toEqual(['GVA', 'ZRH']);
		const second = await sync(after, false, { inputIs });
		expect(second.items('Diff')).toEqual([]);
		expect(codes()).toEqual(['GVA', 'ZRH']);
		const changed = await sync([at('ZRH', 'CH'), { ...at('GVA', 'FR'), name: 'New' }], false, {
			inputIs: 'feed',
		});
		expect(changed.items('Diff')).toEqual([]);
	});

	it('sync:T7 sync:C8 on: it is removed once, and what was never delivered is not', async () => {
		await sync(before, true, { inputIs });
		expect(codes()).toEqual(['GVA', 'ZRH']);
		const second = await sync(after, true, { inputIs });
		expect(second.records('Diff')).toMatchObject([
			{ accountnumber: 'GVA', _sync: { change: 'removed' } },
		]);
		expect(second.records('Writer', 2)[0]).toMatchObject({ deleted: 1, read: 1 });
		expect(codes()).toEqual(['ZRH']);
		const third = await sync(after, true, { inputIs });
		expect(third.items('Diff')).toEqual([]);
	});

	it('sync:T7 a removed record that passes again is added', async () => {
		await sync(before, true, { inputIs });
		await sync(after, true, { inputIs });
		const third = await sync(before, true, { inputIs });
		expect(third.records('Diff')).toMatchObject([
			{ accountnumber: 'GVA', _sync: { change: 'added' } },
		]);
		expect(codes()).toEqual(['GVA', 'ZRH']);
	});

	it('sync:T7 the row of another system with the key of a filtered-out record stays', async () => {
		await runLine([writerNode(org)], [airport('CDG')]);
		await sync(before, true, { inputIs });
		await sync(before, true, { inputIs });
		expect(codes()).toEqual(['CDG', 'GVA', 'ZRH']);
	});
});

describe('Record Filter in a sync', () => {
	it('sync:C8 filtered-out records count for the guard: a wrong condition deletes nothing', async () => {
		const many = Array.from({ length: 40 }, (_, index) =>
			at(`A${String.fromCharCode(65 + (index % 26))}${index < 26 ? 'A' : 'B'}`, 'CH'),
		);
		await sync(many, true);
		const wrong = many.map((row) => ({ ...row, country: 'ch' }));
		const run = await sync(wrong, true);
		expect(run.error?.message).toContain('40');
		expect(codes()).toHaveLength(40);
	});

	it('design:R6 behind Segment Diff a filtered offer stays due and is told as held', async () => {
		const line = () => [diffNode(name), filterNode(inSwitzerland), writer()];
		const seed = [at('ZRH', 'CH'), at('CDG', 'FR')];
		const first = await runLine(line(), seed);
		expect(first.records('Writer', 1)).toMatchObject([
			{ accountnumber: 'CDG', _sync: { result: { status: 'rejected', error: { code: 'held' } } } },
		]);
		expect(messages(first)[1]).toContain('Put the filter before Segment Diff');
		const second = await runLine(line(), seed);
		expect(second.records('Diff').map(({ accountnumber }) => accountnumber)).toEqual(['CDG']);
	});

	const pairs = [
		['string:equals', 'string:notEquals', 'CH'],
		['string:contains', 'string:notContains', 'C'],
		['string:startsWith', 'string:notStartsWith', 'C'],
		['string:endsWith', 'string:notEndsWith', 'H'],
		['string:regex', 'string:notRegex', '^C'],
		['string:empty', 'string:notEmpty', ''],
		['string:exists', 'string:notExists', ''],
		['boolean:true', 'boolean:false', ''],
		['number:equals', 'number:notEquals', 5],
	] as const;
	const value = fc.constantFrom<unknown>('CH', 'FR', 'xC', '', null, undefined, 5, 0, true, false);

	it('design:R8 a filter and its negation split every input, and no record leaves the wire', async () => {
		const condition = fc.record({
			field: fc.constantFrom('a', 'b'),
			pair: fc.constantFrom(...pairs),
		});
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.record({ a: value, b: value }), { minLength: 1, maxLength: 8 }),
				fc.array(condition, { minLength: 1, maxLength: 3 }),
				async (rows, chosen) => {
					const seed = rows.map((row, id) => ({ id, ...row }));
					const before = structuredClone(seed);
					const side = (which: 0 | 1, combinator: string) => ({
						...conditions(
							chosen.map(({ field, pair }) => ({ field, is: pair[which], right: pair[2] })),
							combinator,
						),
						options: { looseTypeValidation: true },
					});
					const plain = await runFilter(seed, side(0, 'and'));
					const negated = await runFilter(seed, side(1, 'or'));
					const refused = [...plain.records('Filter', 1), ...negated.records('Filter', 1)].filter(
						({ reason }) => String(reason).includes('cannot be evaluated'),
					);
					const kept = (run: typeof plain) => fates(run).map((fate) => fate === 'kept');
					expect(plain.items('Filter')).toHaveLength(seed.length);
					expect(negated.items('Filter')).toHaveLength(seed.length);
					expect(plain.records('Filter').map(({ id }) => id)).toEqual(seed.map(({ id }) => id));
					const doubtful = new Set(refused.map(({ id }) => id));
					kept(plain).forEach((isKept, index) => {
						if (!doubtful.has(index)) expect(kept(negated)[index]).toBe(!isKept);
					});
					expect(plain.items('Filter', 1)).toHaveLength(kept(plain).filter((is) => !is).length);
					expect(seed).toEqual(before);
				},
			),
			{ numRuns: 60 },
		);
	});
});
