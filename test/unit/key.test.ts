import { runInNewContext } from 'node:vm';

import * as fc from 'fast-check';

import { foldKey, isKeyText, keyOf, keyRecord, keyValues } from '../../shared/core/key';

const fields = ['a', 'b'];

describe('the key of a record', () => {
	it.each<[string, unknown, string | undefined]>([
		['text, as it is', ' Ann ', ' Ann '],
		['a number', 17, '17'],
		['minus nought', -0, '0'],
		['true or false', false, 'false'],
		['a large integer', 12n, '12'],
		['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
		['a date of a sandbox', runInNewContext('new Date(0)'), '1970-01-01T00:00:00.000Z'],
		['an invalid date', new Date(Number.NaN), undefined],
		['no number', Number.NaN, undefined],
		['null', null, undefined],
		['nothing', undefined, undefined],
		['blank text', ' \t', undefined],
		['an object', {}, undefined],
		['a list', ['a'], undefined],
	])('%s', (_, value, part) => {
		const key = keyOf({ a: value, b: 'x' }, fields, 'exact');
		expect(key?.text).toBe(part === undefined ? undefined : JSON.stringify([part, 'x']));
	});

	it('needs all of its parts', () => {
		expect(keyOf({ a: 'x' }, fields, 'fold')).toBeUndefined();
		expect(keyOf({ a: 'x', toString: 'y' }, ['a', 'constructor'], 'fold')).toBeUndefined();
	});

	it('folds case and outer spaces of every part, and nothing inside (design:R10)', () => {
		const folded = (a: string, b: string) => keyOf({ a, b }, fields, 'fold')?.folded;
		expect(folded(' Ann', 'B ')).toBe(folded('aNN ', ' b'));
		expect(folded('a b', 'c')).not.toBe(folded('ab', 'c'));
		expect(folded('a', 'b c')).not.toBe(folded('a b', 'c'));
		expect(keyOf({ a: 'Ann', b: 'x' }, fields, 'exact')?.folded).toBe('["Ann","x"]');
	});

	it('folds to a text that folds to itself, and comes back as values (property)', () => {
		const part = fc.string({ unit: 'binary' }).filter((text) => text.trim() !== '');
		fc.assert(
			fc.property(part, part, fc.constantFrom('fold' as const, 'exact' as const), (a, b, how) => {
				const key = keyOf({ a, b }, fields, how)!;
				expect(foldKey(key.text, how)).toBe(key.folded);
				expect(foldKey(key.folded, how)).toBe(key.folded);
				expect(keyValues(key.text)).toEqual([a, b]);
				expect(keyRecord(key.text, fields)).toEqual({ a, b });
				expect(isKeyText(key.text, 2)).toBe(true);
				const other = keyOf({ a: ` ${a.toUpperCase().toLowerCase()}`, b }, fields, how);
				if (a.toUpperCase().toLowerCase() === a.toLowerCase()) {
					expect(other?.folded === key.folded).toBe(how === 'fold');
				}
			}),
		);
	});

	it.each(['', 'x', '"x"', '{}', '[1]', '["a"]', '["a","b","c"]', '[null,"b"]'])(
		'takes no other text for a key: %s',
		(text) => {
			expect(isKeyText(text, 2)).toBe(false);
		},
	);
});
