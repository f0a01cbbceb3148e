import { useSalesforce } from '../sandbox/useSalesforce';
import type { Client } from '../sandbox/salesforce/client';
import { openClient } from '../sandbox/salesforce/client';

const sandbox = useSalesforce({ latencyMs: 20 });
let client: Client;

beforeEach(async () => {
	client = await openClient(sandbox);
});

const control = async (command: string, body?: unknown) => {
	const answer = await fetch(`${sandbox.url}/__sandbox/${command}`, {
		method: body === undefined ? 'GET' : 'POST',
		body: body === undefined ? undefined : JSON.stringify(body),
	});
	return { status: answer.status, body: (await answer.json()) as never };
};
const create = (Name: string) =>
	client.call('sobjects/Account', { method: 'POST', body: { Name } });

test('salesforce:S25 the knobs work over HTTP, and refuse what does not exist', async () => {
	const { id } = (await control('insert/Account', { Name: 'a' })).body as { id: string };
	expect((await control('rows/Account')).body).toMatchObject([{ Id: id, Name: 'a' }]);
	await control('fault', { method: 'POST', effect: { kind: 'throttle', retryAfter: 3 } });
	expect((await create('b')).headers.get('retry-after')).toBe('3');
	await control('switches', { dupKeyInCall: 'allButFirst' });
	expect(sandbox.switches.dupKeyInCall).toBe('allButFirst');
	await control('settings', { pageSize: 7 });
	expect(sandbox.settings.pageSize).toBe(7);
	const many = (await control('seed/Contact', { rows: [{ LastName: 'a' }, { LastName: 'b' }] }))
		.body as { ids: string[] };
	expect(sandbox.rows('Contact').map(({ Id }) => Id)).toEqual(many.ids);
	await control('revoke', {});
	expect((await create('b')).status).toBe(401);
	client = await openClient(sandbox);
	await control('clock', { advance: 3 * 3_600_000 });
	expect((await create('c')).status).toBe(401);
	for (const [command, body] of [
		['switches', { dupKeyInCall: 'never' }],
		['switches', { nope: 1 }],
		['settings', { pageSize: '7' }],
		['fault', { effect: 'reset' }],
		['insert/Account', { Nope: 1 }],
		['seed/Account', {}],
		['rows/Nope', undefined],
	] as const) {
		expect([command, (await control(command, body)).status]).toEqual([command, 400]);
	}
	expect((await control('nothing')).status).toBe(404);
});

test('salesforce:S25 a reset forgets everything but the tokens', async () => {
	await create('a');
	sandbox.rules.assignment.set('Account', { id: '01Q', ownerId: sandbox.ids.otherUser });
	sandbox.permissions.hiddenFields.add('Account.Name');
	sandbox.changeField('Account', 'Phone', undefined);
	sandbox.switches.dupKeyInCall = 'allButFirst';
	sandbox.settings.pageSize = 1;
	sandbox.faults.add({ effect: { kind: 'session' }, times: Infinity });
	sandbox.reset();
	expect([sandbox.log, sandbox.rows('Account'), sandbox.history('Account')]).toEqual([[], [], []]);
	expect(sandbox.rows('User').map(({ Id }) => Id)).toEqual([
		sandbox.ids.user,
		sandbox.ids.otherUser,
	]);
	const answer = await client.call('sobjects/Account', {
		method: 'POST',
		body: { Name: 'b', Phone: '1' },
	});
	expect(answer.status).toBe(201);
	expect(sandbox.rows('Account')).toMatchObject([{ OwnerId: sandbox.ids.user }]);
	expect(sandbox.switches.dupKeyInCall).toBe('all');
	expect(sandbox.settings.pageSize).toBe(50);
});

test('salesforce:S25 the log counts requests and holds no secret', async () => {
	await create('a');
	await create('b');
	await fetch(`${sandbox.url}/id/x/y?oauth_token=${client.token}`);
	expect(sandbox.count(/^POST .*sobjects\/Account$/)).toBe(2);
	expect(sandbox.count('limits')).toBe(0);
	const text = JSON.stringify(sandbox.log);
	expect(text).not.toContain(client.token);
	expect(text).not.toContain(sandbox.clientSecret);
});

test('salesforce:S25 latency is added to every answer', async () => {
	const started = performance.now();
	await client.call('limits');
	expect(performance.now() - started).toBeGreaterThanOrEqual(19);
});

test('salesforce:S14 every committed change is in the history, and a listener hears it', async () => {
	const heard: string[] = [];
	const stop = sandbox.onCommit(({ operation }) => heard.push(operation));
	const { id } = (await create('a')).json<{ id: string }>();
	await client.call(`sobjects/Account/${id}`, { method: 'PATCH', body: { Name: 'b' } });
	await client.call(`sobjects/Account/${id}`, { method: 'DELETE' });
	await create('');
	stop();
	expect(heard).toEqual(['create', 'update', 'delete']);
	expect(sandbox.history('Account')).toMatchObject([
		{ id, operation: 'create', values: { Name: 'a' }, request: 1 },
		{ id, operation: 'update', values: { Name: 'b' }, request: 2 },
		{ id, operation: 'delete', request: 3 },
	]);
	expect(sandbox.rows('Account', true)).toMatchObject([{ Id: id, IsDeleted: true }]);
});

test('salesforce:S6 an administrator adds, changes and removes fields behind the client', async () => {
	const phone = { Name: 'a', Phone: '123456' };
	const write = () => client.call('sobjects/Account', { method: 'POST', body: phone });
	sandbox.changeField('Account', 'Phone', { length: 3 });
	expect((await write()).code).toBe('STRING_TOO_LONG');
	sandbox.changeField('Account', 'Phone', undefined);
	expect((await write()).code).toBe('INVALID_FIELD');
	expect(() => sandbox.changeField('Account', 'Nope', {})).toThrow(RangeError);
});

test('salesforce:S12 thousands of rows by key: every one is found again, none is doubled', async () => {
	sandbox.settings.latencyMs = 0;
	const batch = (from: number) =>
		client.call('composite/sobjects/Booking__c/Reference__c', {
			method: 'PATCH',
			body: {
				records: Array.from({ length: 200 }, (_, at) => ({
					attributes: { type: 'Booking__c' },
					Reference__c: `R${from + at}`,
					Name: 'x',
				})),
			},
		});
	for (let row = 0; row < 10_000; row += 200) await batch(row);
	await batch(9_900);
	expect(sandbox.rows('Booking__c')).toHaveLength(10_100);
	expect(new Set(sandbox.rows('Booking__c').map(({ Id }) => Id)).size).toBe(10_100);
	const operations = sandbox.history('Booking__c').map(({ operation }) => operation);
	expect(operations.filter((operation) => operation === 'update')).toHaveLength(100);
});
