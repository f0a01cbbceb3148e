import type { Conversion, Converter } from '../conversion/outcome';
import type { FieldInfo } from '../field';
import type { Mapping, MappingRules } from './rules';
import { capital, refusal } from './rules';
import { isEmpty } from './value';
import { nearestField } from '../suggest/nearest';

/** What is known of the object the records go to. */
export interface Destination {
	/** The system's name and the object's, as messages say them. */
	readonly title: string;
	readonly fields: readonly FieldInfo[];
	/** The converter into one of its fields. */
	converterTo(field: FieldInfo): Converter;
}

/**
 * Rules with what the destination's metadata says about each field: its converter, and whether it can be
 * written on insert only. Refuses, before the first record, what no record could get past.
 */
export function fitToDestination(rules: MappingRules, destination: Destination): MappingRules {
	for (const key of rules.keyFields) {
		if (!find(destination, key)) throw unknownField(`Key field "${key}"`, key, destination);
	}
	const mappings = rules.mappings.map((mapping) => fitMapping(mapping, rules, destination));
	return { ...rules, mappings };
}

/** Whether a person has to give the field for a new record; ids are made by the system. */
export function mustBeGiven({ type, required, creatable }: FieldInfo): boolean {
	return required && creatable && type !== 'id';
}

/** Required fields that nobody feeds. */
export function missingRequired(
	rules: Pick<MappingRules, 'mappings' | 'customAttributes'>,
	fields: readonly FieldInfo[],
): readonly FieldInfo[] {
	const fed = new Set(
		[...rules.mappings, ...rules.customAttributes].map(({ destinationField }) => destinationField),
	);
	return fields.filter((field) => mustBeGiven(field) && !fed.has(field.name));
}

/** How lists of fields appear in messages: `Last Name (lastname), Topic (subject)`. */
export function fieldList(fields: readonly FieldInfo[]): string {
	return fields.map(({ label, name }) => `${label} (${name})`).join(', ');
}

function fitMapping(mapping: Mapping, rules: MappingRules, destination: Destination): Mapping {
	const { destinationField: name } = mapping;
	// A row without a field is refused with the other rules.
	if (name.trim() === '') return mapping;
	const field = find(destination, name);
	if (!field) throw unknownField(capital(mapping.name), name, destination);
	const isKey = rules.keyFields.includes(name);
	// A key may only identify, as a record's own id does.
	if (!field.creatable && !field.updatable && !isKey) {
		throw refusal(
			`${capital(mapping.name)}: ${destination.title} does not let anybody write "${field.label}" (${name}).`,
			'The system fills this field itself. Delete the row, or choose another field.',
		);
	}
	const fitted = {
		...mapping,
		createOnly: field.creatable && !field.updatable,
		convert: destination.converterTo(field),
	};
	checkFixedValue(fitted, rules, field);
	return fitted;
}

/** A fixed value that does not fit would refuse every record with the same words. */
function checkFixedValue(
	{ name, source, convert, whenUnfit }: Mapping & { readonly convert: Converter },
	rules: MappingRules,
	field: FieldInfo,
): void {
	if (source.kind !== 'constant' || isEmpty(source.value)) return;
	const policy = whenUnfit ?? rules.whenUnfit;
	const conversion = convert(source.value);
	if (policy === 'leaveOut' || isAccepted(conversion, policy)) return;
	const problem = conversion.kind === 'unfit' ? conversion.problem : undefined;
	throw refusal(
		`${capital(name)}: the fixed value ${problem ?? `fits "${field.label}" only changed`}.`,
		'Correct the value in Source, or drag a source field there.',
	);
}

function isAccepted({ kind }: Conversion, policy: 'convert' | 'reject'): boolean {
	return kind === 'exact' || (kind === 'lossy' && policy === 'convert');
}

function find({ fields }: Destination, name: string): FieldInfo | undefined {
	return fields.find((field) => field.name === name);
}

function unknownField(subject: string, name: string, { title, fields }: Destination) {
	const nearest = nearestField(name, fields);
	const guess = nearest ? `Did you mean "${nearest.label}" (${nearest.name})? ` : '';
	return refusal(
		`${subject}: ${title} has no field with the technical name "${name}".`,
		`${guess}Choose a field from the list. A field created just now appears when the list is loaded again.`,
	);
}
