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

const form = (clientSecret: string) => ({ ...credentialData(sandbox), clientSecret });

async function pressTest(clientSecret: string) {
	const { createCredential, rest } = await useN8n();
	const data = form(clientSecret);
	const stored = await createCredential(type, 'Sandbox', data);
	return await rest.post<{ status: string; message: string }>('/credentials/test', {
		credentials: { ...stored, data },
	});
}

test('design:6 the right secret connects', async () => {
	expect(await pressTest(sandbox.clientSecret)).toMatchObject({ status: 'OK' });
	expect(sandbox.log.map(({ url }) => url)).toContainEqual(expect.stringContaining('WhoAmI'));
});

test('design:9 a wrong secret is refused in words that do not contain it', async () => {
	const answer = await pressTest('wrong-secret-4711');
	expect(answer.status).toBe('Error');
	expect(answer.message).not.toBe('');
	expect(JSON.stringify(answer)).not.toContain('wrong-secret-4711');
});
