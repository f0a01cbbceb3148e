import { useDataverse } from '../sandbox/useDataverse';
import {
	batchWrites,
	bulkCalls,
	connect,
	contacts,
	person,
	rowsBy,
	tally,
	writeAll,
} from './dynamics365Client';

const org = useDataverse();

describe('upsert', () => {
	test('creates and updates are told apart, each with its id (dataverse:4.8, T-01)', async () => {
		const existing = Array.from({ length: 30 }, (_, n) =>
			org.insert('contact', { lastname: 'Old', crmsync_externalid: `e${n}` }),
		);
		const records = Array.from({ length: 60 }, (_, n) =>
			person(n % 2 ? `e${(n - 1) / 2}` : `n${n}`),
		);
		const { results } = await writeAll(connect(org), contacts, records);
		expect(tally(results)).toEqual({ created: 30, updated: 30 });
		const rows = rowsBy(org, 'contact', 'crmsync_externalid');
		results.forEach((result, index) => {
			const key = records[index].key.crmsync_externalid;
			expect(result.id).toBe(rows.get(key)?.contactid);
			expect(result.status).toBe(index % 2 ? 'updated' : 'created');
			expect(rows.get(key)?.lastname).toBe(`Name ${key as string}`);
		});
		expect(results[1].id).toBe(existing[0]);
	});

	test('only mapped fields are sent; every other column stays as it is (design:3)', async () => {
		org.insert('contact', { lastname: 'Old', jobtitle: 'Pilot', crmsync_externalid: 'a' });
		const before = org.rows('contact')[0];
		await writeAll(connect(org), contacts, [
			person('a', { lastname: 'New', firstname: 'Ann' }, { update: { firstname: 'Ann' } }),
		]);
		const after = org.rows('contact')[0];
		const changed = Object.keys(after).filter((name) => after[name] !== before[name]);
		expect(changed.sort()).toEqual(
			['_modifiedby_value', 'firstname', 'fullname', 'modifiedon', 'versionnumber'].filter((name) =>
				changed.includes(name),
			),
		);
		expect(after).toMatchObject({ lastname: 'Old', jobtitle: 'Pilot', firstname: 'Ann' });
		const bodies = bulkCalls(org).map(({ body }) => JSON.parse(body) as { Targets: object[] });
		expect(Object.keys(bodies[0].Targets[0]).sort()).toEqual(
			['@odata.type', 'contactid', 'firstname'].sort(),
		);
	});

	test('a record with nothing to send is unchanged and costs no write (dataverse:4.8)', async () => {
		const id = org.insert('contact', { lastname: 'Old', crmsync_externalid: 'a' });
		const { results } = await writeAll(connect(org), contacts, [
			person('a', { lastname: 'Old' }, { update: {} }),
		]);
		expect(results).toEqual([{ status: 'unchanged', id }]);
		expect([...bulkCalls(org), ...batchWrites(org)]).toEqual([]);
	});

	test('one bad row in 250 is isolated; all others are written exactly once (dataverse:4.9)', async () => {
		const records = Array.from({ length: 250 }, (_, n) =>
			person(`k${n}`, { lastname: n === 137 ? 'x'.repeat(60) : `N${n}` }),
		);
		const { results } = await writeAll(connect(org), contacts, records);
		expect(tally(results)).toEqual({ created: 249, rejected: 1 });
		expect(results[137]).toMatchObject({
			status: 'rejected',
			error: { code: '0x80044331', category: 'data', fields: ['lastname'] },
			requestId: expect.any(String) as string,
		});
		const history = Object.values(org.history('contact'));
		expect(history).toHaveLength(249);
		expect(history.every((commits) => commits.length === 1)).toBe(true);
		const isolating = batchWrites(org).filter(({ method }) => method === 'POST');
		expect(isolating.length).toBeLessThanOrEqual(100);
	});

	test('bad updates are isolated like bad creates (dataverse:T-05)', async () => {
		for (let n = 0; n < 10; n += 1) {
			org.insert('contact', { lastname: 'Old', crmsync_externalid: `k${n}` });
		}
		const records = Array.from({ length: 10 }, (_, n) =>
			person(`k${n}`, { gendercode: n === 4 ? 77 : 1 }),
		);
		const { results } = await writeAll(connect(org), contacts, records);
		expect(tally(results)).toEqual({ updated: 9, rejected: 1 });
		expect(results[4].error?.code).toBe('0x8004431a');
		const patches = batchWrites(org).filter(({ method }) => method === 'PATCH');
		expect(patches.every(({ headers }) => headers['if-match'] === '*')).toBe(true);
	});

	test('when most chunks hold bad rows, bulk messages are given up (dataverse:4.9)', async () => {
		const records = Array.from({ length: 100 }, (_, n) =>
			person(`k${n}`, { lastname: n % 5 === 0 ? 'x'.repeat(60) : `N${n}` }),
		);
		const { results } = await writeAll(connect(org), { ...contacts, batchSize: 5 }, records);
		expect(tally(results)).toEqual({ created: 80, rejected: 20 });
		expect(bulkCalls(org).length).toBeLessThan(20);
		expect(org.rows('contact')).toHaveLength(80);
	});

	test('batches are yielded as they finish, and requests are counted', async () => {
		let requests = 0;
		const records = Array.from({ length: 40 }, (_, n) => person(`k${n}`));
		const { batches } = await writeAll(connect(org), { ...contacts, batchSize: 10 }, records, {
			onRequest: () => {
				requests += 1;
			},
		});
		expect(batches.map((batch) => batch.length)).toEqual([10, 10, 10, 10]);
		expect(requests).toBe(org.log.filter(({ url }) => url.startsWith('/api/')).length);
	});
});
