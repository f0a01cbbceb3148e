import type { Field, FieldType, Value } from './model';
import type { Switches } from './switches';

type Reader = (raw: unknown, switches: Switches) => Value | undefined;

const textual: Reader = (raw) => (typeof raw === 'string' ? raw : undefined);

const numeric: Reader = (raw) =>
	typeof raw === 'number' && Number.isFinite(raw) ? raw : undefined;

const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?(?:Z|[+-]\d\d:?\d\d)$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const TIME = /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,3})?$/;

function isDay(text: string): boolean {
	const time = new Date(`${text}T00:00:00Z`);
	return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(text);
}

/** A time of day as stored: always with milliseconds and Z. */
const storedTime = (text: string) => {
	const [whole = '', part = ''] = text.split('.');
	return `${whole}.${part.padEnd(3, '0')}Z`;
};

/** A moment in the form answers use, `2021-12-02T18:23:39.000+0000` (2.1). */
export function moment(ms: number): string {
	// Rows of one call share their moment, and working it out takes longer than the rest of a row.
	if (ms !== last.ms) last = { ms, text: new Date(ms).toISOString().replace('Z', '+0000') };
	return last.text;
}

let last = { ms: NaN, text: '' };

const readers: Partial<Record<FieldType, Reader>> = {
	boolean: (raw) => (typeof raw === 'boolean' ? raw : undefined),
	int: (raw) => (Number.isInteger(raw) ? (raw as number) : undefined),
	double: numeric,
	currency: numeric,
	percent: numeric,
	date: (raw) => (typeof raw === 'string' && DATE.test(raw) && isDay(raw) ? raw : undefined),
	datetime: (raw) => {
		if (typeof raw !== 'string' || !DATE_TIME.test(raw) || !isDay(raw.slice(0, 10)))
			return undefined;
		const ms = new Date(raw.replace(/([+-]\d\d)(\d\d)$/, '$1:$2')).getTime();
		return Number.isNaN(ms) ? undefined : moment(ms);
	},
	base64: (raw) => (typeof raw === 'string' && BASE64.test(raw) ? raw : undefined),
	time: (raw, { timeFormat }) => {
		if (typeof raw !== 'string' || raw.endsWith('Z') !== timeFormat.endsWith('Z')) return undefined;
		const text = raw.replace(/Z$/, '');
		return TIME.test(text) ? storedTime(text) : undefined;
	},
};

/** The stored form of a JSON value, or undefined when the field's type cannot hold it (S13). */
export function readValue(switches: Switches, field: Field, raw: unknown): Value | undefined {
	// Text that is empty is no text.
	if (raw === null || raw === '')
		return typeof raw === 'string' && !isText(field) ? undefined : null;
	return (readers[field.type] ?? textual)(raw, switches);
}

const isText = ({ type }: Field) => readers[type] === undefined || type === 'base64';

function tokenOf(raw: unknown): string {
	if (Array.isArray(raw)) return 'START_ARRAY';
	if (typeof raw === 'boolean') return raw ? 'VALUE_TRUE' : 'VALUE_FALSE';
	if (typeof raw === 'number') return `VALUE_NUMBER_${Number.isInteger(raw) ? 'INT' : 'FLOAT'}`;
	return typeof raw === 'string' ? 'VALUE_STRING' : 'START_OBJECT';
}

const shown = (raw: unknown) => (typeof raw === 'object' ? '' : ` value ${String(raw)}`);

/** What the JSON parser says of a value its field cannot hold (4.2). */
export const typeMismatch = (field: Field, raw: unknown): string =>
	`Cannot deserialize instance of ${field.type} from ${tokenOf(raw)}${shown(raw)} or request may be missing a required field`;

/** A stored value as answers write it. */
export const answerValue = (field: Field, value: Value, { timeFormat }: Switches): Value =>
	field.type === 'time' && typeof value === 'string' && !timeFormat.endsWith('Z')
		? value.replace(/Z$/, '')
		: value;
