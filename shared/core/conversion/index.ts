import type { ChoiceForm } from './choices';
import { booleanConverter, choiceConverter, choiceReader } from './choices';
import { dateConverter, dateTimeConverter } from './dates';
import { lookupConverter } from './lookups';
import { multiChoiceConverter, multiChoiceReader } from './multiChoice';
import { decimalConverter, integerConverter } from './numbers';
import type { Conversion, Converter } from './outcome';
import { exact, unfit } from './outcome';
import { idConverter, textConverter } from './text';
import type { Zone } from './zone';
import { zoneOf } from './zone';
import type { FieldInfo, FieldType } from '../field';

export type { Conversion } from './outcome';

export interface ConversionSettings {
	/** IANA name: the zone of date-times that say none, and of the day a date is taken from an instant. */
	readonly timeZone: string;
	/** Cut text that is longer than the field; otherwise it does not fit. */
	readonly cutText: boolean;
}

type Direction<Setting> = Readonly<
	Record<FieldType, (field: FieldInfo, zone: Zone, setting: Setting) => Converter>
>;

const asItIs = () => exact;
const date = (_field: FieldInfo, zone: Zone) => dateConverter(zone);
const dateTime = (_field: FieldInfo, zone: Zone) => dateTimeConverter(zone);

/** The one table: what each type of field makes of a value. */
const to: Direction<boolean> = {
	string: (field, _zone, cutText) => textConverter(field, cutText),
	integer: integerConverter,
	decimal: decimalConverter,
	boolean: booleanConverter,
	date,
	dateTime,
	choice: choiceConverter,
	multiChoice: multiChoiceConverter,
	lookup: lookupConverter,
	id: idConverter,
	other: asItIs,
};

/** The table the other way: most stored values already are what a source reads. */
const from: Direction<ChoiceForm> = {
	string: asItIs,
	integer: asItIs,
	decimal: asItIs,
	boolean: asItIs,
	date,
	dateTime,
	choice: (field, _zone, form) => choiceReader(field, form),
	multiChoice: (field, _zone, form) => multiChoiceReader(field, form),
	lookup: asItIs,
	id: asItIs,
	other: asItIs,
};

/**
 * A function that makes a source value into one the field can hold. Converting twice changes nothing
 * more, equal values in different forms become identical, and nothing is lost without a warning.
 * Empty values (undefined, null, blank text) are never handed in. Worked out once per field.
 */
export function converterTo(
	field: FieldInfo,
	settings: ConversionSettings,
): (value: unknown) => Conversion {
	return plainly(field, to[field.type](field, zoneOf(settings.timeZone), settings.cutText));
}

/** The other way: a stored value as the source reads it. */
export function converterFrom(
	field: FieldInfo,
	settings: Pick<ConversionSettings, 'timeZone'> & { readonly choices: ChoiceForm },
): (value: unknown) => Conversion {
	return plainly(field, from[field.type](field, zoneOf(settings.timeZone), settings.choices));
}

/** Dates, n8n's own date objects and big integers reach the table as the text they stand for; nothing stays nothing. */
function plainly({ type }: FieldInfo, convert: Converter): Converter {
	if (type === 'other') return convert;
	return (value) => {
		if (typeof value === 'string' || typeof value === 'number') return convert(value);
		if (typeof value === 'bigint') return convert(String(value));
		if (value === null || value === undefined) return exact(value);
		if (typeof value !== 'object') return convert(value);
		const text = asText(value);
		return text === null ? unfit('is an invalid date') : convert(text ?? value);
	};
}

/** What an object says of itself; null for an invalid date, undefined for an object that says nothing. */
function asText(value: object): unknown {
	const { toISO, toJSON } = value as { readonly toISO?: unknown; readonly toJSON?: unknown };
	if (typeof toISO === 'function') return toISO.call(value) ?? null;
	return typeof toJSON === 'function' ? (toJSON.call(value) ?? null) : undefined;
}
