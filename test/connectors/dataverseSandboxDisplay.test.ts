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

const ALL = 'odata.include-annotations="*"';
const FORMATTED = 'OData.Community.Display.V1.FormattedValue';
const formattedOnly = `odata.include-annotations="${FORMATTED}"`;
const crm = (type: string) => `Microsoft.Dynamics.CRM.${type}`;
const read = async (path: string, headers: Record<string, string> = {}) =>
	(await session.call(path, { headers })).json<Shape>();
const labels = (texts: Readonly<Record<number, string>>) => ({
	LocalizedLabels: Object.entries(texts).map(([code, Label]) => ({
		Label,
		LanguageCode: Number(code),
	})),
});
const path = "EntityDefinitions(LogicalName='account')/Attributes(LogicalName='crmsync_icao')";
const definition = (texts: Readonly<Record<number, string>>) => ({
	'@odata.type': crm('StringAttributeMetadata'),
	SchemaName: 'crmsync_Icao',
	MaxLength: 4,
	RequiredLevel: { Value: 'None' },
	DisplayName: labels(texts),
});
const put = (body: unknown, headers: Record<string, string> = {}) =>
	session.call(path, { method: 'PUT', body, headers });
const publish = () =>
	session.call('PublishXml', {
		method: 'POST',
		body: {
			ParameterXml:
				'<importexportxml><entities><entity>account</entity></entities></importexportxml>',
		},
	});
const merge = { 'MSCRM.MergeLabels': 'true' };
const display = async () => {
	const shape = await read(path, { consistency: 'Strong' });
	const name = shape.DisplayName as {
		LocalizedLabels: Array<{ Label: string; LanguageCode: number }>;
		UserLocalizedLabel: { Label: string };
	};
	const all = name.LocalizedLabels.map(({ Label, LanguageCode }) => `${LanguageCode} ${Label}`);
	return [all.join(', '), name.UserLocalizedLabel.Label];
};

testRules('dataverse', {
	'S-26': {
		'labels come in every language, and in the caller’s': async () => {
			await put(definition({ 1033: 'ICAO', 1031: 'ICAO-Code' }), merge);
			await publish();
			expect(await display()).toEqual(['1033 ICAO, 1031 ICAO-Code', 'ICAO']);
			sandbox.settings.language = 1031;
			expect((await display())[1]).toBe('ICAO-Code');
			sandbox.settings.language = 1036;
			expect((await display())[1]).toBe('ICAO');
		},
		'PUT without MergeLabels drops the other languages (T-22)': async () => {
			await put(definition({ 1033: 'ICAO', 1031: 'ICAO-Code' }), merge);
			await put(definition({ 1036: 'Code OACI' }), merge);
			await publish();
			// Each definition was built on what was published when it was sent.
			await put(definition({ 1031: 'ICAO-Code' }), merge);
			await publish();
			expect((await display())[0]).toContain('1031 ICAO-Code');
			expect((await display())[0]).toContain('1036 Code OACI');
			await put(definition({ 1033: 'Code' }));
			await publish();
			expect((await display())[0]).toBe('1033 Code');
		},
		'PUT replaces the whole definition, PATCH is no way, and changes wait for PublishXml':
			async () => {
				await put({ ...definition({ 1033: 'New' }), MaxLength: 20 });
				expect((await display())[1]).toBe('ICAO Code');
				await publish();
				expect((await display())[1]).toBe('New');
				const rest = { ...definition({ 1033: 'New' }), MaxLength: undefined };
				await put(rest);
				await publish();
				const cast = await read(`${path}/${crm('StringAttributeMetadata')}`, {
					consistency: 'Strong',
				});
				expect(cast.MaxLength).toBe(100);
				const patched = await session.call(path, { method: 'PATCH', body: rest });
				expect(patched.status).toBe(405);
				const other = { ...rest, '@odata.type': crm('MemoAttributeMetadata') };
				expect((await put(other)).status).toBe(400);
			},
	},
	'S-29': {
		'formatted values only when asked for, in the caller’s language and time zone (T-18)':
			async () => {
				const account = sandbox.insert('account', { name: 'Parent' });
				const id = sandbox.insert('crmsync_booking', {
					crmsync_name: 'B',
					crmsync_number: 1234,
					crmsync_amount: 1234.5,
					crmsync_confirmed: true,
					crmsync_channel: 935_350_001,
					crmsync_extras: '935350000,935350002',
					crmsync_departure: '2024-05-06T23:30:00Z',
					crmsync_day: '2024-05-06',
					crmsync_bookedon: '2024-05-06T23:30:00Z',
					'crmsync_AccountId@odata.bind': `/accounts(${account})`,
				});
				const row = `crmsync_bookings(${id})`;
				expect(Object.keys(await read(row)).filter((name) => name.includes(FORMATTED))).toEqual([]);
				const shown = await read(row, { prefer: formattedOnly });
				const of = (shape: Shape, name: string) => shape[`${name}@${FORMATTED}`];
				expect(of(shown, 'crmsync_number')).toBe('1,234');
				expect(of(shown, 'crmsync_amount')).toBe('€1,234.50');
				expect(of(shown, 'crmsync_confirmed')).toBe('Yes');
				expect(of(shown, 'crmsync_channel')).toBe('Phone');
				expect(of(shown, 'crmsync_extras')).toBe('Lounge; Seat');
				expect(of(shown, '_crmsync_accountid_value')).toBe('Parent');
				expect(of(shown, 'crmsync_name')).toBeUndefined();
				expect(shown).not.toHaveProperty([`_crmsync_accountid_value@${crm('lookuplogicalname')}`]);
				const dates = ['crmsync_bookedon', 'crmsync_departure', 'crmsync_day'];
				expect(dates.map((name) => String(of(shown, name)).slice(0, 6))).toEqual([
					'5/6/24',
					'5/6/24',
					'5/6/24',
				]);
				Object.assign(sandbox.settings, { language: 1031, timeZone: 'Europe/Berlin' });
				const german = await read(row, { prefer: formattedOnly });
				expect(of(german, 'crmsync_number')).toBe('1.234');
				expect(of(german, 'crmsync_confirmed')).toBe('Ja');
				// Only the user-local time moves to the next day.
				expect(dates.map((name) => String(of(german, name)).slice(0, 8))).toEqual([
					'07.05.24',
					'06.05.24',
					'06.05.24',
				]);
				expect(german.crmsync_bookedon).toBe(shown.crmsync_bookedon);
			},
		'lookup annotations name the target; lists and expanded rows carry them too': async () => {
			const id = sandbox.insert('account', { name: 'A', industrycode: 1 });
			sandbox.insert('contact', {
				lastname: 'x',
				'parentcustomerid_account@odata.bind': `/accounts(${id})`,
			});
			const list = await read('contacts?$expand=parentcustomerid_account($select=industrycode)', {
				prefer: ALL,
			});
			const [row] = list.value as Shape[];
			expect(row).toMatchObject({
				[`_parentcustomerid_value@${crm('lookuplogicalname')}`]: 'account',
				[`_parentcustomerid_value@${crm('associatednavigationproperty')}`]:
					'parentcustomerid_account',
				parentcustomerid_account: { [`industrycode@${FORMATTED}`]: 'Accounting' },
			});
		},
	},
	'S-30': {
		'304 only for the known etag, with concurrency control, no $expand, no annotations':
			async () => {
				const id = sandbox.insert('account', { name: 'a' });
				const visit = sandbox.insert('crmsync_visit', { crmsync_name: 'v' });
				const tagOf = async (row: string) => (await session.call(row)).headers.get('ETag') ?? '';
				const account = `accounts(${id})`;
				const status = async (row: string, headers: Record<string, string>) =>
					(await session.call(row, { headers })).status;
				const known = { 'if-none-match': await tagOf(account) };
				expect(await status(account, known)).toBe(304);
				expect(await status(`${account}?$select=name`, known)).toBe(304);
				expect(await status(`${account}?$expand=primarycontactid`, known)).toBe(200);
				expect(await status(account, { ...known, prefer: formattedOnly })).toBe(200);
				expect(await status(account, { 'if-none-match': 'null' })).toBe(200);
				const unversioned = `crmsync_visits(${visit})`;
				const itsTag = { 'if-none-match': await tagOf(unversioned) };
				expect(await status(unversioned, itsTag)).toBe(200);
				await session.call(account, { method: 'PATCH', body: { name: 'b' } });
				expect(await status(account, known)).toBe(200);
			},
		'/$count is plain text and follows the filter; every count stops at 5000': async () => {
			for (let n = 0; n < 5001; n += 1) {
				sandbox.insert('crmsync_visit', { crmsync_name: n < 3 ? 'few' : 'many' });
			}
			const count = async (query: string) =>
				(await session.call(`crmsync_visits/$count${query}`)).text.replace('\uFEFF', '');
			expect(await count("?$filter=crmsync_name eq 'few'")).toBe('3');
			expect(await count('')).toBe('5000');
			const counted = await session.call('crmsync_visits/$count');
			expect(counted.headers.get('Content-Type')).toBe('text/plain');
			const list = 'crmsync_visits?$select=crmsync_name&$count=true';
			expect(await read(list, { prefer: `${ALL},odata.maxpagesize=1` })).toMatchObject({
				'@odata.count': 5000,
				[`@${crm('totalrecordcount')}`]: 5001,
				[`@${crm('totalrecordcountlimitexceeded')}`]: true,
			});
			const uncounted = await read('crmsync_visits?$top=1', { prefer: ALL });
			expect(uncounted[`@${crm('totalrecordcount')}`]).toBe(-1);
			expect(uncounted).not.toHaveProperty(['@odata.count']);
		},
		'RetrieveTotalRecordCount is a snapshot up to a day old': async () => {
			const total = async (argument = "['account','contact']", query = '') => {
				const call = `RetrieveTotalRecordCount(EntityNames=${argument})${query}`;
				const { EntityRecordCountCollection: counts } = await read(call);
				return (counts as { Values: number[] }).Values;
			};
			sandbox.insert('account', { name: 'a' });
			expect(await total()).toEqual([1, 0]);
			sandbox.insert('account', { name: 'b' });
			expect(await total()).toEqual([1, 0]);
			sandbox.clock.advance(25 * 3_600_000);
			session = await openSession(sandbox);
			expect(await total('@p1', "?@p1=['account']")).toEqual([2]);
			const unknown = "RetrieveTotalRecordCount(EntityNames=['nope'])";
			expect((await session.call(unknown)).status).toBe(400);
		},
	},
});
