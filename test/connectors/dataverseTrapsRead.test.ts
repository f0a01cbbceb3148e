import { DynamicsWebApi } from 'dynamics-web-api';
import { useDataverse } from '../sandbox/useDataverse';
import type { Session } from '../sandbox/dataverse/session';
import { openSession } from '../sandbox/dataverse/session';
import { testRules } from '../sandbox/ruleTable';
import { connect, contacts, person, tally, writeAll } from './dynamics365Client';

const org = useDataverse();
let session: Session;

beforeEach(async () => {
	session = await openSession(org);
});

type Shape = Record<string, unknown>;

const get = async (path: string, headers: Record<string, string> = {}) =>
	(await session.call(path, { headers })).json<Shape & { value: Shape[] }>();
const status = async (path: string, headers: Record<string, string> = {}) =>
	(await session.call(path, { headers })).status;
const patch = (path: string, body: unknown, headers: Record<string, string> = {}) =>
	session.call(path, { method: 'PATCH', body, headers });
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
	session.call(path, { method: 'POST', body, headers });
const nameRows = (...names: string[]) => names.map((name) => org.insert('account', { name }));
const link = (page: Shape, kind: 'nextLink' | 'deltaLink') => String(page[`@odata.${kind}`]);
const track = { prefer: 'odata.track-changes' };
const contactField = async (name: string) =>
	(await connect(org).fields('contact')).find((field) => field.name === name);

testRules('dataverse', {
	'T-13': {
		'If-None-Match: null is no condition; ours never sends it beside If-Match': async () => {
			const [id = ''] = nameRows('a');
			const literal = { 'if-none-match': 'null' };
			expect((await patch(`accounts(${id})`, { name: 'b' }, literal)).status).toBe(204);
			const star = { 'if-none-match': '*' };
			expect((await patch(`accounts(${id})`, { name: 'c' }, star)).status).toBe(412);
			org.insert('contact', { lastname: 'Old', crmsync_externalid: 'a' });
			await writeAll(connect(org), contacts, [person('a'), person('b')]);
			const sent = org.log.flatMap((request) => [request, ...(request.parts ?? [])]);
			const marked = sent.filter(({ headers }) => headers['if-none-match'] === 'null');
			expect(marked.length).toBeGreaterThan(0);
			expect(marked.filter(({ headers }) => 'if-match' in headers)).toEqual([]);
		},
	},
	'T-14': {
		'$top beside maxpagesize is ignored, alone it cuts silently; ours never sends it': async () => {
			nameRows('a', 'b', 'c', 'd');
			const paged = await get('accounts?$top=1', { prefer: 'odata.maxpagesize=3' });
			expect([paged.value.length, typeof paged['@odata.nextLink']]).toEqual([3, 'string']);
			const cut = await get('accounts?$top=1');
			expect([cut.value.length, cut['@odata.nextLink']]).toEqual([1, undefined]);
			const start = org.log.length;
			const keys = Array.from({ length: 20 }, (_, n) => ({ crmsync_externalid: `k${n}` }));
			await connect(org).find(contacts, keys, ['lastname']);
			await connect(org).objects();
			const sent = org.log.slice(start).flatMap((request) => [request, ...(request.parts ?? [])]);
			expect(sent.length).toBeGreaterThan(2);
			expect(sent.filter(({ url }) => /(\$|%24)top=/.test(url))).toEqual([]);
		},
	},
	'T-15': {
		'a page link holds only unaltered and with the same Prefer': async () => {
			nameRows('a', 'b', 'c');
			const prefer = { prefer: 'odata.maxpagesize=1' };
			const next = link(await get('accounts?$select=name', prefer), 'nextLink');
			expect(await status(next, prefer)).toBe(200);
			expect(await status(`${next}&$count=true`, prefer)).toBe(400);
			expect(await status(next.replace('%3C', encodeURIComponent('%3C')), prefer)).toBe(400);
			expect(await status(next, { prefer: 'odata.maxpagesize=2' })).toBe(400);
			expect(await status(next)).toBe(400);
		},
	},
	'T-16': {
		'wildcards live in string filters, ne finds null; our look-up is exact all the same':
			async () => {
				nameRows('a_b', 'aXb');
				const filter = async (text: string) =>
					(await get(`accounts?$filter=${encodeURIComponent(text)}`)).value.map((row) => row.name);
				expect(await filter("contains(name,'a_b')")).toEqual(['a_b', 'aXb']);
				expect(await filter("name eq 'A_B'")).toEqual(['a_b']);
				expect(await filter("fax ne '1'")).toEqual(['a_b', 'aXb']);
				for (const value of ['literal', 'wildcard'] as const) {
					org.switches['U-26'] = value;
					const id = org.insert('contact', { lastname: value, crmsync_externalid: `${value}_1` });
					org.insert('contact', { lastname: 'no', crmsync_externalid: `${value}X1` });
					const [found] = await connect(org).find(
						contacts,
						[{ crmsync_externalid: `${value}_1` }],
						['lastname'],
					);
					expect(found?.id).toBe(id);
				}
			},
	},
	'T-17': {
		'a filter on AttributeType hides multi-select choices; ours finds them': async () => {
			const choices = await get(
				"EntityDefinitions(LogicalName='contact')/Attributes?$select=LogicalName&$filter=AttributeType eq Microsoft.Dynamics.CRM.AttributeTypeCode'Picklist'",
			);
			const names = choices.value.map((row) => row.LogicalName);
			expect(names).toContain('gendercode');
			expect(names).not.toContain('crmsync_interests');
			const field = await contactField('crmsync_interests');
			expect([field?.type, field?.options?.length]).toEqual(['multiChoice', 3]);
			const { results } = await writeAll(connect(org), contacts, [
				person('a', { lastname: 'x', crmsync_interests: '935350000,935350002' }),
			]);
			expect(tally(results)).toEqual({ created: 1 });
			expect(org.rows('contact')[0]?.crmsync_interests).toBe('935350000,935350002');
		},
	},
	'T-18': {
		'text that looks like a date stays text with us; another client turns it into a Date':
			async () => {
				const text = '2024-01-02T03:04:05Z';
				const id = org.insert('contact', { lastname: text, crmsync_externalid: 'a' });
				const key = { crmsync_externalid: 'a' };
				const [found] = await connect(org).find(contacts, [key], ['lastname', 'createdon']);
				expect(found?.record.lastname).toBe(text);
				const other = new DynamicsWebApi({
					serverUrl: org.url,
					dataApi: { version: '9.2' },
					onTokenRefresh: () => Promise.resolve(session.token),
				});
				const row = await other.retrieve({ collection: 'contacts', key: id, select: ['lastname'] });
				expect((row as Shape).lastname).toBeInstanceOf(Date);
				const types = ['birthdate', 'createdon'].map(
					async (name) => (await contactField(name))?.type,
				);
				expect(await Promise.all(types)).toEqual(['date', 'dateTime']);
			},
	},
	'T-19': {
		'consent columns differ in polarity; their labels say what true means': async () => {
			const meaning = async (name: string) =>
				(await contactField(name))?.options?.find(({ value }) => value === true)?.label;
			const names = ['donotemail', 'donotsendmm', 'donotbulkpostalmail', 'followemail'];
			expect(await Promise.all(names.map(meaning))).toEqual([
				'Do Not Allow',
				'Do Not Send',
				'Yes',
				'Allow',
			]);
		},
	},
	'T-20': {
		'delta reads refuse $filter and need org-level read; the newer link forgets': async () => {
			nameRows('a');
			const start = await get('accounts?$select=name', track);
			expect(await status('accounts?$filter=name%20eq%20null', track)).toBe(400);
			nameRows('b');
			const second = await get(link(start, 'deltaLink'), track);
			expect(second.value).toHaveLength(1);
			// Whoever stores the new link before the change was delivered has lost the change.
			expect((await get(link(second, 'deltaLink'), track)).value).toEqual([]);
			expect((await get(link(start, 'deltaLink'), track)).value).toHaveLength(1);
			org.identity.readDepth = 'Basic';
			expect(await status('accounts', track)).toBe(403);
		},
		'an expired link needs a full read': async () => {
			nameRows('a');
			const start = link(await get('accounts?$select=name', track), 'deltaLink');
			org.clock.advance(8 * 86_400_000);
			session = await openSession(org);
			expect(await status(start, track)).toBe(400);
			expect((await get('accounts?$select=name', track)).value).toHaveLength(1);
		},
	},
	'T-21': {
		'a new key is not shown from the cache and not usable at once; ours asks for the truth':
			async () => {
				await connect(org).keys('account');
				const keys = "EntityDefinitions(LogicalName='account')/Keys";
				const DisplayName = { LocalizedLabels: [{ Label: 'I', LanguageCode: 1033 }] };
				await post(keys, {
					SchemaName: 'crmsync_Icao',
					KeyAttributes: ['crmsync_icao'],
					DisplayName,
				});
				const stale = (await get(keys)).value.map((key) => key.LogicalName);
				expect(stale).not.toContain('crmsync_icao');
				const usable = async () =>
					(await connect(org).keys('account')).find(({ name }) => /icao/i.test(name))?.usable;
				expect(await usable()).toBe(false);
				org.clock.advance(5000);
				expect(await usable()).toBe(true);
			},
	},
	'T-22': {
		'PUT without MergeLabels loses the other languages': async () => {
			const path = "EntityDefinitions(LogicalName='crmsync_visit')";
			const ParameterXml =
				'<importexportxml><entities><entity>crmsync_visit</entity></entities></importexportxml>';
			const put = async (Label: string, LanguageCode: number, merge: string) => {
				const DisplayName = { LocalizedLabels: [{ Label, LanguageCode }] };
				const headers = { 'MSCRM.MergeLabels': merge };
				await session.call(path, { method: 'PUT', body: { DisplayName }, headers });
				await post('PublishXml', { ParameterXml });
				const shape = await get(path, { consistency: 'Strong' });
				const { LocalizedLabels } = shape.DisplayName as { LocalizedLabels: Shape[] };
				return LocalizedLabels.map((each) => each.Label).join(' ');
			};
			expect(await put('Besuch', 1031, 'true')).toBe('Visit Besuch');
			expect(await put('Visite', 1036, 'false')).toBe('Visite');
		},
	},
	'T-23': {
		'SuppressDuplicateDetection: false switches detection on; ours leaves it alone': async () => {
			org.logic.duplicateRules.push({ table: 'contact', columns: ['lastname'] });
			org.insert('contact', { lastname: 'Twin' });
			const twin = (headers: Record<string, string>) =>
				post('contacts', { lastname: 'Twin' }, headers);
			const on = await twin({ 'MSCRM.SuppressDuplicateDetection': 'false' });
			expect(on.code).toBe('0x80040333');
			const off = await twin({ 'MSCRM.SuppressDuplicateDetection': 'true' });
			expect([off.status, (await twin({})).status]).toEqual([204, 204]);
			const { results } = await writeAll(connect(org), contacts, [
				person('a', { lastname: 'Twin' }),
			]);
			expect(tally(results)).toEqual({ created: 1 });
		},
	},
});
