import { canonical, digest64, fingerprinter } from '../../shared/core/fingerprint';
import type { SyncRecord } from '../../shared/core/record';
import { markOf } from '../../shared/core/unchanged';
import { keyText } from './builders';

const key = keyText('ann');
const entries = (record: SyncRecord, prints = fingerprinter()) => [...prints.fields(record)];

describe('fingerprints of fields', () => {
	it('design:8 are told by name, and absent fields have none', () => {
		const fields = fingerprinter().fields({ b: 1, a: undefined, c: null });
		expect(fields.size).toBe(2);
		expect([...fields].map(([name]) => name)).toEqual(['b', 'c']);
		expect(fields.get('a')).toBeUndefined();
		expect(fields.get('b')).not.toBe(fields.get('c'));
		expect(fields.get('b')).toBe(new Map(fields).get('b'));
		for (const [, print] of fields) expect(Number.isSafeInteger(print)).toBe(true);
	});

	it('design:8 have marks of 30 bits, which differ where the fingerprints do', () => {
		const prints = Array.from({ length: 200 }, (_, value) => entries({ a: value })[0]![1]);
		const found = prints.map(markOf);
		expect(new Set(found).size).toBe(200);
		expect(Math.max(...found)).toBeLessThan(2 ** 30);
		expect(markOf(2 ** 48 - 1)).toBe(2 ** 30 - 1);
	});

	it('design:8 do not depend on what was printed before', () => {
		const prints = fingerprinter();
		const records: SyncRecord[] = [
			{ a: 1, b: 2 },
			{ b: 2, a: 1 },
			{ a: 1, c: 2 },
			{ a: 1 },
			{ x: 1, y: 2 },
			{ a: 2, b: 1 },
			{ a: 1, b: undefined },
			{},
		];
		for (const record of [...records, ...records]) {
			expect(entries(record, prints)).toEqual(entries(record));
			expect(prints.record(record, key)).toBe(fingerprinter().record(record, key));
		}
		expect(new Set(records.map((record) => prints.record(record, key))).size).toBe(6);
	});

	it('design:8 a value in one field is another print than in another field only by its name', () => {
		const prints = fingerprinter();
		const fields = new Map(prints.fields({ a: 'x', b: 'x' }));
		expect(fields.get('a')).toBe(fields.get('b'));
		expect(prints.record({ a: 'x' }, key)).not.toBe(prints.record({ b: 'x' }, key));
	});

	it('design:8 objects are read each time, and long or many values are printed right', () => {
		const prints = fingerprinter();
		const held = { list: [1] };
		const before = entries({ a: held }, prints);
		held.list.push(2);
		expect(entries({ a: held }, prints)).not.toEqual(before);
		expect(entries({ a: held }, prints)).toEqual(entries({ a: held }));
		for (let index = 0; index < 1_100; index += 1) entries({ a: `value ${index}` }, prints);
		for (const value of ['value 0', 'value 999', 'value 1099', 'x'.repeat(64), 'x'.repeat(65)]) {
			expect(entries({ a: value }, prints)).toEqual(entries({ a: value }));
			expect(entries({ a: value }, prints)).toEqual(entries({ a: value }));
		}
	});

	it('design:8 only compared fields count', () => {
		const prints = fingerprinter((name) => name !== 'seen');
		expect(prints.record({ a: 1, seen: 1 }, key)).toBe(prints.record({ seen: 2, a: 1 }, key));
		expect(entries({ a: 1, seen: 1 }, prints).map(([name]) => name)).toEqual(['a']);
	});
});

describe('one text per value', () => {
	const bytes = (...list: number[]) => new Uint8Array(list);

	it.each<[unknown, string]>([
		['ab', '"2:ab'],
		[-0, '#0;'],
		[1.5, '#1.5;'],
		[true, '+'],
		[false, '-'],
		[12n, 'b12;'],
		[null, '0'],
		[undefined, 'u'],
		[new Date(5), '@5;'],
		[{ toMillis: () => 5 }, '@5;'],
		[[1, 'a'], '[#1;"1:a]'],
		[[undefined], '[u]'],
		[Array(2), '[uu]'],
		[{ b: 1, a: undefined, A: 'x' }, '{"1:A"1:x"1:b#1;}'],
		[bytes(1, 2), 'x"4:AQI='],
	])('design:8 %p is %s', (value, text) => {
		expect(canonical(value)).toBe(text);
	});

	it('design:8 a digest is the first 64 bits of SHA-1', () => {
		// da39a3ee 5e6b4b0d is how SHA-1 of nothing begins.
		expect(digest64('').toString(16)).toBe('d4b6b5eeea339da'.padStart(15, '0'));
		expect(digest64('é')).not.toBe(digest64('e'));
	});
});
