import { useDataverse } from '../sandbox/useDataverse';
import type { WriteTarget } from '../../shared/connectors/connector';
import { SyncError } from '../../shared/core/errors';
import {
	connect,
	connectWith,
	contacts,
	fetchClient,
	record,
	rowsBy,
	tally,
	writeAll,
} from './dynamics365Client';

const org = useDataverse();

const accounts: WriteTarget = { ...contacts, objectName: 'account', keyFields: ['accountnumber'] };
const child = (number: string, parent: string, more: object = {}) =>
	record(
		{ accountnumber: number },
		{ name: `Account ${number}`, parentaccountid: { key: { accountnumber: parent } }, ...more },
		{ change: 'added' },
	);
const byNumber = () => rowsBy(org, 'account', 'accountnumber');
const links = () =>
	Object.fromEntries(
		org
			.rows('account')
			.map((row) => [
				row.accountnumber,
				org.rows('account').find(({ accountid }) => accountid === row._parentaccountid_value)
					?.accountnumber ?? null,
			]),
	);

describe('rows of one table that wait for each other (sync:C6, sync:T49)', () => {
	test.each(['upsert', 'insert'] as const)(
		'%s: rings of one, two and three, and what hangs on them',
		async (writeMode) => {
			const records = [
				child('S', 'S'),
				child('A', 'B'),
				child('B', 'A'),
				child('X', 'Y'),
				child('Y', 'Z'),
				child('Z', 'X'),
				child('hangs', 'A'),
				child('deep', 'hangs'),
			];
			const { results, error } = await writeAll(connect(org), { ...accounts, writeMode }, records);
			expect(error).toBeUndefined();
			expect(tally(results)).toEqual({ created: 8 });
			expect(results.every(({ id }) => id !== undefined)).toBe(true);
			expect(links()).toEqual({
				S: 'S',
				A: 'B',
				B: 'A',
				X: 'Y',
				Y: 'Z',
				Z: 'X',
				hangs: 'A',
				deep: 'hangs',
			});
		},
	);

	test('a row that waits for something nobody brings is rejected, and not half written', async () => {
		const records = [child('A', 'B'), child('B', 'A'), child('C', 'nowhere'), child('D', 'C')];
		const { results } = await writeAll(connect(org), accounts, records);
		expect(results.map(({ status }) => status)).toEqual([
			'created',
			'created',
			'rejected',
			'rejected',
		]);
		expect(Object.keys(links()).sort()).toEqual(['A', 'B']);
	});

	test('named by another column than the key', async () => {
		const by = (number: string, parent: string) =>
			child(number, '', { parentaccountid: { key: { name: `Account ${parent}` } } });
		const { results } = await writeAll(connect(org), accounts, [by('A', 'B'), by('B', 'A')]);
		expect(tally(results)).toEqual({ created: 2 });
		expect(links()).toEqual({ A: 'B', B: 'A' });
	});

	test('a partner that is refused leaves the other one to say so; the next run repairs (design:R7)', async () => {
		const bad = child('B', 'A', { name: 'x'.repeat(500) });
		const { results } = await writeAll(connect(org), accounts, [child('A', 'B'), bad]);
		expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
		const again = await writeAll(connect(org), accounts, [child('A', 'B'), child('B', 'A')]);
		expect(again.results.map(({ status }) => status)).toEqual(['updated', 'created']);
		expect(links()).toEqual({ A: 'B', B: 'A' });
	});

	test('cancelled in between: the half-written row is unknown, so it comes again', async () => {
		const stop = new AbortController();
		const inner = fetchClient(org);
		const connector = connect(org, async (request) => {
			const response = await inner(request);
			if (request.url.includes('CreateMultiple')) stop.abort();
			return response;
		});
		const { results } = await writeAll(connector, accounts, [child('A', 'B'), child('B', 'A')], {
			signal: stop.signal,
		});
		expect(results.map(({ status }) => status).sort()).toEqual(['notAttempted', 'unknown']);
		const again = await writeAll(connect(org), accounts, [child('A', 'B'), child('B', 'A')]);
		expect(tally(again.results)).toEqual({ updated: 1, created: 1 });
		expect(links()).toEqual({ A: 'B', B: 'A' });
	});

	const ring = (...numbers: string[]) =>
		numbers.map((number, n) => child(number, numbers[(n + 1) % numbers.length]));

	test('cancelled while the links are added: no row that is there counts as not attempted', async () => {
		const stop = new AbortController();
		const inner = fetchClient(org);
		const connector = connect(org, async (request) => {
			const response = await inner(request);
			const creates = org.log.filter(({ url }) => url.includes('CreateMultiple')).length;
			// The rows are there, and are looked up for their links.
			if (creates === 2 && request.url.includes('/accounts?')) stop.abort();
			return response;
		});
		const { results } = await writeAll(connector, accounts, ring('A', 'B'), {
			signal: stop.signal,
		});
		expect(org.rows('account')).toHaveLength(2);
		expect(results.map(({ status }) => status)).toEqual(['unknown', 'created']);
		expect(results[0].error?.code).toBe('halfWritten');
		const again = await writeAll(connect(org), accounts, ring('A', 'B'));
		expect(tally(again.results)).toEqual({ updated: 2 });
		expect(links()).toEqual({ A: 'B', B: 'A' });
	});

	test('stopped while the links are added: every row that is there has an outcome (design:R5)', async () => {
		const inner = fetchClient(org);
		const connector = connect(org, async (request) => {
			if (request.url.includes('UpdateMultiple'))
				throw new SyncError('auth', 'The credential was taken back');
			return await inner(request);
		});
		const slow = { ...accounts, batchSize: 1 };
		const records = [...ring('A', 'B'), ...ring('C', 'D'), ...ring('E', 'F'), ...ring('G', 'H')];
		const { results, error } = await writeAll(connector, slow, [...records, ...ring('I', 'J')]);
		expect(error).toMatchObject({ code: 'auth' });
		expect(org.rows('account')).toHaveLength(10);
		expect(tally(results)).toEqual({ created: 5, unknown: 5 });
	});
});

describe('Leave Missing Parents Out (sync:B20, sync:T42)', () => {
	const lenient = () => connectWith(org, { leaveParentsOut: true });

	test('the record is written without the link, with a warning; links that are there stay', async () => {
		const there = org.insert('account', { name: 'P', accountnumber: 'P' });
		org.insert('account', {
			name: 'Old',
			accountnumber: 'K',
			'parentaccountid@odata.bind': `/accounts(${there})`,
		});
		const records = [
			child('C', 'nowhere'),
			child('K', 'nowhere'),
			child('ok', 'P'),
			child('D', 'C'),
		];
		const { results } = await writeAll(lenient(), accounts, records);
		expect(results.map(({ status }) => status)).toEqual([
			'created',
			'updated',
			'created',
			'created',
		]);
		expect(results[0].warnings?.[0]).toContain('parentaccountid');
		expect(results[2].warnings).toBeUndefined();
		expect(links()).toEqual({ P: null, C: null, K: 'P', ok: 'P', D: 'C' });
		expect(byNumber().get('K')?.name).toBe('Account K');
	});

	test('not without the option', async () => {
		const { results } = await writeAll(connect(org), accounts, [child('C', 'nowhere')]);
		expect(results[0]).toMatchObject({ status: 'rejected', error: { code: 'noParent' } });
	});

	test('what is no name of a row at all is rejected all the same', async () => {
		const { results } = await writeAll(lenient(), accounts, [
			child('C', '', { parentaccountid: 'no id' }),
		]);
		expect(results[0].status).toBe('rejected');
	});
});
