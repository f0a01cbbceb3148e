import { converterTo, type Conversion } from '../../core/conversion';
import { fold } from '../../core/conversion/options';
import { exact, shown, unfit } from '../../core/conversion/outcome';
import type { SObjectField } from './describe';
import type { SalesforceWriteOptions } from './options';

type Convert = (value: unknown) => Conversion;

interface Options extends Pick<SalesforceWriteOptions, 'cutText' | 'timeZone' | 'loosePicklists'> {
	/** The field finds records: its values are never cut. */
	readonly isKey?: boolean;
}

/** Text a person writes freely. Half an address, number or key is not a shorter one, so those are never cut. */
const FREE_TEXT: ReadonlySet<string> = new Set(['string', 'textarea', 'combobox']);

/** Converts values of a field by the one table of types, and by what Salesforce alone has (salesforce 2.1). */
export function fieldConverter(field: SObjectField, options: Options): Convert {
	if (field.type === 'time') return toTime;
	const convert = byType(field, options);
	switch (field.type) {
		case 'datetime':
			return (value) => convert(typeof value === 'number' ? instantOf(value) : value);
		case 'picklist':
		case 'multipicklist':
			return options.loosePicklists === true ? loosely(field, convert) : convert;
		default:
			return convert;
	}
}

function byType({ info, type, externalId }: SObjectField, options: Options): Convert {
	const settings = { timeZone: options.timeZone ?? 'UTC', cutText: options.cutText === true };
	const mayCut = FREE_TEXT.has(type) && !externalId && !options.isKey;
	if (mayCut || info.type !== 'string') return converterTo(info, settings);
	// The table of types would offer to cut what is too long.
	const { maxLength = Infinity, ...unbounded } = info;
	const convert = converterTo(unbounded, settings);
	return (value) => {
		const outcome = convert(value);
		const length = outcome.kind === 'unfit' ? 0 : String(outcome.value).length;
		return length <= maxLength
			? outcome
			: unfit(
					`has ${length} characters, and the field holds ${maxLength}; it is never cut, because a part of it would stand for something else`,
				);
	};
}

/** Milliseconds since the epoch as text; a number no clock knows stays as it is, and is refused as such. */
const instantOf = (value: number): unknown =>
	Math.abs(value) <= 8.64e15 ? new Date(value).toISOString() : value;

/** Values are found without regard to case, accents and spaces, as labels always are; what is one already stays. */
function loosely({ type, info: { options = [] } }: SObjectField, convert: Convert): Convert {
	const exactly = new Set<unknown>(options.map(({ value }) => value));
	const values = new Map<string, unknown>();
	for (const { value } of options) {
		const text = fold(String(value));
		// What comes near to several of them is left as it is.
		values.set(text, values.has(text) ? undefined : value);
	}
	const known = (value: unknown): unknown =>
		typeof value !== 'string' || exactly.has(value) ? value : (values.get(fold(value)) ?? value);
	return (value) => {
		if (Array.isArray(value)) return convert(value.map(known));
		const isList = type === 'multipicklist' && typeof value === 'string' && value.includes(';');
		return convert(isList ? value.split(';').map((part) => known(part.trim())) : known(value));
	};
}

const TIME = /^(\d{1,2}):(\d\d)(?::(\d\d)(?:\.(\d{1,3})\d*)?)?Z?$/i;

/** A time of day, which has no zone; written as `HH:mm:ss.SSSZ` (salesforce:U4). */
function toTime(value: unknown): Conversion {
	const found = typeof value === 'string' ? TIME.exec(value.trim()) : null;
	const [, hours = '', minutes = '', seconds = '00', part = ''] = found ?? [];
	if (!found || Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) {
		return unfit(`is ${shown(value)}, which is not a time of day such as 09:30 or 09:30:15.250`);
	}
	return exact(`${hours.padStart(2, '0')}:${minutes}:${seconds}.${part.padEnd(3, '0')}Z`);
}
