import { SyncError } from '../../shared/core/errors';
import type { MappingRules } from '../../shared/core/mapping/rules';
import { checkMappingRules, mappingName } from '../../shared/core/mapping/rules';

function refusal(fields: readonly string[], rules: Partial<MappingRules> = {}): unknown {
	try {
		checkMappingRules({
			keyFields: ['key'],
			mappings: fields.map((destinationField, position) => ({
				name: mappingName(position + 1, destinationField),
				destinationField,
				source: { kind: 'constant', value: 'x' },
				applyUpdates: true,
				read: () => 'x',
			})),
			applyUpdates: 'all',
			passThrough: { mode: 'none' },
			customAttributes: [],
			whenEmpty: 'sendNull',
			whenUnfit: 'convert',
			...rules,
		});
		return undefined;
	} catch (error) {
		expect(error).toBeInstanceOf(SyncError);
		expect((error as SyncError).code).toBe('config');
		expect((error as SyncError).details.hint).toBeTruthy();
		return (error as SyncError).message;
	}
}

describe('mapping rules', () => {
	it('design:7 accepts rules that work', () => {
		expect(refusal(['key', 'name'])).toBeUndefined();
		expect(
			refusal(['name'], { passThrough: { mode: 'selected', fields: ['key'] } }),
		).toBeUndefined();
		expect(refusal([], { passThrough: { mode: 'all' } })).toBeUndefined();
	});

	it.each<[string, string[], Partial<MappingRules>]>([
		[
			'Destination field "name" is fed twice: by mapping 2 ("name") and by mapping 4 ("name").',
			['key', 'name', 'a', 'name'],
			{},
		],
		[
			'Destination field "name" is fed twice: by mapping 2 ("name") and by pass-through field "name".',
			['key', 'name'],
			{ passThrough: { mode: 'selected', fields: ['name'] } },
		],
		['Mapping 2 has no destination field.', ['key', ' '], {}],
		['Key field "key" is not mapped.', ['name'], {}],
		['Key fields "b", "c" are not mapped.', ['a'], { keyFields: ['a', 'b', 'c'] }],
		['No key field is named.', ['name'], { keyFields: [] }],
		['Nothing is mapped.', [], {}],
		[
			'mapping 2 ("_sync") feeds "_sync", which is reserved for the sync\'s bookkeeping.',
			['key', '_sync'],
			{},
		],
	])('design:7 refuses: %s', (message, fields, rules) => {
		expect(refusal(fields, rules)).toBe(message);
	});
});
