import type { WriteContext, WriteRecord, WriteTarget } from '../../shared/connectors/connector';
import type { DynamicsWriteOptions } from '../../shared/connectors/dynamics365/options';
import { useDataverse } from '../sandbox/useDataverse';
import { connectWith, contacts, person, record, writeAll } from './dynamics365Client';

const org = useDataverse();

async function preview(
	target: WriteTarget,
	records: readonly WriteRecord[],
	options: DynamicsWriteOptions = {},
) {
	const connector = connectWith(org, options);
	const cost = { reads: 0, planned: 0 };
	const context: WriteContext = {
		onRequest: () => void (cost.reads += 1),
		onPlanned: (requests) => void (cost.planned += requests),
	};
	const run = await writeAll(
		{ ...connector, write: connector.preview.bind(connector) },
		target,
		records,
		context,
	);
	return { ...run, cost };
}
async function cost(target: WriteTarget, records: readonly WriteRecord[]) {
	let requests = 0;
	const context = { onRequest: () => void (requests += 1) };
	await writeAll(connectWith(org, {}), target, records, context);
	return requests;
}
const added = (key: string, values: WriteRecord['values']) =>
	person(key, values, { change: 'added' });
const removed = (key: string) => person(key, {}, { change: 'removed' });

describe('a preview, field by field (sync:T78)', () => {
	test('old → new of an update, without what is the same by type; a create has no old value', async () => {
		const parent = org.insert('account', { name: 'P', accountnumber: 'P' });
		org.insert('contact', {
			lastname: 'Old',
			crmsync_externalid: 'a',
			birthdate: '1970-01-02',
			creditlimit: 10,
		});
		const { results } = await preview(contacts, [
			person('a', {
				lastname: 'New',
				jobtitle: 'Boss',
				birthdate: '1970-01-02',
				creditlimit: 10.0,
				parentcustomerid: { key: { accountnumber: 'P' }, object: 'account' },
			}),
			added('b', { lastname: 'B' }),
		]);
		expect(results[0].preview?.fields).toEqual([
			{ field: 'lastname', before: 'Old', after: 'New' },
			{ field: 'jobtitle', before: null, after: 'Boss' },
			{
				field: 'parentcustomerid',
				before: null,
				after: { key: { accountnumber: 'P' }, object: 'account' },
			},
		]);
		expect(results[1].preview?.fields).toEqual([
			{ field: 'lastname', after: 'B' },
			{ field: 'crmsync_externalid', after: 'b' },
		]);
		expect(parent).toBeDefined();
	});

	test('a row that has every value: still sent, and said so', async () => {
		org.insert('contact', { lastname: 'A', crmsync_externalid: 'a' });
		const { results } = await preview(contacts, [person('a', { lastname: 'A' })]);
		expect(results[0]).toMatchObject({
			status: 'updated',
			preview: { fields: [] },
			warnings: [expect.stringContaining('Only If Different') as string],
		});
	});

	test('deactivation shows the state; a deletion has no fields', async () => {
		org.insert('contact', { lastname: 'A', crmsync_externalid: 'a' });
		const deactivated = await preview({ ...contacts, removedRecords: 'deactivate' }, [
			removed('a'),
		]);
		expect(deactivated.results[0].preview?.fields).toEqual([
			{ field: 'statecode', before: 0, after: 1 },
			{ field: 'statuscode', before: 1, after: 2 },
		]);
		const deleted = await preview({ ...contacts, removedRecords: 'delete' }, [removed('a')]);
		expect(deleted.results[0].preview?.fields).toEqual([]);
	});

	test('what can only be written has no old value', async () => {
		org.insert('account', { name: 'A', accountnumber: 'A' });
		const target = { ...contacts, objectName: 'account', keyFields: ['accountnumber'] };
		const { results } = await preview(target, [record({ accountnumber: 'A' }, { name: 'B' })]);
		expect(results[0].preview?.fields).toEqual([{ field: 'name', before: 'A', after: 'B' }]);
	});
});

describe('the requests a write would cost', () => {
	const rows = (number: number) =>
		Array.from({ length: number }, (_, index) => person(`k${index}`, { lastname: `N${index}` }));

	test.each([
		['creates', 3, 0],
		['updates', 3, 3],
		['both, several slices', 450, 150],
	])(
		'%s: reads of the preview and planned writes are those of the write',
		async (_, number, known) => {
			for (const { key, values } of rows(known)) org.insert('contact', { ...key, ...values });
			const told = await preview(contacts, rows(number));
			expect(told.error).toBeUndefined();
			expect(told.cost.reads + told.cost.planned).toBe(await cost(contacts, rows(number)));
		},
	);

	test('in one message by Upsert Without Reading First', async () => {
		org.insert('contact', { lastname: 'A', crmsync_externalid: 'k0' });
		const usual = await preview(contacts, rows(2));
		const told = await preview(contacts, rows(2), { upsertMultiple: true });
		expect(told.cost.planned).toBe(usual.cost.planned - 1);
	});
});
