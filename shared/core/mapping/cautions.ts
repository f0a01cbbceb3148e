import type { Mapping, MappingRules } from './rules';
import { capital } from './rules';
import { isEmpty } from './value';
import type { SyncRecord } from '../record';

/** What looks like a mistake and may be none, so it is said and not refused. One sentence and the next step each. */
export function mappingCautions(
	{ mappings, whenEmpty }: Pick<MappingRules, 'mappings' | 'whenEmpty'>,
	records: readonly SyncRecord[],
): string[] {
	if (records.length === 0) return [];
	return mappings.flatMap((mapping) => {
		const caution = cautionOf(mapping, mapping.whenEmpty ?? whenEmpty, records);
		return caution === undefined ? [] : `${capital(mapping.name)} ${caution}`;
	});
}

function cautionOf(
	{ source, readDefault }: Mapping,
	whenEmpty: MappingRules['whenEmpty'],
	records: readonly SyncRecord[],
): string | undefined {
	if (source.kind === 'expression') return undefined;
	if (source.kind === 'path') {
		const [name] = source.path;
		if (hasField(records, name)) return undefined;
		return `reads "${name}", and no record of the input has a field of that name. Check the spelling in Source.`;
	}
	const { value } = source;
	if (isEmpty(value) && readDefault === undefined && whenEmpty === 'sendNull') {
		return 'has no Source, so it empties the field in every record. Drag a field into Source, or delete the row.';
	}
	if (typeof value !== 'string') return undefined;
	if (/^\s*\$json\b|\{\{/u.test(value)) {
		return `sends the text ${JSON.stringify(value)} as it stands. If an expression is meant, switch Source to Expression.`;
	}
	return hasField(records.slice(0, 1), value)
		? `sends the fixed text "${value}" in every record, and the input has a field of that name. If the field is meant, drag it into Source.`
		: undefined;
}

function hasField(records: readonly SyncRecord[], name: string): boolean {
	return records.some((record) => Object.hasOwn(record, name));
}
