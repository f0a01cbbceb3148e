import type { Column, Table, Value } from './model';
import { ODataError, payloadError } from './odataError';
import type { Switches } from './switches';

interface Place {
	readonly table: Table;
	readonly column: Column;
	readonly switches: Switches;
}

const MAX_SELECTIONS = 150;
const EARLIEST_YEAR = 1753;
const INT32 = 2 ** 31;

function unconvertible(place: Place, raw: unknown, edm: string): ODataError {
	return payloadError(
		place.table.set,
		`Cannot convert the literal '${String(raw)}' to the expected type 'Edm.${edm}'. Property: '${place.column.name}'.`,
	);
}

function outOfRange(place: Place, code: string, raw: unknown): ODataError {
	const { column, table } = place;
	const accepted = column.options?.map((option) => option.value).join(',');
	return new ODataError(
		400,
		code,
		`A validation error occurred.  The value ${String(raw)} of '${column.name}' on record of type ` +
			`'${table.name}' is outside the valid range. Accepted Values: ${accepted ?? `${column.min} - ${column.max}`}`,
	);
}

function checkText(place: Place, raw: unknown): Value {
	const { column, table } = place;
	if (typeof raw !== 'string') throw unconvertible(place, JSON.stringify(raw), 'String');
	// The characters XML cannot hold.
	if ([...raw].some((char) => char < ' ' && !'\t\r\n'.includes(char))) {
		throw new ODataError(400, '0x80040278', `Invalid character in field '${column.name}'.`);
	}
	if (column.maxLength !== undefined && raw.length > column.maxLength) {
		throw new ODataError(
			400,
			'0x80044331',
			`A validation error occurred.  The length of the '${column.name}' attribute of the '${table.name}' ` +
				`entity exceeded the maximum allowed length of '${column.maxLength}'.`,
		);
	}
	// The database knows no empty string: it is stored as null.
	return raw === '' ? null : raw;
}

function numeric(place: Place, raw: unknown, edm: string): number {
	if (typeof raw === 'number') return raw;
	const quoted = typeof raw === 'string' && raw.trim() !== '' && Number.isFinite(Number(raw));
	if (quoted && place.switches['U-08'] === 'converted') return Number(raw);
	throw unconvertible(place, raw, edm);
}

function checkInteger(place: Place, raw: unknown): number {
	const edm = place.column.type === 'BigInt' ? 'Int64' : 'Int32';
	const value = numeric(place, raw, edm);
	const fits = edm === 'Int64' || (value >= -INT32 && value < INT32);
	if (!Number.isInteger(value) || !fits) throw unconvertible(place, raw, edm);
	const { min = -Infinity, max = Infinity } = place.column;
	if (value < min || value > max) throw outOfRange(place, '0x8004432f', raw);
	return value;
}

function checkDecimal(place: Place, raw: unknown): number {
	const value = numeric(place, raw, place.column.type === 'Double' ? 'Double' : 'Decimal');
	const { min = -Infinity, max = Infinity, precision = 10 } = place.column;
	if (value < min || value > max) throw outOfRange(place, '0x80044330', raw);
	return Number(value.toFixed(precision));
}

function checkOption(place: Place, raw: unknown): number {
	const value = numeric(place, raw, 'Int32');
	if (!Number.isInteger(value)) throw unconvertible(place, raw, 'Int32');
	if (!place.column.options?.some((option) => option.value === value)) {
		throw outOfRange(place, '0x8004431a', raw);
	}
	return value;
}

function checkSelections(place: Place, raw: unknown): Value {
	if (typeof raw !== 'string') throw unconvertible(place, JSON.stringify(raw), 'String');
	if (raw.trim() === '') return null;
	const values = [...new Set(raw.split(',').map((part) => part.trim()))];
	if (values.length > MAX_SELECTIONS) {
		throw new ODataError(
			400,
			'0x80040203',
			`The number of selected values of '${place.column.name}' exceeds the limit of ${MAX_SELECTIONS}.`,
		);
	}
	const wrong = values.find((value) => !/^-?\d+$/.test(value));
	if (wrong !== undefined) throw unconvertible(place, wrong, 'Int32');
	const numbers = values.map((value) => checkOption(place, Number(value)));
	return numbers.sort((a, b) => a - b).join(',');
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;

/** True for a calendar day that exists: `Date` itself would roll 30 February over. */
const isCalendarDay = (day: string) => {
	const time = new Date(`${day}T00:00:00Z`).getTime();
	return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day);
};

function checkDate(place: Place, raw: unknown): string {
	const dateOnly = place.column.behavior === 'DateOnly';
	const edm = dateOnly ? 'Date' : 'DateTimeOffset';
	const form = dateOnly ? DATE : DATE_TIME;
	if (typeof raw !== 'string' || !form.test(raw) || !isCalendarDay(raw.slice(0, 10))) {
		throw unconvertible(place, raw, edm);
	}
	if (Number(raw.slice(0, 4)) < EARLIEST_YEAR) {
		throw new ODataError(
			400,
			'0x80040239',
			`DateTime is less than minumum value supported by CrmDateTime. Actual value: ${raw}, Minimum value supported: 01/01/1753 00:00:00`,
		);
	}
	if (dateOnly) return raw;
	// TimeZoneIndependent is stored as sent, whatever the offset says (contract 2.3).
	const independent = place.column.behavior === 'TimeZoneIndependent';
	const text = independent ? raw.replace(/(Z|[+-]\d{2}:\d{2})$/, 'Z') : raw;
	const time = new Date(text);
	if (Number.isNaN(time.getTime())) throw unconvertible(place, raw, edm);
	return stamp(time.getTime());
}

/** A point in time as the platform stores it: whole seconds, UTC. */
export const stamp = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`;

export const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The stored form of a JSON value, or the refusal the real server gives (S-08). */
export function checkValue(place: Place, raw: unknown): Value {
	if (raw === null) return null;
	switch (place.column.type) {
		case 'String':
		case 'Memo':
			return checkText(place, raw);
		case 'Integer':
		case 'BigInt':
			return checkInteger(place, raw);
		case 'Decimal':
		case 'Double':
		case 'Money':
			return checkDecimal(place, raw);
		case 'Boolean':
			if (typeof raw !== 'boolean') throw unconvertible(place, raw, 'Boolean');
			return raw;
		case 'Picklist':
		case 'State':
		case 'Status':
			return checkOption(place, raw);
		case 'MultiSelectPicklist':
			return checkSelections(place, raw);
		case 'DateTime':
			return checkDate(place, raw);
		default:
			if (typeof raw !== 'string' || !GUID.test(raw)) throw unconvertible(place, raw, 'Guid');
			return raw.toLowerCase();
	}
}
