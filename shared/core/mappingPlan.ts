import type { EmptyPolicy, MappingRules } from './mappingRules';
import { mappingName } from './mappingRules';
import type { ParsedParameter } from './parsedParameter';
import type { SyncRecord } from './record';

/** How one destination field gets its value; a passed-through field is a mapping of a field to itself. */
export interface PlannedField {
	readonly field: string;
	/** How messages name it. */
	readonly name: string;
	readonly source: ParsedParameter;
	readonly isKey: boolean;
	readonly isInsertOnly: boolean;
	readonly whenEmpty: EmptyPolicy;
	read(index: number, source: SyncRecord): unknown;
}

/** Mapping rules, worked out once for all records. */
export interface MappingPlan {
	readonly keyFields: readonly string[];
	readonly fields: readonly PlannedField[];
	/** The part of `fields` that identifies a record. */
	readonly keys: readonly PlannedField[];
	readonly hasInsertOnly: boolean;
	/** The fields a record has besides those, when all unmapped fields pass through. */
	unplanned(source: SyncRecord): readonly PlannedField[];
}

/** Works the rules out; they must have passed `checkMappingRules`. */
export function planMapping(rules: MappingRules): MappingPlan {
	const mapped = rules.mappings.map((mapping, position): PlannedField => {
		const isKey = rules.keyFields.includes(mapping.destinationField);
		return {
			field: mapping.destinationField,
			name: mappingName(mapping, position),
			source: mapping.source,
			isKey,
			isInsertOnly: !isKey && isInsertOnly(rules, mapping.applyUpdates),
			whenEmpty: rules.whenEmpty,
			read: (index) => mapping.read(index),
		};
	});
	const fields = [...mapped, ...passedByName(rules, mapped)];
	return {
		keyFields: rules.keyFields,
		fields,
		hasInsertOnly: rules.applyUpdates === 'none' || fields.some((field) => field.isInsertOnly),
		keys: fields.filter(({ isKey }) => isKey),
		unplanned: rules.passThrough.mode === 'all' ? unplannedFields(rules, fields) : () => [],
	};
}

/** The selected fields, or the key fields that only *All Unmapped* provides. */
function passedByName(rules: MappingRules, mapped: readonly PlannedField[]): PlannedField[] {
	const { passThrough } = rules;
	if (passThrough.mode === 'none') return [];
	if (passThrough.mode === 'selected') {
		return passThrough.fields.map((field) => passedField(rules, field, rules.whenEmpty));
	}
	const fed = new Set(mapped.map(({ field }) => field));
	return rules.keyFields
		.filter((field) => !fed.has(field))
		.map((field) => passedField(rules, field, rules.whenEmpty));
}

/** Fields nobody asked for by name never refuse a record for being empty. */
function unplannedFields(rules: MappingRules, fields: readonly PlannedField[]) {
	const taken = new Set(fields.map(({ field }) => field));
	for (const { source } of fields) {
		if (source.kind === 'path' && source.path.length === 1) taken.add(source.path[0]);
	}
	const whenEmpty = rules.whenEmpty === 'reject' ? 'sendNull' : rules.whenEmpty;
	const known = new Map<string, PlannedField>();
	return (source: SyncRecord): PlannedField[] => {
		const rest: PlannedField[] = [];
		for (const field of Object.keys(source)) {
			if (taken.has(field)) continue;
			const planned = known.get(field) ?? passedField(rules, field, whenEmpty);
			known.set(field, planned);
			rest.push(planned);
		}
		return rest;
	};
}

function passedField(rules: MappingRules, field: string, whenEmpty: EmptyPolicy): PlannedField {
	const isKey = rules.keyFields.includes(field);
	return {
		field,
		name: `pass-through field "${field}"`,
		source: { kind: 'path', path: [field] },
		isKey,
		isInsertOnly: !isKey && isInsertOnly(rules, true),
		whenEmpty,
		read: (_index, source) => (Object.hasOwn(source, field) ? source[field] : undefined),
	};
}

function isInsertOnly(rules: MappingRules, applyUpdates: boolean): boolean {
	return rules.applyUpdates === 'none' || (rules.applyUpdates === 'perField' && !applyUpdates);
}
