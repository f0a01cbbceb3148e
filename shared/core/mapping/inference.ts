import { readIso } from '../conversion/isoText';
import type { FieldInfo, FieldType } from '../field';
import { jsonCopy, jsonProblem } from '../jsonValue';

/** A type that holds every value seen. */
export interface InferredType {
	readonly type: FieldType;
	/** Characters, for text: the longest value, rounded up to leave room. */
	readonly length?: number;
	/** Characters of the longest value seen, written as text. */
	readonly longest: number;
}

/** Watches the values of one field. */
export interface TypeObserver {
	see(value: unknown): void;
	/** Text when nothing was seen: it holds whatever comes later. */
	result(): InferredType;
}

/** Text columns end here: 850 can still be part of a key, 4000 is the longest plain one (dataverse 2.3). */
const LENGTHS = [100, 250, 850, 2_000, 4_000, 10_000, 100_000, 1_048_576];
/** Whole numbers of 32 bits, which the narrowest of the systems holds. */
const LARGEST_INTEGER = 2_147_483_647;
/** Where the number columns of the narrowest system end (dataverse 2.3: Decimal, Double). */
const LARGEST_NUMBER = 100_000_000_000;
/** Dataverse refuses earlier dates (dataverse 2.3: 0x80040239). */
const FIRST_DATE = Date.UTC(1753, 0, 1);

const plainNumber = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,10})?$/u;

/**
 * Finds the narrowest type that holds every value. Text is read as a date where all of it is ISO 8601,
 * because JSON has no other dates. As a number or yes/no it is read only with `readsText`: a code that
 * consists of digits today may have letters tomorrow, and a postal code loses its zeros.
 */
export function observeType({ readsText }: { readonly readsText: boolean }): TypeObserver {
	let type: FieldType | undefined;
	let longest = 0;
	return {
		see: (raw) => {
			const value = typeof raw === 'object' && raw !== null ? plain(raw) : raw;
			if (value === undefined || value === null) return;
			if (typeof value === 'string' && value.trim() === '') return;
			longest = Math.max(longest, String(value).length);
			type = type === 'string' ? type : widened(type, typeOf(value, raw, readsText));
		},
		result: () => {
			if (type !== undefined && type !== 'string') return { type, longest };
			return {
				type: 'string',
				longest,
				length: LENGTHS.find((length) => length >= longest) ?? LENGTHS.at(-1),
			};
		},
	};
}

/** The column that an inferred type asks for, as far as converting into it needs one. */
export function inferredField(name: string, { type, length }: InferredType): FieldInfo {
	return {
		...{ name, label: name, type },
		...{ required: false, creatable: true, updatable: true },
		...(length !== undefined && { maxLength: length }),
	};
}

/** Dates as ISO text, lists and objects as JSON; undefined for what no record can carry. */
function plain(value: object): unknown {
	if (jsonProblem(value) !== undefined) return undefined;
	const copy = jsonCopy(value);
	return typeof copy === 'object' && copy !== null ? JSON.stringify(copy) : copy;
}

function typeOf(value: unknown, raw: unknown, readsText: boolean): FieldType {
	if (typeof value === 'boolean') return 'boolean';
	if (typeof value === 'number') return numberType(value);
	if (typeof value !== 'string' || Array.isArray(raw)) return 'string';
	const moment = readIso(value);
	if (moment !== undefined) {
		if (moment.local < FIRST_DATE) return 'string';
		return moment.hasTime ? 'dateTime' : 'date';
	}
	if (!readsText) return 'string';
	if (plainNumber.test(value)) return numberType(Number(value));
	return /^(?:true|false)$/iu.test(value) ? 'boolean' : 'string';
}

function numberType(number: number): FieldType {
	const size = Math.abs(number);
	if (Number.isInteger(number) && size <= LARGEST_INTEGER) return 'integer';
	return size <= LARGEST_NUMBER ? 'decimal' : 'string';
}

function widened(before: FieldType | undefined, now: FieldType): FieldType {
	if (before === undefined || before === now) return now;
	const both = [before, now];
	return both.includes('integer') && both.includes('decimal') ? 'decimal' : 'string';
}
