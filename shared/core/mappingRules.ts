import { envelopeField } from './envelope';
import { SyncError } from './errors';
import type { ParsedParameter } from './parsedParameter';

/** Feeds one destination field. */
export interface Mapping {
	readonly destinationField: string;
	readonly source: ParsedParameter;
	/** Write this field on updates too; off: on insert only. */
	readonly applyUpdates: boolean;
	/** The value for the record at this position of the input. May throw for one record. */
	read(index: number): unknown;
}

/** `perField`: each mapping's own setting. Kept apart, so switching the policy loses none of them. */
export type ApplyUpdatesPolicy = 'all' | 'none' | 'perField';

export type PassThrough =
	| { readonly mode: 'none' | 'all' }
	| { readonly mode: 'selected'; readonly fields: readonly string[] };

/** What happens to a value that is missing, null or blank text. */
export type EmptyPolicy = 'sendNull' | 'leaveOut' | 'reject';

export interface MappingRules {
	readonly keyFields: readonly string[];
	readonly mappings: readonly Mapping[];
	readonly applyUpdates: ApplyUpdatesPolicy;
	readonly passThrough: PassThrough;
	readonly whenEmpty: EmptyPolicy;
}

/** How messages name a mapping: its row and its destination field. */
export function mappingName(mapping: Mapping, position: number): string {
	return `mapping ${position + 1} ("${mapping.destinationField}")`;
}

/** Refuses rules that cannot work, before the first record is read. */
export function checkMappingRules(rules: MappingRules): void {
	const fed = new Map<string, string>();
	rules.mappings.forEach((mapping, position) => {
		if (mapping.destinationField.trim() === '') {
			throw refusal(
				`Mapping ${position + 1} has no destination field.`,
				'Name it or delete the row.',
			);
		}
		claim(fed, mapping.destinationField, mappingName(mapping, position));
	});
	if (rules.passThrough.mode === 'selected') {
		for (const field of rules.passThrough.fields)
			claim(fed, field, `pass-through field "${field}"`);
	}
	if (fed.size === 0 && rules.passThrough.mode === 'none') {
		throw refusal('Nothing is mapped.', 'Add a mapping or pass source fields through.');
	}
	checkKeyFields(rules, fed);
}

function checkKeyFields(rules: MappingRules, fed: ReadonlyMap<string, string>): void {
	if (rules.keyFields.length === 0) {
		throw refusal(
			'No key field is named.',
			'Enter in Key Fields the destination field or fields that identify a record.',
		);
	}
	if (rules.passThrough.mode === 'all') return;
	const missing = rules.keyFields.filter((field) => !fed.has(field));
	if (missing.length > 0) {
		throw refusal(
			missing.length === 1
				? `Key field "${missing[0]}" is not mapped.`
				: `Key fields "${missing.join('", "')}" are not mapped.`,
			'Add the mapping, or correct the name in Key Fields. Mapped are: ' +
				`${[...fed.keys()].join(', ')}.`,
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

function refusal(message: string, hint: string): SyncError {
	return new SyncError('config', message, { hint });
}
