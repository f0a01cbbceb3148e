import { testRules } from '../sandbox/ruleTable';
import { switchValues } from '../sandbox/salesforce';
import { connectJsforce } from '../sandbox/salesforce/bulkJsforce';
import { bulkSteps } from '../sandbox/salesforce/bulkSteps';
import type { Client, RowResult } from '../sandbox/salesforce/client';
import { codesOf, openClient, typed } from '../sandbox/salesforce/client';
import { useSalesforce } from '../sandbox/useSalesforce';

const sandbox = useSalesforce();
let client: Client;

beforeEach(async () => {
	sandbox.enable('multiCurrency');
	client = await openClient(sandbox);
});

const REST = { Name: 'A', StageName: 'Prospecting', CloseDate: '2026-01-01', Amount: 10 };
const create = async (...currencies: unknown[]) => {
	const rows = currencies.map((CurrencyIsoCode) => ({ ...REST, CurrencyIsoCode }));
	const body = { records: typed('Opportunity', rows) };
	const answer = await client.call('composite/sobjects', { method: 'POST', body });
	return answer.json<RowResult[]>();
};
const currencies = () => sandbox.rows('Opportunity').map((row) => row.CurrencyIsoCode);

testRules('salesforce', {
	'2.2': {
		'every object with data has a currency from then on': async () => {
			const connection = connectJsforce(sandbox, client.token);
			for (const name of ['Account', 'Contact', 'Opportunity', 'Booking__c']) {
				const { fields } = await connection.describe(name);
				const field = fields.find((each) => each.name === 'CurrencyIsoCode');
				expect(field).toMatchObject({
					type: 'picklist',
					restrictedPicklist: true,
					nillable: false,
					defaultedOnCreate: true,
					createable: true,
					updateable: true,
					length: 3,
				});
				expect(field?.picklistValues?.map(({ value, active }) => [value, active])).toEqual([
					['EUR', true],
					['USD', true],
					['GBP', true],
					['CHF', false],
				]);
			}
		},
		'the currencies of the organisation can be queried': async () => {
			const connection = connectJsforce(sandbox, client.token);
			const { records } = await connection.query(
				'SELECT IsoCode FROM CurrencyType WHERE IsActive = true AND IsCorporate = true',
			);
			expect(records).toMatchObject([{ IsoCode: 'EUR' }]);
		},
		'without the feature nothing knows the field': async () => {
			sandbox.reset();
			client = await openClient(sandbox);
			const body = { records: typed('Opportunity', [{ ...REST, CurrencyIsoCode: 'EUR' }]) };
			const answer = await client.call('composite/sobjects', { method: 'POST', body });
			expect([answer.status, answer.code]).toEqual([400, 'INVALID_FIELD']);
		},
		'another process switches it on, and nothing that does not exist': async () => {
			sandbox.reset();
			const enable = async (feature: string) =>
				(await fetch(`${sandbox.url}/__sandbox/enable/${feature}`, { method: 'POST' })).status;
			expect(await enable('multiCurrency')).toBe(200);
			expect(await enable('multiCurrency')).toBe(200);
			expect(await enable('toString')).toBe(400);
			expect(sandbox.rows('CurrencyType')).toHaveLength(4);
		},
		'a new row takes the currency of its user unless it names one': async () => {
			expect(codesOf(await create(undefined, 'GBP'))).toEqual(['ok', 'ok']);
			sandbox.insert('Opportunity', REST);
			expect(currencies()).toEqual(['EUR', 'GBP', 'USD']);
		},
		'a currency is changed, and never cleared': async () => {
			const [row] = await create('GBP');
			const change = async (CurrencyIsoCode: unknown) => {
				const body = { CurrencyIsoCode };
				return await client.call(`sobjects/Opportunity/${row?.id}`, { method: 'PATCH', body });
			};
			expect((await change('USD')).status).toBe(204);
			expect((await change(null)).status).toBe(400);
			expect(currencies()).toEqual(['USD']);
		},
	},
	U23: {
		'a currency that is not active or not known is refused, by one of two codes': async () => {
			const bulk = bulkSteps(client);
			const csv = 'Name,StageName,CloseDate,CurrencyIsoCode\nA,Prospecting,2026-01-01,CHF\n';
			for (const value of switchValues.currencyError) {
				sandbox.switches.currencyError = value;
				const results = await create('CHF', 'XYZ', 'eur', null);
				expect(codesOf(results)).toEqual([value, value, value, value]);
				expect(results[0]?.errors[0]).toMatchObject({
					message: 'Currency ISO Code: bad value for restricted picklist field: CHF',
					fields: ['CurrencyIsoCode'],
				});
				const { failed } = await bulk.run({ object: 'Opportunity', operation: 'insert' }, csv);
				expect(failed[0]?.sf__Error).toMatch(value);
			}
			expect(currencies()).toEqual([]);
		},
	},
});
