import fc from 'fast-check';

import { jsonCopy, jsonProblem } from '../../shared/core/jsonValue';
import { count, counted } from '../../shared/core/words';

const luxon = (text: string | null) => ({ toJSON: () => text });

describe('values that JSON can hold', () => {
	const loop: Record<string, unknown> = {};
	loop.deep = { list: [loop] };
	const shared = { a: 1 };

	it.each<[unknown]>([
		['text'],
		[0],
		[true],
		[null],
		[undefined],
		[new Date(0)],
		[[1, null, 'a']],
		[{ a: { b: [] } }],
		[[shared, shared]],
		[luxon('2026-01-01')],
		[Object.create(null) as object],
	])('design:8 %p has no problem', (value) => {
		expect(jsonProblem(value)).toBeUndefined();
	});

	it.each<[unknown, string]>([
		[Number.NaN, 'is NaN, which is not a number'],
		[Infinity, 'is Infinity, which is not a number'],
		[12n, 'is a BigInt; convert it to text'],
		[() => 1, 'is a function, not a value'],
		[Symbol('s'), 'is a symbol, not a value'],
		[new Date(Number.NaN), 'is an invalid date'],
		[luxon(null), 'is an invalid date'],
		[{ toJSON: () => Number.NaN }, 'is NaN, which is not a number'],
		[new Map(), 'is a Map, which JSON cannot hold'],
		[/x/u, 'is a RegExp, which JSON cannot hold'],
		[[1, [new Set()]], 'is a Set, which JSON cannot hold'],
		[{ a: 1, b: { c: 1n } }, 'is a BigInt; convert it to text'],
		[loop, 'contains itself'],
	])('design:9 %p is told', (value, problem) => {
		expect(jsonProblem(value)).toBe(problem);
	});

	it('design:8 a copy is made of JSON values, and shares nothing with the original', () => {
		const original = {
			day: new Date(0),
			list: [1, undefined, { a: luxon('x') }],
			none: undefined,
			nothing: null,
			__proto__: null,
		};
		Object.defineProperty(original, '__proto__', { value: { odd: 1 }, enumerable: true });
		const copy = jsonCopy(original) as typeof original;
		expect(JSON.stringify(copy)).toBe(JSON.stringify(original));
		expect(Object.keys(copy)).toEqual(['day', 'list', 'nothing', '__proto__']);
		expect(copy.list).not.toBe(original.list);
		expect(copy.list[2]).not.toBe(original.list[2]);
		expect(jsonCopy('text')).toBe('text');
		expect(jsonCopy(undefined)).toBeUndefined();
	});

	it('design:8 law: a copy of JSON says what the JSON says', () => {
		fc.assert(
			fc.property(fc.jsonValue(), (value) => {
				expect(jsonProblem(value)).toBeUndefined();
				expect(JSON.stringify(jsonCopy(value))).toBe(JSON.stringify(value));
			}),
		);
	});
});

describe('numbers in words', () => {
	it('design:9 are grouped, and one is one', () => {
		expect(count(5_653)).toBe('5,653');
		expect(counted(1, 'record')).toBe('1 record');
		expect(counted(0, 'record')).toBe('0 records');
		expect(counted(5_653, 'record')).toBe('5,653 records');
	});
});
