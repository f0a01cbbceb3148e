import type { Mapping, MappingRules } from './rules';
import { capital } from './rules';
import type { SyncRecord } from '../record';

/** What looks like a mistake and may be none, so it is said and not refused. One sentence and the next step each. */
export function mappingCautions(
	{ mappings }: Pick<MappingRules, 'mappings'>,
	records: readonly SyncRecord[],
): string[] {
	if (records.length === 0) return [];
	return mappings.flatMap((mapping) => {
		const caution = cautionOf(mapping, records);
		return caution === undefined ? [] : `${capital(mapping.name)} ${caution}`;
	});
}

function cautionOf({ source }: Mapping, records: readonly SyncRecord[]): string | undefined {
	if (source.kind === 'expression') return undefined;
	if (source.kind === 'path') {
		const [name] = source.path;
		if (hasField(records, name)) return undefined;
		return `reads "${name}", and no record of the input has a field of that name. Check the spelling in Source.`;
	}
	const { value } = source;
	if (typeof value !== 'string') return undefined;
	return hasField(records.slice(0, 1), value)
		? `sends the fixed text "${value}" in every record, and the input has a field of that name. If the field is meant, drag it into Source.`
		: undefined;
}

function hasField(records: readonly SyncRecord[], name: string): boolean {
	return records.some((record) => Object.hasOwn(record, name));
}
