import * as fc from 'fast-check';

import { convert, exact, lossy, unfit, valueOf } from './conversionFixture';

const instant = (value: unknown, timeZone = 'Europe/Berlin') =>
	convert(value, 'dateTime', {}, { timeZone });
const day = (value: unknown, timeZone = 'Europe/Berlin') =>
	convert(value, 'date', {}, { timeZone });

describe('date-times', () => {
	it.each([
		'2026-01-02T03:04:05+01:00',
		'2026-01-02T02:04:05Z',
		'2026-01-02T02:04:05.000Z',
		'2026-01-02T02:04:05.0000000Z',
		'2026-01-02t02:04:05z',
		' 2026-01-02 02:04:05+00 ',
		'2026-01-02 02:04:05 Z',
		'2026-01-01T21:04:05-0500',
		'2026-01-02T03:04:05',
		'2026-01-02 03:04:05,000',
		new Date('2026-01-02T02:04:05Z'),
	])('sync:T45 %j is one instant in one form', (source) => {
		expect(instant(source)).toEqual(exact('2026-01-02T02:04:05Z'));
	});

	it('sync:T4 keeps milliseconds, and says when finer digits go', () => {
		expect(instant('2026-01-02T02:04:05.120Z')).toEqual(exact('2026-01-02T02:04:05.120Z'));
		expect(instant('2026-01-02T02:04:05.1Z')).toEqual(exact('2026-01-02T02:04:05.100Z'));
		expect(instant('2026-01-02T02:04:05.1209Z')).toEqual(
			lossy(
				'2026-01-02T02:04:05.120Z',
				'lost the digits below a millisecond of "2026-01-02T02:04:05.1209Z"',
			),
		);
		expect(instant('2026-01-02T02:04Z')).toEqual(exact('2026-01-02T02:04:00Z'));
	});

	it.each<[string, string, string, string]>([
		['Europe/Berlin', '2026-03-29T01:59:59', '2026-03-29T00:59:59Z', ''],
		['Europe/Berlin', '2026-03-29T02:30:00', '2026-03-29T01:30:00Z', 'skipped'],
		['Europe/Berlin', '2026-03-29T03:00:00', '2026-03-29T01:00:00Z', ''],
		['Europe/Berlin', '2026-10-25T01:59:59', '2026-10-24T23:59:59Z', ''],
		['Europe/Berlin', '2026-10-25T02:00:00', '2026-10-25T00:00:00Z', 'showed twice'],
		['Europe/Berlin', '2026-10-25T02:59:59', '2026-10-25T00:59:59Z', 'showed twice'],
		['Europe/Berlin', '2026-10-25T03:00:00', '2026-10-25T02:00:00Z', ''],
		['America/New_York', '2026-03-08T02:15', '2026-03-08T07:15:00Z', 'skipped'],
		['America/New_York', '2026-11-01T01:15', '2026-11-01T05:15:00Z', 'showed twice'],
		['America/New_York', '2026-07-01T12:00', '2026-07-01T16:00:00Z', ''],
		['Asia/Kolkata', '2026-03-29T02:30:00', '2026-03-28T21:00:00Z', ''],
		['UTC', '2026-03-29T02:30:00', '2026-03-29T02:30:00Z', ''],
		['Australia/Lord_Howe', '2026-04-05T01:45', '2026-04-04T14:45:00Z', 'showed twice'],
		['Europe/Berlin', '1850-06-01T00:53:28', '1850-06-01T00:00:00Z', ''],
		['Europe/Berlin', '0001-01-03T12:00:00', '0001-01-03T11:06:32Z', ''],
	])('sync:T4 a time of %s: %s is %s %s', (timeZone, source, text, clock) => {
		const kinds = {
			'': exact(text),
			skipped: lossy(
				text,
				`is "${source}", which the clocks skipped in ${timeZone}, so ${text} was taken`,
			),
			'showed twice': lossy(
				text,
				`is "${source}", which the clocks showed twice in ${timeZone}, so ${text} was taken, the first`,
			),
		};
		expect(instant(source, timeZone)).toEqual(kinds[clock as keyof typeof kinds]);
	});

	it('sync:T4 an offset in the text leaves nothing to guess', () => {
		expect(instant('2026-10-25T02:30:00+01:00')).toEqual(exact('2026-10-25T01:30:00Z'));
		expect(instant('2026-03-29T02:30:00Z')).toEqual(exact('2026-03-29T02:30:00Z'));
	});

	it.each([
		['Europe/Berlin', '2026-03-29', '2026-03-28T23:00:00Z'],
		['Asia/Kolkata', '2026-03-29', '2026-03-28T18:30:00Z'],
		// Midnight does not exist: the day starts at one.
		['America/Sao_Paulo', '2018-11-04', '2018-11-04T03:00:00Z'],
		// Midnight comes twice: the day starts with the first.
		['America/Havana', '2026-11-01', '2026-11-01T04:00:00Z'],
	])('sync:T4 a day in %s starts: %s is %s, and back', (timeZone, source, text) => {
		expect(instant(source, timeZone)).toEqual(exact(text));
		expect(day(text, timeZone)).toEqual(exact(source));
	});

	it('sync:T4 a day the zone never had is not taken for another in silence', () => {
		expect(instant('2011-12-30', 'Pacific/Apia')).toMatchObject({ kind: 'lossy' });
		expect(instant('2011-12-29', 'Pacific/Apia').kind).toBe('exact');
	});

	it.each<[unknown, string]>([
		['2026-02-30', 'is "2026-02-30", which does not exist'],
		['2026-02-29T00:00:00Z', 'is "2026-02-29T00:00:00Z", which does not exist'],
		['2026-01-02T24:00:00Z', 'is "2026-01-02T24:00:00Z", which does not exist'],
		['2026-01-02T23:59:60Z', 'is "2026-01-02T23:59:60Z", which does not exist'],
		['2026-13-01', 'is "2026-13-01", which does not exist'],
		['0000-01-01', 'is "0000-01-01", which does not exist'],
		['2026-01-02T00:00:00+24:00', 'is "2026-01-02T00:00:00+24:00", which does not exist'],
		['02/01/2026', 'is "02/01/2026", which can be read as different days; send it as 2026-01-31'],
		['2.1.26 10:00', 'is "2.1.26 10:00", which can be read as different days; send it as'],
		['2026-1-2', 'is "2026-1-2", which is not a date; send it as 2026-01-31'],
		['tomorrow', 'is "tomorrow", which is not a date; send it as 2026-01-31'],
		[1767323045, 'is 1767323045, which could count seconds or milliseconds; turn it into a date'],
		['1767323045000', 'is "1767323045000", which could count seconds or milliseconds; turn it'],
		['0001-01-01T00:00:00+02:00', 'is "0001-01-01T00:00:00+02:00", which is outside the years 1'],
		['9999-12-31T23:59:59-02:00', 'is "9999-12-31T23:59:59-02:00", which is outside the years 1'],
		[new Date(8.64e15), 'is "+275760-09-13T00:00:00.000Z", which is not a date'],
	])('sync:T4 %j is refused: %s', (source, problem) => {
		for (const timeZone of ['UTC', 'Europe/Berlin']) {
			expect(instant(source, timeZone)).toEqual(unfit(expect.stringContaining(problem) as string));
		}
	});

	it('sync:T4 reads leap days, and no others', () => {
		expect(day('2024-02-29')).toEqual(exact('2024-02-29'));
		expect(day('2000-02-29')).toEqual(exact('2000-02-29'));
		expect(day('1900-02-29')).toEqual(unfit('is "1900-02-29", which does not exist'));
		expect(day('0099-12-31T10:00')).toMatchObject({ value: '0099-12-31' });
	});
});

describe('days', () => {
	it.each([
		['2026-01-31T23:30:00Z', '2026-02-01', '2026-01-31', '2026-02-01'],
		['2026-06-30T22:00:00Z', '2026-07-01', '2026-06-30', '2026-07-01'],
		['2026-07-01T03:59:59Z', '2026-07-01', '2026-06-30', '2026-07-01'],
	])('sync:T4 %s is the day of the zone', (source, ...days) => {
		const zones = ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata'];
		expect(zones.map((zone) => valueOf(day(source, zone)))).toEqual(days);
	});

	it('sync:T4 losing the time of day is said, losing midnight is no loss', () => {
		expect(day('2026-06-30T22:00:00Z')).toEqual(exact('2026-07-01'));
		expect(day('2026-07-01T00:00:00+02:00')).toEqual(exact('2026-07-01'));
		expect(day('2026-07-01 00:00')).toEqual(exact('2026-07-01'));
		expect(day(new Date('2026-06-30T22:00:00Z'))).toEqual(exact('2026-07-01'));
		expect(day('2026-06-30T22:00:01Z')).toMatchObject({ kind: 'lossy', value: '2026-07-01' });
		expect(day('2026-07-01T00:00:00.0000001')).toMatchObject({ kind: 'lossy' });
		expect(day('2026-07-01T10:00:00')).toEqual(
			lossy('2026-07-01', 'lost the time of day of "2026-07-01T10:00:00"; the day is 2026-07-01'),
		);
		expect(day('2026-03-29T02:30:00')).toMatchObject({ kind: 'lossy', value: '2026-03-29' });
	});
});

describe('date laws', () => {
	const zone = fc.constantFrom(
		'Europe/Berlin',
		'America/New_York',
		'Asia/Kolkata',
		'America/Sao_Paulo',
		'Australia/Lord_Howe',
		'Pacific/Apia',
		'Africa/Casablanca',
		'UTC',
	);
	const moment = fc.date({
		min: new Date('0001-01-04T00:00:00Z'),
		max: new Date('9999-12-30T00:00:00Z'),
		noInvalidDate: true,
	});
	/** Around the changes of the clocks, where mistakes live. */
	const change = fc
		.tuple(
			fc.constantFrom('2026-03-29', '2026-10-25', '2026-03-08', '2026-11-01', '2018-11-04'),
			fc.integer({ min: -48 * 3600, max: 48 * 3600 }),
		)
		.map(([date, seconds]) => new Date(Date.parse(`${date}T00:00:00Z`) + seconds * 1000));
	const when = fc.oneof(change, moment);

	/** What a clock on the wall of the zone shows, told by the platform's own formatter. */
	const wall = (date: Date, timeZone: string) =>
		new Intl.DateTimeFormat('sv-SE', {
			timeZone,
			dateStyle: 'short',
			timeStyle: 'medium',
		})
			.format(date)
			.padStart('2026-01-02 03:04:05'.length, '0');

	it('sync:T4 an instant found for a local time shows that time again, or a warning says it does not', () => {
		fc.assert(
			fc.property(when, zone, (date, timeZone) => {
				const text = date.toISOString().slice(0, 19);
				const found = instant(text, timeZone);
				const shows = wall(new Date(String(valueOf(found))), timeZone);
				const isShown = shows === text.replace('T', ' ');
				if (!isShown) expect(found).toMatchObject({ kind: 'lossy' });
				if (found.kind === 'lossy') {
					expect(found.warning).toContain(isShown ? 'showed twice' : 'skipped');
				}
			}),
			{ numRuns: 1000 },
		);
	});

	it('sync:T4 an instant keeps itself, and its day is the day on the wall', () => {
		fc.assert(
			fc.property(when, zone, (date, timeZone) => {
				const found = instant(date, timeZone);
				expect(found.kind).toBe('exact');
				expect(Date.parse(String(valueOf(found)))).toBe(date.getTime());
				const onWall = day(date, timeZone);
				expect(valueOf(onWall)).toBe(wall(date, timeZone).slice(0, 10));
				// Exact means: the instant can be had back from the day.
				const back = instant(valueOf(onWall), timeZone);
				expect(onWall.kind === 'exact').toBe(
					back.kind === 'exact' && Date.parse(String(valueOf(back))) === date.getTime(),
				);
			}),
			{ numRuns: 1000 },
		);
	});
});
