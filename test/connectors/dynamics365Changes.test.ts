import type { ChangePage, ChangeSource } from '../../shared/connectors/changes';
import type { HttpClient } from '../../shared/connectors/http';
import type { SyncError } from '../../shared/core/errors';
import { switchValues } from '../sandbox/dataverse';
import { useDataverse } from '../sandbox/useDataverse';
import { connect, fetchClient } from './dynamics365Client';

const org = useDataverse();

const accounts: ChangeSource = {
	objectName: 'account',
	fields: ['name'],
	labels: [],
	alsoRead: [],
	ifThere: [],
	by: 'auto',
	version: '1',
	pageSize: 5_000,
};
const day = 86_400_000;

async function open(source: Partial<ChangeSource> = {}, cursor?: string, http?: HttpClient) {
	return await connect(org, http).changes!({ ...accounts, ...source }, cursor, {});
}

/** All pages from a cursor to the end. */
async function read(source: Partial<ChangeSource> = {}, cursor?: string, http?: HttpClient) {
	const pages: ChangePage[] = [];
	for await (const page of (await open(source, cursor, http)).pages()) pages.push(page);
	const last = pages.at(-1)!;
	return { pages, last, cursor: last.cursor, records: pages.flatMap(({ records }) => records) };
}

const names = ({ records }: Awaited<ReturnType<typeof read>>) =>
	records.map(({ record }) => record?.name ?? 'deleted').join(' ');
const add = (text: string) => text.split(' ').map((name) => org.insert('account', { name }));
const call = async (method: 'PATCH' | 'DELETE', path: string, body?: object) => {
	const response = await fetchClient(org)({
		method,
		url: `${org.url}/api/data/v9.2/${path}`,
		headers: { 'Content-Type': 'application/json' },
		body: body && JSON.stringify(body),
		timeoutMs: 10_000,
	});
	expect(response.status).toBeLessThan(300);
};
const rename = async (id: string, name: string) => await call('PATCH', `accounts(${id})`, { name });
const remove = async (id: string) => await call('DELETE', `accounts(${id})`);
const requests = () => org.log.filter(({ url }) => url.includes('/api/data/'));
const refusal = async (work: Promise<unknown>) => {
	const error = (await work.catch((thrown: unknown) => thrown)) as SyncError;
	return `${error.message} ${error.details.hint}`;
};

describe('change tracking', () => {
	it('dataverse:S-31 reads everything once, then what changed, then the deleted', async () => {
		const [a = '', b = ''] = add('a b c');
		const first = await read();
		expect(names(first)).toBe('a b c');
		expect(first.last).toMatchObject({ isLast: true, whole: true, begins: 'first' });
		await rename(b, 'b2');
		await remove(a);
		const second = await read({}, first.cursor);
		expect(second.records).toMatchObject([
			{ id: b, record: { name: 'b2', accountid: b } },
			{ id: a },
		]);
		expect(second.last).toMatchObject({ whole: false, tellsDeleted: true });
		expect(names(await read({}, second.cursor))).toBe('');
	});

	it('asks once when nothing changed', async () => {
		add('a');
		const { cursor } = await read();
		const before = requests().length;
		await read({}, cursor);
		expect(requests().length - before).toBe(1);
	});

	it.each(switchValues['U-15'])(
		'follows all pages and goes on where it stopped, dataverse:U-15 = %s',
		async (value) => {
			org.switches['U-15'] = value;
			add('a b c d e');
			const whole = await read({ pageSize: 2 });
			expect(names(whole)).toBe('a b c d e');
			const [{ cursor }] = whole.pages;
			const rest = await read({ pageSize: 2 }, whole.pages.length > 1 ? cursor : whole.cursor);
			expect(names(rest)).toBe(whole.pages.length > 1 ? 'c d e' : '');
			add('f');
			expect(names(await read({ pageSize: 2 }, rest.cursor))).toBe('f');
		},
	);

	it.each(switchValues['U-05'])(
		'dataverse:T-20 an expired link is no gap: everything is read anew, dataverse:U-05 = %s',
		async (value) => {
			org.switches['U-05'] = value;
			add('a');
			const { cursor } = await read();
			add('b');
			org.clock.advance(8 * day);
			const again = await read({}, cursor);
			expect(names(again)).toBe('a b');
			expect(again.pages[0]).toMatchObject({ whole: true, begins: 'expired' });
			expect(names(await read({}, again.cursor))).toBe('');
		},
	);

	it('other columns, or another filter, read everything anew', async () => {
		add('a');
		const { cursor } = await read();
		for (const change of [{ fields: ['name', 'accountnumber'] }, { version: '2' }]) {
			const again = await read(change, cursor);
			expect([names(again), again.last.begins]).toEqual(['a', 'reconfigured']);
		}
	});

	it('design:R14 a link of another environment is never followed', async () => {
		add('a');
		const { cursor = '' } = await read();
		const moved = cursor.replaceAll(org.url, 'https://other.crm4.dynamics.com');
		expect(await refusal(open({}, moved))).toContain('other.crm4.dynamics.com');
	});

	it('sync:T13 a table without change tracking is refused by name, or read whole', async () => {
		org.insert('crmsync_visit', {});
		const visits = { objectName: 'crmsync_visit', fields: [] };
		const text = await refusal(open({ ...visits, by: 'tracking' }));
		expect(text).toContain('Change tracking is off for the Dynamics 365 table "crmsync_visit"');
		expect(text).toContain('Track changes');
		const whole = await read(visits);
		expect(whole.last).toMatchObject({ begins: 'untracked', tellsDeleted: false, whole: true });
		expect([whole.records.length, whole.cursor]).toEqual([1, undefined]);
	});

	it('read access below the organisation is named, not taken for an empty table', async () => {
		add('a');
		org.identity.readDepth = 'Local';
		expect(await refusal(read())).toContain('organisation level');
	});
});

describe('windows of modification time', () => {
	const modified: Partial<ChangeSource> = { by: 'modified' };
	/** The server's clock in its answers, as the stand-in's clock has it, and moved. */
	const clocked =
		(ms = 0): HttpClient =>
		async (request) => {
			const response = await fetchClient(org)(request);
			const date = new Date(org.clock.now() + ms).toUTCString();
			return { ...response, headers: { ...response.headers, date } };
		};
	const since = ({ cursor = '' }: { cursor?: string }) =>
		Date.parse((JSON.parse(cursor) as { since: string }).since);

	it('sync:T62 the watermark stops at the newest row, and at the begin of the reading', async () => {
		org.clock.freeze();
		add('a');
		const stamped = Math.floor(org.clock.now() / 1000) * 1000;
		org.clock.advance(600_000);
		const first = await read(modified, undefined, clocked());
		expect(since(first)).toBe(stamped);
		add('late');
		// The answer says that the reading began before this row was stamped.
		const second = await read(modified, first.cursor, clocked(-60_000));
		expect(since(second)).toBe(Math.floor((org.clock.now() - 60_000) / 1000) * 1000);
		expect(names(await read(modified, second.cursor, clocked()))).toBe('late');
	});

	it('sync:T63 sync:T64 reads the overlap and no more, and never moves back', async () => {
		org.clock.freeze();
		add('old');
		org.clock.advance(600_000);
		add('new');
		const first = await read(modified, undefined, clocked());
		expect(names(first)).toBe('old new');
		let { cursor } = first;
		for (let run = 0; run < 3; run += 1) {
			const next = await read(modified, cursor, clocked());
			expect(names(next)).toBe('new');
			expect(since(next)).toBe(since(first));
			cursor = next.cursor;
		}
	});

	it.each([
		['its answers, 90 s', 0, -90_000],
		['its answers and its rows, 90 s', -90_000, 0],
		['its answers and its rows, 20 min, more than the overlap', -20 * 60_000, 0],
	])('sync:T65 a server whose clock is behind misses nothing: %s', async (_, rows, answers) => {
		org.clock.freeze();
		org.clock.advance(rows);
		add('a');
		let { cursor } = await read(modified, undefined, clocked(answers));
		for (const name of ['b', 'c', 'd']) {
			org.clock.advance(1_000);
			add(name);
			const next = await read(modified, cursor, clocked(answers));
			expect(names(next).split(' ')).toContain(name);
			cursor = next.cursor;
		}
	});

	it('goes on in the middle of a window', async () => {
		add('a b c');
		const whole = await read({ ...modified, pageSize: 2 }, undefined, clocked());
		const rest = await read({ ...modified, pageSize: 2 }, whole.pages[0]!.cursor, clocked());
		expect(rest.records).toEqual(whole.records.slice(2));
		expect(since(rest)).toBe(since(whole));
	});
});

describe('records', () => {
	it('dataverse:S-29 labels where they are asked for, technical values elsewhere', async () => {
		const contact = org.insert('contact', { lastname: 'Doe' });
		org.insert('account', {
			name: 'a',
			industrycode: 1,
			customertypecode: 1,
			'primarycontactid@odata.bind': `/contacts(${contact})`,
		});
		const fields = ['industrycode', 'customertypecode', 'primarycontactid'];
		const { records } = await read({ fields, labels: ['industrycode', 'primarycontactid'] });
		expect(records[0]!.record).toMatchObject({
			industrycode: 'Accounting',
			customertypecode: 1,
			primarycontactid: 'Doe',
		});
		expect(records[0]!.values).toMatchObject({ industrycode: 1, primarycontactid: contact });
	});

	it('sync:T12 inactive records come too, and every column without a choice', async () => {
		const [a = ''] = add('a');
		await call('PATCH', `accounts(${a})`, { statecode: 1, statuscode: 2 });
		const { records } = await read({ fields: [] });
		expect(records[0]!.record).toMatchObject({ statecode: 1, name: 'a', accountid: a });
		expect(Object.keys(records[0]!.record!)).not.toContain('modifiedon');
	});

	it('by id, in order, and what is gone', async () => {
		const [a = '', b = ''] = add('a b');
		const reader = await open();
		await remove(a);
		const found = await reader.byId([b, a, 'no id']);
		expect(found.map((record) => record?.record?.name)).toEqual(['b', undefined, undefined]);
		for await (const ids of reader.ids()) expect(ids).toEqual([b]);
		expect(await reader.count()).toBe(1);
	});
});
