/** Elastic tables: bulk calls that succeed in part, and reads that see what the run has written. */
import type { WriteRecord } from '../../shared/connectors/connector';
import { switchValues } from '../sandbox/dataverse';
import { useDataverse } from '../sandbox/useDataverse';
import { connect, contacts, record, tally, writeAll } from './dynamics365Client';

const org = useDataverse();

const signals = {
	...contacts,
	objectName: 'crmsync_signal',
	keyFields: ['crmsync_signalid'],
	removedRecords: 'delete',
} as const;
const idOf = (n: number) => `11111111-2222-4333-8444-${String(n).padStart(12, '0')}`;
const signal = (n: number, values: WriteRecord['values'] = {}, more = {}): WriteRecord =>
	record({ crmsync_signalid: idOf(n) }, { crmsync_name: `N${n}`, ...values }, more);
const many = (count: number, values: WriteRecord['values'] = {}) =>
	Array.from({ length: count }, (_, n) => signal(n, values));
const removal = (n: number) => signal(n, {}, { change: 'removed', id: idOf(n) });
const rows = () => org.rows('crmsync_signal');
const commits = () => Object.values(org.history('crmsync_signal'));
const calls = () =>
	org.log
		.map(({ url }) => /crmsync_signals.*CRM\.(\w+Multiple)/.exec(url)?.[1])
		.filter((name) => name !== undefined);

/** Behaviours nobody could confirm, each in every position. */
const positions = (
	[
		'U-04',
		'U-06',
		'U-08',
		'U-09',
		'U-10',
		'U-13',
		'U-14',
		'U-18',
		'U-20',
		'U-22',
		'U-23',
		'U-25',
		'U-26',
		'U-27',
		'U-28',
		'U-29',
	] as const
).flatMap((name) => switchValues[name].map((value) => [name, value] as const));

describe.each(positions)('dataverse:%s = %s', (name, value) => {
	beforeEach(() => org.setSwitches({ [name]: value }));

	test('good rows are written once, bad ones refused with their own reason, in partitions too (dataverse:S-17)', async () => {
		const connector = connect(org);
		const old = many(10).map((one, n) => (n < 5 ? signal(n, { partitionid: `p${n % 2}` }) : one));
		expect(tally((await writeAll(connector, signals, old)).results)).toEqual({ created: 10 });
		const next = many(20).map((_, n) =>
			signal(n, { crmsync_score: n === 3 || n === 13 ? 101 : n }),
		);
		const { results } = await writeAll(connector, signals, next);
		expect(tally(results)).toEqual({ created: 9, updated: 9, rejected: 2 });
		for (const bad of [3, 13]) expect(results[bad].error?.code).toBe('0x8004432f');
		expect(results[12].id).toBe(idOf(12));
		const removed = await writeAll(connector, signals, [removal(0), removal(3), removal(7)]);
		expect(tally(removed.results)).toEqual({ deleted: 3 });
		expect(rows()).toHaveLength(16);
		expect(rows().every(({ crmsync_name: text }) => Boolean(text))).toBe(true);
		const created = commits().map((each) => each.filter(({ operation }) => operation === 'create'));
		expect(created.every(({ length }) => length === 1)).toBe(true);
	});

	test.each(['Create', 'Update', 'Delete'])(
		'%sMultiple without an answer: each row is written once (dataverse:T-28)',
		async (message) => {
			const connector = connect(org);
			if (message !== 'Create') await writeAll(connector, signals, many(6));
			const effect = { kind: 'gateway', status: 502, afterCommit: true } as const;
			org.faults.add({ effect, url: new RegExp(`${message}Multiple`) });
			const records = message === 'Delete' ? [0, 1, 2].map(removal) : many(6, { crmsync_score: 5 });
			const { results } = await writeAll(connector, signals, records);
			expect(results.every(({ error }) => error === undefined)).toBe(true);
			expect(rows()).toHaveLength(message === 'Delete' ? 3 : 6);
			const status = { Create: 'created', Update: 'updated' }[message];
			if (status) expect(tally(results)).toEqual({ [status]: 6 });
		},
	);
});

describe('the session', () => {
	beforeEach(() => org.setSwitches({ 'U-27': 'stale' }));

	test.each([
		['bulk messages', undefined, 'part'],
		['$batch, token in the part', /Multiple/, 'part'],
		['$batch, token in the whole answer', /Multiple/, 'outer'],
	] as const)(
		'what was written by %s is found at once, by the next write too (dataverse:U-27, U-29)',
		async (_, refused, place) => {
			org.setSwitches({ 'U-29': place });
			const effect = { kind: 'error', status: 501, code: '0x80040315', message: 'No.' } as const;
			if (refused) org.faults.add({ effect, url: refused, times: Infinity });
			const connector = connect(org);
			await writeAll(connector, signals, many(3));
			const keys = many(3).map(({ key }) => key);
			const find = async () => await connector.find({ ...signals }, keys, ['crmsync_name']);
			expect((await find()).map((row) => row?.record.crmsync_name)).toEqual(['N0', 'N1', 'N2']);
			const again = many(3, { crmsync_name: 'M' });
			const { results } = await writeAll(connector, { ...signals, onlyIfDifferent: true }, again);
			expect(tally(results)).toEqual({ updated: 3 });
			expect((await find()).map((row) => row?.record.crmsync_name)).toEqual(['M', 'M', 'M']);
			const once = await writeAll(connector, { ...signals, onlyIfDifferent: true }, again);
			expect(tally(once.results)).toEqual({ unchanged: 3 });
		},
	);

	test('its token is not sent for ever (dataverse:4.7)', async () => {
		const connector = connect(org);
		await writeAll(connector, signals, many(1));
		const sent = async () => {
			await connector.find({ ...signals }, [{ crmsync_signalid: idOf(0) }], []);
			return 'mscrm.sessiontoken' in org.log.at(-1)!.headers;
		};
		expect(await sent()).toBe(true);
		const now = performance.now();
		jest.spyOn(performance, 'now').mockReturnValue(now + 601_000);
		expect(await sent()).toBe(false);
		jest.restoreAllMocks();
	});

	test('its token goes to no other table, and to nobody else (dataverse:4.3)', async () => {
		const connector = connect(org);
		await writeAll(connector, signals, many(1));
		const from = org.log.length;
		await connector.find({ ...contacts }, [{ crmsync_externalid: 'a' }], []);
		await connect(org).find({ ...signals }, [{ crmsync_signalid: idOf(0) }], []);
		const sent = org.log.slice(from).filter(({ headers }) => 'mscrm.sessiontoken' in headers);
		expect(sent).toEqual([]);
	});
});

describe('bulk messages', () => {
	test('calls hold a hundred rows, however well they go, and deletes go by them too (dataverse:4.6, 4.9)', async () => {
		const connector = connect(org);
		await writeAll(connector, signals, many(1_000));
		expect(calls()).toEqual(Array(10).fill('CreateMultiple'));
		const ids = Array.from({ length: 1_000 }, (_, n) => n);
		await writeAll(connector, signals, ids.map(removal));
		expect(calls().slice(10)).toEqual(Array(10).fill('DeleteMultiple'));
		expect(rows()).toEqual([]);
	});

	test('UpsertMultiple is not used on request either: it would take away what it does not name (dataverse:T-24)', async () => {
		const connector = connect(org, undefined, undefined, { upsertMultiple: true });
		await writeAll(connector, signals, many(2, { crmsync_score: 7 }));
		await writeAll(
			connector,
			signals,
			[0, 1].map((n) => signal(n)),
		);
		expect(calls()).toEqual(['CreateMultiple', 'UpdateMultiple']);
		expect(rows().map(({ crmsync_score: score }) => score)).toEqual([7, 7]);
	});

	test('rows a call says nothing of are looked up, never taken as written (dataverse:U-28)', async () => {
		const name = '@Microsoft.PowerApps.CDS.ErrorDetails.Plugin.BulkApiErrorDetails';
		const list = JSON.stringify([
			{ RequestIndex: 0, Id: '', StatusCode: 400 },
			{ RequestIndex: 1 },
		]);
		const body = JSON.stringify({ error: { code: '0x80040216', message: 'x', [name]: list } });
		const headers = { 'content-type': 'application/json' };
		const effect = { kind: 'respond', status: 400, body, headers } as const;
		org.faults.add({ effect, url: /CreateMultiple/ });
		const { results } = await writeAll(connect(org), signals, many(4));
		expect(tally(results)).toEqual({ created: 4 });
		expect(commits().map(({ length }) => length)).toEqual([1, 1, 1, 1]);
	});

	test.each([400, 404, 500])(
		'a call refused as a whole with %s and no list: every row is written once',
		async (status) => {
			const effect = { kind: 'error', status, code: '0x80040216', message: 'Not now.' } as const;
			org.faults.add({ effect, url: /CreateMultiple/ });
			const { results } = await writeAll(connect(org), signals, many(4));
			expect(tally(results)).toEqual({ created: 4 });
			expect(commits().map(({ length }) => length)).toEqual([1, 1, 1, 1]);
		},
	);

	test('an insert answered with an error after its rows were written: looked up, not refused (design:R11)', async () => {
		const body = JSON.stringify({ error: { code: '0x80040216', message: 'Unexpected.' } });
		const headers = { 'content-type': 'application/json' };
		const effect = { kind: 'respond', status: 500, body, headers, afterCommit: true } as const;
		org.faults.add({ effect, url: /CreateMultiple/ });
		const target = { ...signals, writeMode: 'insert' } as const;
		const { results } = await writeAll(connect(org), target, many(4));
		expect(tally(results)).toEqual({ created: 4 });
		expect(commits().map(({ length }) => length)).toEqual([1, 1, 1, 1]);
	});

	test('a missing privilege stops the run, and no record is counted as refused (design:9)', async () => {
		org.identity.missingPrivileges.add('prvCreatecrmsync_signal');
		const { results, error } = await writeAll(connect(org), signals, many(4));
		expect(String(error)).toContain('crmsync_signal');
		expect(results).toEqual([]);
	});

	test('a row that is gone: written anew by an upsert, skipped by a removal (dataverse:S-17)', async () => {
		const connector = connect(org);
		await writeAll(connector, signals, many(3));
		const ignore = org.faults.add({
			effect: { kind: 'error', status: 404, code: '0x80040217', message: `${idOf(1)} Not There` },
			row: ({ operation, values }) => operation !== 'create' && values.crmsync_signalid === idOf(1),
			times: 2,
		});
		const { results } = await writeAll(connector, signals, [0, 1, 2].map(removal));
		ignore();
		expect(results.map(({ status }) => status)).toEqual(['deleted', 'skipped', 'deleted']);
	});
});
