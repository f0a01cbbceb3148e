import { useSalesforce } from '../sandbox/useSalesforce';
import type { Client } from '../sandbox/salesforce/client';
import { openClient } from '../sandbox/salesforce/client';
import { testRules } from '../sandbox/ruleTable';

const sandbox = useSalesforce();
let client: Client;

beforeEach(async () => {
	client = await openClient(sandbox);
});

const send = (method: string, path: string, body?: unknown) => client.call(path, { method, body });
const upsert = (key: string, body: unknown, root = '') =>
	send('PATCH', `${root}sobjects/Booking__c/Reference__c/${key}`, body);
const names = () => sandbox.rows('Booking__c').map(({ Name }) => Name);

testRules('salesforce', {
	S17: {
		'create is 201 with Location, and errors carry errorCode and fields': async () => {
			const good = await send('POST', 'sobjects/Account', { Name: 'a' });
			const { id } = good.json<{ id: string }>();
			expect([good.status, good.text]).toEqual([201, `{"id":"${id}","success":true,"errors":[]}`]);
			expect(good.headers.get('location')).toBe(`/services/data/v66.0/sobjects/Account/${id}`);
			const bad = await send('POST', 'sobjects/Account', { Name: null });
			expect([bad.status, bad.json()]).toEqual([
				400,
				[
					{
						message: 'Required fields are missing: [Name]',
						errorCode: 'REQUIRED_FIELD_MISSING',
						fields: ['Name'],
					},
				],
			]);
			expect((await send('POST', 'sobjects/Account/Id', { Name: 'b' })).status).toBe(201);
		},
		'read, change and delete by id': async () => {
			const id = sandbox.insert('Account', { Name: 'a', Phone: '1' });
			const path = `sobjects/Account/${id}`;
			const read = await client.call(`${path}?fields=Name,Phone`);
			expect(read.json()).toMatchObject({ Name: 'a', Phone: '1', attributes: { type: 'Account' } });
			expect(read.headers.get('etag')).not.toBeNull();
			expect(read.headers.get('last-modified')).not.toBeNull();
			const changed = await send('PATCH', path, { Phone: null });
			expect([changed.status, changed.text]).toEqual([204, '']);
			expect(sandbox.rows('Account')).toMatchObject([{ Name: 'a', Phone: null }]);
			sandbox.rules.locked.add(id);
			expect((await send('DELETE', path)).code).toBe('ENTITY_IS_LOCKED');
			sandbox.rules.locked.clear();
			expect((await send('DELETE', path)).status).toBe(204);
			expect(sandbox.rows('Account')).toEqual([]);
			const missing = await client.call('sobjects/Account/0015e0000000zzz');
			expect([missing.status, missing.json()]).toEqual([
				404,
				[{ message: 'The requested resource does not exist', errorCode: 'NOT_FOUND' }],
			]);
			expect((await send('PATCH', path, { Name: 'x' })).code).toBe('ENTITY_IS_DELETED');
		},
		'upsert is 201 when it creates and 200 when it updates, 204 before v46': async () => {
			const created = await upsert('R1', { Name: 'a' });
			const { id } = created.json<{ id: string }>();
			const body = { id, success: true, errors: [] };
			expect([created.status, created.json()]).toEqual([201, { ...body, created: true }]);
			const updated = await upsert('R1', { Name: 'b' });
			expect([updated.status, updated.json()]).toEqual([200, { ...body, created: false }]);
			const older = await upsert('r1', { Name: 'c' }, '/services/data/v45.0/');
			expect([older.status, older.text]).toEqual([204, '']);
			expect(names()).toEqual(['c']);
		},
		'several matches are 300 with a list of URLs': async () => {
			const ids = ['a', 'b'].map((Name) =>
				sandbox.insert('Booking__c', { Name, Legacy__c: 'L 1' }),
			);
			const answer = await send('PATCH', 'sobjects/Booking__c/Legacy__c/L%201', { Name: 'c' });
			expect([answer.status, answer.json()]).toEqual([
				300,
				ids.map((id) => `/services/data/v66.0/sobjects/Booking__c/${id}`),
			]);
			expect(names()).toEqual(['a', 'b']);
		},
		'the key is percent-decoded once; .inc and a bare slash are 404': async () => {
			const key = 'a/b c?#é%41';
			expect((await upsert(encodeURIComponent(key), { Name: 'odd' })).status).toBe(201);
			expect(sandbox.rows('Booking__c')).toMatchObject([{ Reference__c: key }]);
			expect((await upsert('company.inc', { Name: 'x' })).status).toBe(404);
			expect((await upsert('a/b', { Name: 'x' })).status).toBe(404);
			expect(names()).toEqual(['odd']);
		},
		'neither Id nor the key may stand in the body; other fields are no keys': async () => {
			const codes = [];
			for (const body of [
				{ Id: sandbox.ids.user },
				{ Reference__c: 'R1' },
				{ reference__C: 'R1' },
			]) {
				const answer = await upsert('R1', { Name: 'a', ...body });
				codes.push([answer.status, answer.code]);
			}
			expect(codes).toEqual(Array(3).fill([400, 'INVALID_FIELD']));
			expect((await send('PATCH', 'sobjects/Booking__c/Name/x', { Name: 'a' })).status).toBe(404);
			expect(names()).toEqual([]);
		},
		'a key that is not unique needs View All Data': async () => {
			sandbox.permissions.viewAllData = false;
			const by = async (field: string) =>
				(await send('PATCH', `sobjects/Booking__c/${field}/x`, { Name: 'a' })).status;
			expect([await by('Legacy__c'), await by('Reference__c')]).toEqual([403, 201]);
		},
		'reading by an external id': async () => {
			sandbox.insert('Booking__c', { Name: 'a', Reference__c: 'R 1' });
			const found = await client.call('sobjects/Booking__c/Reference__c/R%201?fields=Name');
			expect(found.json()).toMatchObject({ Name: 'a' });
			expect((await client.call('sobjects/Booking__c/Reference__c/R2')).status).toBe(404);
		},
		'no JSON, no object and no content type are refused': async () => {
			expect((await send('POST', 'sobjects/Account', '{"Name":')).code).toBe('JSON_PARSER_ERROR');
			expect((await send('POST', 'sobjects/Account', '[]')).code).toBe('JSON_PARSER_ERROR');
			const headers = { 'content-type': 'text/plain' };
			const plain = await client.call('sobjects/Account', { method: 'POST', body: '{}', headers });
			expect(plain.status).toBe(415);
		},
	},
	S16: {
		'updateOnly never creates: 404 for a miss': async () => {
			const miss = await upsert('R1?updateOnly=true', { Name: 'a' });
			expect([miss.status, miss.code]).toEqual([404, 'NOT_FOUND']);
			sandbox.insert('Booking__c', { Name: 'a', Reference__c: 'R1' });
			expect((await upsert('R1?updateOnly=true', { Name: 'b' })).status).toBe(200);
			expect(names()).toEqual(['b']);
		},
		'it is ignored below v61, unless the switch says otherwise': async () => {
			const old = '/services/data/v60.0/';
			expect((await upsert('R1?updateOnly=true', { Name: 'a' }, old)).status).toBe(201);
			sandbox.switches.updateOnlyBelow61 = 'honoured';
			expect((await upsert('R2?updateOnly=true', { Name: 'a' }, old)).status).toBe(404);
		},
	},
	U17: {
		'Location on a 300 answer': async () => {
			for (const Name of ['a', 'b']) sandbox.insert('Booking__c', { Name, Legacy__c: 'L' });
			const location = async () =>
				(await send('PATCH', 'sobjects/Booking__c/Legacy__c/L', { Name: 'c' })).headers.get(
					'location',
				);
			expect(await location()).toBeNull();
			sandbox.switches.locationOn300 = 'present';
			expect(await location()).toMatch(/^\/services\/data\/v66\.0\/sobjects\/Booking__c\/a01/);
		},
	},
});
