import type { Envelope } from '../../shared/core/envelope';
import type { MappingOutcome } from '../../shared/core/mapping';
import { recordMapper } from '../../shared/core/mapping';
import type { Mapping, MappingRules } from '../../shared/core/mapping/rules';
import { mappingName } from '../../shared/core/mapping/rules';
import type { ParsedParameter } from '../../shared/core/parsedParameter';
import { parseParameter } from '../../shared/core/parsedParameter';
import { get } from '../../shared/core/path';
import type { SyncRecord } from '../../shared/core/record';

export type Row = [
	destinationField: string,
	source: unknown,
	applyUpdates?: boolean,
	more?: Partial<Mapping>,
];

/** Stands for n8n's engine: an expression joins the record's texts, or throws where there is no name. */
function engine(record: SyncRecord): unknown {
	if (record.name === undefined) throw new Error('name is not there');
	return `<${String(record.name)}>`;
}

function read(source: ParsedParameter, record: SyncRecord): unknown {
	if (source.kind === 'path') return get(record, source.path);
	return source.kind === 'constant' ? source.value : engine(record);
}

/** Maps records without n8n. */
export function mapAll(
	rows: readonly Row[],
	records: readonly SyncRecord[],
	rules: Partial<MappingRules> = {},
	envelopes: ReadonlyArray<Envelope | undefined> = [],
): MappingOutcome[] {
	const mappings = rows.map(
		([destinationField, raw, applyUpdates = true, more], position): Mapping => {
			const source = parseParameter(raw, () => true);
			return {
				name: mappingName(position + 1, destinationField),
				destinationField,
				source,
				applyUpdates,
				read: (index) => read(source, records[index]),
				...more,
			};
		},
	);
	const map = recordMapper({
		keyFields: ['key'],
		mappings,
		applyUpdates: 'perField',
		passThrough: { mode: 'none' },
		customAttributes: [],
		whenEmpty: 'sendNull',
		whenUnfit: 'convert',
		...rules,
	});
	return records.map((source, index) =>
		map({ index, source, reading: { envelope: envelopes[index] } }),
	);
}

/** The row that maps `id` to the key field. */
export const key: Row = ['key', '={{ $json.id }}'];
