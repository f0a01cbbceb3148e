import type { IsoMoment } from './isoText';
import { DAY, dayText, instantText, isDayText, isIsoForm, readIso, readUtcText } from './isoText';
import type { Conversion, Converter } from './outcome';
import { exact, lossy, shown, unfit } from './outcome';
import type { Zone } from './zone';

/** Into a day. Of an instant it is the day in the zone; a time of day other than its start is lost, with a warning. */
export function dateConverter(zone: Zone): Converter {
	return (value) => {
		if (typeof value !== 'string') return unfit(notIso(value, DAY_FORM));
		if (isDayText(value)) return exact(value);
		const moment = readIso(value);
		return moment === undefined ? unfit(notIso(value, DAY_FORM)) : toDay(moment, zone, value);
	};
}

/**
 * Into an instant as UTC text. A day alone means its start in the zone. A time without a zone is one of
 * the zone; if the clocks skipped it, it is moved on by the gap, and if they showed it twice, the first
 * is taken, both with a warning.
 */
export function dateTimeConverter(zone: Zone): Converter {
	return (value) => {
		if (typeof value !== 'string') return unfit(notIso(value, TIME_FORM));
		const utc = readUtcText(value);
		if (utc !== undefined) return exact(utc);
		const moment = readIso(value);
		return moment === undefined ? unfit(notIso(value, TIME_FORM)) : toInstant(moment, zone, value);
	};
}

const DAY_FORM = '2026-01-31';
const TIME_FORM = '2026-01-31T09:30:00Z';

function toDay(moment: IsoMoment, zone: Zone, source: string): Conversion {
	const { local, offset } = moment;
	const here = offset === undefined ? local : local - offset + zone.offsetAt(local - offset);
	const day = dayText(here);
	if (day === undefined) return unfit(outside(source));
	const isStart = isDayStart(moment, here, zone) && !moment.finer;
	if (isStart) return exact(day);
	const where = offset === undefined ? '' : ` in ${zone.name}`;
	return lossy(day, `lost the time of day of ${shown(source)}; the day${where} is ${day}`);
}

/** Where the clocks skip midnight, a day starts later. */
function isDayStart({ local, offset }: IsoMoment, here: number, zone: Zone): boolean {
	if (offset === undefined) return local % DAY === 0;
	return startOf(here, zone).instant === local - offset;
}

const startOf = (here: number, zone: Zone) => zone.toInstant(Math.floor(here / DAY) * DAY);

function toInstant(moment: IsoMoment, zone: Zone, source: string): Conversion {
	const { local, offset, hasTime, finer } = moment;
	const found =
		offset === undefined
			? zone.toInstant(local)
			: { instant: local - offset, clock: 'once' as const };
	const text = instantText(found.instant);
	if (text === undefined) return unfit(outside(source));
	const losses: string[] = [];
	if (finer) losses.push(`lost the digits below a millisecond of ${shown(source)}`);
	const taken = `in ${zone.name}, so ${text} was taken`;
	if (hasTime && found.clock === 'twice') {
		losses.push(`is ${shown(source)}, which the clocks showed twice ${taken}, the first`);
	}
	if (found.clock === 'skipped' && (hasTime || !isSameDay(found.instant, local, zone))) {
		losses.push(`is ${shown(source)}, which the clocks skipped ${taken}`);
	}
	return losses.length === 0 ? exact(text) : lossy(text, losses.join(' and '));
}

function isSameDay(instant: number, local: number, zone: Zone): boolean {
	return dayText(instant + zone.offsetAt(instant)) === dayText(local);
}

const outside = (source: string) => `is ${shown(source)}, which is outside the years 1 to 9999`;

/** Why a value is no date, and which form would be one. */
function notIso(value: unknown, form: string): string {
	const is = `is ${shown(value)}`;
	const text = typeof value === 'object' ? '' : String(value);
	if (isIsoForm(text)) return `${is}, which does not exist`;
	if (/^\s*\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b/u.test(text)) {
		return `${is}, which can be read as different days; send it as ${form}`;
	}
	return /^\s*[+-]?\d+(?:\.\d*)?\s*$/u.test(text)
		? `${is}, which could count seconds or milliseconds; turn it into a date first, such as {{ new Date($json.seconds * 1000) }}`
		: `${is}, which is not a date; send it as ${form}`;
}
