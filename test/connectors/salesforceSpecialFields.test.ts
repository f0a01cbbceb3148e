import type { WriteRecord, WriteTarget } from '../../shared/connectors/connector';
import type { SalesforceWriteOptions } from '../../shared/connectors/salesforce/options';
import { switchValues } from '../sandbox/salesforce';
import { useSalesforce } from '../sandbox/useSalesforce';
import { record, writeAll } from './dynamics365Client';
import { collectionCalls, connect, inMode, rowsBy, write } from './salesforceClient';

const org = useSalesforce();

const venues = inMode('upsert', 'Ext__c', { objectName: 'Venue__c' });
const venue = (key: string, values: WriteRecord['values']): WriteRecord =>
	record({ Ext__c: key }, { Name: key, ...values });
const byKey = () => rowsBy(org, 'Venue__c', 'Ext__c');
const jobs = () => org.count('POST .*/jobs/ingest$');
const transports: ReadonlyArray<[string, SalesforceWriteOptions]> = [
	['Collections', { api: 'collections' }],
	['Bulk', { api: 'bulk' }],
];

describe('salesforce:2.2 several currencies', () => {
	beforeEach(() => org.enable('multiCurrency'));

	const opportunities = inMode('upsert', 'Id', { objectName: 'Opportunity' });
	const inserts: WriteTarget = { ...opportunities, writeMode: 'insert', keyFields: [] };
	const opportunity = (CurrencyIsoCode?: string | null): WriteRecord =>
		record(
			{},
			{
				Name: 'A',
				StageName: 'Prospecting',
				CloseDate: '2026-01-01',
				Amount: 5,
				...(CurrencyIsoCode === undefined ? {} : { CurrencyIsoCode }),
			},
			{ change: 'added' },
		);
	const currencies = () => org.rows('Opportunity').map((row) => row.CurrencyIsoCode);

	it.each(transports)('by %s: the one given, else that of the user', async (_, options) => {
		const records = [opportunity('GBP'), opportunity()];
		const { results } = await write(org, inserts, records, options);
		expect(results.map(({ status }) => status)).toEqual(['created', 'created']);
		expect(currencies().sort()).toEqual(['EUR', 'GBP']);
	});

	it('salesforce:2.1 one that is not active is refused before it is sent', async () => {
		const { results } = await write(org, inserts, [opportunity('CHF'), opportunity('USD')]);
		expect(results.map(({ status }) => status)).toEqual(['rejected', 'created']);
		expect(results[0].error).toMatchObject({
			code: 'valueDoesNotFit',
			fields: ['CurrencyIsoCode'],
		});
		expect(
			collectionCalls(org)
				.map(({ body }) => body)
				.join(),
		).not.toContain('CHF');
	});

	it.each(switchValues.currencyError)(
		'salesforce:U23 one that was switched off behind our back is refused as %s',
		async (currencyError) => {
			org.setSwitches({ currencyError });
			const connector = connect(org);
			const [first] = (await writeAll(connector, inserts, [opportunity('GBP')])).results;
			expect(first.status).toBe('created');
			org.changeField('Opportunity', 'CurrencyIsoCode', { picklistValues: [] });
			const { results } = await writeAll(connector, inserts, [opportunity('GBP')]);
			expect(results[0]).toMatchObject({
				status: 'rejected',
				error: {
					code: currencyError,
					category: 'data',
					retryable: false,
					fields: ['CurrencyIsoCode'],
				},
			});
			expect(currencies()).toEqual(['GBP']);
		},
	);

	it.each(transports)('salesforce:T5 by %s: no row can be without one', async (_, options) => {
		const { results } = await write(org, inserts, [opportunity(null), opportunity()], options);
		expect(results.map(({ status }) => status)).toEqual(['rejected', 'created']);
	});
});

describe('salesforce:2.1 binary content', () => {
	const attachments: WriteTarget = {
		...inMode('insert', '', { objectName: 'Attachment' }),
		writeMode: 'insert',
	};
	const BODY = Buffer.from([0, 255, 10, 34, 200]).toString('base64');
	const attachment = (Body: unknown) =>
		record(
			{},
			{ ParentId: org.insert('Account', { Name: 'A' }), Name: 'logo.png', Body },
			{ change: 'added' },
		);

	it.each(transports)('asked for %s: goes by Collections, byte for byte', async (_, options) => {
		const { results } = await write(org, attachments, [attachment(BODY)], options);
		expect(results[0].status).toBe('created');
		expect(org.rows('Attachment')).toMatchObject([{ Body: BODY, BodyLength: 5 }]);
		expect(jobs()).toBe(0);
	});

	it.each(switchValues.jsonTypeErrorScope)(
		'salesforce:U2 (%s) what is no base64 fails its row, and the others are written',
		async (jsonTypeErrorScope) => {
			org.setSwitches({ jsonTypeErrorScope });
			const records = [attachment(BODY), attachment('no base64!'), attachment(BODY)];
			const { results } = await write(org, attachments, records);
			expect(results.map(({ status }) => status)).toEqual(['created', 'rejected', 'created']);
			expect(org.rows('Attachment')).toHaveLength(2);
		},
	);

	it('is told apart by its bytes nowhere, so a change of it alone is sent', async () => {
		const id = org.insert('Attachment', attachment(BODY).values);
		const target = inMode('update', 'Id', { objectName: 'Attachment', onlyIfDifferent: true });
		const Body = Buffer.from('new').toString('base64');
		const { results } = await write(org, target, [record({ Id: id }, { Name: 'logo.png', Body })]);
		expect(results[0].status).toBe('updated');
		expect(org.rows('Attachment')).toMatchObject([{ Body }]);
	});

	it('is offered as a field, and compound fields are not', async () => {
		const names = async (object: string) =>
			(await connect(org).fields(object)).map(({ name }) => name);
		expect(await names('Attachment')).toContain('Body');
		const own = await names('Venue__c');
		expect(own).toEqual(expect.arrayContaining(['Place__Latitude__s', 'Place__Longitude__s']));
		expect(own).not.toContain('Place__c');
	});
});

describe.each(transports)('salesforce:2.1 compound fields by %s', (_, options) => {
	it('a place is written by its coordinates, and cleared with both', async () => {
		const place = { Place__Latitude__s: 52.5, Place__Longitude__s: 13.4 };
		await write(org, venues, [venue('a', place)], options);
		expect(byKey().get('a')).toMatchObject(place);
		const none = { Place__Latitude__s: null, Place__Longitude__s: null };
		const { results } = await write(org, venues, [venue('a', none)], options);
		expect(results[0].status).toBe('updated');
		expect(byKey().get('a')).toMatchObject(none);
	});

	it('a coordinate off the globe fails its row alone', async () => {
		const records = [venue('a', { Place__Latitude__s: 91 }), venue('b', { Place__Latitude__s: 1 })];
		const { results } = await write(org, venues, records, options);
		expect(results.map(({ status, error }) => [status, error?.code])).toEqual([
			['rejected', 'NUMBER_OUTSIDE_VALID_RANGE'],
			['created', undefined],
		]);
	});

	it('salesforce:U25 half a place: what Salesforce says is told, and nothing else', async () => {
		const seen = [];
		for (const halfLocation of switchValues.halfLocation) {
			org.setSwitches({ halfLocation });
			const half = venue(halfLocation, { Place__Latitude__s: 1, Place__Longitude__s: null });
			const { results } = await write(org, venues, [half], options);
			seen.push([halfLocation, results[0].status, results[0].error?.category]);
		}
		expect(seen).toEqual([
			['kept', 'created', undefined],
			['refused', 'rejected', 'data'],
		]);
	});

	it('salesforce:U24 a value that does not go with the controlling one', async () => {
		const seen = [];
		for (const dependentPicklists of switchValues.dependentPicklists) {
			org.setSwitches({ dependentPicklists });
			const records = [
				venue(`bad ${dependentPicklists}`, { Region__c: 'US', City__c: 'Paris' }),
				venue(`good ${dependentPicklists}`, { Region__c: 'EU', City__c: 'Paris' }),
			];
			const { results } = await write(org, venues, records, options);
			seen.push(results.map(({ status, error }) => [status, error?.code]));
		}
		expect(seen).toEqual([
			[
				['created', undefined],
				['created', undefined],
			],
			[
				['rejected', 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST'],
				['created', undefined],
			],
		]);
	});
});

it('salesforce:2.1 a compound field in the mapping stops the write, and is named', async () => {
	const { error, results } = await write(org, venues, [venue('a', { Place__c: '52.5,13.4' })]);
	expect(results).toEqual([]);
	expect((error as Error).message).toContain('Place__c');
	expect(org.rows('Venue__c')).toEqual([]);
});
