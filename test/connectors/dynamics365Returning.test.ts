import type { WriteTarget } from '../../shared/connectors/connector';
import { useDataverse } from '../sandbox/useDataverse';
import {
	bulkCalls,
	connect,
	connectWith,
	contacts,
	person,
	record,
	writeAll,
} from './dynamics365Client';

const org = useDataverse();

const deactivate: WriteTarget = { ...contacts, removedRecords: 'deactivate' };
const touchpoints: WriteTarget = {
	...deactivate,
	objectName: 'contoso_touchpoint',
	keyFields: ['contoso_eventid'],
};
const added = (key: string, values: object = {}) =>
	person(key, { lastname: 'A', ...values }, { change: 'added' });
const removed = (key: string, id?: string) => person(key, {}, { change: 'removed', id });
const only = () => org.rows('contact')[0];
const lastBody = () => {
	const { Targets } = JSON.parse(bulkCalls(org).at(-1)?.body ?? '{}') as { Targets: object[] };
	return Targets[0];
};

describe('a record that comes back', () => {
	test('is reactivated and compared, never created twice (issue 6, dataverse:2.3)', async () => {
		const connector = connect(org);
		const first = await writeAll(connector, deactivate, [added('a', { jobtitle: 'Pilot' })]);
		const { id } = first.results[0];
		await writeAll(connector, deactivate, [removed('a', id)]);
		expect(only()).toMatchObject({ statecode: 1, statuscode: 2 });
		const { results } = await writeAll(connector, deactivate, [added('a', { jobtitle: 'Cook' })]);
		expect(results).toEqual([{ status: 'updated', id }]);
		expect(org.rows('contact')).toHaveLength(1);
		expect(only()).toMatchObject({ statecode: 0, statuscode: 1, jobtitle: 'Cook' });
		// What the row still holds is not sent again.
		expect(lastBody()).toEqual({
			'@odata.type': 'Microsoft.Dynamics.CRM.contact',
			contactid: id,
			jobtitle: 'Cook',
			statecode: 0,
			statuscode: 1,
		});
	});

	test('an active row of an added record is written as ever; a changed one stays inactive', async () => {
		org.insert('contact', { lastname: 'Old', crmsync_externalid: 'a' });
		org.insert('contact', {
			lastname: 'Old',
			crmsync_externalid: 'b',
			statecode: 1,
			statuscode: 2,
		});
		await writeAll(connect(org), deactivate, [added('a'), person('b', { lastname: 'New' })]);
		expect(org.rows('contact')).toMatchObject([
			{ lastname: 'A', statecode: 0 },
			{ lastname: 'New', statecode: 1 },
		]);
	});

	test('a mapped state decides itself, and without Deactivate no state is touched', async () => {
		const inactive = { lastname: 'Old', statecode: 1, statuscode: 2 };
		org.insert('contact', { ...inactive, crmsync_externalid: 'a' });
		org.insert('contact', { ...inactive, crmsync_externalid: 'b' });
		await writeAll(connect(org), deactivate, [added('a', { statecode: 1, statuscode: 2 })]);
		await writeAll(connect(org), contacts, [added('b')]);
		expect(org.rows('contact')).toMatchObject([
			{ lastname: 'A', statecode: 1 },
			{ lastname: 'A', statecode: 1 },
		]);
	});

	test.each([
		[1, { statecode: 0, statuscode: 1 }],
		[4, { statecode: 3, statuscode: 4 }],
		[2, { statecode: 1, statuscode: 2 }],
	])('a mapped status %i brings its own state (dataverse:2.3)', async (statuscode, expected) => {
		const event = (change: 'added' | 'removed', values: object) =>
			record({ contoso_eventid: 'e1' }, { ...values }, { change });
		await writeAll(connect(org), touchpoints, [event('added', { subject: 'A' })]);
		await writeAll(connect(org), touchpoints, [event('removed', {})]);
		const back = event('added', { subject: 'A', statuscode });
		const { results } = await writeAll(connect(org), touchpoints, [back]);
		expect(results[0].status).toBe('updated');
		expect(org.rows('contoso_touchpoint')).toMatchObject([expected]);
	});

	test('update only reactivates too; insert only refuses the row that is there (design:R11)', async () => {
		const row = { lastname: 'Old', crmsync_externalid: 'a', statecode: 1, statuscode: 2 };
		org.insert('contact', row);
		const insert = await writeAll(connect(org), { ...deactivate, writeMode: 'insert' }, [
			added('a'),
		]);
		expect(insert.results[0]).toMatchObject({ status: 'rejected', error: { code: 'exists' } });
		const update = await writeAll(connect(org), { ...deactivate, writeMode: 'update' }, [
			added('a'),
		]);
		expect(update.results[0].status).toBe('updated');
		expect(only()).toMatchObject({ statecode: 0, lastname: 'A' });
	});

	test('a write without an answer is proven by the state as well (dataverse:T-28)', async () => {
		const id = org.insert('contact', {
			lastname: 'A',
			crmsync_externalid: 'a',
			statecode: 1,
			statuscode: 2,
		});
		org.faults.add({ effect: { kind: 'reset', when: 'afterCommit' }, url: /UpdateMultiple/ });
		const { results } = await writeAll(connect(org), deactivate, [added('a')]);
		expect(results).toEqual([{ status: 'updated', id }]);
		expect(bulkCalls(org)).toHaveLength(1);
		expect(only().statecode).toBe(0);
	});
});

describe('the status reason of a deactivated row', () => {
	const event = (change: 'added' | 'removed') =>
		record({ contoso_eventid: 'e1' }, change === 'added' ? { subject: 'A' } : {}, { change });
	const chosen = (inactiveStatus?: number) => connectWith(org, { inactiveStatus });

	test.each([
		[undefined, 1, 2],
		[3, 2, 3],
	])(
		'chosen %j: its state follows from it (dataverse:2.3, U-24)',
		async (status, statecode, statuscode) => {
			await writeAll(chosen(status), touchpoints, [event('added')]);
			const { results } = await writeAll(chosen(status), touchpoints, [event('removed')]);
			expect(results[0].status).toBe('updated');
			expect(org.rows('contoso_touchpoint')[0]).toMatchObject({ statecode, statuscode });
			await writeAll(chosen(status), touchpoints, [event('added')]);
			expect(org.rows('contoso_touchpoint')[0]).toMatchObject({ statecode: 0, statuscode: 1 });
			expect(org.rows('contoso_touchpoint')).toHaveLength(1);
		},
	);

	test.each([
		[1, 'belongs to active records'],
		[99, 'has no status reason 99'],
		[Number.NaN, 'has no status reason'],
	])('%j is refused before anything is written, with those it may be', async (status, words) => {
		const { error } = await writeAll(chosen(status), touchpoints, [event('added')]);
		expect(String(error)).toContain(words);
		expect(error).toMatchObject({
			details: { hint: expect.stringContaining('2, 3, 4') as string },
		});
		expect(org.rows('contoso_touchpoint')).toEqual([]);
	});
});
