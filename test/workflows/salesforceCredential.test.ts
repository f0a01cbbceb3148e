/** The Salesforce credential as a person tests it in n8n, against the sandbox. */
import { useN8n } from '../n8n/useN8n';
import { useSalesforce } from '../sandbox/useSalesforce';

jest.setTimeout(120_000);

const type = 'crmSyncSalesforceOAuth2Api';
const org = useSalesforce();

/** What a person fills in: all else comes from the credential type. */
const form = (changes: object = {}) => ({
	myDomainUrl: `${org.url}/`,
	clientId: org.clientId,
	clientSecret: org.clientSecret,
	...changes,
});

async function pressTest(changes: object = {}) {
	const { createCredential, rest } = await useN8n();
	const data = form(changes);
	const stored = await createCredential(type, 'Sandbox', data);
	return await rest.post<{ status: string; message: string }>('/credentials/test', {
		credentials: { ...stored, data },
	});
}

test('salesforce:1.4 a right form connects, over a token asked for at the My Domain', async () => {
	expect(await pressTest()).toMatchObject({ status: 'OK' });
	const urls = org.log.map(({ url }) => url);
	expect(urls).toContain('/services/oauth2/token');
	expect(urls).toContain('/services/data/v66.0/sobjects');
	expect(org.log.find(({ url }) => url.includes('token'))?.body).not.toContain('scope=');
});

test('design:9 a wrong secret is refused in words that do not contain it', async () => {
	const answer = await pressTest({ clientSecret: 'wrong-secret-4711' });
	expect(answer.status).toBe('Error');
	expect(answer.message).not.toBe('');
	expect(JSON.stringify(answer)).not.toContain('wrong-secret-4711');
});

test.each([
	[401, 'INVALID_SESSION_ID', 'API Enabled'],
	[403, 'API_DISABLED_FOR_ORG', 'Manage user data'],
	[404, 'NOT_FOUND', 'yourcompany.my.salesforce.com'],
] as const)(
	'salesforce:1.6 HTTP %s says in plain words what is missing',
	async (status, errorCode, words) => {
		const body = JSON.stringify([{ errorCode, message: 'no' }]);
		const headers = { 'Content-Type': 'application/json' };
		org.faults.add({
			effect: { kind: 'respond', status, body, headers },
			url: /sobjects/,
			times: 9,
		});
		const answer = await pressTest();
		expect(answer).toEqual({ status: 'Error', message: expect.stringContaining(words) as string });
	},
);
