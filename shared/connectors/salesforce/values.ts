import type { Conversion } from '../../core/conversion';
import { isObject } from '../json';
import type { SObjectField } from './describe';
import type { SalesforceWriteOptions } from './options';

/** What one value of a field is sent as. The texts are predicates that follow the field's name. */
export type Encoded =
	| {
			readonly kind: 'send';
			/** The field, or its relation where the value names a parent by key (salesforce 4.6). */
			readonly name: string;
			readonly value: unknown;
			readonly warning?: string;
	  }
	| { readonly kind: 'leave'; readonly warning?: string }
	| { readonly kind: 'unfit'; readonly problem: string };

/** Makes a value of a record into what is sent, one for both transports (salesforce 4.5). */
export type Encoder = (value: unknown) => Encoded;

type Policies = Pick<SalesforceWriteOptions, 'emptyText' | 'typePolicy'>;

/** The types that can hold an empty text; in all others it means nothing. */
const TEXTS: ReadonlySet<string> = new Set([
	'string',
	'textarea',
	'phone',
	'url',
	'email',
	'encryptedstring',
	'combobox',
]);

/** The encoder of a field: empty values by the options, all others by the field's converter. */
export function valueEncoder(
	field: SObjectField,
	{ emptyText = 'ignore', typePolicy = 'convert' }: Policies,
	convert: (value: unknown) => Conversion,
): Encoder {
	const nothing = clearing(field);
	const onEmpty = emptyEncoder(field, emptyText);
	return (given) => {
		const value = field.type === 'reference' ? withoutBlankKey(given) : given;
		if (value === undefined) return LEAVE;
		if (value === null) return nothing;
		if (typeof value === 'string' && value.trim() === '') return onEmpty(value);
		const outcome = convert(value);
		if (outcome.kind === 'unfit') return misfit(typePolicy, outcome.problem);
		const wire = wireOf(field, outcome.value);
		if (typePolicy === 'reject' && !isSame(field, value, wire)) {
			return { kind: 'unfit', problem: `is not sent in the form of ${named(field)}` };
		}
		return {
			kind: 'send',
			name: nameFor(field, wire),
			value: wire,
			...(outcome.kind === 'lossy' && { warning: outcome.warning }),
		};
	};
}

/** A parent whose key is empty is no parent; sent as it is, Salesforce would look for one (4.6). */
function withoutBlankKey(value: unknown): unknown {
	const parts: unknown[] = isObject(value) && isObject(value.key) ? Object.values(value.key) : [];
	const [part] = parts;
	const isBlank = part === undefined || part === null || String(part).trim() === '';
	return parts.length === 1 && isBlank ? part : value;
}

const LEAVE: Encoded = { kind: 'leave' };

/** A check box is never empty: Salesforce refuses null there, on either transport in its own way (2.1). */
const clearing = ({ type, name }: SObjectField): Encoded =>
	type === 'boolean'
		? { kind: 'leave', warning: 'was left out: a check box cannot be empty' }
		: { kind: 'send', name, value: null };

function emptyEncoder(field: SObjectField, policy: NonNullable<Policies['emptyText']>): Encoder {
	const { name, type } = field;
	if (policy === 'clear') return () => clearing(field);
	if (policy === 'ignore' || !TEXTS.has(type)) return () => LEAVE;
	return (value) => ({ kind: 'send', name, value });
}

const misfit = (policy: Policies['typePolicy'], problem: string): Encoded =>
	policy === 'leaveOut'
		? { kind: 'leave', warning: `was left out: it ${problem}` }
		: { kind: 'unfit', problem };

/** A parent named by its key is an object, and stands under the relation. */
const nameFor = ({ name, relationshipName }: SObjectField, wire: unknown): string =>
	typeof wire === 'object' && wire !== null ? (relationshipName ?? name) : name;

/** The forms of salesforce 2.1. */
function wireOf({ type }: SObjectField, value: unknown): unknown {
	if (Array.isArray(value)) return value.join(';');
	return type === 'datetime' && typeof value === 'string' ? withMilliseconds(value) : value;
}

const withMilliseconds = (utc: string): string =>
	utc.length === 20 ? `${utc.slice(0, 19)}.000Z` : utc;

/** Whether a value already was what is sent, so that nothing had to be converted. */
function isSame({ type }: SObjectField, value: unknown, wire: unknown): boolean {
	if (value === wire) return true;
	if (value instanceof Date) return type === 'date' || type === 'datetime';
	if (typeof wire === 'object') return typeof value === 'object';
	switch (type) {
		case 'datetime':
			return /(?:Z|[+-]\d\d:?\d\d)$/i.test(String(value));
		case 'multipicklist':
			return Array.isArray(value) || typeof value === 'string';
		case 'reference':
		case 'time':
			return typeof value === 'string';
		default:
			return false;
	}
}

/** A field as messages name it: by its label and Salesforce's word for its type. */
export const named = ({ label, type }: SObjectField): string => `"${label}" (${type})`;
