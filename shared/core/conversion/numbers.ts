import type { Conversion, Converter } from './outcome';
import { exact, lossy, shown, unfit } from './outcome';
import type { FieldInfo } from '../field';

/** Into a whole number. Fractions are rounded half away from zero, with a warning. */
export function integerConverter(field: FieldInfo): Converter {
	return numberConverter(field, 0, 'a whole number');
}

/** Into a number with the field's digits after the point; more are rounded half away from zero, with a warning. */
export function decimalConverter(field: FieldInfo): Converter {
	return numberConverter(field, field.precision ?? Infinity, 'a number');
}

function numberConverter(field: FieldInfo, places: number, noun: string): Converter {
	const { minimum = -Infinity, maximum = Infinity } = field;
	const scale = 10 ** places;
	const fits = (number: number) =>
		number >= minimum && number <= maximum && hasPlaces(number, places, scale);
	const bounded = (number: number, source: unknown): Conversion | undefined => {
		if (number < minimum) return unfit(`is ${shown(source)}, below the minimum ${minimum}`);
		if (number > maximum) return unfit(`is ${shown(source)}, above the maximum ${maximum}`);
		return undefined;
	};

	return (value) => {
		const short = typeof value === 'string' ? shortNumber(value) : numberOf(value);
		// Adding zero makes one zero of the two.
		if (short !== undefined && fits(short)) return exact(short + 0);
		const written = parseDecimal(short ?? value);
		if (written === undefined) {
			return unfit(`is ${shown(value)}, which is not ${noun}${separatorHint(value)}`);
		}
		const number = toNumber(round(written, places));
		if (!isHeld(number, places)) {
			return unfit(`is ${shown(value)}, too large to be sent as a number without losing digits`);
		}
		const refusal = bounded(number, value);
		if (refusal !== undefined) return refusal;
		return isEqual(written, parseDecimal(number))
			? exact(number)
			: lossy(number, `was rounded from ${shown(value)} to ${number}`);
	};
}

/** JSON carries numbers as doubles: whole ones beyond 2^53 arrive as their neighbours. */
function isHeld(number: number, places: number): boolean {
	return places === 0 ? Number.isSafeInteger(number) : Number.isFinite(number);
}

function numberOf(value: unknown): number | undefined {
	if (typeof value === 'boolean') return value ? 1 : 0;
	return typeof value === 'number' ? value : undefined;
}

/** Whether so many digits after the point say the number; false also when only the slow way can tell. */
function hasPlaces(number: number, places: number, scale: number): boolean {
	if (places === 0) return Number.isSafeInteger(number);
	if (scale === Infinity) return Number.isFinite(number);
	const scaled = Math.round(number * scale);
	return Number.isSafeInteger(scaled) && scaled / scale === number;
}

const shortText = /^\s*[+-]?(?:\d{1,15}|(?=.{1,16}\s*$)\d+\.\d+)\s*$/u;

/** The number of a text with at most 15 digits: a double holds so many exactly. Undefined for any other text. */
export function shortNumber(text: string): number | undefined {
	return text.length <= 40 && shortText.test(text) ? Number(text) : undefined;
}

/** ±0.digits × 10^point, without zeros at either end: equal numbers are equal in every part. */
interface Decimal {
	readonly negative: boolean;
	readonly digits: string;
	readonly point: number;
}

const decimalText =
	/^(?<sign>[+-]?)(?:(?<whole>\d+)(?:\.(?<part>\d*))?|\.(?<only>\d+))(?:e(?<exponent>[+-]?\d+))?$/iu;
/** Far beyond any double, and still a number that can be added to. */
const FARTHEST = 99_999;

function parseDecimal(value: unknown): Decimal | undefined {
	const isText =
		typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint';
	const groups = isText ? decimalText.exec(String(value).trim())?.groups : undefined;
	if (groups === undefined) return undefined;
	const whole = groups.whole ?? '';
	const point = whole.length + Number(groups.exponent ?? 0);
	return decimal(groups.sign === '-', whole + (groups.part ?? groups.only ?? ''), point);
}

function decimal(negative: boolean, allDigits: string, point: number): Decimal {
	const fromFirst = allDigits.replace(/^0+/u, '');
	if (fromFirst === '') return { negative: false, digits: '', point: 0 };
	const start = point - (allDigits.length - fromFirst.length);
	return {
		negative,
		digits: withoutEndZeros(fromFirst),
		point: Math.max(-FARTHEST, Math.min(FARTHEST, start)),
	};
}

/** A pattern for zeros at the end would try every run of zeros within. */
function withoutEndZeros(digits: string): string {
	let end = digits.length;
	while (digits[end - 1] === '0') end--;
	return digits.slice(0, end);
}

function round(number: Decimal, places: number): Decimal {
	const kept = number.point + places;
	if (kept >= number.digits.length) return number;
	if (kept < 0) return decimal(false, '', 0);
	const head = number.digits.slice(0, kept);
	const next = number.digits.charAt(kept) >= '5' ? 1n : 0n;
	const digits = (BigInt(head) + next).toString();
	return decimal(number.negative, digits, number.point + digits.length - kept);
}

function toNumber({ negative, digits, point }: Decimal): number {
	return digits === '' ? 0 : Number(`${negative ? '-' : ''}.${digits}e${point}`);
}

function isEqual(one: Decimal, other: Decimal | undefined): boolean {
	return (
		one.digits === other?.digits && one.point === other.point && one.negative === other.negative
	);
}

/** "1,234" is a thousand here and one and a bit there: only a person can tell. */
function separatorHint(value: unknown): string {
	return typeof value === 'string' && /^\s*[+-]?\d+(?:[,.'’_\s]\d+)+\s*$/u.test(value)
		? '; write it with a decimal point and without thousands separators, such as 1234.5'
		: '';
}
