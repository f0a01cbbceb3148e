/** The Dynamics 365 credential as a person tests it in n8n, against the sandbox. */
import { startDataverse, type DataverseSandbox } from '../sandbox/dataverse';
import { credentialData } from '../sandbox/dynamicsCredential';
import { useN8n } from '../n8n/useN8n';

jest.setTimeout(120_000);

const type = 'crmSyncDynamics365Api';
let sandbox: DataverseSandbox;
beforeAll(async () => {
	sandbox = await startDataverse();
});
afterAll(() => sandbox.close());

async function pressTest(changes: object = {}) {
	const { createCredential, rest } = await useN8n();
	const data = { ...credentialData(sandbox), ...changes };
	const stored = await createCredential(type, 'Sandbox', data);
	return await rest.post<{ status: string; message: string }>('/credentials/test', {
		credentials: { ...stored, data },
	});
}

test('design:6 the right secret connects', async () => {
	expect(await pressTest()).toMatchObject({ status: 'OK' });
	expect(sandbox.log.map(({ url }) => url)).toContainEqual(expect.stringContaining('WhoAmI'));
});

test('design:9 a wrong secret is refused in words that do not contain it', async () => {
	const answer = await pressTest({ clientSecret: 'wrong-secret-4711' });
	expect(answer).toEqual({
		status: 'Error',
		message:
			'Microsoft Entra refused the sign-in to Dynamics 365 (AADSTS7000215): The client secret is wrong. Copy the secret’s Value (not its ID) from the app registration',
	});
	expect(JSON.stringify(answer)).not.toContain('wrong-secret-4711');
});

test.each([
	['an unknown client ID', { clientId: 'nobody' }, 'The application is not known in this tenant.'],
	['an empty secret', { clientSecret: ' ' }, 'Client Secret of the Dynamics 365 credential is'],
	['an environment without a URL', { environmentUrl: 'our CRM' }, 'is not a URL. It looks like'],
	[
		'a sign-in nobody answers',
		{ signInEndpoint: 'http://127.0.0.1:9/token' },
		'127.0.0.1:9 does not answer. Try again in a minute',
	],
])('design:9 %s is named with the next step', async (_, changes, words) => {
	const answer = await pressTest(changes);
	expect(answer).toEqual({ status: 'Error', message: expect.stringContaining(words) as string });
});
