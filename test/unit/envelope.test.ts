import {
	omit,
	readEnvelope,
	withEnvelope,
	withoutEnvelope,
	type Envelope,
} from '../../shared/core/envelope';

const receipt = { scope: 's', run: 'r', key: '["a"]' };
const read = (sync: unknown) => readEnvelope({ json: { a: 1, _sync: sync } });

describe('the bookkeeping of a record', () => {
	it('design:R15 is read from the record and from beside it; within the record it wins, entry by entry', () => {
		expect(readEnvelope({ json: { a: 1 } })).toEqual({});
		expect(readEnvelope({ json: { a: 1 }, _sync: { id: 'x', receipt } })).toEqual({
			envelope: { id: 'x', receipt },
		});
		expect(
			readEnvelope({
				json: { _sync: { change: 'added', id: 'in', receipt } },
				_sync: { id: 'out', replay: true, receipt },
			}),
		).toEqual({ envelope: { change: 'added', id: 'in', replay: true, receipt } });
	});

	it('design:R15 is put where it is asked for, and taken off without a trace', () => {
		const record = { a: 1 };
		const envelope: Envelope = { change: 'added' };
		expect(withEnvelope(record, undefined, 'inside')).toEqual({ json: record });
		expect(withEnvelope(record, envelope, 'inside')).toEqual({ json: { a: 1, _sync: envelope } });
		expect(withEnvelope(record, envelope, 'beside')).toEqual({ json: record, _sync: envelope });
		expect(withoutEnvelope({ a: 1, _sync: envelope })).toEqual({ a: 1 });
		expect(withoutEnvelope(record)).toBe(record);
		expect(omit({ a: 1, b: 2, c: 3 }, 'a', 'c')).toEqual({ b: 2 });
		expect(record).toEqual({ a: 1 });
	});

	it.each<[string, Envelope]>([
		['change', { change: 'added' }],
		['change', { change: 'changed' }],
		['change', { change: 'removed' }],
		['change', { change: 'hold' }],
		['key', { key: { a: 1 } }],
		['previousKey', { previousKey: {} }],
		['changedFields', { changedFields: ['a'] }],
		['unchanged', { unchanged: { a: 1 } }],
		['insertOnly', { insertOnly: [] }],
		['onlyIfEmpty', { onlyIfEmpty: ['a'] }],
		['newFields', { newFields: [{ name: 'a', type: 'text', length: 3 }] }],
		['warnings', { warnings: ['w'] }],
		['replay', { replay: true }],
		['redelivered', { redelivered: false }],
		['adopt', { adopt: true }],
		['reason', { reason: 'r' }],
		['receipt', { receipt }],
		['result', { result: { status: 'created' } }],
		['id', { id: 'x', change: 'added' }],
		['id', { id: 'x', receipt }],
		['id', { id: 'x', result: { status: 'created' } }],
		['nothing', { change: undefined }],
	])('design:3 %s is known: %j', (_name, envelope) => {
		expect(read(envelope)).toEqual({ envelope });
	});

	it.each<[string, unknown]>([
		['is not an object', 'a text'],
		['is not an object', null],
		['is not an object', ['added']],
		['is not an object', 7],
		['holds the unknown entry "color"', { color: 'red' }],
		['holds the unknown entry "toString"', { toString: 'x' }],
		['has an unexpected "change"', { change: 'deleted' }],
		['has an unexpected "change"', { change: '' }],
		['has an unexpected "key"', { key: 'a' }],
		['has an unexpected "key"', { key: null }],
		['has an unexpected "key"', { key: ['a'] }],
		['has an unexpected "changedFields"', { changedFields: 'a' }],
		['has an unexpected "unchanged"', { unchanged: { a: 'b' } }],
		['has an unexpected "changedFields"', { changedFields: ['a', 1] }],
		['has an unexpected "newFields"', { newFields: [{ name: 'a' }] }],
		['has an unexpected "newFields"', { newFields: [{ type: 'text' }] }],
		['has an unexpected "newFields"', { newFields: ['a'] }],
		['has an unexpected "replay"', { replay: 'yes' }],
		['has an unexpected "reason"', { reason: 1 }],
		['has an unexpected "receipt"', { receipt: { run: 'r', key: 'k' } }],
		['has an unexpected "receipt"', { receipt: { scope: 's', key: 'k' } }],
		['has an unexpected "receipt"', { receipt: { scope: 's', run: 'r' } }],
		['has an unexpected "result"', { result: {} }],
		['has an "id" and nothing that says where it comes from', { id: 'x' }],
		['has an "id" and nothing that says where it comes from', { id: 'x', replay: true }],
	])('design:9 a field of that name that is not ours is refused: %s', (what, sync) => {
		const told = `The field "_sync" ${what}. This name is reserved for the sync's bookkeeping: rename the field before this node.`;
		expect(read(sync)).toEqual({ problem: told });
		expect(readEnvelope({ json: {}, _sync: sync })).toEqual({ problem: told });
	});
});
