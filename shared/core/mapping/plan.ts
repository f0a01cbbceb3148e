import type { Converter } from '../conversion/outcome';
import type { NewField } from '../envelope';
import type { CustomAttribute, EmptyPolicy, MappingRules, UnfitPolicy } from './rules';
import { customAttributeName } from './rules';
import type { ParsedParameter } from '../parsedParameter';
import type { SyncRecord } from '../record';

/** How one destination field gets its value; a passed-through field is a mapping of a field to itself. */
export interface PlannedField {
	readonly field: string;
	/** How messages name it. */
	readonly name: string;
	readonly source: ParsedParameter;
	readonly isKey: boolean;
	readonly isInsertOnly: boolean;
	readonly isOnlyIfEmpty: boolean;
	readonly whenEmpty: EmptyPolicy;
	readonly whenUnfit: UnfitPolicy;
	readonly convert?: Converter;
	read(index: number, source: SyncRecord): unknown;
	readDefault?(index: number): unknown;
}

/** Mapping rules, worked out once for all records. */
export interface MappingPlan {
	readonly keyFields: readonly string[];
	/** The key fields first: a reader of the record sees at once which one it is. */
	readonly fields: readonly PlannedField[];
	/** The part of `fields` that identifies a record. */
	readonly keys: readonly PlannedField[];
	readonly hasInsertOnly: boolean;
	readonly hasOnlyIfEmpty: boolean;
	/** Columns to create at the destination. */
	readonly newFields: readonly NewField[];
	/** The fields a record has besides those, when all unmapped fields pass through. */
	unplanned(source: SyncRecord): readonly PlannedField[];
}

/** Works the rules out; they must have passed `checkMappingRules`. */
export function planMapping(rules: MappingRules): MappingPlan {
	const named = [
		...mappedFields(rules),
		...rules.customAttributes.map((attribute) => attributeField(rules, attribute)),
	];
	const all = [...named, ...passedByName(rules, named)];
	const keys = rules.keyFields.flatMap((key) => all.filter(({ field }) => field === key));
	const fields = [...keys, ...all.filter(({ isKey }) => !isKey)];
	return {
		keyFields: rules.keyFields,
		fields,
		keys,
		hasInsertOnly: rules.applyUpdates === 'none' || fields.some((field) => field.isInsertOnly),
		hasOnlyIfEmpty: fields.some((field) => field.isOnlyIfEmpty),
		newFields: rules.customAttributes.flatMap(({ newField }) => newField ?? []),
		unplanned: rules.passThrough.mode === 'all' ? unplannedFields(rules, fields) : () => [],
	};
}

function mappedFields(rules: MappingRules): PlannedField[] {
	return rules.mappings.map((mapping) => {
		const { destinationField: field, name, source, convert } = mapping;
		const isKey = rules.keyFields.includes(field);
		return {
			...{ field, name, source, isKey, convert },
			isInsertOnly:
				!isKey && (mapping.createOnly === true || isInsertOnly(rules, mapping.applyUpdates)),
			isOnlyIfEmpty: !isKey && mapping.onlyIfEmpty === true,
			whenEmpty: mapping.whenEmpty ?? rules.whenEmpty,
			whenUnfit: mapping.whenUnfit ?? rules.whenUnfit,
			read: mapping.read,
			readDefault: mapping.readDefault,
		};
	});
}

function attributeField(rules: MappingRules, attribute: CustomAttribute): PlannedField {
	const { destinationField, name, convert, createOnly } = attribute;
	const passed = passedField(rules, name, { as: destinationField });
	return {
		...passed,
		name: customAttributeName(name),
		isInsertOnly: passed.isInsertOnly || (createOnly === true && !passed.isKey),
		convert,
	};
}

/** The selected fields, or the key fields that only *All Unmapped* provides. */
function passedByName(rules: MappingRules, named: readonly PlannedField[]): PlannedField[] {
	const { passThrough } = rules;
	if (passThrough.mode === 'none') return [];
	if (passThrough.mode === 'selected') {
		return passThrough.fields.map((field) => passedField(rules, field));
	}
	const fed = new Set(named.map(({ field }) => field));
	return rules.keyFields
		.filter((field) => !fed.has(field))
		.map((field) => passedField(rules, field));
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
			const planned = known.get(field) ?? passedField(rules, field, { whenEmpty });
			known.set(field, planned);
			rest.push(planned);
		}
		return rest;
	};
}

function passedField(
	rules: MappingRules,
	name: string,
	{ as = name, whenEmpty = rules.whenEmpty }: { as?: string; whenEmpty?: EmptyPolicy } = {},
): PlannedField {
	const isKey = rules.keyFields.includes(as);
	return {
		field: as,
		name: `pass-through field "${name}"`,
		source: { kind: 'path', path: [name] },
		isKey,
		isInsertOnly: !isKey && isInsertOnly(rules, true),
		isOnlyIfEmpty: false,
		whenEmpty,
		whenUnfit: rules.whenUnfit,
		read: (_index, source) => (Object.hasOwn(source, name) ? source[name] : undefined),
	};
}

function isInsertOnly(rules: MappingRules, applyUpdates: boolean): boolean {
	return rules.applyUpdates === 'none' || (rules.applyUpdates === 'perField' && !applyUpdates);
}
