import { useDataverse } from '../sandbox/useDataverse';
import type { Session } from '../sandbox/dataverse/session';
import { openSession } from '../sandbox/dataverse/session';
import { testRules } from '../sandbox/ruleTable';

const sandbox = useDataverse();
let session: Session;

beforeEach(async () => {
	session = await openSession(sandbox);
});

type Shape = Record<string, unknown>;

const strong = { headers: { consistency: 'Strong' } };
const list = async (path: string) =>
	(await session.call(path, strong)).json<{ value: Shape[] }>().value;
const get = async (path: string) => (await session.call(path)).json<Shape>();
const attributes = (table: string, rest = '') =>
	list(`EntityDefinitions(LogicalName='${table}')/Attributes${rest}`);
const keysOf = async (table: string) =>
	Object.fromEntries(
		(
			await list(
				`EntityDefinitions(LogicalName='${table}')/Keys?$select=LogicalName,EntityKeyIndexStatus`,
			)
		).map((key) => [key.LogicalName, key.EntityKeyIndexStatus]),
	);
const label = { LocalizedLabels: [{ Label: 'Key', LanguageCode: 1033 }] };
const createKey = (SchemaName: string, KeyAttributes: string[], table = 'account') =>
	session.call(`EntityDefinitions(LogicalName='${table}')/Keys`, {
		method: 'POST',
		body: { SchemaName, KeyAttributes, DisplayName: label },
	});

testRules('dataverse', {
	'S-25': {
		'a new key is Pending, InProgress, then Active, and only then addresses rows': async () => {
			sandbox.insert('account', { name: 'a', crmsync_icao: 'LFPG' });
			const created = await createKey('crmsync_Icao', ['crmsync_icao']);
			expect(created.status).toBe(204);
			expect(created.headers.get('OData-EntityId')).toContain('/Keys(');
			const read = async () => (await session.call("accounts(crmsync_icao='LFPG')")).status;
			for (const [expected, status] of [
				['Pending', 400],
				['InProgress', 400],
				['Active', 200],
			]) {
				expect([(await keysOf('account')).crmsync_icao, await read()]).toEqual([expected, status]);
				sandbox.clock.advance(1100);
			}
		},
		'duplicates fail the index; ReactivateEntityKey starts a failed job again': async () => {
			const [id = ''] = ['a', 'b'].map((name) =>
				sandbox.insert('account', { name, crmsync_icao: 'LFPG' }),
			);
			await createKey('crmsync_Icao', ['crmsync_icao']);
			sandbox.clock.advance(5000);
			expect((await keysOf('account')).crmsync_icao).toBe('Failed');
			const reactivate = (key: string) =>
				session.call('ReactivateEntityKey', {
					method: 'POST',
					body: { EntityLogicalName: 'account', EntityKeyLogicalName: key },
				});
			expect((await reactivate('crmsync_accountnumber')).code).toBe('0x80060897');
			await session.call(`accounts(${id})`, { method: 'DELETE' });
			expect((await reactivate('crmsync_icao')).status).toBe(204);
			sandbox.clock.advance(5000);
			expect((await keysOf('account')).crmsync_icao).toBe('Active');
			const twice = await session.call('accounts', {
				method: 'POST',
				body: { crmsync_icao: 'LFPG' },
			});
			expect(twice.code).toBe('0x80060892');
		},
		'deleting a key cancels its job, and frees its values': async () => {
			await createKey('crmsync_Icao', ['crmsync_icao']);
			const path = "EntityDefinitions(LogicalName='account')/Keys(LogicalName='crmsync_icao')";
			const remove = async () =>
				(await session.call(path, { method: 'DELETE', headers: { 'if-match': '*' } })).status;
			expect([await remove(), await remove()]).toEqual([204, 404]);
			sandbox.clock.advance(5000);
			expect(await keysOf('account')).not.toHaveProperty('crmsync_icao');
			expect((await createKey('crmsync_Icao', ['crmsync_icao'])).status).toBe(204);
		},
		'names, columns, types and sizes are checked': async () => {
			const cases: ReadonlyArray<[string, string[], string]> = [
				['crmsync_AccountNumber', ['crmsync_icao'], '0x80060893'],
				['crmsync_Again', ['accountnumber'], '0x80060894'],
				['crmsync_Big', ['address1_line1', 'address1_line2'], '0x80060895'],
				['crmsync_Flag', ['donotemail'], '0x80060890'],
				['NoPrefix', ['crmsync_icao'], '0x80044366'],
			];
			for (const [name, columns, code] of cases) {
				expect([name, (await createKey(name, columns)).code]).toEqual([name, code]);
			}
			const names = [
				'name',
				'fax',
				'telephone1',
				'telephone2',
				'emailaddress1',
				'emailaddress2',
				'crmsync_icao',
				'crmsync_timezone',
			];
			for (const name of names) await createKey(`crmsync_${name}key`, [name]);
			expect((await createKey('crmsync_Eleventh', ['address1_city'])).message).toContain(
				'already has 10 keys',
			);
		},
	},
	'S-34': {
		'account and contact have the columns the templates map': async () => {
			const columns = (await attributes('account', '?$select=LogicalName')).map(
				(row) => row.LogicalName,
			);
			const needed =
				'name accountnumber telephone1 websiteurl emailaddress1 address1_line1 address1_city address1_country address1_postalcode address1_latitude address1_longitude address1_name description numberofemployees revenue industrycode statecode statuscode primarycontactid parentaccountid donotemail createdon modifiedon versionnumber ownerid crmsync_airportcode crmsync_icao crmsync_timezone crmsync_altitude crmsync_kind';
			expect(columns).toEqual(expect.arrayContaining(needed.split(' ')));
			const consent =
				'firstname lastname emailaddress1 parentcustomerid donotemail donotbulkemail donotphone donotfax donotpostalmail donotbulkpostalmail donotsendmm followemail';
			const contact = (await attributes('contact', '?$select=LogicalName')).map(
				(row) => row.LogicalName,
			);
			expect(contact).toEqual(expect.arrayContaining(consent.split(' ')));
		},
		'new rows get owner, stamps, state and the consent defaults': async () => {
			sandbox.clock.freeze();
			sandbox.clock.set('2024-05-06T07:08:09.999Z');
			session = await openSession(sandbox);
			await session.call('contacts', { method: 'POST', body: { lastname: 'x' } });
			expect(sandbox.rows('contact')[0]).toMatchObject({
				createdon: '2024-05-06T07:08:09Z',
				_ownerid_value: sandbox.ids.user,
				statecode: 0,
				statuscode: 1,
				donotemail: false,
				followemail: true,
				versionnumber: expect.any(Number),
			});
		},
		'lead, a custom activity with an event key, and several publishers': async () => {
			const lead = { subject: 'Fleet', lastname: 'Doe', donotemail: true, new_leadid: 'L1' };
			const post = (set: string, body: unknown) => session.call(set, { method: 'POST', body });
			expect((await post('leads', lead)).status).toBe(204);
			expect(await get("leads(new_leadid='L1')")).toMatchObject({ donotemail: true });
			const id = String(sandbox.rows('lead')[0]?.leadid);
			const touch = {
				subject: 'Newsletter opened',
				contoso_eventid: 'evt-1',
				actualend: '2024-05-06T07:08:09Z',
				'regardingobjectid_lead_contoso_touchpoint@odata.bind': `/leads(${id})`,
				statecode: 1,
				statuscode: 2,
			};
			const key = "contoso_touchpoints(contoso_eventid='evt-1')";
			const write = () => session.call(key, { method: 'PATCH', body: touch });
			expect([(await write()).status, (await write()).status]).toEqual([204, 204]);
			expect(sandbox.rows('contoso_touchpoint')).toHaveLength(1);
			const tables = (await get('EntityDefinitions?$select=LogicalName,IsActivity')).value;
			const activities = (tables as Shape[]).filter((table) => table.IsActivity);
			expect(activities.map((table) => table.LogicalName)).toEqual(['contoso_touchpoint']);
			const solutions = await get(
				'solutions?$select=uniquename,friendlyname&$filter=ismanaged eq false and isvisible eq true' +
					'&$expand=publisherid($select=customizationprefix,customizationoptionvalueprefix)',
			);
			const prefixes = (solutions.value as Array<{ publisherid: Shape }>).map(
				(row) => row.publisherid.customizationprefix,
			);
			expect(prefixes).toEqual(['crmsync', 'contoso', 'new']);
		},
	},
});
