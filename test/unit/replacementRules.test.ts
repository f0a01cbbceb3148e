import { SyncError } from '../../shared/core/errors';
import { replacer } from '../../shared/core/replacement';
import type { Replacements } from '../../shared/core/replacement/rules';
import type { Row } from './replacementFixture';
import { fieldOf, industries, replacements, valueOf } from './replacementFixture';

const choice = [fieldOf('field', 'choice', industries)];
const pattern = { match: 'pattern' } as const;

function refused(rows: readonly Row[], more?: Partial<Replacements>): SyncError {
	try {
		replacer(replacements(rows, more));
	} catch (error) {
		expect(error).toBeInstanceOf(SyncError);
		expect(error).toMatchObject({
			code: 'config',
			details: { hint: expect.any(String) as string },
		});
		return error as SyncError;
	}
	throw new Error('The rules were accepted');
}

describe('rules that cannot work are refused before the first record', () => {
	const cases: ReadonlyArray<
		readonly [string, readonly Row[], Partial<Replacements>, told: readonly string[]]
	> = [
		[
			'no field',
			[
				['a', 'x', 'y'],
				[' ', 'x', 'y'],
			],
			{},
			['Rule 2 has no field', 'Name the field or delete the row.'],
		],
		['bookkeeping', [['_sync', 'x', 'y']], {}, ['reserved for the sync', 'Use another field.']],
		[
			'nothing at all',
			[['field', ' ', ' ']],
			{},
			[
				'Rule 1 ("field") has no existing value',
				'Enter the value to replace. An empty Existing Value is about empty fields',
			],
		],
		[
			'empty pattern',
			[['field', ' ', 'x', pattern]],
			{},
			['Rule 1 ("field") has no existing value', 'Enter a regular expression, or delete the row.'],
		],
		[
			'new value not in the list',
			[['field', 'a', 'Foo']],
			{ destination: choice },
			[
				'Rule 1 ("field") has a new value the destination field "field" cannot hold: it is "Foo", which is none of the options',
				'Choose a value from the list of the destination field, or correct it.',
			],
		],
		[
			'value for unmatched',
			[['field', 'a', '1']],
			{ destination: choice, whenUnmatched: { kind: 'setTo', value: 'Foo' } },
			[
				'The value for unmatched values does not fit the destination field "field"',
				'Enter a value every field with rules can hold, or choose Keep or Clear.',
			],
		],
		[
			'two destination fields',
			[
				['field', 'a', 'b', { destinationField: 'x' }],
				['field', 'b', 'c', { destinationField: 'y' }],
			],
			{},
			[
				'Rules 1 and 2 name two destination fields for "field": "x" and "y"',
				'Choose one destination field for all rules of a field.',
			],
		],
		[
			'unknown destination field',
			[['field', 'a', 'b', { destinationField: 'x' }]],
			{ destination: choice },
			[
				'Rule 1 ("field") names the destination field "x", which the destination object does not have',
				'Choose the field from the list.',
			],
		],
		[
			'picklists of nobody',
			[],
			{ picklists: 'labels' },
			[
				'Picklists cannot be converted',
				'Choose the system and object whose options count in Source or Destination',
			],
		],
	];

	it.each(cases)('sync:A21 %s', (_what, rows, more, [message, hint]) => {
		const error = refused(rows, more);
		expect(error.message).toContain(message);
		expect(error.details.hint).toContain(hint);
	});

	it('sync:C9 a policy that takes values away matters only where there are rules to turn round', () => {
		const more: Partial<Replacements> = {
			direction: 'backward',
			whenUnmatched: { kind: 'clear' },
		};
		expect(() => replacer(replacements([], more))).not.toThrow();
	});

	it('sync:B22 a bad pattern, naming the row', () => {
		const rewrite = () => ({ problem: 'Unterminated group' });
		const error = refused([['field', '(', 'x', pattern]], { rewrite });
		expect(error.message).toBe(
			'Rule 1 ("field") has a pattern that cannot be used: Unterminated group',
		);
		expect(error.details.hint).toContain('Repetitions within repetitions');
	});

	it('sync:B22 a pattern that takes too long stops the run', () => {
		const rewrite = (_pattern: string, text: string) =>
			text === '' ? {} : { problem: 'timed out' };
		const run = replacer(replacements([['field', '(a+)+$', 'x', pattern]], { rewrite }));
		expect(() => run.replace({ record: { field: 'aaaa!' } })).toThrow('timed out');
	});

	it('sync:A21 an existing value that is no option matches nothing, and is said', () => {
		const rows: Row[] = [
			['field', 'Accounting', 'a'],
			['field', 'Foo', 'b'],
			['field', '', 'c'],
		];
		expect(replacer(replacements(rows, { source: choice })).remarks).toEqual([
			'Rule 2 ("field") matches nothing: "Foo" is none of the options of "field".',
		]);
	});
});

describe('rules applied backward', () => {
	const backward = { direction: 'backward' } as const;
	const rows: Row[] = [
		['field', 'CH', 'Switzerland'],
		['field', 'DE', 'Germany'],
	];

	it('sync:C9 turn new values into existing ones, and leave the rest', () => {
		expect(valueOf(rows, 'Switzerland', backward)).toBe('CH');
		expect(valueOf(rows, 'CH', backward)).toBe('CH');
		expect(valueOf([['field', '01', 'x', { match: 'ignoreCase' }]], 'X', backward)).toBe('X');
	});

	it('sync:C9 compare by the destination and write the type of the source', () => {
		const sides = { ...backward, source: choice, destination: [fieldOf('field', 'integer')] };
		expect(valueOf([['field', 'Accounting', '7']], '7.0', sides)).toBe(1);
		expect(refused([['field', 'Foo', '7']], sides).message).toContain(
			'the source field "field" cannot hold',
		);
	});

	const cases: ReadonlyArray<readonly [string, readonly Row[], Partial<Replacements>, string]> = [
		['a pattern', [['field', 'a(b)', '$1', pattern]], {}, 'it is a pattern'],
		['spellings', [['field', 'ch', 'x', { match: 'ignoreCase' }]], {}, 'it ignores case'],
		[
			'one new value for two',
			[...rows, ['field', 'AT', 'Germany']],
			{},
			'rule 2 has the same new value',
		],
		[
			'two new values for one',
			[...rows, ['field', 'CH', 'Suisse']],
			{},
			'rule 1 has the same existing value',
		],
		[
			'new values that are one option',
			[
				['field', 'a', '1'],
				['field', 'b', 'Accounting'],
			],
			{ destination: choice },
			'rule 1 has the same new value',
		],
		['a cleared field', [['field', 'a', '']], {}, 'its New Value is empty'],
		['a filled field', [['field', '', 'a']], {}, 'its Existing Value is empty'],
		['Clear', rows, { whenUnmatched: { kind: 'clear' } }, 'When Unmatched set to Clear'],
		['Set to Value', rows, { whenUnmatched: { kind: 'setTo', value: 'x' } }, 'set to Set to Value'],
	];

	it.each(cases)(
		'sync:C9 are refused where forward loses something: %s',
		(_what, given, more, message) => {
			const error = refused(given, { ...backward, ...more });
			expect(error.message).toContain(message);
			expect(error.details.hint).toMatch(
				/Direction to Forward|give every value a rule of its own/u,
			);
			expect(() => replacer(replacements(given, more))).not.toThrow();
		},
	);
});
