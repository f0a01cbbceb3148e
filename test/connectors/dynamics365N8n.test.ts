import { ConnectionError } from '../../shared/connectors/http';
import { n8nHttpClient } from '../../shared/n8n/httpClient';
import { useDataverse } from '../sandbox/useDataverse';
import { contacts, person, writeAll } from './dynamics365Client';
import { BUILT_IN, OURS, inNode, ourData, withConnector } from './dynamics365Engine';

const org = useDataverse();

const check = withConnector(async (connector) => await connector.check());

describe('Dynamics 365 through n8n', () => {
	test.each([OURS, BUILT_IN] as const)(
		'%s: signs in, writes and tells the outcome',
		async (type) => {
			const answer = await inNode(
				org,
				withConnector(async (connector) => {
					const checked = await connector.check();
					const { results, error } = await writeAll(connector, contacts, [person('a')]);
					if (error) throw error;
					return { checked, results };
				}, type),
				type,
			);
			expect(answer).toEqual({
				checked: { ok: true, message: expect.stringContaining(org.ids.user) as string },
				results: [{ status: 'created', id: org.rows('contact')[0].contactid }],
			});
		},
	);

	test.each([OURS, BUILT_IN] as const)(
		'%s: an expired token is renewed within the request (n8n:T-24)',
		async (type) => {
			const answer = await inNode(
				org,
				withConnector(async (connector) => {
					await connector.check();
					org.revokeTokens();
					return await connector.check();
				}, type),
				type,
			);
			expect(answer).toMatchObject({ ok: true });
		},
	);

	test('a wrong secret is said in words, also through n8n’s error wrapping (dataverse:1.2)', async () => {
		const answer = await inNode(org, check, OURS, ourData(org, { clientSecret: 'hunter2-secret' }));
		expect(answer).toMatchObject({ ok: false });
		expect(JSON.stringify(answer)).toContain('The client secret is wrong');
		expect(JSON.stringify(answer)).not.toContain('hunter2');
	});

	test('a missing application user or role is said in words (dataverse:1.2)', async () => {
		org.identity.applicationUser = false;
		expect(JSON.stringify(await inNode(org, check))).toContain('Create an application user');
		org.identity.applicationUser = true;
		org.identity.securityRole = false;
		expect(JSON.stringify(await inNode(org, check))).toContain('no security role');
	});

	test('a token that stays refused is an auth error (n8n:T-24)', async () => {
		org.faults.add({ effect: { kind: 'revokedToken' }, url: /WhoAmI/, times: 9 });
		expect(await inNode(org, check)).toMatchObject({
			ok: false,
			message: expect.stringContaining('refused, also after it was renewed') as string,
		});
	});

	test('responses keep status, lower-case headers and raw text (n8n:T-23)', async () => {
		org.faults.add({
			effect: {
				kind: 'respond',
				status: 418,
				body: '{"n":9007199254740993}',
				headers: { 'X-Odd': 'Yes' },
			},
			url: /WhoAmI/,
		});
		const answer = await inNode(org, async (context) => {
			const send = n8nHttpClient(context, OURS, org.url);
			return await send({ method: 'GET', url: `${org.url}/api/data/v9.2/WhoAmI`, headers: {} });
		});
		expect(answer).toMatchObject({
			status: 418,
			headers: { 'x-odd': 'Yes' },
			body: '{"n":9007199254740993}',
		});
	});

	test('a refused connection was never sent, a reset one may have been (dataverse:T-28)', async () => {
		org.faults.add({ effect: { kind: 'reset', when: 'beforeCommit' }, url: /WhoAmI/ });
		const [reset, refused] = (await inNode(org, async (context) => {
			const attempt = async (origin: string) => {
				const send = n8nHttpClient(context, OURS, origin);
				const request = {
					method: 'GET',
					url: `${origin}/api/data/v9.2/WhoAmI`,
					headers: {},
				} as const;
				const error = await send(request).catch((reason: unknown) => reason);
				return error instanceof ConnectionError ? { sent: error.sent, text: error.message } : error;
			};
			return [await attempt(org.url), await attempt('http://127.0.0.1:1')];
		})) as Array<{ sent: boolean; text: string }>;
		expect(reset.sent).toBe(true);
		expect(refused.sent).toBe(false);
		expect(reset.text + refused.text).not.toMatch(/Bearer|stand-in/);
	});

	test('no token is sent to another host, and redirects are not followed (n8n:T-21)', async () => {
		org.faults.add({
			effect: { kind: 'respond', status: 302, headers: { Location: `${org.url}/elsewhere` } },
			url: /WhoAmI/,
		});
		const answer = await inNode(org, async (context) => {
			const send = n8nHttpClient(context, OURS, org.url);
			const there = await send({
				method: 'GET',
				url: `${org.url}/api/data/v9.2/WhoAmI`,
				headers: {},
			});
			const foreign = await send({ method: 'GET', url: 'http://127.0.0.1:1/x', headers: {} }).catch(
				(reason: unknown) => String(reason),
			);
			return [there.status, foreign];
		});
		expect(answer).toEqual([302, expect.stringContaining('other than')]);
		expect(org.log.some(({ url }) => url.includes('elsewhere'))).toBe(false);
	});
});
