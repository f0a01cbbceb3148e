import * as fc from 'fast-check';

import { converterFrom, converterTo } from '../../shared/core/conversion';
import type { FieldInfo } from '../../shared/core/field';
import { berlin, exact, field, fieldTypes } from './conversionFixture';

const options = [
	{ label: 'Dark Blue', value: 2 },
	{ label: 'Café', value: 1 },
	{ label: 'Red, warm; soft', value: 3 },
	{ label: '2', value: 4 },
	{ label: 'cafe', value: 5 },
];
const texts = [
	{ label: 'B', value: 'A' },
	{ label: 'A', value: 'B' },
	{ label: 'One, two', value: 'one,two' },
];

const fields: FieldInfo[] = [
	...fieldTypes.map((type) => field(type)),
	field('string', { maxLength: 3 }),
	field('integer', { minimum: -5, maximum: 1000 }),
	field('decimal', { precision: 2 }),
	field('decimal', { precision: 0 }),
	field('boolean', { options: [{ label: 'No', value: true }] }),
	field('choice', { options }),
	field('choice', { options: texts }),
	field('multiChoice', { options }),
	field('multiChoice', { options: texts }),
	field('lookup', { targets: ['account', 'contact'] }),
];

const guid = fc.uuid().chain((id) => fc.constantFrom(id, id.toUpperCase(), `{${id}}`));
const numberText = fc
	.tuple(
		fc.constantFrom('', '+', '-', ' '),
		fc.stringMatching(/^\d{1,20}$/u),
		fc.oneof(fc.constant(''), fc.stringMatching(/^\.\d{0,20}$/u)),
		fc.oneof(
			{ weight: 3, arbitrary: fc.constant('') },
			fc.integer({ min: -25, max: 25 }).map((exponent) => `e${exponent}`),
		),
	)
	.map((parts) => parts.join(''));
const member = fc.oneof(
	fc.constantFrom<unknown>(1, '1', 2, '2', 4, 9, 'cafe', 'CAFÉ', 'dark  blue', 'A', 'b', 'one,two'),
	fc.constant('Red, warm; soft'),
);
const dateText = fc
	.date({ noInvalidDate: true, min: new Date('0001-01-04'), max: new Date('9999-12-28') })
	.chain((date) => {
		const iso = date.toISOString();
		return fc.constantFrom(iso, iso.slice(0, 10), iso.slice(0, 19), iso.replace('Z', '+02:00'));
	});
const parent = fc.record(
	{
		key: fc.dictionary(fc.string({ maxLength: 3 }), fc.jsonValue({ maxDepth: 1 }), {
			noNullPrototype: true,
		}),
		object: fc.constantFrom('account', 'contact', 'lead', 7),
	},
	{ requiredKeys: ['key'], noNullPrototype: true },
);
const value: fc.Arbitrary<unknown> = fc.oneof(
	fc.jsonValue(),
	fc.string({ unit: 'binary' }),
	fc.double(),
	fc.integer({ min: -2000, max: 2000 }).map((cents) => cents / 100),
	numberText,
	guid,
	dateText,
	member,
	fc.array(member),
	fc.array(member).map((members) => members.join('; ')),
	parent,
	fc.constantFrom<unknown>('yes', 'Off', ' T ', 'No', '02/01/2026', null),
	fc.date().filter((date) => !Number.isNaN(date.getTime())),
);
const settings = fc.record({
	timeZone: fc.constantFrom('Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'UTC'),
	cutText: fc.boolean(),
});
const runs = { numRuns: 2_000 };

describe('conversion laws', () => {
	it('sync:T4 never throws, never changes its input, and always says why a value does not fit', () => {
		fc.assert(
			fc.property(fc.constantFrom(...fields), settings, value, (info, chosen, source) => {
				const before = structuredClone(source);
				const got = converterTo(info, chosen)(source);
				expect(source).toStrictEqual(before);
				if (got.kind === 'unfit') expect(got.problem).not.toBe('');
				if (got.kind === 'lossy') expect(got.warning).not.toBe('');
				for (const choices of ['value', 'label'] as const)
					converterFrom(info, { timeZone: chosen.timeZone, choices })(source);
				expect(source).toStrictEqual(before);
			}),
			runs,
		);
	});

	it('sync:T45 a converted value converts to itself', () => {
		fc.assert(
			fc.property(fc.constantFrom(...fields), settings, value, (info, chosen, source) => {
				const convert = converterTo(info, chosen);
				const got = convert(source);
				if (got.kind !== 'unfit') expect(convert(got.value)).toStrictEqual(exact(got.value));
			}),
			runs,
		);
	});

	it('sync:T45 what a converted value becomes for the source leads back to it', () => {
		fc.assert(
			fc.property(fc.constantFrom(...fields), settings, value, (info, chosen, source) => {
				const convert = converterTo(info, chosen);
				const got = convert(source);
				if (got.kind === 'unfit') return;
				for (const choices of ['value', 'label'] as const) {
					const { timeZone } = chosen;
					const read = converterFrom(info, { timeZone, choices })(got.value);
					// A stored value is always readable; only a shared label may not lead back, and warns.
					if (read.kind === 'unfit') throw new Error(read.problem);
					if (choices === 'value') expect(read).toStrictEqual(exact(got.value));
					if (read.kind === 'exact') {
						expect(convert(read.value)).toStrictEqual(exact(got.value));
					} else expect(read.warning).toContain('does not lead back');
				}
			}),
			runs,
		);
	});

	it('dataverse:2.3 what leaves for a typed field has the type the field takes', () => {
		const isOf = {
			string: (held: unknown) => typeof held === 'string',
			integer: (held: unknown) => Number.isSafeInteger(held) && !Object.is(held, -0),
			decimal: (held: unknown) => Number.isFinite(held) && !Object.is(held, -0),
			boolean: (held: unknown) => typeof held === 'boolean',
			date: (held: unknown) => /^\d{4}-\d\d-\d\d$/u.test(String(held)),
			dateTime: (held: unknown) =>
				/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z$/u.test(String(held)),
			choice: (held: unknown) => typeof held !== 'object',
			multiChoice: (held: unknown) => Array.isArray(held),
			lookup: (held: unknown) => typeof held === 'string' || typeof held === 'object',
			id: (held: unknown) => typeof held === 'string',
			other: () => true,
		};
		fc.assert(
			fc.property(fc.constantFrom(...fields), value, (info, source) => {
				const got = converterTo(info, { ...berlin, cutText: true })(source);
				if (got.kind === 'unfit' || source === null) return;
				expect(isOf[info.type](got.value)).toBe(true);
				if (typeof got.value === 'string' && info.maxLength !== undefined)
					expect(got.value.length).toBeLessThanOrEqual(info.maxLength);
			}),
			runs,
		);
	});
});

describe('an exact conversion loses nothing', () => {
	/** A number text as whole units of 10^-60: compared without any floating point. */
	const units = (text: string) => {
		const { sign, whole, part, exponent } =
			/^\s*(?<sign>[+-]?)(?<whole>\d*)\.?(?<part>\d*)(?:e(?<exponent>[+-]?\d+))?$/iu.exec(
				text,
			)!.groups!;
		const shift = 60 + Number(exponent ?? 0) - part.length;
		const size = BigInt(`${whole}${part}${'0'.repeat(shift)}`);
		return sign === '-' ? -size : size;
	};

	it('sync:T4 numbers: exact is equal to the last digit, rounded is not', () => {
		const source = fc.oneof(
			numberText,
			fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => Math.abs(n) > 1e-30),
		);
		const info = fc.constantFrom(...fields.filter(({ type }) => /integer|decimal/u.test(type)));
		fc.assert(
			fc.property(info, source, (chosen, number) => {
				const got = converterTo(chosen, berlin)(number);
				if (got.kind === 'unfit') return;
				const isSame = units(String(number)) === units(String(got.value));
				expect(got.kind).toBe(isSame ? 'exact' : 'lossy');
				const { precision = 30 } = chosen;
				const step = chosen.type === 'integer' ? 0 : precision;
				const digits = 10n ** BigInt(60 - step);
				// The shortest text of a double may have fewer digits than the double; never more than a step apart.
				const far = units(String(number)) - units(String(got.value));
				const size = far < 0n ? -far : far;
				const own = units(String(got.value));
				const slack = (own < 0n ? -own : own) / 10n ** 15n;
				expect(size * 2n <= digits + slack * 2n).toBe(true);
			}),
			runs,
		);
	});

	it('sync:T4 text: numbers, truth values, lists and objects can be read back from it', () => {
		fc.assert(
			fc.property(fc.jsonValue(), (source) => {
				const got = converterTo(field('string'), berlin)(source);
				if (source === null) return;
				if (got.kind !== 'exact') throw new Error('every JSON value is some text');
				const read: unknown =
					typeof source === 'string' ? got.value : JSON.parse(String(got.value));
				expect(read).toEqual(JSON.parse(JSON.stringify(source)));
			}),
			runs,
		);
	});

	it('sync:T4 choices: every member of the source is in the list, and no other', () => {
		const info = field('multiChoice', { options });
		const fold = (text: unknown) => String(text).normalize('NFD').replace(/\p{M}/gu, '');
		const names = (text: unknown) => fold(text).toLowerCase().replace(/\s+/gu, ' ').trim();
		fc.assert(
			fc.property(fc.array(member), (members) => {
				const got = converterTo(info, berlin)(members);
				if (got.kind === 'unfit') return;
				const held = got.value as number[];
				const chosen = options.filter(({ value: stored }) => held.includes(stored));
				const means = (one: unknown, { label, value: stored }: (typeof options)[number]) =>
					names(one) === names(label) || String(one) === String(stored);
				for (const one of members) expect(chosen.some((option) => means(one, option))).toBe(true);
				for (const option of chosen) expect(members.some((one) => means(one, option))).toBe(true);
				expect(held).toEqual(chosen.map(({ value: stored }) => stored));
			}),
			runs,
		);
	});

	it('sync:T45 ids and parents: only case and braces of GUIDs and outer spaces go', () => {
		fc.assert(
			fc.property(fc.constantFrom('id', 'lookup'), fc.oneof(guid, fc.string()), (type, text) => {
				const got = converterTo(field(type as 'id'), berlin)(text);
				if (got.kind === 'unfit') return;
				const isGuid = /^\{?[0-9a-f-]{36}\}?$/iu.test(text.trim());
				expect(got).toEqual(
					exact(isGuid ? text.trim().replace(/[{}]/gu, '').toLowerCase() : text.trim()),
				);
			}),
			runs,
		);
	});
});
