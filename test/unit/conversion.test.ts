import type { Conversion } from '../../shared/core/conversion';
import { converterFrom, converterTo } from '../../shared/core/conversion';
import { SyncError } from '../../shared/core/errors';
import type { FieldInfo, FieldType } from '../../shared/core/field';
import { berlin, convert, exact, field, fieldTypes, lossy } from './conversionFixture';

const options = [
	{ label: 'Red', value: 1 },
	{ label: 'Grün', value: 7 },
];
const facets: Partial<Record<FieldType, Partial<FieldInfo>>> = {
	decimal: { precision: 1 },
	choice: { options },
	multiChoice: { options },
	lookup: { targets: ['account'] },
};
const sources = {
	word: 'word',
	number: ' 7 ',
	7: 7,
	1.25: 1.25,
	true: true,
	day: '2026-01-31',
	time: '2026-01-31T23:30:00+00:00',
	date: new Date('2026-01-31T23:30:00Z'),
	list: ['7', ' red '],
	object: { b: 1, a: [true] },
};
type Source = keyof typeof sources;

/** Why a source does not fit: the first words of the reason. */
type Reason = `is ${string}` | `has ${string}`;
const date = sources.date.toISOString();
const lostDay = (source: string) =>
	`lost the time of day of ${JSON.stringify(source)}; the day in Europe/Berlin is 2026-02-01`;
const everySource = (type: 'is' | 'fits', what: (source: unknown) => unknown) =>
	Object.fromEntries(
		Object.entries(sources).map(([name, source]) => [
			name,
			type === 'is' ? (what(source) as Reason) : exact(what(source)),
		]),
	) as Record<Source, Conversion | Reason>;
const never = (what: string) =>
	everySource('is', (source) => {
		const named: unknown[] = [sources.list, 'a list', sources.object, 'an object'];
		const position = named.indexOf(source);
		return `is ${position < 0 ? JSON.stringify(source) : String(named[position + 1])}, which ${what}`;
	});
const noOption = 'is none of the options: 1 ("Red"), 7 ("Grün")';
const epoch = 'could count seconds or milliseconds';

const table: Record<FieldType, Record<Source, Conversion | Reason>> = {
	string: {
		word: exact('word'),
		number: exact(' 7 '),
		7: exact('7'),
		1.25: exact('1.25'),
		true: exact('true'),
		day: exact('2026-01-31'),
		time: exact(sources.time),
		date: exact(date),
		list: exact('["7"," red "]'),
		object: exact('{"a":[true],"b":1}'),
	},
	integer: {
		...never('is not a whole number'),
		number: exact(7),
		7: exact(7),
		1.25: lossy(1, 'was rounded from 1.25 to 1'),
		true: exact(1),
	},
	decimal: {
		...never('is not a number'),
		number: exact(7),
		7: exact(7),
		1.25: lossy(1.3, 'was rounded from 1.25 to 1.3'),
		true: exact(1),
	},
	boolean: {
		...never('is neither yes nor no; send true or false'),
		true: exact(true),
	},
	date: {
		...never('is not a date; send it as 2026-01-31'),
		number: `is " 7 ", which ${epoch}`,
		7: `is 7, which ${epoch}`,
		1.25: `is 1.25, which ${epoch}`,
		day: exact('2026-01-31'),
		time: lossy('2026-02-01', lostDay(sources.time)),
		date: lossy('2026-02-01', lostDay(date)),
	},
	dateTime: {
		...never('is not a date; send it as 2026-01-31T09:30:00Z'),
		number: `is " 7 ", which ${epoch}`,
		7: `is 7, which ${epoch}`,
		1.25: `is 1.25, which ${epoch}`,
		day: exact('2026-01-30T23:00:00Z'),
		time: exact('2026-01-31T23:30:00Z'),
		date: exact('2026-01-31T23:30:00Z'),
	},
	choice: { ...never(noOption), number: exact(7), 7: exact(7) },
	multiChoice: {
		...(Object.fromEntries(
			Object.entries(never(noOption)).map(([name, reason]) => [
				name,
				`has a member that ${String(reason)}`,
			]),
		) as Record<Source, Reason>),
		number: exact([7]),
		7: exact([7]),
		list: exact([1, 7]),
		object: 'is an object, and the field holds a list of choices',
	},
	lookup: {
		...never('is not a record id; send a GUID or an 18-character Salesforce id'),
		7: 'is 7, which names no parent',
		1.25: 'is 1.25, which names no parent',
		true: 'is true, which names no parent',
		list: 'is a list, which names no parent',
		object: 'is an object with "b"; send a GUID',
	},
	id: {
		...never('is not a record id'),
		word: exact('word'),
		number: exact('7'),
		7: exact('7'),
		day: exact('2026-01-31'),
		time: exact(sources.time),
		date: exact(date),
	},
	other: everySource('fits', (source) => source),
};

describe('conversion table', () => {
	const cells = fieldTypes.flatMap((type) =>
		(Object.keys(sources) as Source[]).map((source) => [source, type] as const),
	);

	it.each(cells)('sync:T4 %s → %s: a value, a warning or a reason', (source, type) => {
		const got = convert(sources[source], type, facets[type]);
		const expected = table[type][source];
		if (typeof expected !== 'string') return expect(got).toEqual(expected);
		expect(got).toEqual({ kind: 'unfit', problem: expect.any(String) });
		expect((got as { problem: string }).problem.slice(0, expected.length)).toBe(expected);
	});

	it('design:9 no message is long, ends in a full stop or repeats a long value', () => {
		const long = 'x'.repeat(10_000);
		for (const type of fieldTypes) {
			for (const value of [long, [long, long], ...Object.values(sources)]) {
				const got = convert(value, type, { ...facets[type], maxLength: 5 });
				const text = got.kind === 'unfit' ? got.problem : got.kind === 'lossy' ? got.warning : '';
				expect(text.length).toBeLessThan(400);
				expect(text).not.toMatch(/\.$/);
			}
		}
	});

	it('sync:A20 takes the date objects of n8n as the text they say of themselves', () => {
		const zoned = { toISO: () => '2026-01-02T03:04:05.000+01:00' };
		expect(convert(zoned, 'dateTime')).toEqual(exact('2026-01-02T02:04:05Z'));
		expect(convert(zoned, 'string')).toEqual(exact('2026-01-02T03:04:05.000+01:00'));
		expect(convert({ toISO: () => null }, 'dateTime').kind).toBe('unfit');
		expect(convert(new Date(NaN), 'dateTime')).toEqual({
			kind: 'unfit',
			problem: 'is an invalid date',
		});
		expect(convert({ toJSON: () => '5' }, 'integer')).toEqual(exact(5));
		expect(convert(12n, 'integer')).toEqual(exact(12));
	});

	it('leaves nothing as nothing, whatever the type', () => {
		for (const type of fieldTypes) {
			for (const nothing of [null, undefined])
				expect(convert(nothing, type)).toEqual(exact(nothing));
		}
	});

	it.each(['', 'Mars/Olympus', 'Europe/Berlin ', undefined as unknown as string])(
		'design:9 refuses the time zone %j before the first value',
		(timeZone) => {
			for (const type of fieldTypes) {
				for (const make of [
					() => converterTo(field(type), { timeZone, cutText: true }),
					() => converterFrom(field(type), { timeZone, choices: 'value' }),
				]) {
					expect(make).toThrow(SyncError);
					expect(make).toThrow(`"${timeZone}" is not a time zone`);
				}
			}
		},
	);
});

describe('reading stored values', () => {
	const from = (value: unknown, type: FieldType, choices: 'value' | 'label' = 'value') =>
		converterFrom(field(type, facets[type]), { timeZone: berlin.timeZone, choices })(value);

	it.each<[FieldType, unknown]>([
		['string', ' a '],
		['integer', 7],
		['decimal', 1.5],
		['boolean', false],
		['date', '2026-01-31'],
		['dateTime', '2026-01-31T23:30:00Z'],
		['choice', 7],
		['multiChoice', [1, 7]],
		['lookup', '0000abcd-0000-0000-0000-000000000001'],
		['id', '0015g00000XyZ12'],
		['other', { a: [1] }],
	])('sync:A20 a stored %s comes as it is', (type, stored) => {
		expect(from(stored, type)).toEqual(exact(stored));
	});

	it('sync:A20 choices come as labels where those are asked for', () => {
		expect(from(7, 'choice', 'label')).toEqual(exact('Grün'));
		expect(from('7,1', 'multiChoice', 'label')).toEqual(exact(['Red', 'Grün']));
		expect(from('7,1', 'multiChoice')).toEqual(exact([1, 7]));
		expect(from('1;7', 'multiChoice')).toEqual(exact([1, 7]));
	});

	it('sync:T4 a stored option nobody knows is refused, and a label is no stored value', () => {
		expect(from(3, 'choice', 'label')).toMatchObject({ kind: 'unfit' });
		expect(from('Red', 'choice')).toMatchObject({ kind: 'unfit' });
		expect(from('1,3', 'multiChoice')).toEqual({
			kind: 'unfit',
			problem: 'has a member that is "3", which is none of the options: 1 ("Red"), 7 ("Grün")',
		});
	});

	it('sync:C9 warns of a label that does not lead back to its option', () => {
		const twins = [
			{ label: 'Café', value: 1 },
			{ label: 'cafe', value: 2 },
			{ label: '4', value: 3 },
			{ label: 'B', value: 4 },
		];
		const read = converterFrom(field('choice', { options: twins }), {
			timeZone: 'UTC',
			choices: 'label',
		});
		expect(read(2)).toEqual(
			lossy('cafe', 'became the label "cafe", which does not lead back to 2 alone'),
		);
		expect(read(3)).toEqual(exact('4'));
		expect(read(4)).toEqual(exact('B'));
	});
});
