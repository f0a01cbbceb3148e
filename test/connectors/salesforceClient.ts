import type { Clock } from '../../shared/connectors/clock';
import type { WriteRecord, WriteTarget } from '../../shared/connectors/connector';
import type { HttpClient } from '../../shared/connectors/http';
import { salesforce, type SalesforceConnector } from '../../shared/connectors/salesforce';
import type { SalesforceWriteOptions } from '../../shared/connectors/salesforce/options';
import type { SalesforceSandbox } from '../sandbox/salesforce';
import { openClient } from '../sandbox/salesforce/client';
import { fastClock, record, writeAll, type Written } from './dynamics365Client';
import { salesforceHttp } from './salesforceGround';

let connectors = 0;

/** A connector to the stand-in with a limiter and memory of its own. */
export function connect(
	org: SalesforceSandbox,
	write: SalesforceWriteOptions = {},
	http: HttpClient = salesforceHttp(org),
	clock: Clock = fastClock(),
): SalesforceConnector {
	connectors += 1;
	return salesforce(http, {
		instanceUrl: org.url,
		credentialId: `writer ${connectors}`,
		clock,
		write,
	});
}

/** Contacts by their unique external id. */
export const contacts: WriteTarget = {
	objectName: 'Contact',
	keyFields: ['Ext__c'],
	writeMode: 'upsert',
	removedRecords: 'skip',
};

/** The same object in another mode, or by another field. */
export const inMode = (
	writeMode: WriteTarget['writeMode'],
	keyField = 'Ext__c',
	more: Partial<WriteTarget> = {},
): WriteTarget => ({
	...contacts,
	writeMode,
	keyFields: writeMode === 'insert' ? [] : [keyField],
	...more,
});

/** A contact with an external id. */
export const person = (
	key: string,
	values: WriteRecord['values'] = { LastName: `Name ${key}` },
	more: Partial<WriteRecord> = {},
): WriteRecord => record({ Ext__c: key }, values, more);

/** A record without a key, as mode insert has it. */
export const keyless = (
	values: WriteRecord['values'],
	more: Partial<WriteRecord> = {},
): WriteRecord => record({}, values, { change: 'added', ...more });

/** Writes with a connector of its own. */
export const write = async (
	org: SalesforceSandbox,
	target: WriteTarget,
	records: readonly WriteRecord[],
	options: SalesforceWriteOptions = {},
): Promise<Written> => await writeAll(connect(org, options), target, records);

/** Rows of an object by a field's value. */
export const rowsBy = (
	org: SalesforceSandbox,
	object: string,
	field: string,
): Map<unknown, Record<string, unknown>> =>
	new Map(org.rows(object).map((row) => [row[field], row]));

/** The Collections calls the stand-in received, as `POST`, `PATCH`, `DELETE`. */
export const collectionCalls = (org: SalesforceSandbox) =>
	org.log.filter(({ url }) => url.includes('/composite/sobjects'));

/** A request's body. */
export const bodyOf = ({ body }: { readonly body: unknown }): string => String(body);

/** A client behind whose back a contact is deleted, just before the first request that writes. */
export function vanishing(org: SalesforceSandbox, id: string): HttpClient {
	const http = salesforceHttp(org);
	let isThere = true;
	return async (request) => {
		if (isThere && request.method === 'PATCH') {
			isThere = false;
			const client = await openClient(org);
			await client.call(`sobjects/Contact/${id}`, { method: 'DELETE' });
		}
		return await http(request);
	};
}
