/** Writes so many contacts by Bulk in a process of its own: `child <url> <client id> <client secret> <rows>`. */
import { setImmediate } from 'node:timers/promises';

import { salesforce } from '../../shared/connectors/salesforce';
import type { HttpClient } from '../../shared/connectors/http';
import type { WriteRecord } from '../../shared/connectors/connector';

const FIELDS = ['Title', 'Phone', 'MobilePhone', 'FirstName', 'MailingStreet', 'MailingCity'];

/** Rows of about half a kilobyte. */
function rowsOf(count: number): WriteRecord[] {
	return Array.from({ length: count }, (_, index) => {
		const texts = FIELDS.map((field) => [field, `${field} ${index}`.padEnd(38, '.')]);
		const values = {
			LastName: `Name ${index}`,
			...Object.fromEntries(texts),
			Description: `Row ${index} `.repeat(20),
		};
		const key = { Ext__c: `E${index}` };
		return { change: 'added', key, values, update: values, redelivered: false };
	});
}

async function signIn(url: string, id: string, secret: string): Promise<string> {
	const body = new URLSearchParams({
		grant_type: 'client_credentials',
		client_id: id,
		client_secret: secret,
	});
	const answer = await fetch(`${url}/services/oauth2/token`, { method: 'POST', body });
	return ((await answer.json()) as { access_token: string }).access_token;
}

async function main([url, id, secret, rows]: string[]): Promise<void> {
	const token = await signIn(url, id, secret);
	const http: HttpClient = async ({ method, url: address, headers, body }) => {
		const all = { ...headers, Authorization: `Bearer ${token}` };
		const answer = await fetch(address, { method, headers: all, body });
		const text = await answer.text();
		return { status: answer.status, headers: Object.fromEntries(answer.headers), body: text };
	};
	const clock = {
		now: () => Date.now(),
		random: () => 0.5,
		sleep: async () => void (await setImmediate()),
	};
	const write = { api: 'bulk' } as const;
	const connector = salesforce(http, { instanceUrl: url, credentialId: 'child', clock, write });
	const target = {
		objectName: 'Contact',
		keyFields: ['Ext__c'],
		writeMode: 'upsert',
		removedRecords: 'skip',
	} as const;
	const records = rowsOf(Number(rows));
	let created = 0;
	for await (const batch of connector.write(target, records, {}))
		for (const { result } of batch) if (result.status === 'created' && result.id) created += 1;
	process.stdout.write(String(created));
}

main(process.argv.slice(2)).catch((error: unknown) => {
	console.error(error);
	process.exit(1);
});
