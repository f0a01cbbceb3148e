import type { Condition } from './recordFilterFixture';

/** One field of five records: a value, another value, null, missing, blank text. */
export interface Row extends Omit<Condition, 'field'> {
	readonly values: readonly unknown[];
	/** Which of the values, then of null, missing and blank text pass. */
	readonly passes: string;
}

export const early = '2026-01-01T00:00:00Z';
export const late = '2026-06-01T00:00:00Z';
const dates = [early, late];
const right = '2026-03-01';
const lists = [['a', 'b'], []];
const length = { values: lists, right: 1, rightType: 'number' };
const truth = [true, false];

/** Every comparison of n8n's filter, and what it lets pass. */
export const table: readonly Row[] = [
	{ is: 'string:exists', values: ['a'], passes: 'a ""' },
	{ is: 'string:notExists', values: ['a'], passes: 'null missing' },
	{ is: 'string:empty', values: ['a'], passes: 'null missing ""' },
	{ is: 'string:notEmpty', values: ['a'], passes: 'a' },
	{ is: 'string:equals', values: ['ab', 'AB'], right: 'ab', passes: 'ab' },
	{ is: 'string:equals', values: ['ab'], right: '', passes: 'null missing ""' },
	{ is: 'string:notEquals', values: ['ab', 'AB'], right: 'ab', passes: 'AB null missing ""' },
	{ is: 'string:contains', values: ['ab', 'c'], right: 'b', passes: 'ab' },
	{ is: 'string:notContains', values: ['ab', 'c'], right: 'b', passes: 'c null missing ""' },
	{ is: 'string:startsWith', values: ['ab', 'ba'], right: 'a', passes: 'ab' },
	{ is: 'string:notStartsWith', values: ['ab', 'ba'], right: 'a', passes: 'ba null missing ""' },
	{ is: 'string:endsWith', values: ['ab', 'ba'], right: 'a', passes: 'ba' },
	{ is: 'string:notEndsWith', values: ['ab', 'ba'], right: 'a', passes: 'ab null missing ""' },
	{ is: 'string:regex', values: ['a1', 'A1'], right: '^a\\d$', passes: 'a1' },
	{ is: 'string:regex', values: ['a1', 'A1'], right: '/^a\\d$/i', passes: 'a1 A1' },
	{ is: 'string:notRegex', values: ['a1', 'b'], right: '^a', passes: 'b null missing ""' },
	{ is: 'number:exists', values: [0], passes: '0' },
	{ is: 'number:notExists', values: [0], passes: 'null missing' },
	{ is: 'number:empty', values: [0], passes: 'null missing' },
	{ is: 'number:notEmpty', values: [0], passes: '0' },
	{ is: 'number:equals', values: [0, 1], right: 0, passes: '0' },
	{ is: 'number:notEquals', values: [0, 1], right: 0, passes: '1 null missing' },
	{ is: 'number:gt', values: [1, 2], right: 1, passes: '2' },
	{ is: 'number:gt', values: [1, ' '], right: -1, passes: '1 " " null' },
	{ is: 'number:lt', values: [1, 2], right: 2, passes: '1 null' },
	{ is: 'number:gte', values: [1, 2], right: 2, passes: '2' },
	{ is: 'number:lte', values: [1, 2], right: 1, passes: '1 null' },
	{ is: 'dateTime:exists', values: [early], passes: early },
	{ is: 'dateTime:notExists', values: [early], passes: 'null missing' },
	{ is: 'dateTime:empty', values: [early], passes: 'null missing' },
	{ is: 'dateTime:notEmpty', values: [early], passes: early },
	{ is: 'dateTime:equals', values: dates, right: '2026-01-01T01:00:00+01:00', passes: early },
	{ is: 'dateTime:notEquals', values: dates, right: early, passes: late },
	{ is: 'dateTime:after', values: dates, right, passes: late },
	{ is: 'dateTime:before', values: dates, right, passes: early },
	{ is: 'dateTime:afterOrEquals', values: dates, right: late, passes: late },
	{ is: 'dateTime:beforeOrEquals', values: dates, right: early, passes: early },
	{ is: 'boolean:exists', values: truth, passes: 'true false' },
	{ is: 'boolean:notExists', values: truth, passes: 'null missing' },
	{ is: 'boolean:empty', values: truth, passes: 'null missing' },
	{ is: 'boolean:notEmpty', values: truth, passes: 'true false' },
	{ is: 'boolean:true', values: truth, passes: 'true' },
	{ is: 'boolean:false', values: truth, passes: 'false null missing' },
	{ is: 'boolean:equals', values: truth, right: true, passes: 'true' },
	{ is: 'boolean:notEquals', values: truth, right: true, passes: 'false null missing' },
	{ is: 'array:exists', values: lists, passes: '["a","b"] []' },
	{ is: 'array:notExists', values: lists, passes: 'null missing' },
	{ is: 'array:empty', values: lists, passes: '[] null missing' },
	{ is: 'array:notEmpty', values: lists, passes: '["a","b"]' },
	{ is: 'array:contains', values: lists, right: 'b', rightType: 'any', passes: '["a","b"]' },
	{
		is: 'array:notContains',
		values: lists,
		right: 'b',
		rightType: 'any',
		passes: '[] null missing',
	},
	{ ...length, is: 'array:lengthEquals', right: 2, passes: '["a","b"]' },
	{ ...length, is: 'array:lengthNotEquals', right: 2, passes: '[] null missing' },
	{ ...length, is: 'array:lengthGt', passes: '["a","b"]' },
	{ ...length, is: 'array:lengthLt', passes: '[] null missing' },
	{ ...length, is: 'array:lengthGte', passes: '["a","b"]' },
	{ ...length, is: 'array:lengthLte', passes: '[] null missing' },
	{ is: 'object:exists', values: [{ a: 1 }, {}], passes: '{"a":1} {}' },
	{ is: 'object:notExists', values: [{}], passes: 'null missing' },
	{ is: 'object:empty', values: [{ a: 1 }, {}], passes: '{} null missing' },
	{ is: 'object:notEmpty', values: [{ a: 1 }, {}], passes: '{"a":1}' },
	{ is: 'any:exists', values: [0], passes: '0' },
	{ is: 'any:notExists', values: [0], passes: 'null missing' },
];
