import { converterTo } from '../core/conversion';
import type { Converter } from '../core/conversion/outcome';
import { exact, shown, unfit } from '../core/conversion/outcome';
import type { Row } from '../core/census';
import type { FieldInfo, FieldType } from '../core/field';
import { defineField, jsonProblem } from '../core/jsonValue';
import { parseExactJson } from './exactJson';

/** What a person may declare a column to hold. */
export type ColumnType =
	'text' | 'number' | 'wholeNumber' | 'boolean' | 'date' | 'dateTime' | 'json';

export interface TypeSettings {
	/** Column → its type; the others keep what the source says. */
	readonly declared: ReadonlyMap<string, ColumnType>;
	/** IANA name: the zone of date-times that say none. */
	readonly timeZone: string;
}

/** A plain decimal number of at most 15 digits, which a double holds exactly. */
const plainNumber = /^-?(?=(?:\d\.?){1,15}$)(?:0|[1-9]\d*)(?:\.\d+)?$/u;

/**
 * What a CSV cell holds by its own look, whatever the other rows say: nothing is null, true and false are
 * booleans, and a number is what prints back as it is written. Everything else stays text: 007, +1, 1e5,
 * 1.50, numbers of more than 15 digits, dates.
 */
export function inferred(cell: string): unknown {
	if (cell === '') return null;
	if (cell === 'true') return true;
	if (cell === 'false') return false;
	if (!plainNumber.test(cell)) return cell;
	const number = Number(cell);
	return String(number) === cell ? number : cell;
}

/** Gives a row its declared types. */
export type RowTyping = (row: Row) => Row;

/**
 * Columns as they were declared, of any source. Blank is null in every type but text. A value that does
 * not fit is left out and makes the row one with a problem: it is held by its key, never sent half.
 */
export function rowTyping({ declared, timeZone }: TypeSettings): RowTyping {
	const columns = [...declared].map(([name, type]) => ({
		name,
		convert: blankIsNull(type, converterOf(name, type, timeZone)),
	}));
	if (columns.length === 0) return (row) => row;
	return (row) => {
		if (row.problem !== undefined) return row;
		let record: Record<string, unknown> | undefined;
		const problems: string[] = [];
		for (const { name, convert } of columns) {
			const value = row.record[name];
			if (value === undefined || !Object.hasOwn(row.record, name)) continue;
			const outcome = convert(value);
			if (outcome.kind === 'unfit') problems.push(`"${name}" ${outcome.problem}`);
			else if (Object.is(outcome.value, value)) continue;
			record ??= { ...row.record };
			if (outcome.kind === 'unfit') delete record[name];
			else defineField(record, name, outcome.value);
		}
		if (record === undefined) return row;
		// A row that the way here has held or removed stays so: only its key is still looked at.
		if (problems.length === 0 || row.mark !== undefined) return { ...row, record };
		return { ...row, record, mark: 'hold', problem: problems.join('; ') };
	};
}

const fieldTypes: Readonly<Record<Exclude<ColumnType, 'json'>, FieldType>> = {
	text: 'string',
	number: 'decimal',
	wholeNumber: 'integer',
	boolean: 'boolean',
	date: 'date',
	dateTime: 'dateTime',
};

function converterOf(name: string, type: ColumnType, timeZone: string): Converter {
	if (type === 'json') return toJson;
	const field: FieldInfo = {
		name,
		label: name,
		type: fieldTypes[type],
		required: false,
		creatable: true,
		updatable: true,
	};
	const convert = converterTo(field, { timeZone, cutText: false });
	return type === 'number' || type === 'wholeNumber' ? withoutLoss(convert) : convert;
}

/** A date is asked for to leave the time out; a number is not asked for to be rounded. */
function withoutLoss(convert: Converter): Converter {
	return (value) => {
		const outcome = convert(value);
		return outcome.kind === 'lossy'
			? unfit(`is ${shown(value)}, which cannot be kept exactly in this type; declare another`)
			: outcome;
	};
}

function blankIsNull(type: ColumnType, convert: Converter): Converter {
	return (value) => {
		if (value === null) return exact(null);
		const isBlank = type !== 'text' && typeof value === 'string' && value.trim() === '';
		return isBlank ? exact(null) : convert(value);
	};
}

function toJson(value: unknown): ReturnType<Converter> {
	if (typeof value !== 'string') {
		const problem = jsonProblem(value);
		return problem === undefined ? exact(value) : unfit(problem);
	}
	try {
		return exact(parseExactJson(value));
	} catch {
		return unfit(`is ${shown(value)}, which is not JSON`);
	}
}
