import type { Mapping, MappingRules } from '../../shared/core/mapping/rules';
import type { SyncRecord } from '../../shared/core/record';
import { field, toField } from './mappingDestinationFixture';
import type { Row } from './mappingFixture';
import { key, mapAll } from './mappingFixture';

const whole = { convert: toField(field('age', { type: 'integer' })) };
const age = (more: Partial<Mapping> = {}): Row => [
	'age',
	'={{ $json.age }}',
	true,
	{ ...whole, ...more },
];

function mapOne(rows: readonly Row[], record: SyncRecord, rules?: Partial<MappingRules>) {
	return mapAll(rows, [record], rules)[0];
}

describe('mapping policies', () => {
	it('sync:T4 converts exact values without a word', () => {
		expect(mapOne([key, age()], { id: 1, age: ' 7 ' })).toEqual({
			kind: 'mapped',
			record: { key: 1, age: 7 },
			envelope: undefined,
			warnings: [],
		});
	});

	it.each([
		['convert', { age: 8 }, 'Mapping 2 ("age") was rounded from "7.5" to 8.'],
		[
			'leaveOut',
			{},
			'Mapping 2 ("age") was left out: it fits only changed (was rounded from "7.5" to 8).',
		],
		['reject', 'Mapping 2 ("age") fits only changed (was rounded from "7.5" to 8).', undefined],
	] as const)(
		'sync:T4 under %s a lossy value is never lost silently',
		(whenUnfit, then, warning) => {
			const outcome = mapOne([key, age()], { id: 1, age: '7.5' }, { whenUnfit });
			if (warning === undefined) {
				expect(outcome).toMatchObject({ kind: 'refused', reason: then, record: { key: 1 } });
				return;
			}
			expect(outcome.record).toEqual({ key: 1, ...(then as object) });
			expect(outcome.envelope).toEqual({ warnings: [warning] });
			expect(outcome).toMatchObject({ warnings: [{ field: 'age', text: warning }] });
		},
	);

	it.each([
		['convert', 'refused'],
		['leaveOut', 'mapped'],
		['reject', 'refused'],
	] as const)('sync:T4 under %s a value that cannot be converted is %s', (whenUnfit, kind) => {
		const outcome = mapOne([key, age()], { id: 1, age: 'abc' }, { whenUnfit });
		const said = outcome.kind === 'refused' ? outcome.reason : outcome.envelope?.warnings?.[0];
		expect(outcome.kind).toBe(kind);
		expect(outcome.record).toEqual({ key: 1 });
		expect(said).toContain('Mapping 2 ("age")');
		expect(said).toContain('is "abc", which is not a whole number');
	});

	it('sync:T43 one source feeds two fields, each by its own settings', () => {
		const rows: Row[] = [
			key,
			age({ whenUnfit: 'leaveOut' }),
			['ageText', '={{ $json.age }}', true, { convert: toField(field('ageText')) }],
			['ageOr', '={{ $json.age }}', false, { ...whole, whenUnfit: 'convert', onlyIfEmpty: true }],
		];
		const outcome = mapOne(rows, { id: 1, age: '7.5' }, { whenUnfit: 'reject' });
		expect(outcome.record).toEqual({ key: 1, ageText: '7.5', ageOr: 8 });
		expect(outcome.envelope).toMatchObject({ insertOnly: ['ageOr'], onlyIfEmpty: ['ageOr'] });
		expect(outcome.envelope?.warnings).toHaveLength(2);
	});

	it("design:7 a row's own policy for empty values wins over the node's, and a default over both", () => {
		const rows: Row[] = [
			key,
			['a', '={{ $json.a }}', true, { whenEmpty: 'leaveOut' }],
			['b', '={{ $json.b }}', true, { whenEmpty: 'sendNull' }],
			['c', '={{ $json.c }}', true, { ...whole, readDefault: () => '12' }],
		];
		const outcome = mapOne(rows, { id: 1, a: '', c: '  ' }, { whenEmpty: 'reject' });
		expect(outcome).toMatchObject({ kind: 'mapped', record: { key: 1, b: null, c: 12 } });
		expect(outcome.record).not.toHaveProperty('a');
	});

	it('design:7 a default that is empty itself changes nothing', () => {
		const rows: Row[] = [key, ['c', '={{ $json.c }}', true, { readDefault: () => ' ' }]];
		expect(mapOne(rows, { id: 1 }, { whenEmpty: 'reject' })).toMatchObject({
			kind: 'refused',
			reason: 'Mapping 2 ("c") is empty.',
		});
	});

	it.each(['convert', 'leaveOut', 'reject'] as const)(
		'design:3 under %s a key that would arrive changed is refused: it would name another record',
		(whenUnfit) => {
			const convert = toField(field('key', { type: 'integer' }));
			const rows: Row[] = [['key', '={{ $json.id }}', true, { convert }]];
			expect(mapOne(rows, { id: '12' }, { whenUnfit }).record).toEqual({ key: 12 });
			expect(mapOne(rows, { id: '1.4' }, { whenUnfit })).toMatchObject({
				kind: 'refused',
				record: {},
				reason: expect.stringContaining('a key field must arrive as it is'),
			});
			expect(mapOne(rows, { id: 'x' }, { whenUnfit }).kind).toBe('refused');
		},
	);

	it('design:7 key fields stand first, in the order of the key', () => {
		const rows: Row[] = [
			['name', 'n'],
			['second', '={{ $json.b }}'],
			['first', '={{ $json.a }}'],
		];
		const { record } = mapOne(rows, { a: 1, b: 2 }, { keyFields: ['first', 'second'] });
		expect(Object.keys(record)).toEqual(['first', 'second', 'name']);
	});

	it('design:R6 a removed record is never refused or warned about for fields beside its key', () => {
		const [outcome] = mapAll([key, age()], [{ id: 1, age: '7.5' }], {}, [{ change: 'removed' }]);
		expect(outcome).toMatchObject({
			kind: 'mapped',
			warnings: [],
			envelope: { change: 'removed' },
		});
		expect(mapAll([key, age()], [{ id: 1, age: 'x' }], {}, [{ change: 'removed' }])[0].kind).toBe(
			'mapped',
		);
	});

	it('design:3 warnings and marks of an earlier mapper stay, in the names of this one', () => {
		const [outcome] = mapAll(
			[key, age(), ['x', '={{ $json.y }}']],
			[{ id: 1, age: '1.5', y: 2 }],
			{},
			[{ warnings: ['Earlier.'], onlyIfEmpty: ['y'], newFields: [{ name: 'y', type: 'string' }] }],
		);
		expect(outcome.envelope).toEqual({
			warnings: ['Earlier.', 'Mapping 2 ("age") was rounded from "1.5" to 2.'],
			onlyIfEmpty: ['x'],
			newFields: [{ name: 'y', type: 'string' }],
		});
	});

	it('design:R10 a former key is converted like the key, so another form of it is no rename', () => {
		const convert = toField(field('key', { type: 'integer' }));
		const rows: Row[] = [['key', '={{ $json.id }}', true, { convert }]];
		const renamed = (from: string) =>
			mapAll(rows, [{ id: '12' }], {}, [{ change: 'changed', previousKey: { id: from } }])[0];
		expect(renamed('11').envelope).toEqual({ change: 'changed', previousKey: { key: 11 } });
		expect(renamed('012').envelope).toEqual({ change: 'changed' });
	});

	it('design:R8 a hold drops what only a write needs', () => {
		const incoming = { change: 'hold', onlyIfEmpty: ['y'], warnings: ['w'], reason: 'r' } as const;
		const [outcome] = mapAll([key, age()], [{ id: 1, age: 'x' }], {}, [incoming]);
		expect(outcome).toEqual({
			kind: 'held',
			record: { key: 1 },
			envelope: { change: 'hold', reason: 'r', key: { key: 1 } },
		});
	});
});
