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
	client = await openClient(sandbox);
});

const create = async (type: string, ...rows: Array<Record<string, unknown>>) => {
	const body = { records: typed(type, rows) };
	const answer = await client.call('composite/sobjects', { method: 'POST', body });
	if (answer.status !== 200) throw new RangeError(answer.text);
	return answer.json<RowResult[]>();
};
const query = (soql: string) => client.call(`query?q=${encodeURIComponent(soql)}`);
const jsforce = () => connectJsforce(sandbox, client.token);
const BODY = Buffer.from([0, 255, 10, 34]).toString('base64');
const attachment = () => ({
	ParentId: sandbox.insert('Account', { Name: 'A' }),
	Name: 'logo.png',
	Body: BODY,
});

testRules('salesforce', {
	'2.1 (base64)': {
		'text in JSON, and an address where it is read': async () => {
			const [row] = await create('Attachment', attachment());
			expect(sandbox.rows('Attachment')).toMatchObject([{ Body: BODY, BodyLength: 4 }]);
			const url = `/services/data/v66.0/sobjects/Attachment/${row?.id}`;
			const { records } = await jsforce().query('SELECT Name, Body FROM Attachment');
			expect(records).toMatchObject([{ Name: 'logo.png', Body: `${url}/Body` }]);
			expect((await client.call(url)).json()).toMatchObject({ Body: `${url}/Body` });
		},
		'is required, and must be base64': async () => {
			const whole = attachment();
			expect(codesOf(await create('Attachment', { ...whole, Body: null }))).toEqual([
				'REQUIRED_FIELD_MISSING',
			]);
			for (const Body of ['no base64!', 'AAA', 12]) {
				await expect(create('Attachment', { ...whole, Body })).rejects.toThrow('JSON_PARSER_ERROR');
			}
			expect(sandbox.rows('Attachment')).toEqual([]);
		},
		'goes with its parent': async () => {
			const row = attachment();
			await create('Attachment', row);
			await client.call(`sobjects/Account/${row.ParentId}`, { method: 'DELETE' });
			expect(sandbox.rows('Attachment')).toEqual([]);
			const { fields } = await jsforce().describe('Attachment');
			const cascades = fields.filter(({ cascadeDelete }) => cascadeDelete);
			expect(cascades.map(({ name }) => name)).toEqual(['ParentId']);
		},
		'has no place in the CSV of a job, and none in a condition': async () => {
			const { ParentId } = attachment();
			const csv = `ParentId,Name,Body\n${ParentId},a,${BODY}\n`;
			const { job } = await bulkSteps(client).run(
				{ object: 'Attachment', operation: 'insert' },
				csv,
			);
			expect(job).toMatchObject({
				state: 'Failed',
				errorMessage: 'InvalidBatch : Field name not found : Body',
			});
			const answer = await query(`SELECT Id FROM Attachment WHERE Body = '${BODY}'`);
			expect([answer.status, answer.code]).toEqual([400, 'INVALID_FIELD']);
		},
	},
	'2.1 (compound fields)': {
		'describe names them by type, and they cannot be written': async () => {
			const { fields } = await jsforce().describe('Venue__c');
			const byName = new Map(fields.map((field) => [field.name, field]));
			expect(byName.get('Place__c')).toMatchObject({
				type: 'location',
				soapType: 'urn:location',
				createable: false,
				updateable: false,
				custom: true,
			});
			for (const axis of ['Place__Latitude__s', 'Place__Longitude__s']) {
				expect(byName.get(axis)).toMatchObject({
					type: 'double',
					createable: true,
					custom: true,
					compoundFieldName: 'Place__c',
				});
			}
		},
		'are written by their parts and read as one': async () => {
			const place = { Place__Latitude__s: 52.5, Place__Longitude__s: 13.4 };
			await create('Venue__c', { Name: 'a', ...place }, { Name: 'b' });
			const venues = await jsforce().query('SELECT Place__c FROM Venue__c ORDER BY Name');
			expect(venues.records.map((record) => record.Place__c)).toEqual([
				{ latitude: 52.5, longitude: 13.4 },
				null,
			]);
			const id = sandbox.insert('Account', { Name: 'A', BillingCity: 'Berlin' });
			const { BillingAddress } = (await client.call(`sobjects/Account/${id}`)).json<{
				BillingAddress: object;
			}>();
			expect(BillingAddress).toEqual({
				street: null,
				city: 'Berlin',
				state: null,
				postalCode: null,
				country: null,
				latitude: null,
				longitude: null,
				geocodeAccuracy: null,
			});
			sandbox.insert('Contact', { LastName: 'L', AccountId: id });
			const soql = 'SELECT Account.BillingAddress, MailingAddress FROM Contact';
			expect((await jsforce().query(soql)).records).toMatchObject([
				{ Account: { BillingAddress: { city: 'Berlin' } }, MailingAddress: null },
			]);
		},
		'are refused in a record, in a header and in a condition': async () => {
			const results = [
				...(await create('Account', { Name: 'A', BillingAddress: { city: 'Berlin' } })),
				...(await create('Venue__c', { Name: 'A', Place__c: '52.5,13.4' })),
			];
			expect(codesOf(results)).toEqual([
				'INVALID_FIELD_FOR_INSERT_UPDATE',
				'INVALID_FIELD_FOR_INSERT_UPDATE',
			]);
			const { job } = await bulkSteps(client).run(
				{ object: 'Venue__c', operation: 'insert' },
				'Name,Place__c\na,b\n',
			);
			expect(job.errorMessage).toBe('InvalidBatch : Field name not found : Place__c');
			const answer = await query("SELECT Id FROM Account WHERE BillingAddress = 'Berlin'");
			expect([answer.status, answer.code]).toEqual([400, 'INVALID_FIELD']);
		},
		'cannot be selected by a bulk query': async () => {
			const body = { operation: 'query', query: 'SELECT Id, BillingAddress FROM Account' };
			const answer = await client.call('jobs/query', { method: 'POST', body });
			expect([answer.status, answer.message]).toEqual([
				400,
				'Selecting compound data not supported in Bulk Query',
			]);
		},
		'coordinates lie on the globe': async () => {
			const at = (latitude: number, longitude: number) => ({
				Name: 'a',
				Place__Latitude__s: latitude,
				Place__Longitude__s: longitude,
			});
			const bad = 'NUMBER_OUTSIDE_VALID_RANGE';
			expect(
				codesOf(await create('Venue__c', at(90, -180), at(90.1, 0), at(0, -180.5), at(-91, 0))),
			).toEqual(['ok', bad, bad, bad]);
		},
		'a name is made of its parts and read as one (T16)': async () => {
			const id = sandbox.insert('Lead', { FirstName: 'A', LastName: 'B', Company: 'C' });
			const path = `sobjects/Lead/${id}`;
			expect((await client.call(path)).json()).toMatchObject({ Name: 'A B' });
			const answer = await client.call(path, { method: 'PATCH', body: { Name: 'X' } });
			expect([answer.status, answer.code]).toEqual([400, 'INVALID_FIELD_FOR_INSERT_UPDATE']);
		},
	},
	U25: {
		'a latitude alone is kept, or refused': async () => {
			const seen: Record<string, unknown> = {};
			for (const value of switchValues.halfLocation) {
				sandbox.switches.halfLocation = value;
				const results = await create(
					'Venue__c',
					{ Name: 'a', Place__Latitude__s: 1 },
					{ Name: 'b', Place__Longitude__s: 0, Place__Latitude__s: 0 },
					{ Name: 'c' },
				);
				seen[value] = codesOf(results);
			}
			expect(seen).toEqual({
				kept: ['ok', 'ok', 'ok'],
				refused: ['FIELD_INTEGRITY_EXCEPTION', 'ok', 'ok'],
			});
		},
	},
});
