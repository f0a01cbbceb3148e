import fc from 'fast-check';

import {
	DAY,
	dayText,
	instantText,
	isDayText,
	isIsoForm,
	readIso,
	readUtcText,
} from '../../shared/core/conversion/isoText';

const midnight = Date.parse('2026-01-31T00:00:00Z');
const first = Date.parse('0001-01-01T00:00:00Z');
const last = Date.parse('9999-12-31T23:59:59.999Z');

describe('ISO 8601 text', () => {
	it.each<[string, number, Partial<ReturnType<typeof readIso>>]>([
		['2026-01-31', 0, { hasTime: false, offset: undefined }],
		['2026-01-31T09:30', 34_200_000, { hasTime: true, offset: undefined }],
		[' 2026-01-31t09:30:05 ', 34_205_000, { hasTime: true, offset: undefined }],
		['2026-01-31 09:30:05.5', 34_205_500, { finer: false }],
		['2026-01-31 09:30:05,12', 34_205_120, { finer: false }],
		['2026-01-31T09:30:05.123000Z', 34_205_123, { offset: 0, finer: false }],
		['2026-01-31T09:30:05.1234z', 34_205_123, { offset: 0, finer: true }],
		['2026-01-31T09:30:05.0000001Z', 34_205_000, { finer: true }],
		['2026-01-31T09:30:00+02', 34_200_000, { offset: 7_200_000 }],
		['2026-01-31T09:30:00 +0230', 34_200_000, { offset: 9_000_000 }],
		['2026-01-31T09:30:00-02:30', 34_200_000, { offset: -9_000_000 }],
		['2026-01-31T09:30:00+23:59', 34_200_000, { offset: 86_340_000 }],
		['2026-01-31T23:59:59Z', 86_399_000, { offset: 0 }],
	])('sync:T4 %s is read', (text, time, more) => {
		expect(readIso(text)).toMatchObject({ local: midnight + time, ...more });
		expect(isIsoForm(text)).toBe(true);
	});

	it.each([
		'2026-01-31T24:00',
		'2026-01-31T23:60',
		'2026-01-31T23:59:60',
		'2026-01-31T09:30+24:00',
		'2026-01-31T09:30+01:60',
		'2026-00-10',
		'2026-13-10',
		'2026-01-00',
		'2026-01-32',
		'2026-04-31',
		'2025-02-29',
		'1900-02-29',
		'0000-01-01',
	])('sync:T4 %s has the form of a date and does not exist', (text) => {
		expect(isIsoForm(text)).toBe(true);
		expect(readIso(text)).toBeUndefined();
		if (text.length === 10) expect(isDayText(text)).toBe(false);
	});

	it.each(['x2026-01-31', '2026-01-31x', '2026-1-31', '2026-01-31T9:30', '20260131', ''])(
		'sync:T4 %j is not of that form',
		(text) => {
			expect(isIsoForm(text)).toBe(false);
			expect(readIso(text)).toBeUndefined();
		},
	);

	it('sync:T4 the years 1 to 99 are their own', () => {
		expect(readIso('0001-01-01')?.local).toBe(first);
		expect(readIso('0099-12-31')?.local).toBe(Date.parse('0099-12-31T00:00:00Z'));
	});

	it.each([
		['2026-01-31', true],
		['2024-02-29', true],
		['2000-02-29', true],
		['2026-12-31', true],
		['2026/01/31', false],
		['2026-01/31', false],
		['2026-01-31 ', false],
		['2026-01-3', false],
		['20a6-01-31', false],
		['a026-01-31', false],
		['2026-0:-31', false],
		['2026-01-/1', false],
	])('sync:T4 %s alone is a day: %s', (text, is) => {
		expect(isDayText(text)).toBe(is);
	});
});

describe('an instant in UTC is read without a pattern', () => {
	it.each([
		['2026-01-31T09:30:00Z', '2026-01-31T09:30:00Z'],
		['2026-01-31T09:30:00.000Z', '2026-01-31T09:30:00Z'],
		['2026-01-31T09:30:00.120Z', '2026-01-31T09:30:00.120Z'],
		['2026-01-31T00:00:00Z', '2026-01-31T00:00:00Z'],
		['2026-01-31T23:59:59.999Z', '2026-01-31T23:59:59.999Z'],
	])('design:8 %s', (text, canonical) => {
		expect(readUtcText(text)).toBe(canonical);
	});

	it.each([
		'2026-01-31T09:30:00z',
		'2026-01-31t09:30:00Z',
		'2026-01-31 09:30:00Z',
		'2026-01-31T09:30:000',
		'2026-01-31T09:30:00.12Z',
		'2026-01-31T09:30:00,120Z',
		'2026-01-31T09:30:00.a20Z',
		'2026-01-31T09:30:00.1a0Z',
		'2026-01-31T09:30:00.12aZ',
		'2026-01-31T09:30:00.1200',
		'2026-01-32T09:30:00Z',
		'2026-01-31T24:30:00Z',
		'2026-01-31T09:60:00Z',
		'2026-01-31T09:30:60Z',
		'2026-01-31T0a:30:00Z',
		'2026-01-31T09.30:00Z',
		'2026-01-31T09:30.00Z',
		'2026.01-31T09:30:00Z',
		'2026-01.31T09:30:00Z',
		'',
	])('design:8 leaves %j to the pattern', (text) => {
		expect(readUtcText(text)).toBeUndefined();
	});

	it('design:8 law: where it answers, the pattern says the same', () => {
		const instants = fc.integer({ min: first, max: last });
		fc.assert(
			fc.property(instants, fc.boolean(), (instant, whole) => {
				const written = new Date(whole ? instant - (instant % 1000) : instant).toISOString();
				const text = whole ? `${written.slice(0, 19)}Z` : written;
				const { local, offset } = readIso(text) ?? {};
				expect(offset).toBe(0);
				expect(readUtcText(text)).toBe(instantText(local ?? Number.NaN));
			}),
		);
	});
});

describe('instants and days as text', () => {
	it('sync:T4 end with the years 1 and 9999', () => {
		expect(instantText(first)).toBe('0001-01-01T00:00:00Z');
		expect(instantText(first - 1)).toBeUndefined();
		expect(instantText(last)).toBe('9999-12-31T23:59:59.999Z');
		expect(instantText(last + 1)).toBeUndefined();
		expect(dayText(first)).toBe('0001-01-01');
		expect(dayText(first - 1)).toBeUndefined();
		expect(dayText(last)).toBe('9999-12-31');
		expect(dayText(midnight + DAY - 1)).toBe('2026-01-31');
		expect(dayText(midnight + DAY)).toBe('2026-02-01');
	});
});
