import type { Converter } from '../conversion/outcome';
import type { NewField } from '../envelope';
import { envelopeField } from '../envelope';
import { SyncError } from '../errors';
import type { ParsedParameter } from '../parsedParameter';

/** Feeds one destination field. */
export interface Mapping {
	/** How messages name it: its row and its destination field. */
	readonly name: string;
	readonly destinationField: string;
	readonly source: ParsedParameter;
	/** Write this field on updates too; off: on insert only. */
	readonly applyUpdates: boolean;
	/** The destination takes this field on insert only, whatever Apply Updates says. */
	readonly createOnly?: boolean;
	/** Write this field only where the destination has nothing in it. */
	readonly onlyIfEmpty?: boolean;
	/** Instead of the rules' own policy. */
	readonly whenEmpty?: EmptyPolicy;
	readonly whenUnfit?: UnfitPolicy;
	/** Makes a value into what the destination field holds; values of an unknown field stay as they are. */
	readonly convert?: Converter;
	/** The value for the record at this position of the input. May throw for one record. */
	read(index: number): unknown;
	/** What stands in for an empty value. */
	readDefault?(index: number): unknown;
}

/** A source field that goes on under its own name, into a column the destination has or is to get. */
export interface CustomAttribute {
	/** Its name in the source. */
	readonly name: string;
	/** The column it goes into: one the destination has already, or its own name. */
	readonly destinationField: string;
	readonly createOnly?: boolean;
	readonly convert: Converter;
	/** The column to create; undefined when the destination has it. */
	readonly newField?: NewField;
}

/** `perField`: each mapping's own setting. Kept apart, so switching the policy loses none of them. */
export type ApplyUpdatesPolicy = 'all' | 'none' | 'perField';

export type PassThrough =
	| { readonly mode: 'none' | 'all' }
	| { readonly mode: 'selected'; readonly fields: readonly string[] };

/** What happens to a value that is missing, null or blank text. */
export type EmptyPolicy = 'sendNull' | 'leaveOut' | 'reject';

/**
 * What happens to a value the field cannot hold as it is. `convert`: what can be converted is, with a
 * warning, and the rest refuses its record. The others let nothing pass that is not exact.
 */
export type UnfitPolicy = 'convert' | 'leaveOut' | 'reject';

export interface MappingRules {
	readonly keyFields: readonly string[];
	readonly mappings: readonly Mapping[];
	readonly applyUpdates: ApplyUpdatesPolicy;
	readonly passThrough: PassThrough;
	readonly customAttributes: readonly CustomAttribute[];
	readonly whenEmpty: EmptyPolicy;
	readonly whenUnfit: UnfitPolicy;
}

/** How messages name a mapping: its row on the panel, counted from 1, and its destination field. */
export function mappingName(row: number, destinationField: string): string {
	return destinationField.trim() === ''
		? `mapping ${row}`
		: `mapping ${row} ("${destinationField}")`;
}

/** How messages name a custom attribute. */
export function customAttributeName(name: string): string {
	return `custom attribute "${name}"`;
}

/** Refuses rules that cannot work, before the first record is read. */
export function checkMappingRules(rules: MappingRules): void {
	const fed = new Map<string, string>();
	for (const mapping of rules.mappings) {
		const { name, destinationField } = mapping;
		if (destinationField.trim() === '') {
			throw refusal(`${capital(name)} has no destination field.`, 'Name it or delete the row.');
		}
		checkSource(mapping);
		claim(fed, destinationField, name);
	}
	for (const { name, destinationField } of rules.customAttributes) {
		claim(fed, destinationField, customAttributeName(name));
	}
	if (rules.passThrough.mode === 'selected') {
		for (const field of rules.passThrough.fields)
			claim(fed, field, `pass-through field "${field}"`);
	}
	if (fed.size === 0 && rules.passThrough.mode === 'none') {
		throw refusal('Nothing is mapped.', 'Add a mapping or pass source fields through.');
	}
	checkKeyFields(rules, fed);
}

/** A row left half finished would empty a field, or write the text of an expression, in every record. */
function checkSource({ name, source, readDefault }: Mapping): void {
	if (source.kind !== 'constant') return;
	const { value } = source;
	if (value === undefined || (typeof value === 'string' && value.trim() === '')) {
		if (readDefault) return;
		throw refusal(
			`${capital(name)} has no Source.`,
			'Drag a field into Source, or delete the row. To empty the field in every record, enter {{ null }}.',
		);
	}
	if (typeof value === 'string' && /^\s*\$json\b|\{\{/u.test(value)) {
		throw refusal(
			`${capital(name)} would write the text ${JSON.stringify(value)} as it stands.`,
			'Switch Source to Expression, or drag the field into it.',
		);
	}
}

function checkKeyFields(rules: MappingRules, fed: ReadonlyMap<string, string>): void {
	if (rules.keyFields.length === 0) {
		throw refusal(
			'No key field is named.',
			'Enter in Key Fields the destination field or fields that identify a record.',
		);
	}
	const fixed = rules.mappings.filter(
		({ destinationField, source }) =>
			source.kind === 'constant' && rules.keyFields.includes(destinationField),
	);
	if (fixed.length === rules.keyFields.length) {
		throw refusal(
			`Every record would have the same key: ${fixed.map(({ name }) => name).join(' and ')} has a fixed value.`,
			'Drag the source field that identifies a record into Source.',
		);
	}
	if (rules.passThrough.mode === 'all') return;
	const missing = rules.keyFields.filter((field) => !fed.has(field));
	if (missing.length > 0) {
		throw refusal(
			missing.length === 1
				? `Key field "${missing[0]}" is not mapped.`
				: `Key fields "${missing.join('", "')}" are not mapped.`,
			'Add the mapping, or choose another key. Mapped are: ' + `${[...fed.keys()].join(', ')}.`,
		);
	}
}

function claim(fed: Map<string, string>, field: string, feeder: string): void {
	const first = fed.get(field);
	if (first !== undefined) {
		throw refusal(
			`Destination field "${field}" is fed twice: by ${first} and by ${feeder}.`,
			'Delete one of the two.',
		);
	}
	if (field === envelopeField) {
		throw refusal(
			`${feeder} feeds "${envelopeField}", which is reserved for the sync's bookkeeping.`,
			'Use another destination field.',
		);
	}
	fed.set(field, feeder);
}

/** A sentence's first letter. */
export function capital(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Rules a person has to change. */
export function refusal(message: string, hint: string): SyncError {
	return new SyncError('config', message, { hint });
}
