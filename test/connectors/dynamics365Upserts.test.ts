import type { WriteTarget } from '../../shared/connectors/connector';
import { useDataverse } from '../sandbox/useDataverse';
import {
	bulkCalls,
	connectWith,
	contacts,
	person,
	record,
	rowsBy,
	tally,
	writeAll,
} from './dynamics365Client';

const org = useDataverse();

const bulk = () => connectWith(org, { upsertMultiple: true });
const bookings: WriteTarget = {
	...contacts,
	objectName: 'crmsync_booking',
	keyFields: ['crmsync_travellerid', 'crmsync_number'],
};
const calls = () => org.log.filter(({ url }) => url.includes('UpsertMultiple'));
const lookUps = () =>
	org.log.filter(({ method, url }) => method === 'GET' && /\/contacts\?/.test(url));
const names = () => org.rows('contact').map((row) => row.lastname);

describe('upsert without reading first', () => {
	test.each(['empty', 'ids'])(
		'one message per batch and no look-up; what it did not tell is said (dataverse:T-01, U-13 %s)',
		async (answer) => {
			org.setSwitches({ 'U-13': answer });
			const id = org.insert('contact', { lastname: 'Old', crmsync_externalid: 'k1' });
			const people = Array.from({ length: 20 }, (_, n) => person(`k${n}`));
			const { results } = await writeAll(bulk(), contacts, people);
			expect(tally(results)).toEqual({ updated: 20 });
			expect(results[1].id).toBe(answer === 'ids' ? id : undefined);
			expect(results[0].warnings).toEqual([
				'Created or updated: UpsertMultiple does not tell which',
			]);
			expect(calls()).toHaveLength(1);
			expect(lookUps()).toEqual([]);
			expect(bulkCalls(org)).toEqual([]);
			expect(new Set(names()).size).toBe(20);
			expect(org.rows('contact')).toHaveLength(20);
		},
	);

	test('the key is in the address and not in the body (dataverse:T-02, T-03)', async () => {
		await writeAll(bulk(), contacts, [person('k1')]);
		const { Targets } = JSON.parse(calls()[0].body) as { Targets: object[] };
		expect(Targets).toEqual([
			{
				'@odata.type': 'Microsoft.Dynamics.CRM.contact',
				'@odata.id': "contacts(crmsync_externalid='k1')",
				lastname: 'Name k1',
			},
		]);
		expect(org.rows('contact')[0].crmsync_externalid).toBe('k1');
	});

	test.each(['400', '404', 'acceptedInId'])(
		'keys with characters an address may not hold go the usual way (dataverse:T-08, U-02 %s)',
		async (mode) => {
			org.setSwitches({ 'U-02': mode });
			const keys = ["O'Hara", 'a/b', 'a&b', '50%', 'a,b', 'x'.repeat(100), 'plain'];
			const { results } = await writeAll(
				bulk(),
				contacts,
				keys.map((key) => person(key, { lastname: 'A' })),
			);
			expect(results.map(({ status }) => status)).toEqual([
				...Array<string>(5).fill('created'),
				'updated',
				'updated',
			]);
			expect(rowsBy(org, 'contact', 'crmsync_externalid').size).toBe(7);
		},
	);

	test('keys in two spellings, renames and partial updates are looked up (dataverse:T-04, design:R10)', async () => {
		const old = org.insert('contact', { lastname: 'Old', crmsync_externalid: 'old' });
		org.insert('contact', { lastname: 'Old', jobtitle: 'Pilot', crmsync_externalid: 'part' });
		const { results } = await writeAll(bulk(), contacts, [
			person('new', { lastname: 'Renamed' }, { previousKey: { crmsync_externalid: 'old' } }),
			person('part', { lastname: 'New', jobtitle: 'Cook' }, { update: { lastname: 'New' } }),
			person('abc'),
			person('ABC'),
		]);
		expect(results[0]).toEqual({ status: 'updated', id: old });
		expect(results[1].warnings).toBeUndefined();
		expect(calls()).toEqual([]);
		expect(rowsBy(org, 'contact', 'crmsync_externalid').get('part')).toMatchObject({
			lastname: 'New',
			jobtitle: 'Pilot',
		});
	});

	test('a record whose last write is in doubt is looked up: its row may have another spelling of the key (dataverse:U-25, design:R10)', async () => {
		org.setSwitches({ 'U-25': 'exact' });
		const id = org.insert('contact', { lastname: 'Old', crmsync_externalid: 'ABC' });
		const { results } = await writeAll(bulk(), contacts, [
			person('abc', { lastname: 'New' }, { id, redelivered: true }),
		]);
		expect(results).toEqual([{ status: 'updated', id }]);
		expect(org.rows('contact')).toMatchObject([{ crmsync_externalid: 'abc', lastname: 'New' }]);
	});

	test('a lookup and a number in the key (dataverse:S-13)', async () => {
		const traveller = org.insert('contact', { lastname: 'A', crmsync_externalid: 'a' });
		const trip = (name: string) =>
			record({ crmsync_travellerid: traveller, crmsync_number: 7 }, { crmsync_name: name });
		for (const name of ['first', 'second']) {
			const { results } = await writeAll(bulk(), bookings, [trip(name)]);
			expect(results[0].status).toBe('updated');
		}
		expect(calls()).toHaveLength(2);
		expect(org.rows('crmsync_booking')).toMatchObject([{ crmsync_name: 'second' }]);
	});

	test('a bad row: its batch goes the usual way, and only it is rejected (dataverse:S-17)', async () => {
		const people = Array.from({ length: 20 }, (_, n) =>
			person(`k${n}`, { lastname: n === 3 ? 'x'.repeat(60) : 'New' }),
		);
		const { results } = await writeAll(bulk(), contacts, people);
		expect(tally(results)).toEqual({ created: 19, rejected: 1 });
		expect(results[3].error?.code).toBe('0x80044331');
	});

	test.each([
		['reset before', { kind: 'reset', when: 'beforeCommit' }],
		['reset after', { kind: 'reset', when: 'afterCommit' }],
		['502 after', { kind: 'gateway', status: 502, afterCommit: true }],
	] as const)(
		'no answer, %s commit: looked up, nothing doubled (dataverse:T-28)',
		async (_, effect) => {
			org.faults.add({ effect, url: /UpsertMultiple/ });
			const people = Array.from({ length: 10 }, (_value, n) => person(`k${n}`));
			const { results } = await writeAll(bulk(), contacts, people);
			expect(results.every(({ status }) => status === 'created' || status === 'updated')).toBe(
				true,
			);
			expect(org.rows('contact')).toHaveLength(10);
		},
	);

	test.each([
		['reset', { kind: 'reset', when: 'afterCommit' }],
		['a page', { kind: 'respond', status: 200, body: '<html></html>', afterCommit: true }],
	] as const)(
		'no answer (%s), and none to the look-up: what may be written is unknown, not unsent (design:9)',
		async (_, effect) => {
			org.faults.add({ effect, url: /UpsertMultiple/ });
			const refusal = { kind: 'respond', status: 403, body: '<html></html>' } as const;
			org.faults.add({ effect: refusal, url: /\/contacts\?/, times: 9 });
			const { results, error } = await writeAll(bulk(), contacts, [person('k1'), person('k2')]);
			expect(error).toMatchObject({ code: 'unavailable' });
			expect(org.rows('contact')).toHaveLength(2);
			expect(tally(results)).toEqual({ unknown: 2 });
		},
	);

	test('a table without bulk messages, and an elastic one whose upsert replaces rows, are not asked (dataverse:T-24, S-20)', async () => {
		const visits = { ...contacts, objectName: 'crmsync_visit', keyFields: ['crmsync_code'] };
		const { results } = await writeAll(bulk(), visits, [
			record({ crmsync_code: 'a' }, { crmsync_name: 'A' }),
		]);
		expect(results[0].status).toBe('created');
		expect(calls()).toEqual([]);
	});
});
