import { ConfidentialClientApplication } from '@azure/msal-node';
import { readFileSync, readdirSync } from 'node:fs';
import { DynamicsWebApi } from 'dynamics-web-api';
import { useDataverse } from '../sandbox/useDataverse';
import type { Session } from '../sandbox/dataverse/session';
import { openSession } from '../sandbox/dataverse/session';
import { testRules } from '../sandbox/ruleTable';
import {
	batchWrites,
	connect,
	contacts,
	fastClock,
	fetchClient,
	person,
	record,
	tally,
	writeAll,
} from './dynamics365Client';

const org = useDataverse();
let session: Session;

beforeEach(async () => {
	session = await openSession(org);
});

const people = (count: number) => Array.from({ length: count }, (_, n) => person(`k${n}`));
const signal = (name: string, id: string) =>
	record({ crmsync_signalid: id }, { crmsync_name: name });

testRules('dataverse', {
	'T-24': {
		'an elastic upsert wipes what it does not name; ours keeps it': async () => {
			const id = org.insert('crmsync_signal', { crmsync_name: 'a', crmsync_score: 5 });
			const signals = {
				...contacts,
				objectName: 'crmsync_signal',
				keyFields: ['crmsync_signalid'],
			};
			const { results } = await writeAll(connect(org), signals, [signal('b', id)]);
			expect(tally(results)).toEqual({ updated: 1 });
			expect(org.rows('crmsync_signal')[0]).toMatchObject({ crmsync_name: 'b', crmsync_score: 5 });
			const path = `crmsync_signals(${id})`;
			await session.call(path, { method: 'PATCH', body: { crmsync_name: 'c' } });
			expect(org.rows('crmsync_signal')[0]).not.toHaveProperty('crmsync_score');
		},
	},
	'T-25': {
		'return=representation costs a retrieve: ours asks for the id only': async () => {
			const visits = { ...contacts, objectName: 'crmsync_visit', keyFields: ['crmsync_code'] };
			const visit = (code: string) => record({ crmsync_code: code }, { crmsync_name: code });
			await writeAll(connect(org), visits, [visit('a'), visit('b')]);
			const shown = batchWrites(org).filter(({ headers }) =>
				headers.prefer?.includes('return=representation'),
			);
			expect(batchWrites(org).length).toBeGreaterThan(0);
			for (const { url } of shown) expect(url).toMatch(/\$select=crmsync_visitid$/);
		},
	},
	'T-26': {
		'codes in decimal, 0x0, empty, and answers that are no JSON': async () => {
			const codes = ['-2147220891', '0x0', ''];
			for (const code of codes) {
				const effect = { kind: 'error', status: 400, code, message: 'Not on Sundays.' } as const;
				org.faults.add({ effect, row: { lastname: `bad ${code}` } });
			}
			const records = codes.map((code) => person(`k ${code}`, { lastname: `bad ${code}` }));
			const { results } = await writeAll(connect(org), contacts, [...records, person('good')]);
			expect(tally(results)).toEqual({ rejected: 3, created: 1 });
			expect(results.slice(0, 3).map(({ error }) => error?.message)).toEqual(
				codes.map(() => expect.stringContaining('Not on Sundays.')),
			);
			expect(results[0].error?.code).toBe('0x80040265');
			org.faults.add({ effect: { kind: 'gateway', status: 502 }, url: /Multiple/ });
			const second = await writeAll(connect(org), contacts, people(30));
			expect(tally(second.results)).toEqual({ created: 30 });
		},
	},
	'T-27': {
		'a Retry-After of three minutes is waited for in full, and no cookie pins a server':
			async () => {
				const effect = { kind: 'throttle', limit: 'requests', retryAfter: 180 } as const;
				org.faults.add({ effect, url: /Multiple/ });
				const clock = fastClock();
				const connector = connect(org, fetchClient(org), clock);
				const { results } = await writeAll(connector, contacts, people(30));
				expect(tally(results)).toEqual({ created: 30 });
				expect(Math.max(...clock.slept)).toBeGreaterThanOrEqual(180_000);
				expect(org.log.filter(({ headers }) => 'cookie' in headers)).toEqual([]);
			},
	},
	'T-28': {
		'a write whose answer is lost was committed, and is not written twice': async () => {
			const effect = { kind: 'reset', when: 'afterCommit' } as const;
			org.faults.add({ effect, url: /CreateMultiple/ });
			const { results } = await writeAll(connect(org), contacts, people(30));
			expect(tally(results)).toEqual({ created: 30 });
			expect(org.rows('contact')).toHaveLength(30);
			const commits = Object.values(org.history('contact'));
			expect(commits.every((entries) => entries.length === 1)).toBe(true);
		},
	},
	'T-29': {
		'a token refused in mid-run is renewed; MSAL locks itself out after a 5xx': async () => {
			org.faults.add({ effect: { kind: 'revokedToken' }, url: /Multiple/ });
			const { results } = await writeAll(connect(org), contacts, people(30));
			expect(tally(results)).toEqual({ created: 30 });
			const base = `${org.url}/${org.tenant}`;
			const app = new ConfidentialClientApplication({
				auth: {
					clientId: org.clientId,
					clientSecret: org.clientSecret,
					authority: `https://login.microsoftonline.com/${org.tenant}`,
					authorityMetadata: JSON.stringify({
						issuer: `${base}/v2.0`,
						authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
						token_endpoint: org.tokenUrl,
						jwks_uri: `${base}/discovery/v2.0/keys`,
					}),
				},
			});
			const body = '{"error":"server_error"}';
			const headers = { 'Content-Type': 'application/json' };
			const broken = { kind: 'respond', status: 503, body, headers } as const;
			org.faults.add({ effect: broken, url: 'oauth2' });
			const acquire = () => app.acquireTokenByClientCredential({ scopes: [`${org.url}/.default`] });
			await expect(acquire()).rejects.toThrow();
			const sent = org.log.length;
			await expect(acquire()).rejects.toThrow();
			expect(org.log).toHaveLength(sent);
		},
	},
	'T-30': {
		'dynamics-web-api hides outcomes, and nothing we ship uses it': async () => {
			const client = new DynamicsWebApi({
				serverUrl: org.url,
				dataApi: { version: '9.2' },
				onTokenRefresh: () => Promise.resolve(session.token),
			});
			const collection = 'accounts';
			const key = org.insert('account', { name: 'a' });
			const data = { name: 'b' };
			const stale = await client.update({ collection, key, data, ifmatch: 'W/"1"' });
			const prevented = await client.upsert({ collection, key, data, ifnonematch: '*' });
			expect([stale, prevented]).toEqual([false, null]);
			const folder = `${__dirname}/../../shared`;
			const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
				.filter((name) => name.endsWith('.ts'))
				.map((name) => readFileSync(`${folder}/${name}`, 'utf8'));
			expect(sources.length).toBeGreaterThan(20);
			expect(sources.some((source) => source.includes('dynamics-web-api'))).toBe(false);
		},
	},
});
