import type { SyncRecord } from '../../core/record';
import type { RecordError } from '../../core/results';
import type { Row } from './api';
import type { SObject, SObjectField } from './describe';
import { isClosed } from './drift';
import { countMisfits, type Misfits } from './misfits';
import { isPersonOnly, isPersonAccount, type PersonRule } from './personAccounts';
import type { Report } from './report';
import type { Encoder } from './values';
import { OPTION } from './optionNames';

/** A record's values as one row takes them, or why it cannot. */
export interface Encoding {
	readonly values: Row;
	readonly warnings: readonly string[];
	readonly error?: RecordError;
}

/** What a row is sent for: each field says for which of them it may be written. */
export type Use = 'create' | 'update' | 'upsert';

/** Encodes parts of records for one object. */
export interface RowValues {
	/** `whole` is the record the part is of. */
	of(part: SyncRecord, use: Use, whole: SyncRecord): Encoding;
	/** From here on this field is left out of all rows (option Leave Out Unwritable Fields). */
	drop(field: string): void;
	/** Fields that may be written in one way only: whether a record is there decides about them. */
	isPartial(field: string): boolean;
	/** Whether the values seen so far fitted. */
	readonly misfits: Misfits;
}

interface FieldPlan {
	readonly field: SObjectField;
	readonly encode: Encoder;
}

/** Row values by an encoder per field; fields the object lacks are none of its values. */
export function rowValues(
	sobject: SObject,
	encoders: ReadonlyMap<string, Encoder>,
	{ report, person }: { readonly report: Report; readonly person?: PersonRule },
): RowValues {
	const plans = new Map<string, FieldPlan>();
	for (const [name, encode] of encoders) {
		const field = sobject.field(name);
		if (field) plans.set(name, { field, encode });
	}
	const dropped = new Set<string>();
	const misfits = countMisfits();
	const isOut = ({ field }: FieldPlan, use: Use, whole: SyncRecord): boolean => {
		if (!mayWrite(field, use) || dropped.has(field.name)) {
			// A field of new records alone is meant to stay as it is later on.
			if (!field.createable || dropped.has(field.name)) report.warn(field.name, LEFT_OUT);
			return true;
		}
		return person !== undefined && isOtherKind(field.name, whole, person);
	};
	return {
		of(part, use, whole) {
			const values: Record<string, unknown> = {};
			const warnings: string[] = [];
			for (const [name, value] of Object.entries(part)) {
				const plan = plans.get(name);
				if (!plan || isOut(plan, use, whole)) continue;
				const { field } = plan;
				const encoded = plan.encode(value);
				if (encoded.kind === 'unfit') {
					misfits.fails(field.name, encoded.problem);
					return { values, warnings, error: unfitError(sobject, field, encoded.problem) };
				}
				if (encoded.warning !== undefined) {
					warnings.push(`${field.name} ${encoded.warning}`);
					report.warn(field.name, encoded.warning, value);
				}
				if (encoded.kind !== 'send') continue;
				values[encoded.name] = encoded.value;
				if (encoded.value !== null) misfits.fits(field.name);
			}
			return { values, warnings };
		},
		drop: (field) => void dropped.add(field),
		misfits,
		isPartial: (name) => {
			const field = plans.get(name)?.field;
			return field !== undefined && field.createable !== field.updateable;
		},
	};
}

const LEFT_OUT = 'was left out: the user of the credential may not write it here';

const mayWrite = (field: SObjectField, use: Use): boolean =>
	!isClosed(field) &&
	(use === 'update' || field.createable) &&
	(use === 'create' || field.updateable);

/** A company has no first name, and a person's name is made of its parts (2.2). */
function isOtherKind(name: string, whole: SyncRecord, person: PersonRule): boolean {
	return isPersonAccount(whole, person) ? name === 'Name' : isPersonOnly(name);
}

const unfitError = (sobject: SObject, { name }: SObjectField, problem: string): RecordError => ({
	code: 'valueDoesNotFit',
	category: 'data',
	message: `${sobject.name}.${name} ${problem}`,
	retryable: false,
	fields: [name],
	hint: `Correct the value in the source, or let Field Mapper convert it; ${OPTION.typePolicy} can leave such values out.`,
});
