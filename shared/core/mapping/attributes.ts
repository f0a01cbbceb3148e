import { eachInSlices } from '../breathe';
import type { Converter } from '../conversion/outcome';
import type { FieldInfo } from '../field';
import { inferredField, observeType } from './inference';
import type { Destination } from './destination';
import type { CustomAttribute } from './rules';
import { capital, customAttributeName, refusal } from './rules';
import type { SyncRecord } from '../record';
import { readName } from '../suggest/names';

/** What turning names into custom attributes needs besides them. */
export interface AttributeSettings {
	/** Undefined where nothing is known of it: then every attribute is a new field. */
	readonly destination?: Destination;
	/** Read types from text as well. */
	readonly readsText: boolean;
	converterTo(field: FieldInfo): Converter;
}

/**
 * Source fields that go on under their own names. A column the destination has already takes the value,
 * also the one an earlier run had created; for the others a column is asked for, with a type that holds
 * every value of this input.
 */
export async function customAttributes(
	names: readonly string[],
	records: readonly SyncRecord[],
	settings: AttributeSettings,
): Promise<CustomAttribute[]> {
	const { destination, readsText, converterTo } = settings;
	const observers = new Map(names.map((name) => [name, observeType({ readsText })]));
	const columns = new Map(
		names.map((name) => [name, destination && existingColumn(name, destination)]),
	);
	const unknown = names.filter((name) => !columns.get(name));
	if (unknown.length > 0) {
		await eachInSlices(records, (record) => {
			for (const name of unknown) {
				if (Object.hasOwn(record, name)) observers.get(name)?.see(record[name]);
			}
		});
	}
	return names.map((name) => {
		const column = columns.get(name);
		if (column) return reused(name, column, converterTo);
		const inferred = observers.get(name)?.result() ?? observeType({ readsText }).result();
		const { type, length } = inferred;
		return {
			name,
			destinationField: name,
			convert: converterTo(inferredField(name, inferred)),
			newField: { name, type, ...(length !== undefined && { length }) },
		};
	});
}

function reused(
	name: string,
	column: FieldInfo,
	converterTo: AttributeSettings['converterTo'],
): CustomAttribute {
	return {
		name,
		destinationField: column.name,
		createOnly: column.creatable && !column.updatable,
		convert: converterTo(column),
	};
}

/**
 * A column of that very name, or the one a publisher's prefix was put before: which prefix it was only the
 * destination's writer knows.
 */
function existingColumn(name: string, { title, fields }: Destination): FieldInfo | undefined {
	const lower = name.toLowerCase();
	const same = fields.find((field) => field.name.toLowerCase() === lower);
	if (same) return writable(name, same, title);
	const wanted = readName(name).compact;
	const prefixed = fields.filter((field) => customPart(field.name) === wanted);
	if (prefixed.length > 1) {
		const columns = prefixed.map((field) => `"${field.name}"`).join(' and ');
		throw refusal(
			`${capital(customAttributeName(name))}: ${title} has ${columns}, and nobody can tell which one is meant.`,
			'Take the field out of Custom Attributes, and map it to the column you mean.',
		);
	}
	return prefixed[0] && writable(name, prefixed[0], title);
}

/** The name behind a publisher's prefix, read like a source name; the numbered address columns have none. */
function customPart(column: string): string | undefined {
	const found = /^(?!address\d_)[a-z][a-z0-9]{1,7}_(.+)$/u.exec(column);
	return found?.[1] === undefined ? undefined : readName(found[1]).compact;
}

function writable(name: string, column: FieldInfo, title: string): FieldInfo {
	if (column.creatable || column.updatable) return column;
	throw refusal(
		`${capital(customAttributeName(name))}: ${title} has a column "${column.name}" that nobody may write.`,
		'Rename the field before this node, or map it to another column.',
	);
}
