import { isDeepStrictEqual } from 'node:util';
import { runInNewContext } from 'node:vm';

import * as fc from 'fast-check';

import { canonical, fingerprinter } from '../../shared/core/fingerprint';
import type { SyncRecord } from '../../shared/core/record';
import { keyText } from './builders';

const key = keyText('ann');
const print = (record: SyncRecord, text = key) => fingerprinter().record(record, text);
const odd = fc.constantFrom(
	'',
	'0',
	'1',
	'"',
	':',
	';',
	'"1:a',
	'{',
	'}',
	'\u0000',
	'\ud800',
	'é',
	'null',
);
const text = fc.oneof(odd, fc.string({ unit: 'binary', maxLength: 6 }));
const plain = fc.oneof(
	fc.constantFrom<unknown>(null, true, false, 0, 1, -1, 10n, 1n),
	fc.double({ noNaN: true }),
	text,
	fc.date({ noInvalidDate: true }),
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
	value: fc.oneof(
		{ maxDepth: 3 },
		plain,
		fc.array(tie('value'), { maxLength: 3 }),
		fc.dictionary(text, tie('value'), { maxKeys: 3, noNullPrototype: true }),
	),
}));
const record = fc.dictionary(text, value, { maxKeys: 4, noNullPrototype: true });

const pair = fc.oneof(fc.tuple(value, value), fc.clone(value, 2));

/** Equal as the fingerprint means it: -0 is 0, a field that is undefined is absent. */
const isEqual = (a: unknown, b: unknown): boolean => isDeepStrictEqual(normal(a), normal(b));
const normal = (given: unknown): unknown => {
	if (given === 0) return 0;
	if (Array.isArray(given)) return given.map(normal);
	if (typeof given !== 'object' || given === null || given instanceof Date) return given;
	const entries = Object.entries(given).filter(([, entry]) => entry !== undefined);
	return new Map(entries.sort().map(([name, entry]) => [name, normal(entry)]));
};

describe('fingerprints (design section 8)', () => {
	it('tell typed values apart', () => {
		const instant = new Date('2026-01-02T03:04:05.000Z');
		const values: unknown[] = [
			...[null, '', 0, false, true, 1, '1', 1n, 'true', 'null', 'undefined', '0'],
			...[instant, instant.toISOString(), instant.getTime(), [], {}, [null], [[]], [''], ['', '']],
			...[{ a: null }, { a: [] }, ['ab'], ['a', 'b'], [1, 2], [12], '[1,2]', '2026-01-02'],
		];
		const records: SyncRecord[] = [{}, ...values.map((entry) => ({ field: entry }))];
		expect(new Set(records.map((entry) => print(entry))).size).toBe(records.length);
	});

	it('take no notice of field order, of undefined, of -0, or of how an instant is held', () => {
		const at = new Date(1_000);
		const luxon = { toMillis: () => 1_000, zone: 'Europe/Berlin' };
		const one = print({ a: 0, b: { x: 1, y: [2] }, at });
		expect(print({ at: luxon, b: { y: [2], x: 1 }, gone: undefined, a: -0 })).toBe(one);
		const elsewhere: unknown = runInNewContext('new Date(1000)');
		expect(print({ a: 0, b: { x: 1, y: [2] }, at: elsewhere })).toBe(one);
		expect(canonical(new Array(2))).toBe(canonical([undefined, undefined]));
	});

	it('never take two different values for the same (property)', () => {
		fc.assert(
			fc.property(pair, ([a, b]) => {
				expect(canonical(a) === canonical(b)).toBe(isEqual(a, b));
			}),
			{ numRuns: 1_000 },
		);
	});

	it('keep names, values and keys apart (property)', () => {
		const names = fc.oneof(
			fc.tuple(record, record, text, text),
			fc
				.tuple(fc.clone(record, 2), text, text)
				.map(([[one, same], a, b]) => [one, same, a, b] as const),
		);
		fc.assert(
			fc.property(names, ([a, b, left, right]) => {
				fc.pre(isWellFormed([a, b]));
				const same = isEqual(a, b) && left === right;
				expect(print(a, keyText(left)) === print(b, keyText(right))).toBe(same);
			}),
			{ numRuns: 1_000 },
		);
	});

	it('see every change of a field in that field alone (property)', () => {
		fc.assert(
			fc.property(record, text, value, (before, name, changed) => {
				fc.pre(name !== '__proto__' && isWellFormed([name, changed, before]));
				const after = { ...before, [name]: changed };
				const [old, now] = [before, after].map((entry) => fingerprinter().fields(entry));
				const differing = [...now!]
					.filter(([field, fingerprint]) => old!.get(field) !== fingerprint)
					.map(([field]) => field);
				const isSame = Object.hasOwn(before, name) && isEqual(before[name], changed);
				expect(differing).toEqual(isSame ? [] : [name]);
			}),
		);
	});

	it('do not depend on what was fingerprinted before (property)', () => {
		fc.assert(
			fc.property(fc.array(record, { maxLength: 6 }), (records) => {
				const shared = fingerprinter();
				for (const entry of records) expect(shared.record(entry, key)).toBe(print(entry));
			}),
		);
	});
});

/** Half a character becomes the same replacement character in every hash, as it does at the destination. */
function isWellFormed(given: unknown): boolean {
	const big = (_name: string, entry: unknown) =>
		typeof entry === 'bigint' ? String(entry) : entry;
	return !JSON.stringify(given, big).includes('\\ud');
}
