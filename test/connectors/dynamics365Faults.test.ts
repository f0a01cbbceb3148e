import { useDataverse } from '../sandbox/useDataverse';
import {
	bulkCalls,
	connect,
	connectWith,
	contacts,
	person,
	record,
	tally,
	writeAll,
} from './dynamics365Client';

const org = useDataverse();

const people = (count: number, values?: object) =>
	Array.from({ length: count }, (_, n) => person(`k${n}`, values ? { ...values } : undefined));
const seed = (count: number) =>
	people(count).map(({ key }) => org.insert('contact', { lastname: 'Old', ...key }));
const commits = () => Object.values(org.history('contact'));
const visits = { ...contacts, objectName: 'crmsync_visit', keyFields: ['crmsync_code'] };
const CREATE = /CreateMultiple/;
const UPDATE = /UpdateMultiple/;
const BATCH = /\$batch/;

describe('a write without an answer', () => {
	test.each([
		['502 before commit', { kind: 'gateway', status: 502 }],
		['502 after commit', { kind: 'gateway', status: 502, afterCommit: true }],
		['503 before commit', { kind: 'gateway', status: 503 }],
		['504 after commit', { kind: 'gateway', status: 504, afterCommit: true }],
		['reset before commit', { kind: 'reset', when: 'beforeCommit' }],
		['reset after commit', { kind: 'reset', when: 'afterCommit' }],
		['ids cut off', { kind: 'truncate' }],
	] as const)(
		'creates, %s: every record exists once and has its id (dataverse:T-28)',
		async (_, effect) => {
			org.faults.add({ effect, url: CREATE });
			const { results } = await writeAll(connect(org), contacts, people(20));
			expect(tally(results)).toEqual({ created: 20 });
			expect(commits()).toHaveLength(20);
			expect(commits().every((history) => history.length === 1)).toBe(true);
			const rows = org.rows('contact');
			expect(results.map(({ id }) => id).sort()).toEqual(rows.map((row) => row.contactid).sort());
		},
	);

	test.each([
		['502 before commit', { kind: 'gateway', status: 502 }, 2],
		['502 after commit', { kind: 'gateway', status: 502, afterCommit: true }, 1],
		['reset after commit', { kind: 'reset', when: 'afterCommit' }, 1],
	] as const)(
		'updates, %s: proven by the values, repeated only if not there (dataverse:T-28)',
		async (_, effect, calls) => {
			const ids = seed(20);
			org.faults.add({ effect, url: UPDATE });
			const { results } = await writeAll(connect(org), contacts, people(20, { jobtitle: 'New' }));
			expect(results).toEqual(ids.map((id) => ({ status: 'updated', id })));
			expect(bulkCalls(org)).toHaveLength(calls);
		},
	);

	test.each([
		['502 before commit', { kind: 'gateway', status: 502 }],
		['reset after commit', { kind: 'reset', when: 'afterCommit' }],
		['cut off in the middle', { kind: 'truncate' }],
	] as const)(
		'$batch, %s: nothing is written twice or lost (dataverse:S-33)',
		async (_, effect) => {
			org.faults.add({ effect, url: BATCH, nth: 3 });
			const records = Array.from({ length: 10 }, (_value, n) =>
				record({ crmsync_code: `c${n}` }, { crmsync_name: 'V' }),
			);
			const { results } = await writeAll(connect(org), visits, records);
			expect(tally(results)).toEqual({ created: 10 });
			const history = Object.values(org.history('crmsync_visit'));
			expect(history.map((entries) => entries.length)).toEqual(Array(10).fill(1));
		},
	);

	test.each([
		['before commit', 'beforeCommit', 'unknown', 0],
		['after commit', 'afterCommit', 'created', 3],
	] as const)(
		'insert, reset %s: looked up, never repeated (design:R11)',
		async (_, when, status, rows) => {
			org.faults.add({ effect: { kind: 'reset', when }, url: CREATE });
			const { results } = await writeAll(
				connect(org),
				{ ...contacts, writeMode: 'insert' },
				people(3),
			);
			expect(tally(results)).toEqual({ [status]: 3 });
			expect(org.rows('contact')).toHaveLength(rows);
			expect(bulkCalls(org)).toHaveLength(1);
		},
	);

	test.each([
		['502 after commit', { kind: 'gateway', status: 502, afterCommit: true }],
		['reset after commit', { kind: 'reset', when: 'afterCommit' }],
		['ids cut off', { kind: 'truncate' }],
	] as const)(
		'parents, %s: found to be there, so their children follow in this run (sync:T15, dataverse:T-28)',
		async (_, effect) => {
			org.faults.add({ effect, url: CREATE });
			const accounts = { ...contacts, objectName: 'account', keyFields: ['accountnumber'] };
			const under = (parent: string) => ({ parentaccountid: { key: { accountnumber: parent } } });
			const { results } = await writeAll(connect(org), accounts, [
				record({ accountnumber: 'C' }, { name: 'C', ...under('B') }),
				record({ accountnumber: 'B' }, { name: 'B', ...under('A') }),
				record({ accountnumber: 'A' }, { name: 'A' }),
			]);
			expect(tally(results)).toEqual({ created: 3 });
		},
	);

	test('a delete without an answer is proven by the row being gone (dataverse:T-28)', async () => {
		const ids = seed(3);
		org.faults.add({ effect: { kind: 'reset', when: 'afterCommit' }, url: BATCH, nth: 3 });
		const { results } = await writeAll(
			connect(org),
			{ ...contacts, writeMode: 'delete' },
			people(3),
		);
		expect(results).toEqual(ids.map((id) => ({ status: 'deleted', id })));
	});

	test('a rival was first, and the answer was lost: its row is written over, not taken for ours (dataverse:4.1)', async () => {
		org.faults.add({ effect: { kind: 'upsertRace' }, operation: 'create', times: 1 });
		org.faults.add({ effect: { kind: 'reset', when: 'afterCommit' }, url: CREATE });
		const { results } = await writeAll(connect(org), contacts, people(1));
		const [row] = org.rows('contact');
		expect(results).toEqual([{ status: 'updated', id: row.contactid }]);
		expect(row).toMatchObject({ crmsync_externalid: 'k0', lastname: 'Name k0' });
		expect(org.rows('contact')).toHaveLength(1);
	});

	test('when the system stays away, what was sent is unknown and the run stops (design:9)', async () => {
		org.faults.add({ effect: { kind: 'reset', when: 'afterCommit' }, url: CREATE, times: 99 });
		org.faults.add({
			effect: { kind: 'gateway', status: 503 },
			url: /contacts\?/,
			nth: 2,
			times: 99,
		});
		const { results, error } = await writeAll(connect(org), contacts, people(5));
		expect(tally(results)).toEqual({ unknown: 5 });
		expect(error).toMatchObject({ code: 'unavailable' });
	});
});

describe("an answer that is not the system's own", () => {
	const page = (status: number, afterCommit: boolean) =>
		({ kind: 'respond', status, body: '<html>Please sign in</html>', afterCommit }) as const;
	const own = '11111111-2222-4333-8444-555555555555';
	const signals = { ...contacts, objectName: 'crmsync_signal', keyFields: ['crmsync_signalid'] };

	test.each([true, false])(
		'a page with status 200 proves nothing: updates are looked up (dataverse:4.5; carried out: %s)',
		async (afterCommit) => {
			seed(5);
			org.faults.add({ effect: page(200, afterCommit), url: UPDATE });
			const { results } = await writeAll(connect(org), contacts, people(5));
			expect(tally(results)).toEqual({ updated: 5 });
			expect(org.rows('contact').map((row) => row.lastname)).toEqual(
				people(5).map(({ values }) => values.lastname),
			);
			expect(bulkCalls(org)).toHaveLength(afterCommit ? 1 : 2);
		},
	);

	test('nor do upserts and deletes count as carried out by it (dataverse:4.5, U-13)', async () => {
		org.faults.add({ effect: page(200, false), url: /UpsertMultiple/ });
		const upserts = await writeAll(connectWith(org, { upsertMultiple: true }), contacts, people(3));
		expect(tally(upserts.results)).toEqual({ created: 3 });
		expect(org.rows('contact')).toHaveLength(3);
		org.insert('crmsync_signal', { crmsync_signalid: own, crmsync_name: 'A' });
		org.faults.add({ effect: page(200, false), url: /DeleteMultiple/ });
		const { results } = await writeAll(connect(org), { ...signals, writeMode: 'delete' }, [
			record({ crmsync_signalid: own }, {}),
		]);
		expect(tally(results)).toEqual({ deleted: 1 });
		expect(org.rows('crmsync_signal')).toEqual([]);
	});

	test.each([
		['a bulk message', contacts, 'lastname', { url: CREATE }],
		['$batch', visits, 'crmsync_name', { url: BATCH, nth: 3 }],
	] as const)(
		'a page with status 500 after %s: what was inserted is found, and not called a duplicate (design:R11)',
		async (_, target, text, place) => {
			org.faults.add({ effect: page(500, true), ...place });
			const [key] = target.keyFields;
			const records = ['a', 'b', 'c'].map((each) => record({ [key]: each }, { [text]: each }));
			const { results, error } = await writeAll(
				connect(org),
				{ ...target, writeMode: 'insert' },
				records,
			);
			expect(error).toBeUndefined();
			expect(tally(results)).toEqual({ created: 3 });
			expect(org.rows(target.objectName)).toHaveLength(3);
		},
	);
});
