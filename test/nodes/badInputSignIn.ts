import type { BadInput } from './badInputProof';
import { airports } from './syncFixture';
import { credentialData } from '../sandbox/dynamicsCredential';
import { testNode } from './engine';
import type { BadLine, World } from './badInputWorld';

/** A credential form with other values in it. */
const signingIn = ({ org }: World, change: object): BadLine => ({
	writer: {
		credentials: {
			crmSyncDynamics365Api: { ...credentialData(org), accessToken: '', ...change },
		},
	},
});

/** What Microsoft Entra answers, where the stand-in has no such answer of its own. */
const entraSays = (number: number, text: string) => ({
	kind: 'respond' as const,
	status: 401,
	body: JSON.stringify({
		error: 'invalid_client',
		error_codes: [number],
		error_description: `AADSTS${number}: ${text} Trace ID: 1 Correlation ID: 2`,
	}),
});

const pem = '-----BEGIN CERTIFICATE-----\nhunter2\n-----END CERTIFICATE-----';
const token = /oauth2\/v2\.0\/token/;

/** Something that happens at the destination between the comparison and the write. */
const meanwhile = (happen: () => void): BadLine => ({
	between: testNode('meanwhile', async function () {
		happen();
		return [this.getInputData()];
	}),
});

const whereEntra = /Microsoft Entra|app registration/;

/** Credentials and tokens. */
export const signIn: readonly BadInput[] = [
	{
		what: 'no credential',
		rule: 'design:9',
		before: [],
		arrange: () => ({ writer: { credentials: {} } }),
		says: { where: /Dynamics 365/, cause: /No .* credential is chosen/, next: /Choose one/ },
	},
	{
		what: 'wrong client secret',
		rule: 'dataverse:1.2',
		arrange: (world) => signingIn(world, { clientSecret: 'hunter2' }),
		says: { where: whereEntra, cause: /client secret is wrong/, next: /Copy the secret’s Value/ },
	},
	{
		what: 'empty client secret',
		rule: 'design:9',
		arrange: (world) => signingIn(world, { clientSecret: ' ' }),
		says: {
			where: /Dynamics 365 credential/,
			cause: /Client Secret .* is empty/,
			next: /Copy the secret’s Value/,
		},
	},
	{
		what: 'expired client secret',
		rule: 'dataverse:1.2',
		arrange(world) {
			const expired = "The provided client secret keys for app '1' are expired.";
			world.org.faults.add({ url: token, times: 9, effect: entraSays(7000222, expired) });
			return signingIn(world, { clientSecret: 'hunter2' });
		},
		says: { where: whereEntra, cause: /secret has expired/, next: /Create a new one/ },
	},
	{
		what: 'tenant unknown',
		rule: 'dataverse:1.2',
		options: { tenant: 'here', tenants: ['here'] },
		arrange: (world) =>
			signingIn(world, {
				tenantId: 'elsewhere',
				signInEndpoint: world.org.tokenUrl.replace('/here/', '/elsewhere/'),
			}),
		says: { where: whereEntra, cause: /tenant is not known/, next: /Check the tenant ID/ },
	},
	{
		what: 'unknown client ID',
		rule: 'dataverse:1.2',
		arrange: (world) => signingIn(world, { clientId: 'nobody' }),
		says: { where: whereEntra, cause: /application is not known/, next: /Check the client ID/ },
	},
	{
		what: 'environment URL of nobody',
		rule: 'dataverse:1.2',
		before: [],
		arrange: (world) => signingIn(world, { environmentUrl: 'https://nobody.crm4.dynamics.com' }),
		says: { where: whereEntra, cause: /environment URL is not known/, next: /looks like https/ },
	},
	{
		what: 'environment URL that is no URL',
		rule: 'design:9',
		arrange: (world) => signingIn(world, { environmentUrl: 'our CRM' }),
		says: { where: /Dynamics 365 credential/, cause: /is not a URL/, next: /looks like https/ },
	},
	{
		what: 'certificate that cannot be read',
		rule: 'design:9',
		arrange: (world) =>
			signingIn(world, { credentialType: 'certificate', certificate: pem, privateKey: 'hunter2' }),
		says: {
			where: /Dynamics 365 credential/,
			cause: /certificate or private key .* cannot be read/,
			next: /Paste both as PEM/,
		},
	},
	{
		what: 'sign-in address that nobody answers',
		rule: 'design:9',
		arrange: (world) => signingIn(world, { signInEndpoint: 'http://127.0.0.1:9/token' }),
		says: { where: whereEntra, cause: /127\.0\.0\.1:9 does not answer/, next: /Try again/ },
	},
	{
		what: 'a proxy answers the sign-in with a web page',
		rule: 'dataverse:1.3',
		arrange(world) {
			const page = '<html><title>Please log in</title></html>';
			const effect = { kind: 'respond', status: 200, body: page } as const;
			world.org.faults.add({ url: token, times: 9, effect });
			return signingIn(world, { clientSecret: 'hunter2' });
		},
		says: { where: whereEntra, cause: /no JSON object/, next: /Try again|Check/ },
	},
	{
		what: 'clock skew: the sign-in is dated wrong',
		rule: 'dataverse:1.2',
		arrange(world) {
			const skewed = 'Client assertion is not within its valid time range.';
			world.org.faults.add({ url: token, times: 9, effect: entraSays(700024, skewed) });
			return signingIn(world, { clientSecret: 'hunter2' });
		},
		says: { where: whereEntra, cause: /clock/, next: /[Ss]et the clock/ },
	},
	{
		what: 'clock skew: the token ends sooner than it says',
		rule: 'dataverse:S-35',
		arrange: ({ org }) => meanwhile(() => org.clock.advance(7_200_000)),
		says: { heals: /1 created, 1 updated, 1 deleted/ },
	},
	{
		what: 'no application user',
		rule: 'dataverse:1.2',
		arrange({ org }) {
			org.identity.applicationUser = false;
		},
		says: {
			where: /Dynamics 365/,
			cause: /not a member of the organization/,
			next: /application user/,
		},
	},
	{
		what: 'application user without a role',
		rule: 'dataverse:1.2',
		arrange({ org }) {
			org.identity.securityRole = false;
		},
		says: { where: /Dynamics 365/, cause: /any security roles/, next: /security role/ },
	},
	{
		what: 'token revoked in mid-run',
		rule: 'dataverse:5.2',
		before: [],
		source: airports(40),
		arrange({ org }) {
			org.faults.add({ url: /CreateMultiple/, nth: 2, effect: { kind: 'revokedToken' } });
			return { writer: { parameters: { options: { batchSize: 10 } } } };
		},
		says: { heals: /40 created/ },
	},
	{
		what: 'token refused again and again in mid-run',
		rule: 'n8n:T-24',
		before: [],
		source: airports(40),
		arrange({ org }) {
			org.faults.add({
				url: /CreateMultiple/,
				nth: 2,
				times: 99,
				effect: { kind: 'revokedToken' },
			});
			return { writer: { parameters: { options: { batchSize: 10 } } } };
		},
		says: {
			where: /127\.0\.0\.1/,
			cause: /token was refused, also after it was renewed/,
			next: /Test the credential/,
		},
	},
];
