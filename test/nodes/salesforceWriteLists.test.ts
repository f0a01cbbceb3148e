/** The lists of Salesforce Write, asked for as the editor does. */
import type { ILoadOptionsFunctions } from 'n8n-workflow';

import { SalesforceWrite } from '../../nodes/SalesforceWrite/SalesforceWrite.node';
import { OURS, inNode } from '../connectors/salesforceEngine';
import { useSalesforce } from '../sandbox/useSalesforce';

const org = useSalesforce();
const { listSearch, loadOptions } = new SalesforceWrite().methods;

/** What a list answers while the panel holds these values. */
const asked = async <T>(
	values: Record<string, unknown>,
	ask: (editor: ILoadOptionsFunctions) => Promise<T>,
) =>
	(await inNode(org, async (context) => {
		const current: Record<string, unknown> = { authentication: OURS, ...values };
		const getCurrentNodeParameter = (name: string) => current[name];
		const editor: object = Object.assign(Object.create(context) as object, {
			getCurrentNodeParameter,
		});
		return await ask(editor as ILoadOptionsFunctions);
	})) as T;

/** The list of objects, with these options in the panel, or what the editor shows in its place. */
const objects = async (options: object) =>
	await asked<unknown>({ options }, async (editor) =>
		listSearch.searchObjects.call(editor, 'booking').catch((error: Error) => error.message),
	);

const matchFields = async (writeMode: string) => {
	const ask = async (editor: ILoadOptionsFunctions) =>
		await loadOptions.loadMatchFields.call(editor);
	const list = await asked({ object: 'Contact', writeMode, options: {} }, ask);
	return list.map(({ value }) => value);
};

const booking = { results: [{ name: 'Booking (Booking__c)', value: 'Booking__c' }] };

test('design:7 API Version reaches the lists', async () => {
	expect(await objects({ apiVersion: '61.0' })).toEqual(booking);
	expect(org.count('GET /services/data/v61.0/sobjects')).toBe(1);
	expect(org.count('GET /services/data/v66.0')).toBe(0);
	expect(await objects({ apiVersion: '12' })).toMatch(/"12" is not a version.*61\.0/);
});

test('salesforce:1.5 Instance URL reaches the lists, and the token no other host', async () => {
	expect(await objects({ instanceUrl: 'https://elsewhere.example' })).toMatch(
		/Refused to send the token.*elsewhere\.example.*Leave Instance URL empty/,
	);
	expect(await objects({ instanceUrl: org.url })).toEqual(booking);
});

test('design:7 options left empty, or not worked out yet, change nothing', async () => {
	expect(await objects({ apiVersion: ' ', instanceUrl: '={{ $json.url }}' })).toEqual(booking);
	expect(org.count('GET /services/data/v66.0/sobjects')).toBe(1);
});

test('salesforce:2 an upsert matches only by what it can write; others also by what they can find', async () => {
	const [first, second, ...others] = await matchFields('update');
	expect([first, second]).toEqual(['Ext__c', 'Id']);
	expect(others).toEqual(expect.arrayContaining(['Email', 'Name', 'LastName']));
	const written = await matchFields('upsert');
	expect(written).toEqual(expect.arrayContaining(['Id', 'Email', 'LastName']));
	expect(written).not.toContain('Name');
});
