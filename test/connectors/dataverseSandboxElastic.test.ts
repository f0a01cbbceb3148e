/** Elastic tables of the stand-in: the session token and bulk calls that succeed in part. */
import { useDataverse } from '../sandbox/useDataverse';
import { switchValues } from '../sandbox/dataverse';
import type { Session } from '../sandbox/dataverse/session';
import { openSession } from '../sandbox/dataverse/session';

const sandbox = useDataverse();
let session: Session;
beforeEach(async () => {
	session = await openSession(sandbox);
});

const TOKEN = 'x-ms-session-token';
const set = 'crmsync_signals';
const idOf = (n: number) => `11111111-2222-4333-8444-55555555555${n}`;
const create = async (n: number) => {
	const body = { crmsync_signalid: idOf(n), crmsync_name: `N${n}` };
	return (await session.call(set, { method: 'POST', body })).headers;
};
const seen = async (token?: string) => {
	const headers: Record<string, string> = token ? { 'MSCRM.SessionToken': token } : {};
	const answer = await session.call(`${set}?$select=crmsync_name`, { headers });
	return answer
		.json<{ value: Array<Record<string, unknown>> }>()
		.value.map((row) => row.crmsync_name);
};
const bulk = async (message: string, targets: object[]) =>
	await session.call(`${set}/Microsoft.Dynamics.CRM.${message}`, {
		method: 'POST',
		headers: { prefer: 'odata.include-annotations="*"' },
		body: {
			Targets: targets.map((each) => ({
				'@odata.type': 'Microsoft.Dynamics.CRM.crmsync_signal',
				...each,
			})),
		},
	});

describe('the session token (dataverse:4.7)', () => {
	test('every write answers with one, a delete does not, and a standard table has none', async () => {
		expect((await create(1)).get(TOKEN)).toMatch(/^240:8#\d+#7=-1$/);
		const row = `${set}(${idOf(1)})`;
		const patched = await session.call(row, { method: 'PATCH', body: { crmsync_name: 'M' } });
		expect(patched.headers.get(TOKEN)).not.toBeNull();
		const many = await bulk('CreateMultiple', [{ crmsync_name: 'a' }]);
		expect(many.headers.get(TOKEN)).not.toBeNull();
		const removed = await session.call(row, { method: 'DELETE' });
		expect(removed.headers.get(TOKEN)).toBeNull();
		const standard = await session.call('accounts', { method: 'POST', body: { name: 'a' } });
		expect(standard.headers.get(TOKEN)).toBeNull();
	});

	test('U-27: without it a read may miss what was just written, with it it sees that and what came before', async () => {
		await create(1);
		sandbox.switches['U-27'] = 'stale';
		expect(await seen()).toEqual([]);
		const first = (await create(2)).get(TOKEN)!;
		const second = (await create(3)).get(TOKEN)!;
		expect(await seen(first)).toEqual(['N1', 'N2']);
		expect(await seen(second)).toEqual(['N1', 'N2', 'N3']);
		const single = await session.call(`${set}(${idOf(1)})?$select=crmsync_name`);
		expect(single.status).toBe(404);
		sandbox.clock.advance(61_000);
		expect(await seen()).toEqual(['N1', 'N2', 'N3']);
		expect((await session.call(set, { headers: { 'MSCRM.SessionToken': 'x' } })).status).toBe(400);
	});
});

describe('bulk calls (dataverse:S-17)', () => {
	test('a target means the row in its partition, by default the one named like the ID (dataverse:4.7)', async () => {
		const own = sandbox.insert(set.slice(0, -1), { crmsync_name: 'own', partitionid: 'p' });
		const update = (more: object) =>
			bulk('UpdateMultiple', [{ crmsync_signalid: own, crmsync_name: 'new', ...more }]);
		expect((await update({})).status).toBe(404);
		expect((await update({ partitionid: 'p' })).status).toBe(204);
		expect((await bulk('DeleteMultiple', [{ crmsync_signalid: own }])).status).toBe(404);
		const target = { crmsync_signalid: own, partitionid: 'p' };
		expect((await bulk('DeleteMultiple', [target])).status).toBe(204);
		expect(sandbox.rows('crmsync_signal')).toEqual([]);
	});

	test.each(switchValues['U-28'])('U-28 = %s: which rows an error lists', async (value) => {
		sandbox.switches['U-28'] = value;
		const name = '@Microsoft.PowerApps.CDS.ErrorDetails.Plugin.BulkApiErrorDetails';
		const targets = [1, 2].map((n) => ({ crmsync_signalid: idOf(n), crmsync_score: n * 100 }));
		const { error } = (await bulk('CreateMultiple', targets)).json<{
			error: Record<string, unknown>;
		}>();
		const bad = { RequestIndex: 1, Id: idOf(2), StatusCode: 400 };
		const good = { RequestIndex: 0, Id: idOf(1), StatusCode: 200 };
		expect(JSON.parse(String(error[name]))).toEqual(value === 'all' ? [good, bad] : [bad]);
	});
});
