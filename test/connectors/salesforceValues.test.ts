import { fieldConverter } from '../../shared/connectors/salesforce/fieldConverter';
import { toField } from '../../shared/connectors/salesforce/fieldTypes';
import type { SalesforceWriteOptions } from '../../shared/connectors/salesforce/options';
import { useSalesforce } from '../sandbox/useSalesforce';
import { record, writeAll } from './dynamics365Client';
import { collectionCalls, connect, inMode, write } from './salesforceClient';

const org = useSalesforce();

const bookings = inMode('upsert', 'Reference__c', { objectName: 'Booking__c' });

/** Writes one booking and returns its row, or its result where it was refused. */
async function stored(
	values: Readonly<Record<string, unknown>>,
	options: SalesforceWriteOptions = {},
) {
	const all = { Name: 'Trip', ...values };
	const { results, error } = await write(
		org,
		bookings,
		[record({ Reference__c: 'r' }, all)],
		options,
	);
	if (error) throw error;
	return { row: org.rows('Booking__c')[0] ?? {}, result: results[0] };
}

describe('values of each type in wire form (salesforce:2.1)', () => {
	test.each([
		['text', 'Name', 12, '12'],
		['currency', 'Price__c', '1234.50', 1234.5],
		['percent', 'Discount__c', '12.5', 12.5],
		['double', 'Seats__c', '3', 3],
		['boolean', 'Confirmed__c', 'Yes', true],
		['boolean', 'Confirmed__c', 'off', false],
		['date', 'Travel_Date__c', '2026-01-31', '2026-01-31'],
		['date', 'Travel_Date__c', new Date('2026-01-31T00:00:00Z'), '2026-01-31'],
		['datetime', 'Booked_At__c', '2026-01-31T09:30:00+02:00', '2026-01-31T07:30:00.000+0000'],
		['datetime', 'Booked_At__c', Date.UTC(2026, 0, 31), '2026-01-31T00:00:00.000+0000'],
		['picklist by value', 'Status__c', 'paid', 'paid'],
		['picklist by label', 'Status__c', 'Paid in Full', 'paid'],
		['open picklist', 'Channel__c', 'telephone', 'telephone'],
		['multipicklist', 'Extras__c', ['bag', 'Meal'], 'meal;bag'],
		['multipicklist', 'Extras__c', 'seat;meal', 'meal;seat'],
		['url', 'Ticket__c', 'https://x.example/1', 'https://x.example/1'],
	])('%s: %s takes %p', async (_type, field, value, expected) => {
		const { row, result } = await stored({ [field]: value });
		expect(result).toMatchObject({ status: 'created' });
		expect(row[field]).toEqual(expected);
	});

	test.each([
		['9:30', '09:30:00.000'],
		['23:59:01.5', '23:59:01.500'],
	])('time: %s (salesforce:U4)', async (value, expected) => {
		const { row } = await stored({ Check_In__c: value });
		expect(String(row.Check_In__c)).toContain(expected);
	});

	test('a naive time is one of the chosen zone', async () => {
		const { row } = await stored(
			{ Booked_At__c: '2026-01-31T09:30:00' },
			{ timeZone: 'Europe/Berlin' },
		);
		expect(row.Booked_At__c).toBe('2026-01-31T08:30:00.000+0000');
	});

	test.each([
		['Price__c', 'much'],
		['Confirmed__c', 'maybe'],
		['Travel_Date__c', 'tomorrow'],
		['Check_In__c', '25:00'],
		['Status__c', 'nowhere'],
		['Status__c', 'lost'],
		['Extras__c', ['meal', 'piano']],
		['Price__c', 1e20],
		['Name', 'x'.repeat(81)],
	])(
		'%s refuses %p, naming object and field, before any request for the row',
		async (field, value) => {
			const { result } = await stored({ [field]: value });
			expect(result).toMatchObject({
				status: 'rejected',
				error: { code: 'valueDoesNotFit', category: 'data', fields: [field] },
			});
			expect(result.error?.message).toContain(`Booking__c.${field} `);
			expect(collectionCalls(org)).toHaveLength(0);
		},
	);

	test('what was lost on the way is told with the record, and counted per field', async () => {
		const connector = connect(org);
		const values = { Name: 'Trip', Price__c: 1.005, Travel_Date__c: '2026-01-31T09:30:00Z' };
		const { results } = await writeAll(connector, bookings, [
			record({ Reference__c: 'r' }, values),
		]);
		expect(results[0].status).toBe('created');
		expect(results[0].warnings).toEqual([
			expect.stringContaining('Price__c was rounded'),
			expect.stringContaining('Travel_Date__c'),
		]);
		const { fieldWarnings } = connector.summary();
		expect(fieldWarnings.Price__c).toMatchObject({ count: 1, sample: 1.005 });
	});
});

describe('nothing (salesforce:4.5, T5)', () => {
	const before = { Reference__c: 'r', Name: 'Trip', Notes__c: 'Old', Confirmed__c: true };
	/** What a booking with notes holds afterwards. */
	const after = async (
		values: object,
		options: SalesforceWriteOptions = {},
	): Promise<Record<string, unknown>> => {
		org.insert('Booking__c', before);
		const { results } = await write(
			org,
			bookings,
			[record({ Reference__c: 'r' }, { Name: 'Trip', ...values })],
			options,
		);
		return { ...org.rows('Booking__c')[0], warnings: results[0].warnings };
	};

	test.each([
		['absent', {}, {}, 'Old'],
		['undefined', { Notes__c: undefined }, {}, 'Old'],
		['null', { Notes__c: null }, {}, null],
		['empty text, ignored', { Notes__c: '' }, {}, 'Old'],
		['blank text, ignored', { Notes__c: ' ' }, {}, 'Old'],
		['empty text, clears', { Notes__c: '' }, { emptyText: 'clear' }, null],
		['empty text, sent', { Notes__c: '' }, { emptyText: 'send' }, null],
		['text #N/A', { Notes__c: '#N/A' }, {}, '#N/A'],
	] as const)('%s', async (_name, values, options, expected) => {
		expect((await after(values, options)).Notes__c).toBe(expected);
	});

	test('a check box cannot be empty: null is left out and told', async () => {
		const row = await after({ Confirmed__c: null });
		expect(row.Confirmed__c).toBe(true);
		expect(row.warnings).toEqual([expect.stringContaining('Confirmed__c was left out')]);
	});

	test('an empty text to be sent clears no number, whose field knows no text', async () => {
		const { result } = await stored({ Price__c: '' }, { emptyText: 'send' });
		expect(result.status).toBe('created');
	});
});

describe('policies', () => {
	test('leave out: the record is written without what does not fit, and says so', async () => {
		const { row, result } = await stored(
			{ Price__c: 'much', Seats__c: 2 },
			{ typePolicy: 'leaveOut' },
		);
		expect(row).toMatchObject({ Seats__c: 2, Price__c: null });
		expect(result.warnings).toEqual([expect.stringContaining('Price__c was left out')]);
	});

	test('reject: what would have to be converted is refused, what fits is not', async () => {
		const options = { typePolicy: 'reject' } as const;
		const fits = await stored(
			{
				Price__c: 1.5,
				Confirmed__c: true,
				Booked_At__c: '2026-01-31T09:30:00Z',
				Travel_Date__c: '2026-01-31',
				Status__c: 'paid',
				Extras__c: ['meal'],
			},
			options,
		);
		expect(fits.result.status).toBe('created');
		const refused = await stored({ Price__c: '1.5' }, options);
		expect(refused.result.error?.message).toContain('Price__c is not sent in the form of');
	});

	test('cut text: free text is cut with a warning, an address never is', async () => {
		const long = await stored({ Name: 'x'.repeat(90) }, { cutText: true });
		expect(long.row.Name).toHaveLength(80);
		expect(long.result.warnings?.[0]).toContain('Name was cut');
		const url = await stored(
			{ Ticket__c: `https://x.example/${'x'.repeat(300)}` },
			{ cutText: true },
		);
		expect(url.result.status).toBe('rejected');
	});

	test('loose picklists: values are found without regard to case and spaces', async () => {
		const strict = await stored({ Status__c: 'PAID ' });
		expect(strict.result.status).toBe('rejected');
		const loose = await stored(
			{ Status__c: 'PAID ', Extras__c: 'MEAL;Bag' },
			{ loosePicklists: true },
		);
		expect(loose.row).toMatchObject({ Status__c: 'paid', Extras__c: 'meal;bag' });
	});

	test('loose picklists: a value that is one stays itself, and none is guessed between two', () => {
		const picklistValues = ['Resume', 'Résumé', 'Other'].map((value) => ({ value, active: true }));
		const facts = { name: 'Kind__c', restrictedPicklist: true, picklistValues };
		for (const type of ['picklist', 'multipicklist']) {
			const convert = fieldConverter(toField({ ...facts, type }), { loosePicklists: true });
			const one = (value: string) => (type === 'picklist' ? value : [value]);
			expect(convert('Resume')).toEqual({ kind: 'exact', value: one('Resume') });
			expect(convert('Résumé')).toEqual({ kind: 'exact', value: one('Résumé') });
			expect(convert('OTHER')).toEqual({ kind: 'exact', value: one('Other') });
			expect(convert('RESUME').kind).toBe('unfit');
		}
	});
});
