/** The three Salesforce credentials on a real n8n: lists of the Field Mapper, asked for as the editor does. */
import { generateKeyPairSync } from 'node:crypto';

import type { IDataObject } from 'n8n-workflow';

import { useN8n } from '../n8n/useN8n';
import { openClient } from '../sandbox/salesforce/client';
import { useSalesforce } from '../sandbox/useSalesforce';
import { pack } from './syncLine';

jest.setTimeout(120_000);

const keys = generateKeyPairSync('rsa', {
	modulusLength: 2048,
	publicKeyEncoding: { type: 'spki', format: 'pem' },
	privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const org = useSalesforce({ publicKey: keys.publicKey });

interface Results {
	readonly results: ReadonlyArray<{ readonly name: string; readonly value: string }>;
}

/** The list of objects, or what the editor shows in its place. */
async function objects(type: string, data: IDataObject): Promise<() => Promise<Results | string>> {
	const { createCredential, rest } = await useN8n();
	const { id, name } = await createCredential(type, `Sandbox ${type}`, data);
	return async () =>
		await rest
			.post<Results>('/dynamic-node-parameters/resource-locator-results', {
				nodeTypeAndVersion: { name: `${pack}.fieldMapper`, version: 1 },
				path: 'parameters.destinationObject',
				methodName: 'searchDestinationObjects',
				filter: 'book',
				currentNodeParameters: { destination: 'salesforce', salesforceAuthentication: type },
				credentials: { [type]: { id, name } },
			})
			.catch((error: Error) => error.message);
}

const booking = { results: [{ name: 'Booking (Booking__c)', value: 'Booking__c' }] };
const client = () => ({ clientId: org.clientId, clientSecret: org.clientSecret });
const jwt = () => ({
	...{ environment: 'production', clientId: org.clientId, username: org.username },
	...{ privateKey: keys.privateKey, myDomainUrl: org.url },
});

test('salesforce:1.4 client credentials: signs in, and again when its token is gone', async () => {
	const ask = await objects('crmSyncSalesforceOAuth2Api', { ...client(), myDomainUrl: org.url });
	expect(await ask()).toEqual(booking);
	org.revokeTokens();
	expect(await ask()).toEqual(booking);
	expect(org.count('POST .*token')).toBe(2);
});

test('salesforce:1.4 JWT: learns its instance with the first request, and signs in again', async () => {
	const ask = await objects('salesforceJwtApi', jwt());
	expect(await ask()).toEqual(booking);
	org.revokeTokens();
	expect(await ask()).toEqual(booking);
	expect(org.count('POST .*token')).toBe(2);
});

test('salesforce:1.6 JWT: a refused sign-in is said in Salesforce’s own words', async () => {
	const description = "user hasn't approved this consumer";
	org.faults.add({ effect: { kind: 'invalidGrant', description }, url: /token/, times: 9 });
	const ask = await objects('salesforceJwtApi', jwt());
	expect(await ask()).toMatch(/user hasn't approved this consumer.*pre-authorise/);
});

test('salesforce:N3 OAuth2: a credential nobody connected says so', async () => {
	const ask = await objects('salesforceOAuth2Api', { ...client(), environment: 'production' });
	expect(await ask()).toMatch(/not connected yet.*Connect my account/);
});

test('salesforce:1.5 OAuth2: a connected one is used where its token says', async () => {
	const { token } = await openClient(org);
	const oauthTokenData = { access_token: token, instance_url: org.url, token_type: 'Bearer' };
	const ask = await objects('salesforceOAuth2Api', {
		...{ ...client(), environment: 'production', oauthTokenData },
	});
	expect(await ask()).toEqual(booking);
});
