import { Connection } from 'jsforce';

import type { WriteRecord } from '../../shared/connectors/connector';
import type { HttpClient } from '../../shared/connectors/http';
import { salesforce } from '../../shared/connectors/salesforce';
import type { Figures } from './bench';
import { withStandIn, type SalesforceAddress } from './sandbox';
import { expectCount } from './segment';

export const bulkRows = 300_000;
/** Salesforce takes no upload above 100 MB, so jsforce is given as many rows at a time as we send. */
const jsforceRows = 50_000;
const fields = ['Title', 'Phone', 'MobilePhone', 'FirstName', 'MailingStreet', 'MailingCity'];

/** Rows of about half a kilobyte. */
const rowAt = (index: number): Record<string, unknown> => ({
	...Object.fromEntries(fields.map((field) => [field, `${field} ${index}`.padEnd(38, '.')])),
	LastName: `Name ${index}`,
	Description: `Row ${index} `.repeat(20),
});
const keyAt = (index: number) => ({ Ext__c: `E${index}` });

const build = <T>(rowOf: (index: number) => T): T[] =>
	Array.from({ length: bulkRows }, (_, index) => rowOf(index));

const recordAt = (index: number): WriteRecord => {
	const values = rowAt(index);
	return { change: 'added', key: keyAt(index), values, update: values, redelivered: false };
};

async function signIn({ tokenUrl, clientId, clientSecret }: SalesforceAddress): Promise<string> {
	const body = new URLSearchParams({
		grant_type: 'client_credentials',
		client_id: clientId,
		client_secret: clientSecret,
	});
	const answer = await fetch(tokenUrl, { method: 'POST', body });
	return ((await answer.json()) as { access_token: string }).access_token;
}

/** What a process takes that only holds the rows. */
export async function rowsAlone(): Promise<Figures> {
	const rows = build(recordAt);
	return { rows: rows.length };
}

async function timedWrite(
	work: (address: SalesforceAddress, token: string) => Promise<number>,
): Promise<Figures> {
	return await withStandIn('salesforce', 0, async (address) => {
		const token = await signIn(address);
		const start = performance.now();
		expectCount('created', await work(address, token), bulkRows);
		return { seconds: (performance.now() - start) / 1000 };
	});
}

/** Our connector, which cuts the rows into jobs by itself. */
export const writeByOurs = async (): Promise<Figures> =>
	await timedWrite(async ({ url }, token) => {
		const http: HttpClient = async ({ method, url: address, headers, body }) => {
			const all = { ...headers, Authorization: `Bearer ${token}` };
			const answer = await fetch(address, { method, headers: all, body });
			const text = await answer.text();
			return { status: answer.status, headers: Object.fromEntries(answer.headers), body: text };
		};
		const connector = salesforce(http, { instanceUrl: url, credentialId: 'bench' });
		const target = {
			objectName: 'Contact',
			keyFields: ['Ext__c'],
			writeMode: 'upsert',
			removedRecords: 'skip',
		} as const;
		let created = 0;
		for await (const batch of connector.write(target, build(recordAt), {}))
			created += batch.filter(({ result }) => result.status === 'created').length;
		return created;
	});

/** jsforce as its documentation shows it. */
export const writeByJsforce = async (): Promise<Figures> =>
	await timedWrite(async ({ url: instanceUrl }, accessToken) => {
		const connection = new Connection({ instanceUrl, accessToken, version: '66.0' });
		const rows = build((index) => ({ ...keyAt(index), ...rowAt(index) }));
		let created = 0;
		for (let from = 0; from < rows.length; from += jsforceRows) {
			const results = await connection.bulk2.loadAndWaitForResults({
				object: 'Contact',
				operation: 'upsert',
				externalIdFieldName: 'Ext__c',
				input: rows.slice(from, from + jsforceRows),
				pollInterval: 2000,
				pollTimeout: 30 * 60_000,
			});
			created += results.successfulResults.length;
		}
		return created;
	});
