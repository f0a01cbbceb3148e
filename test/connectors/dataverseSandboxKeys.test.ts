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
const onlyAccount = () => sandbox.rows('account')[0];

testRules('dataverse', {
	'S-13': {
		'doubled quotes, percent escapes, composite and lookup keys': async () => {
			await patch("accounts(accountnumber='O''Hare%20X')", { name: 'a' });
			expect(onlyAccount()?.accountnumber).toBe("O'Hare X");
			await patch("accounts(crmsync_airportcode='CDG',address1_country='FR')", { name: 'b' });
			expect(sandbox.rows('account')[1]).toMatchObject({
				address1_country: 'FR',
				crmsync_airportcode: 'CDG',
			});
			const who = sandbox.insert('contact', { lastname: 'x' });
			const path = `crmsync_bookings(_crmsync_travellerid_value=${who},crmsync_number=7)`;
			expect((await patch(path, { crmsync_name: 'c' })).status).toBe(204);
			expect(sandbox.rows('crmsync_booking')[0]).toMatchObject({
				_crmsync_travellerid_value: who,
				crmsync_number: 7,
			});
		},
		'a parameter alias may hold what a segment may not': async () => {
			sandbox.insert('account', { name: 'a', accountnumber: 'a/b' });
			const answer = await send('GET', "accounts(accountnumber=@k)?@k='a%2Fb'&$select=name");
			expect(answer.json()).toMatchObject({ name: 'a' });
		},
		'undeclared, inactive and mistyped keys are 400': async () => {
			const bad = [
				"accounts(name='a')",
				"accounts(address1_country='FR')",
				'accounts(accountnumber=5)',
				"accounts(accountnumber='a",
				"crmsync_bookings(crmsync_travellerid='x',crmsync_number=7)",
				`systemusers(systemuserid=${sandbox.ids.user})`,
			];
			for (const path of bad) expect([path, (await send('GET', path)).status]).toEqual([path, 400]);
			sandbox.setKeyStatus('account', 'crmsync_accountnumber', 'InProgress');
			const inactive = await patch("accounts(accountnumber='A')", { name: 'a' });
			expect(inactive.message).toContain(
				"is not valid for resource 'Microsoft.Dynamics.CRM.account'",
			);
		},
		'forbidden characters by U-02, percent escapes by U-03': async () => {
			const slash = () => patch("accounts(accountnumber='a%2Fb')", { name: 'a' });
			expect((await slash()).status).toBe(400);
			sandbox.switches['U-02'] = '404';
			expect((await slash()).status).toBe(404);
			sandbox.reset();
			session = await openSession(sandbox);
			sandbox.switches['U-03'] = 'neverDecoded';
			expect((await patch("accounts(accountnumber='a%20b')", { name: 'a' })).status).toBe(400);
		},
		'blank key parts by U-01': async () => {
			const blank = () => patch("accounts(accountnumber='')", { name: 'a' });
			expect(result(await blank())).toEqual([400, '0x8006088f']);
			sandbox.switches['U-01'] = 'accepted';
			expect([(await blank()).status, (await blank()).status]).toEqual([204, 204]);
			expect(sandbox.rows('account')).toHaveLength(2);
		},
		'keys fold case and trailing spaces, unless U-25 is exact': async () => {
			sandbox.insert('account', { name: 'a', accountnumber: 'ab' });
			const path = "accounts(accountnumber='AB%20')";
			expect((await send('GET', path)).status).toBe(200);
			sandbox.switches['U-25'] = 'exact';
			expect((await send('GET', path)).status).toBe(404);
		},
		'a second row with the same key is 0x80060892, status by U-16': async () => {
			sandbox.insert('account', { name: 'a', accountnumber: 'D' });
			const twice = () => post('accounts', { accountnumber: 'd' });
			expect(result(await twice())).toEqual([412, '0x80060892']);
			sandbox.switches['U-16'] = '400';
			expect(result(await twice())).toEqual([400, '0x80060892']);
		},
	},
});
