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
const bookings = 'crmsync_bookings';
const representation = { prefer: 'return=representation' };

testRules('dataverse', {
	'S-06': {
		'entity sets and actions are case-sensitive': async () => {
			expect(result(await send('GET', 'Accounts'))).toEqual([404, '0x8006088a']);
			const action = await post('accounts/Microsoft.Dynamics.CRM.createMultiple', {});
			expect(result(action)).toEqual([404, '0x8006088a']);
		},
		'unknown property in URL and body, codes by U-09': async () => {
			const url = await send('GET', 'accounts?$select=Name');
			expect(result(url)).toEqual([400, '0x80060888']);
			expect(url.message).toBe(
				"Could not find a property named 'Name' on type 'Microsoft.Dynamics.CRM.account'.",
			);
			const body = await post('accounts', { Name: 'x' });
			expect(result(body)).toEqual([400, '0x80048d19']);
			expect(body.message).toContain(
				"Invalid property 'Name' was found in entity 'Microsoft.Dynamics.CRM.account'.",
			);
			sandbox.switches['U-09'] = '0x0';
			expect(result(await send('GET', 'accounts?$select=Name'))).toEqual([400, '0x0']);
			expect(result(await post('accounts', { Name: 'x' }))).toEqual([400, '0x0']);
		},
		'a bad $select refuses a write before it happens': async () => {
			expect((await post('accounts?$select=nope', { name: 'x' }, representation)).status).toBe(400);
			expect(sandbox.rows('account')).toHaveLength(0);
		},
	},
	'S-07': {
		'undeclared navigation properties: wrong casing and polymorphic base name': async () => {
			const id = sandbox.insert('account', { name: 'a' });
			for (const [set, name] of [
				['contacts', 'parentcustomerid'],
				[bookings, 'crmsync_accountid'],
			] as const) {
				const answer = await post(set, { [`${name}@odata.bind`]: `/accounts(${id})` });
				expect(result(answer)).toEqual([400, '0x80048d19']);
				expect(answer.message).toMatch(
					new RegExp(`InnerException : .*An undeclared property '${name}'.*\\r\\n   at `, 's'),
				);
			}
		},
		'a lookup takes no plain value, under none of its names': async () => {
			for (const name of ['parentcustomerid', '_parentcustomerid_value']) {
				const answer = await post('contacts', { lastname: 'x', [name]: sandbox.ids.team });
				expect(result(answer)).toEqual([400, '0x80048d19']);
			}
		},
		'a null bind is refused, a null navigation property clears': async () => {
			const parent = sandbox.insert('account', { name: 'p' });
			const id = sandbox.insert('account', {
				name: 'c',
				'parentaccountid@odata.bind': `/accounts(${parent})`,
			});
			const refused = await patch(`accounts(${id})`, { 'parentaccountid@odata.bind': null });
			expect(result(refused)).toEqual([400, '0x80048d19']);
			expect(refused.message).toContain("'parentaccountid'");
			expect(account(id)?._parentaccountid_value).toBe(parent);
			expect((await patch(`accounts(${id})`, { parentaccountid: null })).status).toBe(204);
			expect(account(id)).not.toHaveProperty('_parentaccountid_value');
		},
		'unconvertible literals name value and type': async () => {
			const answer = await post('accounts', { numberofemployees: 'many' });
			expect(result(answer)).toEqual([400, '0x80048d19']);
			expect(answer.message).toContain(
				"Cannot convert the literal 'many' to the expected type 'Edm.Int32'.",
			);
		},
	},
	'S-08': {
		'each type check answers with its code': async () => {
			const many = Array.from({ length: 151 }, (_, index) => index).join(',');
			const cases: ReadonlyArray<[string, Record<string, unknown>, string]> = [
				['accounts', { crmsync_icao: 'LFPGX' }, '0x80044331'],
				['accounts', { numberofemployees: -1 }, '0x8004432f'],
				['accounts', { address1_latitude: 91 }, '0x80044330'],
				['accounts', { industrycode: 99 }, '0x8004431a'],
				['accounts', { statecode: 0, statuscode: 2 }, '0x80048408'],
				['accounts', { name: 'a\u0001b' }, '0x80040278'],
				[bookings, { crmsync_bookedon: '1752-12-31T23:59:59Z' }, '0x80040239'],
				[bookings, { crmsync_day: '2024-01-02T00:00:00Z' }, '0x80048d19'],
				[bookings, { crmsync_bookedon: '2024-01-02' }, '0x80048d19'],
				[bookings, { crmsync_day: '2024-02-30' }, '0x80048d19'],
				[bookings, { crmsync_extras: many }, '0x80040203'],
				[bookings, { crmsync_extras: '935350000,1' }, '0x8004431a'],
				[bookings, { crmsync_confirmed: 'true' }, '0x80048d19'],
				['accounts', { name: 5 }, '0x80048d19'],
			];
			for (const [set, body, code] of cases) {
				expect([body, ...result(await post(set, body))]).toEqual([body, 400, code]);
			}
		},
		'quoted numbers are refused, or converted by U-08': async () => {
			const write = () => post('accounts', { numberofemployees: '5' });
			expect(result(await write())).toEqual([400, '0x80048d19']);
			sandbox.switches['U-08'] = 'converted';
			expect((await write()).status).toBe(204);
			expect(onlyAccount()?.numberofemployees).toBe(5);
		},
		'values are stored as the platform stores them': async () => {
			await post(bookings, {
				crmsync_departure: '2024-01-02T03:04:05+02:00',
				crmsync_bookedon: '2024-01-02T03:04:05.678+02:00',
				crmsync_extras: '935350002,935350000',
				crmsync_weight: 1.239,
				crmsync_name: '',
				crmsync_amount: 5,
			});
			const [row] = sandbox.rows('crmsync_booking');
			expect(row).toMatchObject({
				crmsync_departure: '2024-01-02T03:04:05Z',
				crmsync_bookedon: '2024-01-02T01:04:05Z',
				crmsync_extras: '935350000,935350002',
				crmsync_weight: 1.24,
				_transactioncurrencyid_value: sandbox.ids.currency,
			});
			expect(row).not.toHaveProperty('crmsync_name');
		},
		'money without currency is refused by U-21': async () => {
			sandbox.switches['U-21'] = 'refused';
			expect(result(await post('accounts', { revenue: 5 }))).toEqual([400, '0x80040203']);
		},
		'a state alone brings its status; inactive rows go back': async () => {
			const id = sandbox.insert('account', { name: 'x' });
			await patch(`accounts(${id})`, { statecode: 1 });
			expect(account(id)).toMatchObject({ statecode: 1, statuscode: 2 });
			expect((await patch(`accounts(${id})`, { statuscode: 1 })).code).toBe('0x80048408');
		},
	},
	'S-09': {
		'binds by GUID and by key, with and without slash, polymorphic': async () => {
			const id = sandbox.insert('account', { name: 'a', accountnumber: 'K1' });
			for (const link of [`/accounts(${id})`, `accounts(${id})`, "/accounts(accountnumber='K1')"]) {
				const body = { lastname: 'x', 'parentcustomerid_account@odata.bind': link };
				const answer = await post('contacts', body, {
					prefer: 'return=representation,odata.include-annotations="*"',
				});
				expect(answer.json()).toMatchObject({
					_parentcustomerid_value: id,
					'_parentcustomerid_value@Microsoft.Dynamics.CRM.lookuplogicalname': 'account',
				});
			}
		},
		'missing parents: 0x80040217 by id, 0x80060891 by key': async () => {
			const bind = (link: string) => post('accounts', { 'parentaccountid@odata.bind': link });
			expect(result(await bind(`/accounts(${sandbox.ids.team})`))).toEqual([404, '0x80040217']);
			expect(result(await bind("/accounts(accountnumber='no')"))).toEqual([404, '0x80060891']);
			expect((await bind(`/contacts(${sandbox.ids.team})`)).code).toBe('0x80048d19');
		},
	},
});
