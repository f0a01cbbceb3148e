import { fieldOf, industries, replaceOne, replacements, valueOf } from './replacementFixture';
import { replacer } from '../../shared/core/replacement';

const country = [
	['country', 'CH', 'Switzerland'],
	['country', 'DE', 'Germany'],
] as const;

describe('replacing values', () => {
	it('sync:T5 replaces exact matches and nothing else', () => {
		const record = { id: 1, country: 'CH', city: 'CH', note: 'CH ' };
		expect(replaceOne(country, record)).toEqual({
			record: { id: 1, country: 'Switzerland', city: 'CH', note: 'CH ' },
			unmatched: [],
			replaced: 1,
			leftOut: 0,
		});
		expect(record.country).toBe('CH');
		for (const other of ['ch', 'CH ', 'CHE', 'Switzerland']) {
			const { record: kept, unmatched } = replaceOne(country, { country: other });
			expect(kept).toEqual({ country: other });
			expect(unmatched).toEqual([
				{
					field: 'country',
					value: other,
					reason: '"country" is named by no rule; it was kept.',
				},
			]);
		}
	});

	it('sync:T5 compares as text where nothing is known of the field: 1 is "1", true is "true", an object is neither', () => {
		const rows = [
			['field', '1', 'one'],
			['field', 'true', 'yes'],
			['field', '2026-01-02T00:00:00.000Z', 'day'],
		] as const;
		expect(
			[1, '1', true, 'true', new Date('2026-01-02')].map((value) => valueOf(rows, value)),
		).toEqual(['one', 'one', 'yes', 'yes', 'day']);
		expect(valueOf(rows, '1.0')).toBe('1.0');
		const object = { '1': 1 };
		const outcome = replaceOne(rows, { field: object });
		expect(outcome.record.field).toBe(object);
		expect(outcome.unmatched[0].reason).toContain('is a list or an object');
	});

	it.each([
		['integer', '7', [7, '7', '07', ' 7'], [8, '7.5', 'seven']],
		['decimal', '1.5', [1.5, '1.50'], [1, '1,5']],
		['boolean', 'true', [true, 'true', 1, 'Yes'], [false, 'No', 'maybe']],
		['choice', '1', [1, '1', 'Accounting', 'accounting'], [2, 'Agriculture', 'Foo']],
		['choice', 'Accounting', [1, '1', 'Accounting'], [2]],
		['dateTime', '2026-01-02T03:04:05Z', ['2026-01-02T04:04:05+01:00'], ['2026-01-02']],
		[
			'id',
			'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11',
			['{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}'],
			['x'],
		],
	] as const)(
		'sync:A21 compares by the type of the source field: %s %s',
		(type, existing, same, different) => {
			const options = type === 'choice' ? industries : undefined;
			const source = [fieldOf('field', type, options)];
			const became = (value: unknown) => valueOf([['field', existing, 'new']], value, { source });
			expect(same.map(became)).toEqual(same.map(() => 'new'));
			expect(different.map(became)).toEqual(different);
		},
	);

	it('sync:A21 writes the type of the destination field', () => {
		const to = (type: Parameters<typeof fieldOf>[1], text: string) =>
			valueOf([['field', 'x', text]], 'x', {
				destination: [fieldOf('field', type, type === 'choice' ? industries : undefined)],
			});
		expect(to('integer', '7')).toBe(7);
		expect(to('boolean', 'yes')).toBe(true);
		expect(to('string', '7')).toBe('7');
		expect(to('choice', '2')).toBe(2);
		expect(to('choice', 'Agriculture')).toBe(2);
		expect(to('lookup', 'any text')).toBe('any text');
	});

	it('sync:A21 without a known destination a number or truth value stays one if the text is its own', () => {
		const rows = (text: string) =>
			[
				['field', '1', text],
				['field', 'true', text],
			] as const;
		expect(valueOf(rows('7'), 1)).toBe(7);
		expect(valueOf(rows('7'), '1')).toBe('7');
		expect(valueOf(rows('007'), 1)).toBe('007');
		expect(valueOf(rows('x'), 1)).toBe('x');
		expect(valueOf(rows('false'), true)).toBe(false);
		expect(valueOf(rows('1'), true)).toBe('1');
	});

	it('sync:C9 the first rule that matches the original value decides; rules do not chain', () => {
		const rows = [
			['field', 'A', 'B'],
			['field', 'B', 'C'],
			['field', 'A', 'D'],
		] as const;
		expect(['A', 'B', 'C'].map((value) => valueOf(rows, value))).toEqual(['B', 'C', 'C']);
		expect(replacer(replacements(rows)).remarks).toEqual([
			'Rule 3 ("field") never applies: rule 1 takes its existing value first.',
		]);
	});

	it('sync:B22 ignores case on request, after exact rules that come first', () => {
		const rows = [
			['field', 'ch', 'exact'],
			['field', 'CH', 'any', { match: 'ignoreCase' }],
		] as const;
		expect(['ch', 'CH', 'Ch', 'c h'].map((value) => valueOf(rows, value))).toEqual([
			'exact',
			'any',
			'any',
			'c h',
		]);
		expect(replacer(replacements(rows)).remarks).toEqual([]);
	});

	it('sync:B22 a pattern replaces every match, with its groups; its result fits the destination or is unmatched', () => {
		const rows = [['field', '(\\d+)-(\\d+)', '$2/$1', { match: 'pattern' }]] as const;
		expect(valueOf(rows, 'a 1-2 b 3-4')).toBe('a 2/1 b 4/3');
		expect(valueOf(rows, 'none')).toBe('none');
		const destination = [fieldOf('field', 'integer')];
		const digits = [['field', '^no (.+)$', '$1', { match: 'pattern' }]] as const;
		expect(valueOf(digits, 'no 12', { destination })).toBe(12);
		const unfit = replaceOne(digits, { field: 'no x' }, { destination });
		expect(unfit.record.field).toBe('no x');
		expect(unfit.unmatched[0].reason).toBe(
			'"field" became a value that is "x", which is not a whole number; it was kept.',
		);
	});

	it('sync:T43 one source value feeds two fields, each by its own rule; a rule that is off is neither run nor checked', () => {
		const rows = [
			['state', 'A', '1'],
			['status', 'A', 'active'],
			['status', 'B', '', { enabled: false }],
			['gone', '(', '', { enabled: false, match: 'pattern' }],
			['', '', '', { enabled: false }],
		] as const;
		const run = replacer(replacements(rows));
		expect(run.replace({ record: { state: 'A', status: 'A' } }).record).toEqual({
			state: '1',
			status: 'active',
		});
		expect(run.replace({ record: { state: 'A', status: 'B' } }).record.status).toBe('B');
		expect(() => run.checkFieldsSeen()).not.toThrow();
	});

	it.each([
		['keep', 'X', 'it was kept'],
		['clear', null, 'it was cleared'],
		['setTo', 'Other', 'it was set to the value for unmatched ones'],
	] as const)(
		'design:R8 a value without a rule: %s, with the record on its way',
		(kind, value, fate) => {
			const whenUnmatched = kind === 'setTo' ? { kind, value: 'Other' } : { kind };
			const outcome = replaceOne(country, { id: 1, country: 'X' }, { whenUnmatched });
			expect(outcome.record).toEqual({ id: 1, country: value });
			expect(outcome.unmatched).toEqual([
				{ field: 'country', value: 'X', reason: `"country" is named by no rule; ${fate}.` },
			]);
		},
	);

	it('sync:T5 empty values are unmatched by nothing, and replaced by a rule with an empty existing value', () => {
		const whenUnmatched = { kind: 'setTo', value: 'Other' } as const;
		for (const value of [null, '', '  ', []]) {
			const outcome = replaceOne(country, { country: value }, { whenUnmatched });
			expect(outcome).toMatchObject({ record: { country: value }, unmatched: [], replaced: 0 });
			expect(valueOf([['field', '', 'none']], value)).toBe('none');
		}
		expect(replaceOne([['field', '', 'none']], { id: 1 }).record).toEqual({ id: 1 });
		expect(valueOf([['field', 'x', '']], 'x')).toBeNull();
	});

	it('sync:T10 rules look at each member of a list and of several choices in one text', () => {
		const rows = [
			['field', '1', '9'],
			['field', '2', '9'],
			['field', '3', ''],
		] as const;
		expect(valueOf(rows, ['1', '4', '3'])).toEqual(['9', '4']);
		expect(valueOf(rows, [1, 2, 9, 4, 4])).toEqual([9, 4, 4]);
		expect(valueOf(rows, '1,4')).toBe('1,4');
		const source = [fieldOf('field', 'multiChoice')];
		expect(valueOf(rows, '1,4', { source })).toBe('9,4');
		expect(valueOf(rows, '1; 4', { source })).toBe('9; 4');
		expect(valueOf(rows, '3', { source })).toBeNull();
		const { unmatched } = replaceOne(rows, { field: ['4', '1', '5'] });
		expect(unmatched).toMatchObject([{ value: ['4', '5'] }]);
	});

	it('design:R8 a field called __proto__ survives', () => {
		const record = JSON.parse('{"__proto__":"CH","country":"CH"}') as Record<string, unknown>;
		const outcome = replaceOne([...country, ['__proto__', 'CH', 'x']], record);
		expect(JSON.stringify(outcome.record)).toBe('{"__proto__":"x","country":"Switzerland"}');
	});
});
