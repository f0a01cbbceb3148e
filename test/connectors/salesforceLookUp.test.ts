import { readSObject } from '../../shared/connectors/salesforce/describe';
import { longId } from '../../shared/connectors/salesforce/ids';
import { lookUp, type LookUpRequest } from '../../shared/connectors/salesforce/lookUp';
import { comparable, literal } from '../../shared/connectors/salesforce/soql';
import { useSalesforce } from '../sandbox/useSalesforce';
import { openApi, refusalOf } from './salesforceGround';

const org = useSalesforce();

/** What each value finds: ids, in order. */
async function find(object: string, field: string, request: LookUpRequest) {
	const { api } = openApi(org);
	const matches = await lookUp(api, await readSObject(api, object), field, request);
	return matches.map(({ found }) => found.map(({ id }) => id));
}

const contact = (more: object) => org.insert('Contact', { LastName: 'N', ...more });
const booking = (more: object) => org.insert('Booking__c', { Name: 'B', ...more });

describe('looking up records', () => {
	test('salesforce:3.2 none, one or several per value, in the order asked', async () => {
		const [a, b] = [contact({ Email: 'a@x.io' }), contact({ Email: 'b@x.io' })];
		const twin = contact({ Email: 'b@x.io' });
		const values = ['b@x.io', 'none@x.io', 'a@x.io', 'b@x.io'];
		expect(await find('Contact', 'Email', { values })).toEqual([[b, twin], [], [a], [b, twin]]);
	});

	test('salesforce:3.2 the fields asked for, by their API names', async () => {
		const id = contact({ Ext__c: 'E1', FirstName: 'Ada', Title: null });
		const { api } = openApi(org);
		const sobject = await readSObject(api, 'Contact');
		const request = { values: ['E1'], select: ['firstname', 'Title'] };
		const [{ found }] = await lookUp(api, sobject, 'ext__c', request);
		expect(found).toEqual([
			{ id, record: { Id: id, Ext__c: 'E1', FirstName: 'Ada', Title: null } },
		]);
	});

	test.each(['insensitive', 'insensitiveTrimmed'])(
		'salesforce:3.2 texts pair without case and outer spaces (U14 %s)',
		async (soqlFold) => {
			org.setSwitches({ soqlFold });
			const id = booking({ Reference__c: 'Ab-1' });
			const found = await find('Booking__c', 'Reference__c', {
				values: ['aB-1', ' AB-1 ', 'ab-2'],
			});
			expect(found).toEqual([[id], [id], []]);
		},
	);

	test('salesforce:3.2 a field that tells case apart is paired so', async () => {
		const [upper, lower] = [booking({ Code__c: 'R-a' }), booking({ Code__c: 'r-A' })];
		const values = ['r-A', 'R-a', 'r-a'];
		expect(await find('Booking__c', 'Code__c', { values })).toEqual([[lower], [upper], []]);
	});

	test('salesforce:3.1 quotes, backslashes, line breaks and other signs are found as they are', async () => {
		const signs = ["O'Brien", 'a\\b', 'a\\', "\\'", 'a&b=c?#é/%', 'x) OR (Id != null', '日本'];
		const ids = signs.map((Ext__c) => contact({ Ext__c }));
		expect(await find('Contact', 'Ext__c', { values: signs })).toEqual(ids.map((id) => [id]));
	});

	test('salesforce:3.1 half a character is in no record, and no address can carry it', async () => {
		const id = contact({ Ext__c: 'E1' });
		expect(await find('Contact', 'Ext__c', { values: ['E\ud83d', 'E1'] })).toEqual([[], [id]]);
	});

	test('salesforce:T13 ids of 15 and 18 characters, in any case of the long one', async () => {
		const id = contact({});
		const short = id.slice(0, 15);
		const values = [id, short, id.toLowerCase(), `${short}XXX`, 'nonsense'];
		expect(await find('Contact', 'Id', { values })).toEqual([[id], [id], [id], [], []]);
	});

	test('salesforce:3.1 numbers, dates, instants and truth values are not quoted', async () => {
		const id = booking({
			...{ Price__c: 12.5, Travel_Date__c: '2026-01-31', Confirmed__c: true },
			Booked_At__c: '2026-01-31T10:00:00.000Z',
		});
		booking({ Price__c: 13, Travel_Date__c: '2026-02-01' });
		const by = async (field: string, ...values: string[]) =>
			await find('Booking__c', field, { values });
		expect(await by('Price__c', '12.50', 'much')).toEqual([[id], []]);
		expect(await by('Travel_Date__c', '2026-01-31', 'soon')).toEqual([[id], []]);
		expect(await by('Booked_At__c', '2026-01-31T11:00:00+01:00')).toEqual([[id]]);
		expect(await by('Confirmed__c', 'true', 'maybe')).toEqual([[id], []]);
	});

	test('salesforce:3.1 many values need several addresses, none of them too long', async () => {
		const values = Array.from({ length: 1200 }, (_, n) => `ü${'x'.repeat(20)}-${n}`);
		const id = contact({ Ext__c: values[1100] });
		const found = await find('Contact', 'Ext__c', { values });
		expect(found.flat()).toEqual([id]);
		expect(found[1100]).toEqual([id]);
		const queries = org.log.filter(({ url }) => url.includes('/query'));
		expect(queries.length).toBeGreaterThan(2);
		expect(Math.max(...queries.map(({ url }) => url.length))).toBeLessThan(14_000);
	});

	test('salesforce:3.1 many fields are asked for in several queries and come together', async () => {
		const { api } = openApi(org);
		const real = await readSObject(api, 'Contact');
		const id = contact({ Ext__c: 'E1', FirstName: 'Ada' });
		const names = Array.from({ length: 200 }, (_, n) => `Some_Very_Long_Field_Name_${n}__c`);
		const asked: string[] = [];
		const fake = {
			...api,
			query: async (soql: string) => {
				asked.push(soql);
				const own = Object.fromEntries(names.filter((n) => soql.includes(n)).map((n) => [n, n]));
				return [{ attributes: {}, Id: id, Ext__c: 'E1', ...own }];
			},
		};
		const field = (name: string) => real.field(name) ?? { ...real.field('Title')!, name };
		const [match] = await lookUp(fake, { ...real, field }, 'Ext__c', {
			values: ['E1'],
			select: names,
		});
		expect(asked.length).toBeGreaterThan(1);
		expect(Math.max(...asked.map(({ length }) => length))).toBeLessThan(5000);
		expect(Object.keys(match.found[0].record)).toHaveLength(names.length + 2);
	});

	test('salesforce:3.2 above 20,000 values a Bulk query is asked', async () => {
		const values = Array.from({ length: 20_001 }, (_, n) => `E${n}`);
		const id = contact({ Ext__c: 'E20000', DoNotCall: true });
		const { api } = openApi(org);
		const sobject = await readSObject(api, 'Contact');
		const matches = await lookUp(api, sobject, 'Ext__c', { values, select: ['DoNotCall'] });
		expect(matches[20_000].found).toEqual([
			{ id, record: { Id: id, Ext__c: 'E20000', DoNotCall: true } },
		]);
		expect(matches.filter(({ found }) => found.length > 0)).toHaveLength(1);
		expect(org.count('GET .*/query[?]')).toBe(0);
		expect(org.count('POST .*/jobs/query$')).toBeLessThanOrEqual(4);
	});

	test('salesforce:3.2 nothing to look for needs no request', async () => {
		const { api } = openApi(org);
		const sobject = await readSObject(api, 'Contact');
		const before = org.log.length;
		expect(await lookUp(api, sobject, 'Id', { values: ['', 'no id'] })).toEqual([
			{ found: [] },
			{ found: [] },
		]);
		expect(org.log).toHaveLength(before);
	});

	test('salesforce:3.1 a field that is not there or cannot be searched is named', async () => {
		expect((await refusalOf(find('Contact', 'Nope__c', { values: ['x'] }))).told).toMatch(
			/no field "Nope__c" of Contact.*Field-Level Security/,
		);
		expect((await refusalOf(find('Booking__c', 'Notes__c', { values: ['x'] }))).told).toMatch(
			/Booking__c records by Notes__c: the field is not filterable/,
		);
	});
});

describe('values in queries', () => {
	const of = (type: string, caseSensitive = false) => ({ type, caseSensitive });

	test.each([
		['string', "a'b", "'a\\'b'"],
		['string', '12', "'12'"],
		['string', ' ', undefined],
		['double', '12', '12'],
		['double', '+1.5e3', '1.5e3'],
		['double', "1' OR", undefined],
		['double', '1e999', undefined],
		['boolean', 'TRUE', 'true'],
		['date', '2026-01-31', '2026-01-31'],
		['date', '2026-01-31T00:00:00Z', undefined],
		['datetime', '2021-12-02T18:23:39.000+0000', '2021-12-02T18:23:39.000Z'],
		['datetime', 'soon', undefined],
		['reference', '001000000000001', "'001000000000001AAA'"],
		['reference', 'Alice', undefined],
	])('salesforce:3.1 %s %s is %s', (type, value, written) => {
		expect(literal(of(type), value)).toBe(written);
	});

	test('salesforce:3.2 two forms of one value are the same', () => {
		expect(comparable(of('currency'), '12.50')).toBe(comparable(of('currency'), 12.5));
		expect(comparable(of('datetime'), '2021-12-02T18:23:39.000+0000')).toBe(
			comparable(of('datetime'), '2021-12-02T19:23:39+01:00'),
		);
		expect(comparable(of('string', true), 'A')).not.toBe(comparable(of('string', true), 'a'));
	});
});

describe('ids', () => {
	test.each([
		['001A0000006Vm9r', '001A0000006Vm9rIAC'],
		['001A0000006Vm9rIAC', '001A0000006Vm9rIAC'],
		['001a0000006vm9rIAC', '001A0000006Vm9rIAC'],
		[' 001a0000006vm9riac ', '001A0000006Vm9rIAC'],
		['001A0000006Vm9rIAA', '001A0000006vm9rIAA'],
		['001A0000006Vm9r99Z', undefined],
		['001A0000006Vm9rZZZ', undefined],
		['001A0000006Vm9', undefined],
		['001A0000006Vm9-', undefined],
	])('salesforce:T13 %s is %s', (text, id) => {
		expect(longId(text)).toBe(id);
	});
});
