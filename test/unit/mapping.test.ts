import type { MappingRules } from '../../shared/core/mapping/rules';
import type { SyncRecord } from '../../shared/core/record';
import type { Row } from './mappingFixture';
import { key, mapAll } from './mappingFixture';

function mapOne(rows: readonly Row[], record: SyncRecord, rules?: Partial<MappingRules>) {
	return mapAll(rows, [record], rules)[0];
}

describe('mapping', () => {
	it('design:3 says nothing when there is nothing to say', () => {
		expect(mapOne([key, ['name', 'Acme']], { id: 1 })).toEqual({
			kind: 'mapped',
			record: { key: 1, name: 'Acme' },
			envelope: undefined,
			warnings: [],
		});
	});

	it.each([
		['all', undefined],
		['none', ['name', 'mail', 'city']],
		['perField', ['mail']],
	] as const)(
		'design:3 Apply Updates %s makes %p insert-only, never the key',
		(applyUpdates, expected) => {
			const { envelope } = mapOne(
				[
					['key', '={{ $json.id }}', false],
					['name', 'x'],
					['mail', 'y', false],
				],
				{ id: 1, city: 'Bern' },
				{ applyUpdates, passThrough: { mode: 'selected', fields: ['city'] } },
			);
			expect(envelope?.insertOnly).toEqual(expected);
		},
	);

	it.each([
		['sendNull', { key: 1, name: null, mail: null, age: 0, ok: false }],
		['leaveOut', { key: 1, age: 0, ok: false }],
	] as const)(
		'design:7 sends empty values by policy %s; 0 and false are values',
		(whenEmpty, record) => {
			const rows: Row[] = [
				key,
				['name', '={{ $json.name }}'],
				['mail', '={{ $json.mail }}'],
				['age', '={{ $json.age }}'],
				['ok', '={{ $json.ok }}'],
			];
			const outcome = mapOne(rows, { id: 1, mail: ' ', age: 0, ok: false }, { whenEmpty });
			expect(outcome).toMatchObject({ kind: 'mapped', record });
			expect(Object.keys(outcome.record)).toEqual(Object.keys(record));
		},
	);

	it('design:R8 refuses an empty value under Reject, naming row and field, and holds the key', () => {
		const outcome = mapOne(
			[key, ['name', '={{ $json.name }}']],
			{ id: 1 },
			{ whenEmpty: 'reject' },
		);
		const reason = 'Mapping 2 ("name") is empty.';
		expect(outcome).toEqual({
			kind: 'refused',
			reason,
			record: { key: 1 },
			envelope: { change: 'hold', reason, key: { key: 1 } },
		});
	});

	it.each([
		['is empty, and a key field must not be', { id: '  ' }],
		['is empty, and a key field must not be', {}],
		['is a list or an object, and a key field must be a single value', { id: [1] }],
	])('design:R8 refuses a record whose key %s', (problem, record) => {
		expect(mapOne([key], record)).toMatchObject({
			kind: 'refused',
			record: {},
			reason: `Mapping 1 ("key") ${problem}.`,
		});
		expect(mapOne([key], record).envelope).not.toHaveProperty('key');
	});

	it('design:R8 refuses expression errors and values JSON cannot hold, naming all of them', () => {
		const circular: Record<string, unknown> = {};
		circular.self = circular;
		const rows: Row[] = [
			key,
			['a', '={{ $json.name.trim() }}'],
			['b', '={{ $json.nan }}'],
			['c', '={{ $json.big }}'],
			['d', '={{ $json.circular }}'],
			['e', '={{ $json.set }}'],
		];
		const outcome = mapOne(rows, { id: 1, nan: Number.NaN, big: 1n, circular, set: new Set() });
		expect(outcome.kind === 'refused' && outcome.reason).toBe(
			'Mapping 2 ("a") failed: name is not there. Mapping 3 ("b") is NaN, which is not a number. ' +
				'Mapping 4 ("c") is a BigInt; convert it to text. Mapping 5 ("d") contains itself. ' +
				'Mapping 6 ("e") is a Set, which JSON cannot hold.',
		);
	});

	it('design:8 turns dates into ISO text and copies objects, so records never share them', () => {
		const at = new Date('2026-01-02T03:04:05Z');
		const address = { city: 'Bern', since: at, gone: undefined };
		const { record } = mapOne(
			[key, ['at', '={{ $json.at }}'], ['address', '={{ $json.address }}']],
			{ id: 1, at, address },
		);
		expect(record).toEqual({
			key: 1,
			at: at.toISOString(),
			address: { city: 'Bern', since: at.toISOString() },
		});
		expect(record.address).not.toBe(address);
	});

	it('design:7 passes all unmapped fields, not those a mapping takes over, and never refuses for them', () => {
		const { kind, record } = mapOne(
			[key, ['name', '={{ $json.first }}'], ['zip', '={{ $json.address.zip }}']],
			{ id: 1, first: 'Ada', name: 'shadowed', address: { zip: '1' }, city: 'Bern', empty: '' },
			{ passThrough: { mode: 'all' }, whenEmpty: 'reject' },
		);
		expect(kind).toBe('mapped');
		expect(record).toEqual({
			key: 1,
			name: 'Ada',
			zip: '1',
			address: { zip: '1' },
			city: 'Bern',
			empty: null,
		});
	});

	it('design:7 a key field may come through All Unmapped; without it the record is refused', () => {
		const all: Partial<MappingRules> = { passThrough: { mode: 'all' } };
		expect(mapOne([], { key: 'k', x: 1 }, all).record).toEqual({ key: 'k', x: 1 });
		expect(mapOne([], { x: 1 }, all)).toMatchObject({ kind: 'refused', record: {} });
	});
});
