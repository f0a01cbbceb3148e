import type { Envelope } from '../../shared/core/envelope';
import { readEnvelope, withEnvelope } from '../../shared/core/envelope';
import { recordMapper, unreadableRecord } from '../../shared/core/mapping';
import type { EmptyPolicy, Mapping } from '../../shared/core/mapping/rules';
import { mappingName } from '../../shared/core/mapping/rules';
import { parseParameter } from '../../shared/core/parsedParameter';
import { get } from '../../shared/core/path';
import type { SyncRecord } from '../../shared/core/record';
import { marksOf } from '../../shared/core/unchanged';

const receipt = { scope: 'airports', run: '30', key: '["ZRH"]' };

function mapping(
	row: number,
	[destinationField, raw]: [string, string],
	record: SyncRecord,
): Mapping {
	const source = parseParameter(raw, () => true);
	const read = () => {
		if (source.kind === 'path') return get(record, source.path) as unknown;
		if (source.kind === 'constant') return source.value;
		if (record.name === undefined) throw new Error('no name');
		return `computed ${String(record.name)}`;
	};
	return {
		name: mappingName(row, destinationField),
		destinationField,
		source,
		applyUpdates: true,
		read,
	};
}

function map(
	record: SyncRecord,
	envelope: Envelope,
	rows: ReadonlyArray<[string, string]> = [
		['accountnumber', '={{ $json.iata }}'],
		['name', '={{ $json.name }}'],
		['label', '={{ $json.name + "!" }}'],
		['city', '={{ $json.address.city }}'],
		['kind', 'airport'],
	],
	whenEmpty: EmptyPolicy = 'reject',
) {
	return recordMapper({
		keyFields: ['accountnumber'],
		mappings: rows.map((row, position) => mapping(position + 1, row, record)),
		applyUpdates: 'all',
		passThrough: { mode: 'selected', fields: ['country'] },
		customAttributes: [],
		whenEmpty,
		whenUnfit: 'convert',
	})({ index: 0, source: record, reading: { envelope } });
}

const airport = { iata: 'ZRH', name: 'Zürich', address: { city: 'Kloten' }, country: 'CH' };

describe('mapping behind Segment Diff', () => {
	it('design:3 keeps what came in and speaks of the destination', () => {
		const envelope: Envelope = {
			change: 'changed',
			key: { iata: 'ZRH' },
			changedFields: ['address', 'country'],
			unchanged: marksOf(airport, ['iata', 'name']),
			id: 'guid',
			redelivered: true,
			receipt,
		};
		const mapped = map(airport, envelope);
		expect(mapped.envelope).toEqual({
			...envelope,
			key: { accountnumber: 'ZRH' },
			// label is an expression and may read anything; the constant never changes.
			changedFields: ['label', 'city', 'country'],
			unchanged: marksOf(mapped.record, ['accountnumber', 'name', 'kind']),
		});
	});

	it('design:3 a field that a node before the mapper overwrote counts as changed', () => {
		const unchanged = marksOf(airport, ['iata', 'name', 'address', 'country']);
		const renamed = { ...airport, name: 'Zurich' };
		const { envelope } = map(renamed, { change: 'changed', changedFields: ['seats'], unchanged });
		expect(envelope?.changedFields).toEqual(['name', 'label']);
		expect(Object.keys(envelope?.unchanged ?? {})).toEqual([
			...['accountnumber', 'city', 'kind', 'country'],
		]);
	});

	it('design:3 an empty source that was not said to change is none', () => {
		const unchanged = marksOf(airport, ['iata', 'name', 'address']);
		const empty = { iata: 'ZRH', name: 'Zürich', address: {}, country: 'CH' };
		const rows: Array<[string, string]> = [
			['accountnumber', '={{ $json.iata }}'],
			['phone', '={{ $json.phone }}'],
		];
		const envelope: Envelope = { change: 'changed', changedFields: ['country'], unchanged };
		expect(map(empty, envelope, rows, 'sendNull').envelope?.changedFields).toEqual(['country']);
	});

	it('design:3 fields of an insert-only source stay insert-only', () => {
		const { envelope } = map(airport, { insertOnly: ['name', 'iata'] });
		expect(envelope).toEqual({ insertOnly: ['name'] });
	});

	it('design:R10 translates the previous key', () => {
		const renamed = map(
			{ ...airport, iata: 'zrh' },
			{ change: 'changed', previousKey: { iata: 'ZRH' } },
		);
		expect(renamed.envelope?.previousKey).toEqual({ accountnumber: 'ZRH' });
	});

	it('design:R10 drops a previous key the destination does not use', () => {
		const renamed = map(airport, { change: 'changed', previousKey: { segmentId: 'old' } });
		expect(renamed.envelope).not.toHaveProperty('previousKey');
	});

	it('design:R10 refuses a rename it cannot translate, unless the destination id is known', () => {
		const rows: Array<[string, string]> = [['accountnumber', '={{ $json.name + 1 }}']];
		const envelope: Envelope = { change: 'changed', previousKey: { iata: 'X' }, receipt };
		expect(map(airport, envelope, rows)).toMatchObject({
			kind: 'refused',
			reason: expect.stringContaining('mapping 1 ("accountnumber") is an expression'),
			envelope: { change: 'hold', receipt },
		});
		const known = map(airport, { ...envelope, id: 'guid' }, rows);
		expect(known).toMatchObject({ kind: 'mapped', envelope: { id: 'guid' } });
		expect(known.envelope).not.toHaveProperty('previousKey');
	});

	it('design:R8 a removed record is mapped by its key alone, whatever the rest looks like', () => {
		expect(map({ iata: 'ZRH' }, { change: 'removed', receipt })).toEqual({
			kind: 'mapped',
			record: { accountnumber: 'ZRH', kind: 'airport' },
			warnings: [],
			envelope: { change: 'removed', receipt },
		});
		expect(map({}, { change: 'removed', receipt })).toMatchObject({ kind: 'refused' });
	});

	it('design:R8 an incoming hold goes on as its key, with its reason, and is not refused again', () => {
		const held = map({ iata: 'ZRH' }, { change: 'hold', reason: 'filtered', changedFields: ['x'] });
		expect(held).toEqual({
			kind: 'held',
			record: { accountnumber: 'ZRH' },
			envelope: { change: 'hold', reason: 'filtered', key: { accountnumber: 'ZRH' } },
		});
		expect(map({}, { change: 'hold', reason: 'filtered' })).toEqual({
			kind: 'held',
			record: {},
			envelope: { change: 'hold', reason: 'filtered' },
		});
	});

	it('design:R8 a record no mapper could read is a hold without a key', () => {
		expect(unreadableRecord({ envelope: { change: 'added', receipt } }, 'no rules')).toEqual({
			kind: 'refused',
			record: {},
			reason: 'no rules',
			envelope: { change: 'hold', reason: 'no rules', receipt },
		});
	});
});

describe('the envelope', () => {
	it('design:R15 is read inside and beside the record, inside first', () => {
		const item = { json: { a: 1, _sync: { change: 'added' } }, _sync: { change: 'hold', receipt } };
		expect(readEnvelope(item)).toEqual({ envelope: { change: 'added', receipt } });
		expect(readEnvelope({ json: { a: 1 } })).toEqual({});
	});

	it.each(['inside', 'beside'] as const)('design:R15 written %s is read back the same', (place) => {
		const envelope: Envelope = { change: 'changed', key: { a: 1 }, receipt, insertOnly: ['b'] };
		const item = withEnvelope({ a: 1 }, envelope, place);
		expect(readEnvelope(item)).toEqual({ envelope });
		expect('_sync' in item.json).toBe(place === 'inside');
		expect(withEnvelope({ a: 1 }, undefined, place)).toEqual({ json: { a: 1 } });
	});

	it.each([
		'2026-01-01',
		null,
		[],
		{ lastSync: 1 },
		{ change: 'moved' },
		{ receipt: { run: '1' } },
		{ insertOnly: 'name' },
		{ id: 'foreign id' },
	])('design:3 a real column called _sync is told apart: %j', (value) => {
		expect(readEnvelope({ json: { _sync: value } })).toEqual({
			problem: expect.stringContaining('rename the field'),
		});
	});
});
