import { DAY } from './isoText';
import { SyncError } from '../errors';

/** The days whose offsets a zone remembers: over fifty years, a few hundred kilobytes. */
const REMEMBERED_DAYS = 20_000;

/** An instant found for a local time. Clocks that change skip some local times and show others twice. */
export interface LocalInstant {
	readonly instant: number;
	readonly clock: 'once' | 'skipped' | 'twice';
}

/** A time zone with its history of clock changes. */
export interface Zone {
	readonly name: string;
	/** Milliseconds to add to an instant for the local time. */
	offsetAt(instant: number): number;
	/** A skipped time is moved on by the gap, of two the first is taken. Local times are written as if they were UTC. */
	toInstant(local: number): LocalInstant;
}

const zones = new Map<string, Zone>();

/** The zone of an IANA name; refuses names nobody knows. */
export function zoneOf(name: string): Zone {
	const known = zones.get(name);
	if (known !== undefined) return known;
	const formatter = offsetFormatter(name);
	if (formatter === undefined) {
		throw new SyncError('config', `"${name}" is not a time zone`, {
			hint: 'Use a name of the IANA list, such as Europe/Berlin or UTC.',
		});
	}
	const zone = rememberingZone(name, formatter);
	zones.set(name, zone);
	return zone;
}

function offsetFormatter(timeZone: string): Intl.DateTimeFormat | undefined {
	try {
		// A name that is missing must not fall back to the zone of this machine.
		return new Intl.DateTimeFormat('en-US', {
			timeZone: `${timeZone}`,
			timeZoneName: 'longOffset',
		});
	} catch {
		return undefined;
	}
}

/** Most days have one offset: asking at both ends of a day answers for all its instants. */
function rememberingZone(name: string, formatter: Intl.DateTimeFormat): Zone {
	const days = new Map<number, number | undefined>();
	const ask = (instant: number) => parseOffset(formatter.format(instant));
	const offsetOfDay = (day: number) => {
		if (days.has(day)) return days.get(day);
		if (days.size >= REMEMBERED_DAYS) days.clear();
		const first = ask(day * DAY);
		const offset = first === ask((day + 1) * DAY) ? first : undefined;
		days.set(day, offset);
		return offset;
	};
	const offsetAt = (instant: number) => offsetOfDay(Math.floor(instant / DAY)) ?? ask(instant);
	return { name, offsetAt, toInstant: (local) => localInstant(offsetAt, local) };
}

/** No zone changes its clocks twice within the two days looked at. */
function localInstant(offsetAt: Zone['offsetAt'], local: number): LocalInstant {
	const before = offsetAt(local - DAY);
	const after = offsetAt(local + DAY);
	if (before === after) return { instant: local - before, clock: 'once' };
	const instants = [before, after]
		.map((offset) => local - offset)
		.filter((instant) => offsetAt(instant) === local - instant);
	const [instant = local - before] = instants;
	if (instants.length === 0) return { instant, clock: 'skipped' };
	return { instant, clock: instants.length === 1 ? 'once' : 'twice' };
}

const offsetText = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/u;

function parseOffset(text: string): number {
	const [, sign, hours = '0', minutes = '0', seconds = '0'] = offsetText.exec(text) ?? [];
	const offset = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
	return sign === '-' ? -offset : offset;
}
