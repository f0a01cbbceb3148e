import { useDataverse } from '../sandbox/useDataverse';
import type { Answer, Session } from '../sandbox/dataverse/session';
import { openSession } from '../sandbox/dataverse/session';
import { testRules } from '../sandbox/ruleTable';

const sandbox = useDataverse();
let session: Session;

beforeEach(async () => {
	session = await openSession(sandbox);
});

const send = (method: string, path: string, body?: unknown, headers = {}) =>
	session.call(path, { method, body, headers });
const post = (path: string, body: unknown, headers = {}) => send('POST', path, body, headers);
const patch = (path: string, body: unknown, headers = {}) => send('PATCH', path, body, headers);
const result = (answer: Answer) => [answer.status, answer.code];
const account = (id: string) => sandbox.rows('account').find((row) => row.accountid === id);
const onlyAccount = () => sandbox.rows('account')[0];
const entityId = (answer: Answer) =>
	answer.headers.get('OData-EntityId')?.replace(`${sandbox.url}/api/data/v9.2/`, '');
const representation = { prefer: 'return=representation' };

testRules('dataverse', {
	'S-10': {
		'PATCH: 204 for both outcomes; representation tells 201 from 200 and honours $select':
			async () => {
				const path = "accounts(accountnumber='P1')?$select=name";
				expect((await patch("accounts(accountnumber='P0')", { name: 'a' })).status).toBe(204);
				expect((await patch("accounts(accountnumber='P0')", { name: 'b' })).status).toBe(204);
				const created = await patch(path, { name: 'a' }, representation);
				const updated = await patch(path, { name: 'b' }, representation);
				expect([created.status, updated.status]).toEqual([201, 200]);
				expect(updated.headers.get('Preference-Applied')).toBe('return=representation');
				const row = updated.json<Record<string, unknown>>();
				expect(Object.keys(row).sort()).toEqual([
					'@odata.context',
					'@odata.etag',
					'accountid',
					'name',
				]);
				expect(updated.headers.get('ETag')).toBe(row['@odata.etag']);
			},
		'If-Match *: update only, 404 with the code of the addressing; empty by U-10': async () => {
			const star = { 'if-match': '*' };
			const byKey = () => patch("accounts(accountnumber='no')", { name: 'a' }, star);
			expect(result(await byKey())).toEqual([404, '0x80060891']);
			const byId = await patch(`accounts(${sandbox.ids.team})`, { name: 'a' }, star);
			expect(result(byId)).toEqual([404, '0x80040217']);
			sandbox.switches['U-10'] = 'empty';
			expect(result(await byKey())).toEqual([404, '']);
			expect(sandbox.rows('account')).toHaveLength(0);
		},
		'If-None-Match *: create only; the literal null means nothing': async () => {
			const create = (tag: string) =>
				patch("accounts(accountnumber='N1')", { name: 'a' }, { 'if-none-match': tag });
			expect((await create('*')).status).toBe(204);
			const again = await create('*');
			expect(result(again)).toEqual([412, '']);
			expect(again.message).toBe('A record with matching key values already exists.');
			expect((await create('null')).status).toBe(204);
			const path = "accounts(accountnumber='N2')";
			expect((await patch(path, { name: 'a' }, { 'if-match': 'null' })).status).toBe(204);
		},
		'If-Match etag: current 204, stale 412, not enabled 0x8006088d': async () => {
			const id = sandbox.insert('account', { name: 'a' });
			const tag = (await send('GET', `accounts(${id})`)).headers.get('ETag') ?? '';
			expect((await patch(`accounts(${id})`, { name: 'b' }, { 'if-match': tag })).status).toBe(204);
			const stale = await patch(`accounts(${id})`, { name: 'c' }, { 'if-match': tag });
			expect(result(stale)).toEqual([412, '0x80060882']);
			expect(account(id)?.name).toBe('b');
			const visit = sandbox.insert('crmsync_visit', { crmsync_name: 'v' });
			const path = `crmsync_visits(${visit})`;
			const refused = await patch(path, { crmsync_name: 'w' }, { 'if-match': tag });
			expect(result(refused)).toEqual([400, '0x8006088d']);
			sandbox.switches['U-23'] = '500';
			const other = await patch(path, { crmsync_name: 'w' }, { 'if-match': tag });
			expect(result(other)).toEqual([500, '0x8006088d']);
		},
		'a bare PATCH on an unknown GUID creates that row (T-05)': async () => {
			await patch(`accounts(${sandbox.ids.team})`, { name: 'ghost' });
			expect(account(sandbox.ids.team)?.name).toBe('ghost');
		},
		'POST: 204 or 201; empty body 400; empty PATCH 204 without a commit': async () => {
			expect((await post('accounts', { name: 'a' })).status).toBe(204);
			expect((await post('accounts', { name: 'a' }, representation)).status).toBe(201);
			expect((await post('accounts', {})).status).toBe(400);
			const id = String(onlyAccount()?.accountid);
			expect((await patch(`accounts(${id})`, {})).status).toBe(204);
			expect(sandbox.history('account')[id]).toHaveLength(1);
		},
		'GET with the known etag is 304': async () => {
			const id = sandbox.insert('account', { name: 'a' });
			const tag = (await send('GET', `accounts(${id})`)).headers.get('ETag') ?? '';
			const known = await send('GET', `accounts(${id})`, undefined, { 'if-none-match': tag });
			expect(known.status).toBe(304);
		},
	},
	'S-11': {
		'OData-EntityId echoes the addressing form (T-06); Location only by U-22': async () => {
			const byKey = await patch("accounts(accountnumber='E1')", { name: 'a' });
			expect(entityId(byKey)).toBe("accounts(accountnumber='E1')");
			expect(byKey.headers.get('Location')).toBeNull();
			sandbox.switches['U-22'] = 'present';
			const created = await post('accounts', { name: 'a' });
			expect(entityId(created)).toMatch(/^accounts\([0-9a-f-]{36}\)$/);
			expect(created.headers.get('Location')).toBe(created.headers.get('OData-EntityId'));
		},
	},
	'S-12': {
		'a key column in the body: wins on create (T-03), ignored on update': async () => {
			await patch("accounts(accountnumber='URL')", { accountnumber: 'BODY', name: 'a' });
			expect(sandbox.rows('account').map((row) => row.accountnumber)).toEqual(['BODY']);
			await patch("accounts(accountnumber='BODY')", { accountnumber: 'OTHER', name: 'b' });
			expect(onlyAccount()).toMatchObject({ accountnumber: 'BODY', name: 'b' });
		},
	},
	'S-14': {
		'DELETE: 204, 404, 412 with a stale etag': async () => {
			const id = sandbox.insert('account', { name: 'a' });
			const path = `accounts(${id})`;
			const stale = await send('DELETE', path, undefined, { 'if-match': 'W/"1"' });
			expect(result(stale)).toEqual([412, '0x80060882']);
			expect((await send('DELETE', path)).status).toBe(204);
			expect(result(await send('DELETE', path))).toEqual([404, '0x80040217']);
		},
		'a restricting relationship blocks with 405 0x80040227, others lose the link': async () => {
			const id = sandbox.insert('account', { name: 'a' });
			const link = `/accounts(${id})`;
			const booking = sandbox.insert('crmsync_booking', { 'crmsync_AccountId@odata.bind': link });
			sandbox.insert('contact', { 'parentcustomerid_account@odata.bind': link });
			const blocked = await send('DELETE', `accounts(${id})`);
			expect(result(blocked)).toEqual([405, '0x80040227']);
			expect(sandbox.rows('contact')[0]?._parentcustomerid_value).toBe(id);
			await send('DELETE', `crmsync_bookings(${booking})`);
			expect((await send('DELETE', `accounts(${id})`)).status).toBe(204);
			expect(sandbox.rows('contact')[0]).not.toHaveProperty('_parentcustomerid_value');
		},
		'PATCH and DELETE on a collection are 405, 404 by U-19': async () => {
			expect((await patch('accounts', { name: 'a' })).status).toBe(405);
			sandbox.switches['U-19'] = '405 and 404';
			expect((await send('DELETE', 'accounts')).status).toBe(404);
		},
	},
});
