import { replacer } from '../../shared/core/replacement';
import type { Replacements } from '../../shared/core/replacement/rules';
import {
	fieldOf,
	industries,
	replaceOne,
	replacements,
	valueOf,
	type Row,
} from './replacementFixture';

const several = [fieldOf('field', 'multiChoice', industries)];

describe('fields of several choices', () => {
	const rows: readonly Row[] = [['field', '1', '2']];

	it('sync:T10 members are told apart by commas or semicolons, with any spaces and empty places', () => {
		const more = { source: several };
		expect(valueOf(rows, ' 1 , 3,,', more)).toBe('2,3');
		expect(valueOf(rows, '1;3 ; ', more)).toBe('2; 3');
		expect(valueOf(rows, '1,3', { destination: several })).toBe('2,3');
		expect(valueOf(rows, '1,3', {})).toBe('1,3');
	});

	it('sync:T10 counts as replaced when one member was, and as unmatched by each stranger alone', () => {
		const one = replaceOne(rows, { field: '1,3' }, { source: several });
		expect(one).toMatchObject({ replaced: 1, unmatched: [{ field: 'field', value: '3' }] });
		const two = replaceOne(rows, { field: [2, 3] }, { source: several });
		expect(two).toMatchObject({ replaced: 0, unmatched: [{ value: [2, 3] }] });
	});

	it('sync:A21 a value for unmatched ones counts as a replacement only where something was unmatched', () => {
		const more: Partial<Replacements> = { whenUnmatched: { kind: 'setTo', value: '3' } };
		expect(replaceOne(rows, { field: '2' }, more)).toMatchObject({
			record: { field: '3' },
			replaced: 1,
			unmatched: [{ reason: expect.stringContaining('set to the value for unmatched') as string }],
		});
		expect(replaceOne(rows, { field: '1' }, more)).toMatchObject({ replaced: 1, unmatched: [] });
		expect(replaceOne(rows, { field: '' }, more)).toMatchObject({
			record: { field: '' },
			replaced: 0,
			unmatched: [],
		});
		expect(replaceOne(rows, { field: [null, 1] }, more)).toMatchObject({
			record: { field: [null, 2] },
			unmatched: [],
		});
		expect(replaceOne(rows, { field: '2' })).toMatchObject({ replaced: 0 });
	});

	it('sync:T10 a cleared member is none, an empty member stays where it was', () => {
		const clear: Partial<Replacements> = { whenUnmatched: { kind: 'clear' } };
		expect(replaceOne(rows, { field: [1, 7, null] }, clear).record.field).toEqual([2, null]);
		expect(replaceOne(rows, { field: [1, '', 7] }, clear).record.field).toEqual([2, '']);
	});
});

describe('what is equal and what is written', () => {
	it('sync:T5 blank text is no value, of fields whose type is known too', () => {
		const source = [fieldOf('field', 'integer')];
		expect(replaceOne([['field', '0', '9']], { field: '  ' }, { source })).toMatchObject({
			record: { field: '  ' },
			unmatched: [],
		});
		expect(valueOf([['field', '007', '9']], 7, { source })).toBe(9);
	});

	it('sync:T5 the empty rule is about null, blank and empty lists, and never a pattern', () => {
		const rows: readonly Row[] = [
			['field', 'x', 'pattern', { match: 'pattern' }],
			['field', '', 'none'],
		];
		for (const empty of [null, undefined, '', '  ', []]) {
			expect(valueOf(rows, empty)).toBe('none');
		}
		expect(replaceOne(rows, { field: '' })).toMatchObject({ replaced: 1 });
	});

	it('sync:A21 an invalid date is no text, a big number is one', () => {
		expect(valueOf([['field', '12345678901234567890', 'big']], 12345678901234567890n)).toBe('big');
		const { unmatched } = replaceOne([['field', 'a', 'b']], { field: new Date(Number.NaN) });
		expect(unmatched[0]?.reason).toContain('is a list or an object, which no rule can name');
	});

	it('sync:A21 a lookup or a field of another type takes the new value as text', () => {
		for (const type of ['lookup', 'other'] as const) {
			const destination = [fieldOf('field', type)];
			expect(valueOf([['field', 'a', 'not an id']], 'a', { destination })).toBe('not an id');
		}
	});

	it('sync:A21 a truth value stays one only by the very words', () => {
		expect(valueOf([['field', 'true', 'false']], true)).toBe(false);
		expect(valueOf([['field', 'false', 'true']], false)).toBe(true);
		expect(valueOf([['field', 'true', 'no']], true)).toBe('no');
		expect(valueOf([['field', 'yes', 'true']], 'yes')).toBe('true');
	});

	it('sync:A21 a new value of several choices is written as one of them', () => {
		const destination = several;
		expect(valueOf([['field', 'a', 'Accounting']], 'a', { destination })).toBe('1');
	});

	it('sync:B22 a result of a pattern the destination cannot hold whole is unmatched, not cut or rounded', () => {
		const destination = [fieldOf('field', 'string', undefined, { maxLength: 3 })];
		const rows: readonly Row[] = [['field', '^a', 'long', { match: 'pattern' }]];
		const { record, unmatched } = replaceOne(rows, { field: 'ab' }, { destination });
		expect(record.field).toBe('ab');
		expect(unmatched[0]?.reason).toMatch(/^"field" became a value that .*; it was kept\.$/u);
		const whole = [fieldOf('field', 'integer')];
		const half = replaceOne(
			[['field', '^1$', '1.5', { match: 'pattern' }]],
			{ field: '1' },
			{
				destination: whole,
			},
		);
		expect(half).toMatchObject({ record: { field: '1' }, unmatched: [{ field: 'field' }] });
	});

	it('design:11 verdicts are remembered by type and text, up to a limit, and objects are judged each time', () => {
		let asked = 0;
		const more: Partial<Replacements> = {
			rewrite: (_pattern, text) => {
				asked += 1;
				return text === 'x' ? { text: 'y' } : {};
			},
		};
		const run = replacer(replacements([['field', 'x', 'y', { match: 'pattern' }]], more));
		asked = 0;
		const judge = (field: unknown) => run.replace({ record: { field } }).record.field;
		expect([judge('x'), judge('x'), judge(1), judge('1'), judge(1)]).toEqual(['y', 'y', 1, '1', 1]);
		expect(asked).toBe(3);
		for (let index = 0; index < 5_000; index += 1) judge(`text ${index}`);
		asked = 0;
		judge('x');
		expect(asked).toBe(0);
		judge('text 4999');
		judge('text 4999');
		expect(asked).toBe(2);
		asked = 0;
		judge('text 4996');
		expect(asked).toBe(0);
		const day = new Date(0);
		judge(day);
		judge(day);
		expect(asked).toBe(2);
	});
});

describe('remarks', () => {
	it('sync:A21 a rule behind one that takes its value is named, in whatever form the values are equal', () => {
		const remarks = (rows: readonly Row[], more?: Partial<Replacements>) =>
			replacer(replacements(rows, more)).remarks;
		const ignoreCase = { match: 'ignoreCase' } as const;
		expect(
			remarks([
				['field', 'A', '1', ignoreCase],
				['field', 'a', '2', ignoreCase],
				['field', 'a', '3'],
				['field', 'b', '4'],
			]),
		).toEqual([
			'Rule 2 ("field") never applies: rule 1 takes its existing value first.',
			'Rule 3 ("field") never applies: rule 1 takes its existing value first.',
		]);
		expect(
			remarks([
				['field', 'a', '1'],
				['field', 'A', '2', ignoreCase],
				['field', 'a', '3'],
				['field', 'a', '4', { match: 'pattern' }],
				['field', 'a', '5', { match: 'pattern' }],
			]),
		).toEqual(['Rule 3 ("field") never applies: rule 1 takes its existing value first.']);
		const source = [fieldOf('field', 'boolean', [{ value: true, label: 'On' }])];
		expect(remarks([['field', 'maybe', 'x']], { source })).toEqual([]);
		expect(
			remarks([['field', 'maybe', 'x']], { source: [fieldOf('field', 'choice', [])] }),
		).toEqual([]);
	});
});

describe('a field left out', () => {
	it('sync:T44 is not counted as replaced, and its warning stands in an envelope of its own', () => {
		const destination = [fieldOf('field', 'choice', industries)];
		const more: Partial<Replacements> = { destination };
		const outcome = replaceOne([['field', 'a', '1']], { field: 'zz' }, more);
		expect(outcome).toMatchObject({ record: {}, replaced: 0, leftOut: 1 });
		expect(outcome.envelope?.warnings).toEqual([
			expect.stringMatching(/^"field" was left out: it is named by no rule and is "zz"/u),
		]);
		expect(outcome.unmatched).toEqual([
			{
				field: 'field',
				value: 'zz',
				reason: expect.stringMatching(/; the field was left out\.$/u) as string,
			},
		]);
		expect(replaceOne([], { field: 'zz' }, more)).toMatchObject({ record: { field: 'zz' } });
	});
});
