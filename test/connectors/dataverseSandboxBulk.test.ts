import { switchValues } from '../sandbox/dataverse';
import { useDataverse } from '../sandbox/useDataverse';
import type { Answer, Session } from '../sandbox/dataverse/session';
import { openSession } from '../sandbox/dataverse/session';
import { testRules } from '../sandbox/ruleTable';

const sandbox = useDataverse();
let session: Session;

beforeEach(async () => {
	session = await openSession(sandbox);
});

type Target = Record<string, unknown>;

function bulk(message: string, targets: Target[], table = 'account', headers = {}) {
	const typed = targets.map((target) => ({
		'@odata.type': `Microsoft.Dynamics.CRM.${table}`,
		...target,
	}));
	const path = `${table}s/Microsoft.Dynamics.CRM.${message}`;
	return session.call(path, { method: 'POST', body: { Targets: typed }, headers });
}

const result = (answer: Answer) => [answer.status, answer.code];
const names = () => sandbox.rows('account').map((row) => row.name);
const byNumber = (number: string) => ({ '@odata.id': `accounts(accountnumber='${number}')` });
const allCommits = () => Object.values(sandbox.history('account')).flat();

testRules('dataverse', {
	'S-16': {
		'CreateMultiple answers ids in input order': async () => {
			const answer = await bulk('CreateMultiple', [{ name: 'a' }, { name: 'b' }, { name: 'c' }]);
			expect(answer.status).toBe(200);
			const { Ids: ids } = answer.json<{ Ids: string[] }>();
			const nameOf = (id: string) =>
				sandbox.rows('account').find((row) => row.accountid === id)?.name;
			expect(ids.map(nameOf)).toEqual(['a', 'b', 'c']);
		},
		'UpdateMultiple is 204, and a missing row fails the call with its text': async () => {
			const id = sandbox.insert('account', { name: 'a' });
			expect((await bulk('UpdateMultiple', [{ accountid: id, name: 'b' }])).status).toBe(204);
			expect(names()).toEqual(['b']);
			const missing = sandbox.ids.team;
			const answer = await bulk('UpdateMultiple', [
				{ accountid: id, name: 'c' },
				{ accountid: missing, name: 'x' },
			]);
			expect(result(answer)).toEqual([404, '0x80040217']);
			expect(answer.message).toBe(`Account With Ids = ${missing} Do Not Exist`);
			expect(names()).toEqual(['b']);
		},
		'UpsertMultiple mixes ids and keys; 204 without a body, ids by U-13': async () => {
			const id = sandbox.insert('account', { name: 'a' });
			const targets = [
				{ accountid: id, name: 'b' },
				{ ...byNumber('K'), name: 'new' },
			];
			const answer = await bulk('UpsertMultiple', targets);
			expect([answer.status, answer.text]).toEqual([204, '']);
			expect(names()).toEqual(['b', 'new']);
			sandbox.switches['U-13'] = 'ids';
			const withIds = await bulk('UpsertMultiple', targets);
			expect(withIds.json<{ Ids: string[] }>().Ids).toHaveLength(2);
		},
		'@odata.type is mandatory and must fit': async () => {
			for (const target of [{ name: 'x' }, { '@odata.type': 'Microsoft.Dynamics.CRM.contact' }]) {
				const answer = await session.call('accounts/Microsoft.Dynamics.CRM.CreateMultiple', {
					method: 'POST',
					body: { Targets: [target] },
				});
				expect(result(answer)).toEqual([400, '0x80048d19']);
			}
		},
		'own ids are accepted unless U-20 refuses them': async () => {
			const own = () => bulk('CreateMultiple', [{ accountid: sandbox.ids.team, name: 'x' }]);
			expect((await own()).json<{ Ids: string[] }>().Ids).toEqual([sandbox.ids.team]);
			sandbox.switches['U-20'] = 'refused';
			expect((await own()).status).toBe(400);
		},
	},
	'S-17': {
		'one bad row rolls the whole call back, and the message does not say which': async () => {
			const targets = [{ name: 'a' }, { name: 'b', crmsync_icao: 'TOOLONG' }, { name: 'c' }];
			const answer = await bulk('CreateMultiple', targets);
			expect(result(answer)).toEqual([400, '0x80044331']);
			expect(answer.message).not.toMatch(/index/i);
			expect([names(), allCommits()]).toEqual([[], []]);
		},
		'U-04 lets the message name index or key': async () => {
			const id = sandbox.insert('account', { name: 'a' });
			const update = () => bulk('UpdateMultiple', [{ accountid: id, crmsync_icao: 'TOOLONG' }]);
			sandbox.switches['U-04'] = 'index';
			expect((await update()).message).toContain('Target index: 0');
			sandbox.switches['U-04'] = 'key';
			expect((await update()).message).toContain(id);
		},
		'rollback restores indexes: the freed key can be used again': async () => {
			const bad = [{ accountnumber: 'R' }, { accountnumber: 'S', crmsync_icao: 'TOOLONG' }];
			await bulk('CreateMultiple', bad);
			expect((await bulk('CreateMultiple', [{ accountnumber: 'R' }])).status).toBe(200);
		},
		'elastic tables keep the good rows and list the bad ones by U-06': async () => {
			const targets = [{ crmsync_score: 1 }, { crmsync_score: 101 }, { crmsync_score: 2 }];
			const prefer = { prefer: 'odata.include-annotations="*"' };
			const call = () => bulk('CreateMultiple', targets, 'crmsync_signal', prefer);
			const details = async () => (await call()).json<{ error: Record<string, unknown> }>().error;
			const long = '@Microsoft.PowerApps.CDS.ErrorDetails.Plugin.BulkApiErrorDetails';
			const text = (await details())[long];
			expect(JSON.parse(String(text))).toEqual([{ RequestIndex: 1, Id: '', StatusCode: 400 }]);
			expect(sandbox.rows('crmsync_signal')).toHaveLength(2);
			sandbox.switches['U-06'] = 'nested';
			expect((await details())[long]).toHaveLength(1);
			sandbox.switches['U-06'] = 'shortName';
			const short = '@Microsoft.PowerApps.CDS.Plugin.BulkApiErrorDetails';
			expect(await details()).toHaveProperty([short]);
		},
		'elastic upsert replaces the whole row (T-24)': async () => {
			const id = sandbox.insert('crmsync_signal', { crmsync_name: 'n', crmsync_score: 5 });
			const target = { crmsync_signalid: id, crmsync_score: 6 };
			await bulk('UpsertMultiple', [target], 'crmsync_signal');
			const [row] = sandbox.rows('crmsync_signal');
			expect(row?.crmsync_score).toBe(6);
			expect(row).not.toHaveProperty('crmsync_name');
		},
	},
	'S-18': {
		'UpdateMultiple: first wins, the rest vanish (T-04)': async () => {
			const id = sandbox.insert('account', { name: 'a' });
			const twice = [
				{ accountid: id, name: 'first' },
				{ accountid: id, name: 'second' },
			];
			expect((await bulk('UpdateMultiple', twice)).status).toBe(204);
			expect(names()).toEqual(['first']);
			expect(sandbox.history('account')[id]?.map((commit) => commit.operation)).toEqual([
				'create',
				'update',
			]);
		},
		'UpsertMultiple: a duplicate fails the call, code by U-07': async () => {
			const twice = () => bulk('UpsertMultiple', [{ ...byNumber('D') }, { ...byNumber('d') }]);
			for (const value of switchValues['U-07']) {
				sandbox.switches['U-07'] = value;
				expect(result(await twice()).join(' ')).toBe(value);
			}
			expect(names()).toEqual([]);
		},
		'CreateMultiple: Cannot insert duplicate key; an existing key 0x80060892': async () => {
			const twice = await bulk('CreateMultiple', [{ accountnumber: 'D' }, { accountnumber: 'D' }]);
			expect([twice.status, twice.message]).toEqual([412, 'Cannot insert duplicate key.']);
			sandbox.insert('account', { name: 'a', accountnumber: 'E' });
			expect((await bulk('CreateMultiple', [{ accountnumber: 'E' }])).code).toBe('0x80060892');
		},
	},
	'S-19': {
		'a key column in an upsert target fails on create, not on update (T-02)': async () => {
			sandbox.insert('account', { name: 'a', accountnumber: 'OLD' });
			const target = (number: string) => ({
				...byNumber(number),
				accountnumber: number,
				name: 'b',
			});
			expect((await bulk('UpsertMultiple', [target('OLD')])).status).toBe(204);
			const answer = await bulk('UpsertMultiple', [
				{ ...byNumber('OLD'), name: 'c' },
				target('NEW'),
			]);
			expect(result(answer)).toEqual([400, '0x80040216']);
			expect(names()).toEqual(['b']);
		},
		'forbidden characters and escapes in @odata.id by U-02 and U-03': async () => {
			const upsert = (text: string) => bulk('UpsertMultiple', [{ ...byNumber(text), name: 'x' }]);
			expect((await upsert('a/b')).status).toBe(400);
			expect((await upsert('a%20b')).status).toBe(400);
			sandbox.switches['U-02'] = 'acceptedInId';
			expect((await upsert('a/b')).status).toBe(204);
			sandbox.switches['U-03'] = 'alwaysDecoded';
			expect((await upsert('a%20b')).status).toBe(204);
			expect(sandbox.rows('account').map((row) => row.accountnumber)).toEqual(['a/b', 'a b']);
		},
	},
	'S-20': {
		'message filters say which tables support bulk; U-14 takes core tables away': async () => {
			const filters = async (message: string, table: string) => {
				const filter = `sdkmessageid/name eq '${message}' and primaryobjecttypecode eq '${table}'`;
				const path = `sdkmessagefilters?$select=sdkmessagefilterid&$filter=${filter}`;
				return (await session.call(path)).json<{ value: unknown[] }>().value.length;
			};
			expect(await filters('CreateMultiple', 'account')).toBe(1);
			expect(await filters('UpdateMultiple', 'crmsync_booking')).toBe(1);
			expect(await filters('UpsertMultiple', 'account')).toBe(0);
			expect(await filters('CreateMultiple', 'crmsync_visit')).toBe(0);
			sandbox.switches['U-14'] = 'refused';
			expect(await filters('CreateMultiple', 'account')).toBe(0);
			expect(result(await bulk('CreateMultiple', [{ name: 'a' }]))).toEqual([400, '0x80040800']);
		},
		'a table without support refuses all three messages': async () => {
			for (const message of ['CreateMultiple', 'UpdateMultiple', 'UpsertMultiple']) {
				const answer = await bulk(message, [{ crmsync_name: 'v' }], 'crmsync_visit');
				expect(answer.message).toContain(`'${message}' method does not support`);
			}
		},
	},
	'S-22': {
		'DeleteMultiple: text on standard tables, 204 on elastic ones': async () => {
			const standard = await bulk('DeleteMultiple', [{ accountid: sandbox.ids.team }]);
			expect(standard.message).toBe('DeleteMultiple has not yet been implemented.');
			const id = sandbox.insert('crmsync_signal', { crmsync_score: 1 });
			const elastic = await bulk('DeleteMultiple', [{ crmsync_signalid: id }], 'crmsync_signal');
			expect(elastic.status).toBe(204);
			expect(sandbox.rows('crmsync_signal')).toEqual([]);
		},
		'BulkDelete works later and is seen through asyncoperations': async () => {
			sandbox.insert('account', { name: 'go' });
			sandbox.insert('account', { name: 'stay' });
			const Conditions = [{ AttributeName: 'name', Operator: 'Equal', Values: ['go'] }];
			const started = await session.call('BulkDelete', {
				method: 'POST',
				body: {
					QuerySet: [{ EntityName: 'account', Criteria: { Conditions } }],
					JobName: 'job',
					SendEmailNotification: false,
					ToRecipients: [],
					CCRecipients: [],
					RecurrencePattern: '',
					StartDateTime: '2024-01-01T00:00:00Z',
				},
			});
			const { JobId: job } = started.json<{ JobId: string }>();
			const state = async () =>
				(await session.call(`asyncoperations(${job})?$select=statecode,statuscode`)).json();
			expect(await state()).toMatchObject({ statecode: 0, statuscode: 0 });
			expect(names()).toEqual(['go', 'stay']);
			sandbox.clock.advance(1500);
			expect(await state()).toMatchObject({ statecode: 2, statuscode: 20 });
			sandbox.clock.advance(1500);
			expect(await state()).toMatchObject({ statecode: 3, statuscode: 30 });
			expect(names()).toEqual(['stay']);
		},
	},
});
