import { SyncError } from '../../shared/core/errors';
import type { MappingRules } from '../../shared/core/mapping/rules';
import { checkMappingRules, mappingName } from '../../shared/core/mapping/rules';
import type { ParsedParameter } from '../../shared/core/parsedParameter';

const reads = (name: string): ParsedParameter => ({ kind: 'path', path: [name] });

function refusal(
	fields: readonly string[],
	rules: Partial<MappingRules> = {},
	source: ParsedParameter = reads('x'),
): unknown {
	try {
		checkMappingRules({
			keyFields: ['key'],
			mappings: fields.map((destinationField, position) => ({
				name: mappingName(position + 1, destinationField),
				destinationField,
				source: destinationField === 'other' ? reads('x') : source,
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

	it.each<[string, unknown]>([
		['Mapping 1 ("key") has no Source.', ''],
		['Mapping 1 ("key") has no Source.', ' '],
		['Mapping 1 ("key") has no Source.', undefined],
		['Mapping 1 ("key") would write the text "{{ $json.id" as it stands.', '{{ $json.id'],
		['Mapping 1 ("key") would write the text "$json.id" as it stands.', '$json.id'],
		['Every record would have the same key: mapping 1 ("key") has a fixed value.', 'number'],
	])('design:7 refuses a row left half finished: %s', (message, value) => {
		expect(refusal(['key', 'other'], {}, { kind: 'constant', value })).toBe(message);
	});

	it('design:7 takes null for a field to be emptied, a default for a value, and one fixed part of a key', () => {
		const fixed = (value: unknown): ParsedParameter => ({ kind: 'constant', value });
		expect(refusal(['name'], { passThrough: { mode: 'all' } }, fixed(null))).toBeUndefined();
		expect(refusal(['key', 'other'], { keyFields: ['key', 'other'] }, fixed('A'))).toBeUndefined();
	});
});
