import { switchValues } from '../sandbox/dataverse';
import { useDataverse } from '../sandbox/useDataverse';
import {
	bulkCalls,
	connect,
	contacts,
	fetchClient,
	person,
	record,
	tally,
	writeAll,
} from './dynamics365Client';

const org = useDataverse();

const bookings = {
	...contacts,
	objectName: 'crmsync_booking',
	keyFields: ['crmsync_reference'],
};

/** Every behaviour nobody could confirm, in each position. */
const positions = (
	[
		'U-02',
		'U-03',
		'U-04',
		'U-08',
		'U-09',
		'U-10',
		'U-13',
		'U-14',
		'U-16',
		'U-18',
		'U-20',
		'U-22',
		'U-23',
		'U-25',
		'U-26',
	] as const
).flatMap((name) => switchValues[name].map((value) => [name, value] as const));

describe.each(positions)('dataverse:%s = %s', (name, value) => {
	beforeEach(() => org.setSwitches({ [name]: value }));

	test('mixed records with a bad one, a gateway error and forbidden characters', async () => {
		const keys = Array.from({ length: 30 }, (_, n) => `k/${n}?'"&%`);
		keys.slice(0, 10).forEach((key) => {
			org.insert('contact', { lastname: 'Old', crmsync_externalid: key });
		});
		org.faults.add({
			effect: { kind: 'gateway', status: 503, afterCommit: true },
			url: /Multiple/,
		});
		const records = keys.map((key, n) =>
			person(key, { lastname: n === 5 || n === 25 ? 'x'.repeat(60) : 'New' }),
		);
		const { results } = await writeAll(connect(org), contacts, records);
		expect(tally(results)).toEqual({ created: 19, updated: 9, rejected: 2 });
		expect(results[5].error?.code).toBe('0x80044331');
		expect(results[25].error?.code).toBe('0x80044331');
		expect(org.rows('contact').filter((row) => row.lastname === 'New')).toHaveLength(28);
	});
});

describe('single switches', () => {
	test.each(['refused', 'converted'])(
		'quoted numbers %s: an outcome per record (dataverse:U-08)',
		async (value) => {
			org.setSwitches({ 'U-08': value });
			const { results } = await writeAll(connect(org), bookings, [
				record({ crmsync_reference: 'a' }, { crmsync_name: 'A', crmsync_number: '5' }),
				record({ crmsync_reference: 'b' }, { crmsync_name: 'B', crmsync_number: 6 }),
				record({ crmsync_reference: 'c' }, { crmsync_name: 'C', crmsync_number: 'x' }),
			]);
			const first = value === 'refused' ? 'rejected' : 'created';
			expect(results.map(({ status }) => status)).toEqual([first, 'created', 'rejected']);
			expect(results[2].error).toMatchObject({ category: 'data' });
		},
	);

	test('a table that offers no bulk messages goes by $batch (dataverse:U-14)', async () => {
		org.setSwitches({ 'U-14': 'refused' });
		const records = Array.from({ length: 100 }, (_, n) => person(`k${n}`));
		const { results } = await writeAll(connect(org), { ...contacts, batchSize: 10 }, records);
		expect(tally(results)).toEqual({ created: 100 });
		expect(bulkCalls(org)).toEqual([]);
		expect(Object.values(org.history('contact')).every((entries) => entries.length === 1)).toBe(
			true,
		);
	});

	test.each([
		['real', 'upsert', 'created'],
		['empty', 'upsert', 'created'],
		['real', 'update', 'skipped'],
		['empty', 'update', 'skipped'],
	] as const)(
		'a row that vanishes after the look-up, 404 with code %s, mode %s: %s (dataverse:U-10)',
		async (value, writeMode, status) => {
			org.setSwitches({ 'U-10': value });
			const id = org.insert('contact', { lastname: 'Old', crmsync_externalid: 'a' });
			org.insert('contact', { lastname: 'Old', crmsync_externalid: 'b' });
			const inner = fetchClient(org);
			const connector = connect(org, async (request) => {
				if (/UpdateMultiple/.test(request.url)) {
					const url = `${org.url}/api/data/v9.2/contacts(${id})`;
					await inner({ method: 'DELETE', url, headers: {} });
				}
				return await inner(request);
			});
			const target = { ...contacts, writeMode };
			const { results } = await writeAll(connector, target, [person('a'), person('b')]);
			expect(results.map((result) => result.status)).toEqual([status, 'updated']);
		},
	);

	test('a refusal that metadata did not announce is remembered for the run (dataverse:U-14)', async () => {
		org.faults.add({
			effect: { kind: 'error', status: 400, code: '0x80040315', message: 'Not supported.' },
			url: /CreateMultiple/,
			times: 999,
		});
		const records = Array.from({ length: 100 }, (_, n) => person(`k${n}`));
		const { results } = await writeAll(connect(org), { ...contacts, batchSize: 5 }, records);
		expect(tally(results)).toEqual({ created: 100 });
		expect(bulkCalls(org)).toHaveLength(4);
	});

	test.each(['folded', 'exact'])(
		'keys that differ in case or trailing space, %s (dataverse:U-25)',
		async (value) => {
			org.setSwitches({ 'U-25': value });
			const id = org.insert('contact', { lastname: 'Old', crmsync_externalid: 'ABC' });
			const single = await writeAll(connect(org), contacts, [person('abc ')]);
			expect(single.results).toEqual([{ status: 'updated', id }]);
			const both = await writeAll(connect(org), contacts, [person('abc'), person('ABC')]);
			expect(both.results[1]).toEqual({ status: 'updated', id });
			expect(both.results[0].status).toBe(value === 'exact' ? 'created' : 'rejected');
			expect(org.rows('contact')).toHaveLength(value === 'exact' ? 2 : 1);
		},
	);
});
