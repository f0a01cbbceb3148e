import type { Envelope } from '../../shared/core/envelope';
import { marksOf } from '../../shared/core/unchanged';
import { writeRecord, type WriteRecord } from '../../shared/core/writeRecord';

const record = { id: 7, name: 'Ann', city: 'Rome', note: undefined, vip: null };
const all = { name: 'Ann', city: 'Rome', vip: null };

/** What is sent of the record, by this envelope. */
const sent = (envelope: Envelope = {}, updateWith: 'changed' | 'all' = 'changed') =>
	writeRecord(record, envelope, ['id'], updateWith);

describe('what is sent of a record (design:3)', () => {
	it('design:3 one without bookkeeping is new: everything that has a value, the key apart', () => {
		expect(sent()).toEqual({
			change: 'added',
			key: { id: 7 },
			values: all,
			update: all,
			redelivered: false,
		});
	});

	it('design:3 an existing one gets its changed fields, or all on request', () => {
		const unchanged = marksOf(record, ['name', 'vip']);
		const changed: Envelope = { change: 'changed', changedFields: ['city'], unchanged };
		expect(sent(changed)).toMatchObject({ values: all, update: { city: 'Rome' } });
		expect(sent(changed, 'all')).toMatchObject({ update: all });
		expect(sent({ change: 'changed' })).toMatchObject({ update: all });
		const nothing = marksOf(record, ['name', 'city', 'vip']);
		expect(sent({ change: 'changed', unchanged: nothing })).toMatchObject({ update: {} });
	});

	it('design:3 a field that a node renamed, computed or overwrote is sent, whatever is said to have changed', () => {
		const before = { ...record, name: 'Anna', town: 'Rome' };
		const unchanged = marksOf(before, ['name', 'town', 'vip']);
		expect(sent({ change: 'changed', changedFields: [], unchanged })).toMatchObject({
			update: { name: 'Ann', city: 'Rome' },
		});
	});

	it('n8n:4.1 what was stored and read again keeps its marks, and a date as text is sent', () => {
		const typed = { id: 7, n: 1.5, none: null, list: [1, { a: '' }], at: new Date(0) };
		const unchanged = marksOf(typed, ['n', 'none', 'list', 'at']);
		const stored = JSON.parse(JSON.stringify({ typed, unchanged })) as {
			typed: typeof record;
			unchanged: typeof unchanged;
		};
		const envelope: Envelope = { change: 'changed', unchanged: stored.unchanged };
		const { update } = writeRecord(stored.typed, envelope, ['id'], 'changed') as WriteRecord;
		expect(update).toEqual({ at: '1970-01-01T00:00:00.000Z' });
	});

	it('sync:T3 a field with Apply Updates off follows an addition or a replay, nothing else', () => {
		const insertOnly = ['city'];
		expect(sent({ change: 'added', insertOnly })).toMatchObject({ update: all });
		expect(sent({ change: 'changed', insertOnly, replay: true })).toMatchObject({ update: all });
		const rest = { name: 'Ann', vip: null };
		expect(sent({ change: 'changed', insertOnly })).toMatchObject({ values: all, update: rest });
		expect(sent({ change: 'changed', insertOnly }, 'all')).toMatchObject({ update: rest });
		expect(sent({ change: 'changed', insertOnly, replay: false })).toMatchObject({ update: rest });
	});

	it('design:R7 an added one is sent whole, whatever fields are said to have changed', () => {
		const unchanged = marksOf(record, ['name', 'vip']);
		expect(sent({ change: 'added', unchanged })).toMatchObject({ update: all });
		expect(sent({ change: 'hold', unchanged })).toMatchObject({
			change: 'added',
			update: all,
		});
	});

	it('design:R10 a removed one goes by its id without the key of the writer; any other needs the key', () => {
		const gone = { code: 'A' };
		expect(writeRecord(gone, { change: 'removed', id: 'x' }, ['id'], 'changed')).toMatchObject({
			change: 'removed',
			id: 'x',
			key: {},
		});
		expect(writeRecord(gone, { change: 'removed' }, ['id'], 'changed')).toEqual({ missing: 'id' });
		const changed = writeRecord(gone, { change: 'changed', id: 'x' }, ['id'], 'changed');
		expect(changed).toEqual({ missing: 'id' });
	});

	it('design:R10 a removed one has nothing to send', () => {
		expect(sent({ change: 'removed', id: 'x' })).toEqual({
			change: 'removed',
			key: { id: 7 },
			id: 'x',
			values: all,
			update: {},
			redelivered: false,
		});
	});

	it('design:R3 what the sync knows of the record goes along, and nothing that it does not', () => {
		const known: Envelope = {
			change: 'changed',
			previousKey: { id: 6 },
			id: '',
			redelivered: true,
			adopt: true,
			onlyIfEmpty: ['city'],
		};
		expect(sent(known)).toMatchObject({
			previousKey: { id: 6 },
			id: '',
			redelivered: true,
			adopt: true,
			onlyIfEmpty: ['city'],
		});
		const bare = Object.keys(sent({ change: 'changed', onlyIfEmpty: [], adopt: false }));
		expect(bare).toEqual(['change', 'key', 'values', 'update', 'redelivered']);
	});

	it.each([undefined, null, '', '  '])('design:9 a key of %j is missing, and named', (blank) => {
		expect(writeRecord({ a: 1, b: blank }, {}, ['a', 'b'], 'all')).toEqual({ missing: 'b' });
	});

	it.each([0, false, ' x'])('design:9 a key of %j is none that is missing', (value) => {
		expect(writeRecord({ a: value }, {}, ['a'], 'all')).toMatchObject({ key: { a: value } });
	});

	it('salesforce:4.1 without key fields every field is a value', () => {
		expect(writeRecord(record, {}, [], 'all')).toMatchObject({
			key: {},
			values: { id: 7, ...all },
		});
	});
});
