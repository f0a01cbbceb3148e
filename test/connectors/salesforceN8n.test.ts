import { n8nHttpClient } from '../../shared/n8n/httpClient';
import { salesforceDestination, SALESFORCE_CREDENTIALS } from '../../shared/n8n/salesforce';
import { useSalesforce } from '../sandbox/useSalesforce';
import { openClient } from '../sandbox/salesforce/client';
import { JWT, OAUTH, OURS, inNode, stored, withConnector } from './salesforceEngine';

const org = useSalesforce();

/** A connected OAuth2 credential, as n8n keeps it. */
async function connected(changes: object = {}) {
	const { token } = await openClient(org);
	const oauthTokenData = {
		access_token: token,
		instance_url: org.url,
		token_type: 'Bearer',
		refresh_token: 'r',
		...changes,
	};
	return { ...stored(org, OAUTH), oauthTokenData };
}

const dataOf = async (type: (typeof SALESFORCE_CREDENTIALS)[number]) =>
	type === OAUTH ? await connected() : stored(org, type);

const check = (type: (typeof SALESFORCE_CREDENTIALS)[number] = OURS) =>
	withConnector(async (connector) => await connector.check(), type);

describe('Salesforce through n8n', () => {
	test.each(SALESFORCE_CREDENTIALS)('salesforce:1.4 %s signs in and reads', async (type) => {
		org.insert('Contact', { LastName: 'A', Ext__c: 'E1' });
		const work = withConnector(async (connector) => {
			const target = { objectName: 'Contact', keyFields: ['Ext__c'] };
			const [found] = await connector.find(target, [{ Ext__c: 'E1' }], ['LastName']);
			return { check: await connector.check(), name: found?.record.LastName };
		}, type);
		expect(await inNode(org, work, type, await dataOf(type))).toEqual({
			check: { ok: true, message: expect.stringContaining(org.url) as string },
			name: 'A',
		});
	});

	test.each([OURS, JWT] as const)(
		'salesforce:T11 %s: an ended token is renewed within the request',
		async (type) => {
			const work = withConnector(async (connector) => {
				await connector.objects();
				org.revokeTokens();
				return (await connector.objects()).length;
			}, type);
			expect(await inNode(org, work, type)).toBeGreaterThan(5);
		},
	);

	test.each([OURS, JWT] as const)(
		'salesforce:1.6 %s: a 401 no new token cures names its cause',
		async (type) => {
			org.faults.add({
				effect: { kind: 'session', reason: 'highAssurance' },
				url: /sobjects/,
				times: 9,
			});
			const answer = await inNode(
				org,
				withConnector(async (c) => await c.objects(), type),
				type,
			);
			expect(answer).toMatchObject({ code: 'auth' });
			expect(JSON.stringify(answer)).toMatch(
				/also with a new token: This session is not valid.*Session Security Level/,
			);
			expect(org.count('GET .*sobjects')).toBe(2);
		},
	);

	test('salesforce:1.4 the environment of all three is where the organisation answers', async () => {
		for (const type of SALESFORCE_CREDENTIALS) {
			const data = await dataOf(type);
			const work = async (context: Parameters<typeof salesforceDestination>[0]) =>
				(await salesforceDestination(context, type)).environment;
			expect(await inNode(org, work, type, data)).toBe(org.url);
		}
	});

	test('salesforce:N1 Salesforce’s own words get through n8n’s wrapping', async () => {
		const answer = await inNode(
			org,
			withConnector(async (c) => await c.fields('Nope__c')),
		);
		expect(JSON.stringify(answer)).toMatch(/Nope__c.*NOT_FOUND/);
		expect(JSON.stringify(answer)).not.toContain('check your parameters');
	});

	test('salesforce:N3 a credential nobody connected says so', async () => {
		const answer = await inNode(org, check(OAUTH), OAUTH);
		expect(answer).toMatchObject({
			code: 'auth',
			told: expect.stringContaining('not connected yet') as string,
		});
		expect(JSON.stringify(answer)).toMatch(/Connect my account.*login\.salesforce\.com/);
		expect(org.log).toEqual([]);
	});

	test.each([
		[{ clientSecret: 'hunter2-secret' }, 'consumer key and secret'],
		[{ clientId: 'hunter2-client' }, 'consumer key'],
	])('salesforce:1.6 wrong client credentials are said in words: %#', async (changes, words) => {
		const answer = await inNode(org, check(), OURS, { ...stored(org, OURS), ...changes });
		expect(JSON.stringify(answer)).toContain(words);
		expect(JSON.stringify(answer)).not.toContain('hunter2');
		expect(org.count('POST .*token')).toBe(1);
	});

	test('salesforce:1.6 a missing run-as user is said in words', async () => {
		const description = 'no client credentials user enabled';
		org.faults.add({ effect: { kind: 'invalidGrant', description }, url: /token/, times: 9 });
		for (const type of [OURS, JWT] as const) {
			const answer = await inNode(
				org,
				withConnector(async (c) => await c.objects(), type),
				type,
			);
			expect(answer).toMatchObject({ code: 'auth' });
			expect(JSON.stringify(answer)).toMatch(/no client credentials user enabled.*run-as user/);
		}
	});

	test('salesforce:1.6 a refresh that is refused asks to connect again', async () => {
		const data = await connected();
		org.revokeTokens();
		org.faults.add({ effect: { kind: 'invalidGrant' }, url: /token/, times: 9 });
		const answer = await inNode(
			org,
			withConnector(async (c) => await c.objects(), OAUTH),
			OAUTH,
			data,
		);
		expect(answer).toMatchObject({ code: 'auth' });
		expect(JSON.stringify(answer)).toContain('connect it again');
	});

	test('salesforce:T12, N4 a token that came without its instance is no reason to guess', async () => {
		const data = await connected({ instance_url: undefined });
		const asked: string[] = [];
		const answer = await inNode(
			org,
			async (context) => {
				const stub = (body: string) => ({
					getNode: () => context.getNode(),
					getCredentials: async () => data,
					helpers: {
						httpRequestWithAuthentication: async (_type: string, { url }: { url: string }) => {
							asked.push(url);
							return { statusCode: 200, headers: {}, body };
						},
					},
				});
				const place = async (body: string) =>
					await salesforceDestination(stub(body) as never, OAUTH).then(
						({ environment }) => environment,
						(error: Error) => error.message,
					);
				return [
					await place('{"urls":{"custom_domain":"https://acme.my.salesforce.com"}}'),
					await place('{"urls":{"rest":"https://eu9.salesforce.com/services/data/v{version}/"}}'),
					await place('{}'),
				];
			},
			OAUTH,
			data as never,
		);
		expect(answer).toEqual([
			'https://acme.my.salesforce.com',
			'https://eu9.salesforce.com',
			expect.stringContaining('does not say where its organisation answers'),
		]);
		expect(new Set(asked)).toEqual(
			new Set(['https://login.salesforce.com/services/oauth2/userinfo']),
		);
	});

	test('salesforce:S35 no token is sent to a host a node names, unless it is Salesforce’s own', async () => {
		for (const type of SALESFORCE_CREDENTIALS) {
			const data = await dataOf(type);
			const work = withConnector(async (c) => await c.objects(), type, {
				instanceUrl: 'https://evil.example',
			});
			const answer = await inNode(org, work, type, data);
			expect(JSON.stringify(answer)).toMatch(
				/Refused to send the token of .* to https:\/\/evil\.example/,
			);
		}
	});

	test('salesforce:1.5 an instance a node names is where its requests go', async () => {
		const work = async (context: Parameters<typeof salesforceDestination>[0]) => {
			const named = async (instanceUrl: string) =>
				(await salesforceDestination(context, OURS, { instanceUrl })).environment;
			return [await named('acme.my.salesforce.com'), await named(`${org.url}/`)];
		};
		expect(await inNode(org, work)).toEqual(['https://acme.my.salesforce.com', org.url]);
	});

	test('salesforce:1.4 an address is sent without its host, and only for its own', async () => {
		const seen: string[] = [];
		const helpers = {
			httpRequestWithAuthentication: async (_type: string, { url }: { url: string }) => {
				seen.push(url);
				return { statusCode: 200, headers: {}, body: '' };
			},
		};
		const http = n8nHttpClient({ helpers } as never, JWT, 'https://a.my.salesforce.com', {
			addsHost: true,
		});
		const get = async (url: string) => await http({ method: 'GET', url, headers: {} });
		await get('https://a.my.salesforce.com/services/data?x=1');
		await expect(get('https://b.my.salesforce.com/services/data')).rejects.toThrow('other than');
		expect(seen).toEqual(['/services/data?x=1']);
	});

	test('salesforce:T6 a failed token request says that nothing was sent', async () => {
		org.faults.add({ effect: { kind: 'unavailable', status: 503 }, url: /token/, times: 99 });
		const work = async (context: Parameters<typeof salesforceDestination>[0]) => {
			const http = n8nHttpClient(context, OURS, org.url, { explain: () => undefined });
			const request = {
				method: 'POST',
				url: `${org.url}/services/data/v66.0/sobjects/Contact`,
			} as const;
			return await http({ ...request, headers: {}, body: '{}' }).catch(
				(error: unknown) => error as { sent: boolean },
			);
		};
		expect(await inNode(org, work)).toMatchObject({ sent: false });
	});

	test('salesforce:S35 no answer holds a token', async () => {
		const answers = [];
		for (const url of [/sobjects/, /token/]) {
			org.faults.add({ effect: { kind: 'session' }, url, times: 9 });
			answers.push(
				await inNode(
					org,
					withConnector(async (c) => await c.objects()),
				),
			);
			org.faults.clear();
		}
		expect(JSON.stringify(answers)).not.toMatch(/Bearer|00D000|stand-in-secret/);
	});
});
