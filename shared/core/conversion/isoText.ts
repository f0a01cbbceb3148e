/** A date or date-time as ISO 8601 text writes it. */
export interface IsoMoment {
	/** The written date and time in milliseconds, as if they were UTC. */
	readonly local: number;
	readonly hasTime: boolean;
	/** The written offset from UTC in milliseconds; undefined where the text names no zone. */
	readonly offset: number | undefined;
	/** Digits below a millisecond that are not zeros. */
	readonly finer: boolean;
}

/** Milliseconds. */
export const DAY = 86_400_000;
const MINUTE = 60_000;

const isoText =
	/^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s?(?:([Zz])|([+-])(\d\d)(?::?(\d\d))?)?)?$/u;

/** Reads ISO text; undefined for any other text and for days and times that do not exist. */
export function readIso(text: string): IsoMoment | undefined {
	const found = isoText.exec(text.trim());
	if (found === null) return undefined;
	const [, year, month, day, hour, minute, second, fraction = ''] = found;
	const date = dayStart(Number(year), Number(month), Number(day));
	const time = timeOfDay(Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0));
	const offset = writtenOffset(found);
	if (date === undefined || time === undefined || Number.isNaN(offset)) return undefined;
	return {
		local: date + time + Number(fraction.slice(0, 3).padEnd(3, '0')),
		hasTime: hour !== undefined,
		offset,
		finer: /[1-9]/u.test(fraction.slice(3)),
	};
}

/** Whether the text has the form of ISO 8601, existing or not. */
export const isIsoForm = (text: string): boolean => isoText.test(text.trim());

/** Whether the text is a day alone, such as 2026-01-31, and the day exists. */
export function isDayText(text: string): boolean {
	return text.length === 10 && isDayAt(text);
}

/**
 * The canonical text of an instant that is written in UTC, such as 2026-01-31T09:30:00Z or with
 * milliseconds; undefined for any other text. Most values are such texts, so no pattern is used.
 */
export function readUtcText(text: string): string | undefined {
	const isPlain = text.length === 20;
	if (!isPlain && !(text.length === 24 && text.charCodeAt(19) === POINT)) return undefined;
	if (text.charCodeAt(text.length - 1) !== UPPER_Z || !isDayAt(text) || !isTimeAt(text))
		return undefined;
	if (isPlain) return text;
	if (pairAt(text, 20) < 0 || pairAt(text, 21) < 0) return undefined;
	return text.endsWith('.000Z') ? `${text.slice(0, 19)}Z` : text;
}

/** An instant as text in UTC, milliseconds only where there are some; undefined outside the years 1 to 9999. */
export function instantText(instant: number): string | undefined {
	const text = isoOf(instant);
	return text?.endsWith('.000Z') ? `${text.slice(0, 19)}Z` : text;
}

/** The day of a local time; undefined outside the years 1 to 9999. */
export function dayText(local: number): string | undefined {
	return isoOf(local)?.slice(0, 10);
}

const FIRST = Date.parse('0001-01-01T00:00:00Z');
const LAST = Date.parse('9999-12-31T23:59:59.999Z');

function isoOf(instant: number): string | undefined {
	return instant >= FIRST && instant <= LAST ? new Date(instant).toISOString() : undefined;
}

/** `Date.UTC` would take the years 1 to 99 for 1901 to 1999. */
function dayStart(year: number, month: number, day: number): number | undefined {
	if (!isDay(year, month, day)) return undefined;
	return new Date(0).setUTCFullYear(year, month - 1, day);
}

function timeOfDay(hour: number, minute: number, second: number): number | undefined {
	if (hour > 23 || minute > 59 || second > 59) return undefined;
	return (hour * 60 + minute) * MINUTE + second * 1000;
}

/** NaN where the offset cannot be one. */
function writtenOffset(found: RegExpExecArray): number | undefined {
	const [utc, sign, hours, minutes = '0'] = found.slice(8);
	if (utc !== undefined) return 0;
	if (sign === undefined) return undefined;
	const size = (Number(hours) * 60 + Number(minutes)) * MINUTE;
	if (size >= DAY || Number(minutes) > 59) return NaN;
	return sign === '-' ? -size : size;
}

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isDay(year: number, month: number, day: number): boolean {
	const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
	const days = month === 2 && isLeap ? 29 : (MONTH_DAYS[month - 1] ?? 0);
	return year > 0 && day > 0 && day <= days;
}

const ZERO = 48;
const DASH = 45;
const POINT = 46;
const COLON = 58;
const UPPER_T = 84;
const UPPER_Z = 90;

/** -1 for anything but two digits: no date or time has it. */
function pairAt(text: string, at: number): number {
	const tens = text.charCodeAt(at) - ZERO;
	const ones = text.charCodeAt(at + 1) - ZERO;
	return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}

function isBelow(text: string, at: number, bound: number): boolean {
	const pair = pairAt(text, at);
	return pair >= 0 && pair < bound;
}

function isDayAt(text: string): boolean {
	return (
		text.charCodeAt(4) === DASH &&
		text.charCodeAt(7) === DASH &&
		pairAt(text, 0) >= 0 &&
		pairAt(text, 2) >= 0 &&
		isDay(pairAt(text, 0) * 100 + pairAt(text, 2), pairAt(text, 5), pairAt(text, 8))
	);
}

function isTimeAt(text: string): boolean {
	return (
		text.charCodeAt(10) === UPPER_T &&
		text.charCodeAt(13) === COLON &&
		text.charCodeAt(16) === COLON &&
		isBelow(text, 11, 24) &&
		isBelow(text, 14, 60) &&
		isBelow(text, 17, 60)
	);
}
