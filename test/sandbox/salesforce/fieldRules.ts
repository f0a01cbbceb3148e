import type { Field, Value } from './model';
import { RowRefusal } from './refusal';

const EMAIL = /^[^\s@<>(),;:"[\]\\]+@[^\s@.]+(?:\.[^\s@.]+)+$/;

const refuse = (code: string, field: Field, text: string) =>
	new RowRefusal(code, `${field.label}: ${text}`, [field.name]);

function checkNumber(field: Field, value: number): void {
	const whole = field.type === 'int' ? field.digits : field.precision - field.scale;
	const limit = field.limit ?? Infinity;
	if (Math.abs(Math.trunc(value)) < 10 ** whole && Math.abs(value) <= limit) return;
	const text = `value outside of valid range on numeric field: ${value}`;
	throw refuse('NUMBER_OUTSIDE_VALID_RANGE', field, text);
}

function checkPicklist(field: Field, value: string): void {
	if (!field.restrictedPicklist) return;
	const parts = field.type === 'multipicklist' ? value.split(';') : [value];
	const bad = parts.find(
		(part) => !field.picklistValues.some((each) => each.active && each.value === part),
	);
	if (bad === undefined) return;
	const text = `bad value for restricted picklist field: ${bad}`;
	throw refuse('INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', field, text);
}

/** Length, format, range and picklist of one value; messages use labels, `fields` API names (S14). */
export function checkFormat(field: Field, value: Value): void {
	if (typeof value === 'number') return checkNumber(field, value);
	if (typeof value !== 'string') return;
	if (field.length > 0 && value.length > field.length && field.type !== 'reference') {
		const text = `data value too large: ${value} (max length=${field.length})`;
		throw refuse('STRING_TOO_LONG', field, text);
	}
	if (field.type === 'email' && !EMAIL.test(value)) {
		throw refuse('INVALID_EMAIL_ADDRESS', field, `invalid email address: ${value}`);
	}
	if (field.picklistValues.length > 0) checkPicklist(field, value);
}

/** A number as stored: no more decimals than its field has. */
export const rounded = (field: Field, value: Value): Value =>
	typeof value === 'number' && field.type !== 'int'
		? Number(value.toFixed(Math.min(field.scale, 20)))
		: value;
