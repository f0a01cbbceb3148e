import { useDataverse } from '../sandbox/useDataverse';
import type { Session } from '../sandbox/dataverse/session';
import { openSession } from '../sandbox/dataverse/session';
import { testRules } from '../sandbox/ruleTable';
import {
	batchWrites,
	connect,
	contacts,
	person,
	record,
	rowsBy,
	tally,
	writeAll,
} from './dynamics365Client';

const org = useDataverse();
let session: Session;

beforeEach(async () => {
	session = await openSession(org);
});

type Shape = Record<string, unknown>;

const contact = { '@odata.type': 'Microsoft.Dynamics.CRM.contact' };
const target = (key: string, more: Shape = {}) => ({
	...contact,
	'@odata.id': `contacts(crmsync_externalid='${key}')`,
	lastname: `Name ${key}`,
	...more,
});
const bulk = (message: string, Targets: readonly Shape[]) =>
	session.call(`contacts/Microsoft.Dynamics.CRM.${message}Multiple`, {
		method: 'POST',
		body: { Targets },
	});
const patch = (path: string, body: unknown, headers: Record<string, string> = {}) =>
	session.call(path, { method: 'PATCH', body, headers });
const existing = (key: string) =>
	org.insert('contact', { lastname: 'Old', crmsync_externalid: key });
const names = () => org.rows('contact').map((row) => row.lastname);

/** A table without bulk messages: the client writes it through `$batch`. */
const visits = { ...contacts, objectName: 'crmsync_visit', keyFields: ['crmsync_code'] };
const visit = (code: string, values: Shape = {}) =>
	record({ crmsync_code: code }, { crmsync_name: `Visit ${code}`, ...values } as never);
const writes = () => [
	...batchWrites(org),
	...org.log.filter(({ method }) => method === 'PATCH' || method === 'DELETE'),
];

testRules('dataverse', {
	'T-01': {
		'UpsertMultiple says nothing; our client still knows created from updated': async () => {
			const id = existing('a');
			const answer = await bulk('Upsert', [target('a'), target('b')]);
			expect([answer.status, answer.text]).toEqual([204, '']);
			const { results } = await writeAll(connect(org), contacts, [person('a'), person('c')]);
			const created = rowsBy(org, 'contact', 'crmsync_externalid').get('c');
			expect(results).toEqual([
				{ status: 'updated', id },
				{ status: 'created', id: created?.contactid },
			]);
		},
	},
	'T-02': {
		'a key column in an UpsertMultiple target fails on the first new row': async () => {
			existing('a');
			const again = target('a', { crmsync_externalid: 'a' });
			expect((await bulk('Upsert', [again])).status).toBe(204);
			const fresh = target('b', { crmsync_externalid: 'b' });
			const refused = await bulk('Upsert', [again, fresh]);
			expect([refused.status, refused.code]).toEqual([400, '0x80040216']);
			expect(org.rows('contact')).toHaveLength(1);
			const withKey = (key: string) => person(key, { lastname: 'x', crmsync_externalid: key });
			const { results } = await writeAll(connect(org), contacts, [withKey('a'), withKey('b')]);
			expect(tally(results)).toEqual({ created: 1, updated: 1 });
		},
	},
	'T-03': {
		'PATCH by key creates under the body’s value; ours never sends both': async () => {
			await patch("contacts(crmsync_externalid='URL')", { crmsync_externalid: 'BODY' });
			expect(org.rows('contact').map((row) => row.crmsync_externalid)).toEqual(['BODY']);
			const { results } = await writeAll(connect(org), visits, [
				visit('a', { crmsync_code: 'a' }),
				visit('b'),
			]);
			expect(tally(results)).toEqual({ created: 2 });
			const keyed = writes().filter(({ url }) => /\(crmsync_code=/.test(url));
			expect(keyed.filter(({ body }) => body.includes('crmsync_code'))).toEqual([]);
			expect(rowsBy(org, 'crmsync_visit', 'crmsync_code').size).toBe(2);
		},
	},
	'T-04': {
		'UpdateMultiple drops the second silently, UpsertMultiple fails; ours reports both':
			async () => {
				const contactid = existing('a');
				const rows = ['One', 'Two'].map((lastname) => ({ ...contact, contactid, lastname }));
				expect((await bulk('Update', rows)).status).toBe(204);
				expect(names()).toEqual(['One']);
				const twice = [target('a', { lastname: 'One' }), target('a', { lastname: 'Two' })];
				expect((await bulk('Upsert', twice)).status).toBe(400);
				const { results } = await writeAll(connect(org), contacts, [
					person('a', { lastname: 'Three' }),
					person('a', { lastname: 'Four' }),
				]);
				expect(tally(results)).toEqual({ rejected: 2 });
				expect(names()).toEqual(['One']);
			},
	},
	'T-05': {
		'a bare PATCH creates on a wrong GUID; our updates carry If-Match': async () => {
			const wrong = '7d0a4b52-6a0b-4c55-8c8e-1d1f4b2a9c11';
			expect((await patch(`contacts(${wrong})`, { lastname: 'Ghost' })).status).toBe(204);
			expect(names()).toEqual(['Ghost']);
			expect((await patch(`contacts(${org.ids.team})`, {}, { 'if-match': '*' })).status).toBe(404);
			org.insert('crmsync_visit', { crmsync_name: 'v', crmsync_code: 'a' });
			const update = { ...visits, writeMode: 'update' } as const;
			const { results } = await writeAll(connect(org), update, [visit('a'), visit('gone')]);
			expect(tally(results)).toEqual({ updated: 1, skipped: 1 });
			const patches = writes().filter(({ method, url }) => method === 'PATCH' && /visit/.test(url));
			expect(patches.length).toBeGreaterThan(0);
			expect(patches.every(({ headers }) => headers['if-match'] === '*')).toBe(true);
			expect(org.rows('crmsync_visit')).toHaveLength(1);
		},
	},
	'T-06': {
		'OData-EntityId holds the key, even one that looks like a GUID; ours returns the row’s id':
			async () => {
				const key = '6f1cbb60-27f9-4b8e-9d5a-0a1b2c3d4e5f';
				const answer = await patch(`crmsync_visits(crmsync_code='${key}')`, { crmsync_name: 'v' });
				expect(answer.headers.get('OData-EntityId')).toContain(`(crmsync_code='${key}')`);
				const id = org.rows('crmsync_visit')[0]?.crmsync_visitid;
				expect(id).not.toBe(key);
				const { results } = await writeAll(connect(org), visits, [
					visit(key, { crmsync_name: 'w' }),
				]);
				expect(results).toEqual([{ status: 'updated', id }]);
			},
	},
	'T-07': {
		'navigation names are per target and case-sensitive; a null bind is refused': async () => {
			const account = org.insert('account', { name: 'A' });
			const id = existing('a');
			const bind = (nav: string, value: unknown) =>
				patch(`contacts(${id})`, { [`${nav}@odata.bind`]: value });
			const link = `/accounts(${account})`;
			for (const nav of ['parentcustomerid', 'ParentCustomerId_account']) {
				expect((await bind(nav, link)).code).toBe('0x80048d19');
			}
			expect((await bind('parentcustomerid_account', link)).status).toBe(204);
			expect((await bind('parentcustomerid_account', null)).code).toBe('0x80048d19');
			await patch(`contacts(${id})`, { parentcustomerid_account: null });
			expect(org.rows('contact')[0]).not.toHaveProperty('_parentcustomerid_value');
			// Ours keeps the casing of a navigation property that is not all lower case.
			const bookings = {
				...contacts,
				objectName: 'crmsync_booking',
				keyFields: ['crmsync_travellerid', 'crmsync_number'],
			};
			const booking = record({ crmsync_travellerid: id, crmsync_number: 1 }, { crmsync_name: 'B' });
			const { results } = await writeAll(connect(org), bookings, [booking]);
			expect(tally(results)).toEqual({ created: 1 });
			expect(org.rows('crmsync_booking')[0]?._crmsync_travellerid_value).toBe(id);
		},
	},
	'T-08': {
		'forbidden characters and long keys break an address, not our client': async () => {
			expect((await session.call("contacts(crmsync_externalid='a/b')")).status).toBe(400);
			const long = 'k'.repeat(300);
			expect((await session.call(`contacts(crmsync_externalid='${long}')`)).status).toBe(400);
			const keys = ['a/b', 'O\'Hare, "the" 1st', 'x<y>*%&:\\?+', 'ü'.repeat(90)];
			const first = await writeAll(
				connect(org),
				contacts,
				keys.map((key) => person(key, { lastname: 'First' })),
			);
			expect(tally(first.results)).toEqual({ created: keys.length });
			const second = await writeAll(
				connect(org),
				contacts,
				keys.map((key) => person(key, { lastname: 'Again' })),
			);
			expect(tally(second.results)).toEqual({ updated: keys.length });
			expect([...rowsBy(org, 'contact', 'crmsync_externalid').keys()]).toEqual(keys);
		},
	},
});
