import { createSign, generateKeyPairSync } from 'node:crypto';
import { Connection } from 'jsforce';
import { useSalesforce } from '../sandbox/useSalesforce';
import { openClient } from '../sandbox/salesforce/client';
import { testRules } from '../sandbox/ruleTable';

const { publicKey, privateKey } = generateKeyPairSync('rsa', {
	modulusLength: 2048,
	publicKeyEncoding: { type: 'spki', format: 'pem' },
	privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const sandbox = useSalesforce({ publicKey });
let connection: Connection;

beforeEach(async () => {
	const { token } = await openClient(sandbox);
	connection = new Connection({
		instanceUrl: sandbox.url,
		accessToken: token,
		version: '66.0',
	});
});

const signingIn = (
	more: { clientSecret?: string; redirectUri?: string; useVerifier?: boolean } = {},
) =>
	new Connection({
		version: '66.0',
		oauth2: { loginUrl: sandbox.url, clientId: sandbox.clientId, ...more },
	});
const failure = async (work: PromiseLike<unknown>) => {
	const error: unknown = await work.then(undefined, (reason: unknown) => reason);
	return error as Error & { errorCode: string; data: unknown };
};
const bookings = () => sandbox.rows('Booking__c');

function assertion(): string {
	const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
	const exp = Math.floor(Date.now() / 1000) + 180;
	const claims = { iss: sandbox.clientId, sub: sandbox.username, aud: sandbox.url, exp };
	const text = `${part({ alg: 'RS256' })}.${part(claims)}`;
	return `${text}.${createSign('RSA-SHA256').update(text).sign(privateKey, 'base64url')}`;
}

// jsforce is a client nobody here wrote: what it can do must work against the stand-in.
testRules('salesforce', {
	S1: {
		'authorize with client credentials and with a JWT': async () => {
			const byCredentials = signingIn({ clientSecret: sandbox.clientSecret });
			const user = await byCredentials.authorize({ grant_type: 'client_credentials' });
			expect(user.id).toBe(sandbox.ids.user);
			expect(byCredentials.instanceUrl).toBe(sandbox.url);
			const byJwt = signingIn();
			await byJwt.authorize({
				grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
				assertion: assertion(),
			});
			expect((await byJwt.describeGlobal()).sobjects.length).toBeGreaterThan(9);
		},
		'the web server flow with a verifier, its refresh, and revoking': async () => {
			const flow = signingIn({
				clientSecret: sandbox.clientSecret,
				redirectUri: 'https://n8n.example/callback',
				useVerifier: true,
			});
			const page = flow.oauth2.getAuthorizationUrl({ scope: 'full refresh_token', state: 's' });
			const { headers } = await fetch(page, { redirect: 'manual' });
			const code = new URL(headers.get('location') ?? '').searchParams.get('code') ?? '';
			await flow.authorize(code);
			sandbox.revokeTokens();
			// The implicit refresh of jsforce: one 401, one token request, one retry.
			expect((await flow.query('SELECT Id FROM User')).totalSize).toBe(2);
			expect(sandbox.count('oauth2/token')).toBe(3);
			await flow.logoutByOAuth2(true);
			const gone = await failure(flow.oauth2.refreshToken(String(flow.refreshToken)));
			expect(gone.message).not.toBe('');
		},
		'identity, though its token stands in the URL': async () => {
			const flow = signingIn({ clientSecret: sandbox.clientSecret });
			await flow.authorize({ grant_type: 'client_credentials' });
			expect(await flow.identity()).toMatchObject({ user_id: sandbox.ids.user });
			expect(JSON.stringify(sandbox.log)).not.toContain(flow.accessToken);
		},
	},
	S5: {
		limits: async () => {
			const answer = await connection.limits();
			expect(answer.DailyApiRequests).toEqual({ Max: 100_000, Remaining: 99_999 });
			expect(connection.limitInfo.apiUsage).toMatchObject({ limit: 100_000 });
		},
	},
	S6: {
		'describeGlobal and describe': async () => {
			const names = (await connection.describeGlobal()).sobjects.map(({ name }) => name);
			expect(names).toContain('Booking__c');
			const { fields, recordTypeInfos } = await connection.describe('Booking__c');
			expect(fields.find(({ name }) => name === 'Reference__c')).toMatchObject({
				externalId: true,
				unique: true,
			});
			expect(recordTypeInfos).toHaveLength(3);
		},
	},
	S10: {
		'query, queryMore and autoFetch': async () => {
			for (let row = 0; row < 120; row += 1) sandbox.insert('Booking__c', { Name: `n${row}` });
			const soql = 'SELECT Id, Name FROM Booking__c ORDER BY Name';
			const first = await connection.query(soql);
			expect([first.totalSize, first.records.length, first.done]).toEqual([120, 50, false]);
			const second = await connection.queryMore(first.nextRecordsUrl!);
			expect(second.records).toHaveLength(50);
			const all = await connection.query(soql, { autoFetch: true });
			expect(new Set(all.records.map(({ Id }) => Id)).size).toBe(120);
			const found = await connection
				.sobject('Booking__c')
				.find({ Name: { $in: ['n1', "it's"] } }, ['Id', 'Name']);
			expect(found).toMatchObject([{ Name: 'n1' }]);
		},
		'errors arrive with code and message': async () => {
			const unknown = await failure(connection.query('SELECT Nope FROM Account'));
			expect(unknown.errorCode).toBe('INVALID_FIELD');
			expect(unknown.message).toContain("No such column 'Nope'");
			const missing = await failure(connection.sobject('Account').retrieve('0015e0000000zzz'));
			expect(missing.errorCode).toBe('NOT_FOUND');
		},
	},
	S11: {
		'retrieve of an array keeps the order and its gaps': async () => {
			const ids = ['a', 'b'].map((Name) => sandbox.insert('Booking__c', { Name }));
			const rows = await connection
				.sobject('Booking__c')
				.retrieve([ids[1]!, 'a015e0000000zzz', ids[0]!], { fields: ['Name'] });
			expect(rows.map((row) => (row as { Name?: string } | null)?.Name)).toEqual([
				'b',
				undefined,
				'a',
			]);
		},
		'updated and deleted': async () => {
			const [kept, gone] = ['a', 'b'].map((Name) => sandbox.insert('Booking__c', { Name }));
			await connection.sobject('Booking__c').destroy(gone!);
			const from = new Date(sandbox.clock.now() - 3_600_000).toISOString();
			const to = new Date(sandbox.clock.now() + 3_600_000).toISOString();
			const updated = await connection.sobject('Booking__c').updated(from, to);
			expect(updated.ids).toEqual([kept]);
			const deleted = await connection.sobject('Booking__c').deleted(from, to);
			expect(deleted.deletedRecords).toMatchObject([{ id: gone }]);
		},
	},
	S12: {
		'create, update, upsert and destroy of arrays': async () => {
			const bookingsOf = connection.sobject('Booking__c');
			const created = await bookingsOf.create([{ Name: 'a', Reference__c: 'R1' }, { Name: null }]);
			expect(created.map(({ success }) => success)).toEqual([true, false]);
			expect(created[1]).toEqual({
				success: false,
				errors: [
					{
						statusCode: 'REQUIRED_FIELD_MISSING',
						message: 'Required fields are missing: [Name]',
						fields: ['Name'],
					},
				],
			});
			const id = created[0]!.id!;
			const updated = await bookingsOf.update([{ Id: id, Name: 'b' }]);
			expect(updated).toEqual([{ id, success: true, errors: [] }]);
			const upserted = await bookingsOf.upsert(
				[
					{ Reference__c: 'R1', Name: 'c' },
					{ Reference__c: 'R2', Name: 'd' },
				],
				'Reference__c',
			);
			expect(upserted.map((result) => result.success && result.created)).toEqual([false, true]);
			expect(bookings().map(({ Name }) => Name)).toEqual(['c', 'd']);
			const destroyed = await bookingsOf.destroy(bookings().map(({ Id }) => String(Id)));
			expect(destroyed.map(({ success }) => success)).toEqual([true, true]);
			expect(bookings()).toEqual([]);
		},
		'headers and allOrNone reach the stand-in': async () => {
			sandbox.insert('Lead', { LastName: 'a', Company: 'c' });
			sandbox.rules.addDuplicateRule('Lead', { name: 'n', action: 'alert', fields: ['LastName'] });
			const lead = { LastName: 'a', Company: 'd' };
			const headers = { 'Sforce-Duplicate-Rule-Header': 'allowSave=true' };
			const [allowed] = await connection.sobject('Lead').create([lead], { headers });
			expect(allowed?.success).toBe(true);
			const rolled = await connection
				.sobject('Booking__c')
				.create([{ Name: 'a' }, { Name: null }], { allOrNone: true });
			expect(rolled[0]?.success).toBe(false);
			expect(bookings()).toEqual([]);
		},
		'201 records in one call are refused': async () => {
			const rows = Array.from({ length: 201 }, (_, at) => ({ Name: `n${at}` }));
			const error = await failure(connection.sobject('Booking__c').create(rows));
			expect(error.errorCode).toBe('EXCEEDED_ID_LIMIT');
			const sliced = await connection.sobject('Booking__c').create(rows, { allowRecursive: true });
			expect(sliced).toHaveLength(201);
		},
	},
	S17: {
		'one row: create, retrieve, update, upsert, destroy': async () => {
			const one = connection.sobject('Booking__c');
			const { id } = await one.create({ Name: 'a', Reference__c: 'R1' });
			expect(await one.retrieve(id!)).toMatchObject({ Name: 'a', Number__c: 'B-0001' });
			expect(await one.update({ Id: id!, Name: 'b' })).toMatchObject({ success: true });
			expect(await one.upsert({ Reference__c: 'R1', Name: 'c' }, 'Reference__c')).toMatchObject({
				success: true,
				created: false,
			});
			expect(await one.destroy(id!)).toMatchObject({ success: true });
			expect(bookings()).toEqual([]);
		},
	},
	J9: {
		'an external id is cut where it is not encoded': async () => {
			await connection
				.sobject('Booking__c')
				.upsert({ Reference__c: 'b c?#é', Name: 'x' }, 'Reference__c');
			expect(bookings()).toMatchObject([{ Reference__c: 'b c' }]);
		},
	},
	J13: {
		'a POST is not repeated, a GET is': async () => {
			sandbox.faults.add({ method: 'POST', effect: { kind: 'unavailable', status: 503 } });
			await failure(connection.sobject('Booking__c').create([{ Name: 'a' }]));
			expect(sandbox.count('POST .*composite')).toBe(1);
			sandbox.faults.add({ method: 'GET', effect: { kind: 'unavailable', status: 503 } });
			await connection.query('SELECT Id FROM Booking__c');
			expect(sandbox.count('GET .*query')).toBe(2);
		},
	},
	J14: {
		'HTML is told from text/html alone': async () => {
			sandbox.faults.add({ method: 'POST', effect: { kind: 'gateway' } });
			const create = () => failure(connection.sobject('Booking__c').create([{ Name: 'a' }]));
			expect((await create()).errorCode).toBe('ERROR_HTTP_502');
			sandbox.faults.add({ method: 'POST', effect: { kind: 'gateway', charset: true } });
			expect((await create()).message).toContain('<html>');
		},
	},
});
