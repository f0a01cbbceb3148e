import { createHash } from 'node:crypto';
import type { AlternateKey, Column, Table } from '../model';

/** A GUID that is the same in every run, so fixtures and cached metadata stay comparable. */
export function stableGuid(text: string): string {
	const hex = createHash('sha256').update(text).digest('hex');
	return [
		hex.slice(0, 8),
		hex.slice(8, 12),
		`4${hex.slice(13, 16)}`,
		`8${hex.slice(17, 20)}`,
		hex.slice(20, 32),
	].join('-');
}

/** An alternate key whose index is already built. */
export function activeKey(schemaName: string, columns: readonly string[]): AlternateKey {
	return {
		name: schemaName.toLowerCase(),
		schemaName,
		columns,
		metadataId: stableGuid(`key ${schemaName}`),
		status: 'Active',
	};
}

interface Definition extends Pick<
	Table,
	'name' | 'schemaName' | 'set' | 'label' | 'plural' | 'primaryName'
> {
	readonly columns: readonly Column[];
	readonly keys?: readonly AlternateKey[];
	readonly primaryId?: string;
	readonly bulk?: boolean;
	readonly elastic?: boolean;
	readonly internal?: boolean;
	readonly optimisticConcurrency?: boolean;
	readonly activity?: boolean;
	readonly changeTracking?: boolean;
	readonly translations?: Table['translations'];
	readonly pluralTranslations?: Table['translations'];
	readonly derive?: Table['derive'];
}

/** A table with the defaults most tables share. */
export function defineTable(definition: Definition): Table {
	const { name, columns, keys = [] } = definition;
	return {
		bulk: true,
		elastic: false,
		internal: false,
		optimisticConcurrency: true,
		activity: false,
		changeTracking: false,
		primaryId: `${name}id`,
		...definition,
		custom: name.includes('_'),
		columns: new Map(columns.map((column) => [column.name, column])),
		// A copy per stand-in: key status is the one part of the schema that moves (S-25).
		keys: keys.map((key) => ({ ...key })),
		metadataId: stableGuid(`table ${name}`),
		objectTypeCode: 1 + (Number.parseInt(stableGuid(name).slice(0, 4), 16) % 10_000),
	};
}
