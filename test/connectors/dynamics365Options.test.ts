import type { DynamicsWriteOptions } from '../../shared/connectors/dynamics365/options';
import { useDataverse } from '../sandbox/useDataverse';
import {
	batchWrites,
	connect,
	connectWith,
	contacts,
	fetchClient,
	person,
	record,
	tally,
	writeAll,
} from './dynamics365Client';

const org = useDataverse();

const insert = (externalId: string, values: object = {}) =>
	org.insert('contact', { lastname: 'Old', crmsync_externalid: externalId, ...values });
const only = () => org.rows('contact')[0];

describe('check version', () => {
	const guarded = { ...contacts, checkVersion: true };
	/** Somebody else writes each time right before our write arrives. */
	const rival = (id: string, times: number, body: object) => {
		const inner = fetchClient(org);
		let left = times;
		return connect(org, async (request) => {
			const isWrite = request.body?.includes('PATCH ') || request.body?.includes('DELETE ');
			if (isWrite && left > 0) {
				left -= 1;
				await inner({
					method: 'PATCH',
					url: `${org.url}/api/data/v9.2/contacts(${id})`,
					headers: { 'Content-Type': 'application/json' },
					body: JSON.stringify({ ...body, telephone1: String(left) }),
				});
			}
			return await inner(request);
		});
	};

	test('a row as it was read is written with its version, in $batch (dataverse:4.1)', async () => {
		const id = insert('a');
		const { results } = await writeAll(connect(org), guarded, [person('a'), person('b')]);
		expect(results).toMatchObject([{ status: 'updated', id }, { status: 'created' }]);
		const update = batchWrites(org).find(({ method }) => method === 'PATCH');
		expect(update?.headers['if-match']).toMatch(/^W\/"\d+"$/);
	});

	test.each(['real', 'empty'])(
		'a row changed meanwhile is read and compared anew (dataverse:U-10 %s, sync:C2)',
		async (code) => {
			org.setSwitches({ 'U-10': code });
			const id = insert('a');
			const connector = rival(id, 2, { jobtitle: 'Rival' });
			const { results } = await writeAll(connector, guarded, [
				person('a', { jobtitle: 'Ours', lastname: 'New' }, { onlyIfEmpty: ['jobtitle'] }),
			]);
			expect(results).toEqual([{ status: 'updated', id }]);
			// Filled meanwhile, so it is not overwritten.
			expect(only()).toMatchObject({ jobtitle: 'Rival', lastname: 'New' });
		},
	);

	test.each(['real', 'empty'])(
		'a row that never rests is rejected as a conflict, and comes back (dataverse:U-10 %s)',
		async (code) => {
			org.setSwitches({ 'U-10': code });
			const id = insert('a');
			const { results } = await writeAll(rival(id, 9, {}), guarded, [person('a')]);
			expect(results).toMatchObject([
				{
					status: 'rejected',
					id,
					error: { code: 'changedMeanwhile', category: 'conflict', retryable: true },
				},
			]);
			expect(only().lastname).toBe('Old');
		},
	);

	test('deletes are guarded too', async () => {
		const id = insert('a');
		const target = { ...guarded, writeMode: 'delete' } as const;
		const { results } = await writeAll(rival(id, 9, {}), target, [person('a')]);
		expect(results).toMatchObject([{ status: 'rejected', error: { category: 'conflict' } }]);
		expect(org.rows('contact')).toHaveLength(1);
	});

	test('a table without versions is refused by name before anything is written (dataverse:4.1)', async () => {
		const target = { ...guarded, objectName: 'crmsync_visit', keyFields: ['crmsync_code'] };
		const { error } = await writeAll(connect(org), target, [
			record({ crmsync_code: 'a' }, { crmsync_name: 'A' }),
		]);
		expect(error).toMatchObject({ code: 'config' });
		expect(String(error)).toContain('"crmsync_visit"');
		expect(org.rows('crmsync_visit')).toEqual([]);
	});
});

describe('headers of a write', () => {
	const both = async (options: DynamicsWriteOptions) => {
		insert('a');
		// The row above had its logic.
		org.logic.runs.length = 0;
		return await writeAll(connectWith(org, options), contacts, [person('a'), person('b')]);
	};
	const ran = () => org.logic.runs.map(({ by }) => by).sort();

	beforeEach(() => {
		const step = (mode: 'sync' | 'async', operation: 'create' | 'update') =>
			org.logic.steps.push({ id: `${mode} ${operation}`, table: 'contact', operation, mode });
		for (const mode of ['sync', 'async'] as const) {
			step(mode, 'create');
			step(mode, 'update');
		}
		org.logic.flows.push('contact');
	});

	test.each([
		[undefined, ['async create', 'async update', 'flow', 'flow', 'sync create', 'sync update']],
		['sync', ['async create', 'async update', 'flow', 'flow']],
		['async', ['flow', 'flow', 'sync create', 'sync update']],
		['both', ['flow', 'flow']],
	] as const)('bypass %s (dataverse:S-15)', async (bypassLogic, expected) => {
		const { results } = await both({ bypassLogic });
		expect(tally(results)).toEqual({ created: 1, updated: 1 });
		expect(ran()).toEqual(expected);
	});

	test('flows are not started (dataverse:S-15)', async () => {
		await both({ skipFlows: true });
		expect(ran()).not.toContain('flow');
	});

	test('also in $batch, and for deletes (dataverse:4.4)', async () => {
		org.setSwitches({ 'U-14': 'refused' });
		const id = insert('gone');
		await both({ bypassLogic: 'both', skipFlows: true });
		const batches = org.log.filter(({ parts = [] }) =>
			parts.some(({ method }) => method !== 'GET'),
		);
		expect(batches[0].headers['mscrm.bypassbusinesslogicexecution']).toBe('CustomSync,CustomAsync');
		await writeAll(
			connectWith(org, { skipFlows: true }),
			{ ...contacts, removedRecords: 'delete' },
			[person('gone', {}, { change: 'removed', id })],
		);
		expect(ran()).toEqual([]);
		expect(org.rows('contact')).toHaveLength(2);
	});

	test.each([
		[{ bypassLogic: 'sync' }, 'prvBypassCustomBusinessLogic'],
		[{ writeAs: 'e0000000-0000-4000-8000-000000000000' }, 'prvActOnBehalfOfAnotherUser'],
	] as const)(
		'a missing privilege stops the run and is named: %j (dataverse:4.3)',
		async (options, privilege) => {
			org.identity.missingPrivileges.add(privilege);
			const { error, results } = await both(options);
			expect(error).toMatchObject({
				code: 'config',
				details: { hint: expect.stringContaining(privilege) as string },
			});
			expect(results).toEqual([]);
			expect(org.rows('contact')).toHaveLength(1);
		},
	);

	test('rows are written in the name of another user (dataverse:S-15)', async () => {
		const user = org.rows('systemuser').find((row) => row.azureactivedirectoryobjectid);
		await both({ writeAs: `${String(user?.azureactivedirectoryobjectid).toUpperCase()} ` });
		expect(org.rows('contact').map((row) => row._modifiedby_value)).toEqual(
			Array(2).fill(org.ids.otherUser),
		);
	});

	test('a user who is unknown, and what is no ID, are refused by name', async () => {
		const unknown = await both({ writeAs: 'e0000000-0000-4000-8000-000000000000' });
		expect(unknown.error).toMatchObject({
			details: { hint: expect.stringContaining('Write As') as string },
		});
		const wrong = await writeAll(connectWith(org, { writeAs: 'kim' }), contacts, [person('c')]);
		expect(String(wrong.error)).toContain('Write As');
	});

	test.each(['412', '500'])(
		'duplicate rules apply only on request, hit %s (dataverse:U-17, T-23)',
		async (status) => {
			org.setSwitches({ 'U-17': status });
			org.logic.duplicateRules.push({ table: 'contact', columns: ['emailaddress1'] });
			insert('old', { emailaddress1: 'a@b.c' });
			const twin = [person('new', { lastname: 'New', emailaddress1: 'A@b.c' }), person('other')];
			const { results } = await writeAll(
				connectWith(org, { detectDuplicates: true }),
				contacts,
				twin,
			);
			expect(results).toMatchObject([
				{ status: 'rejected', error: { code: '0x80040333', category: 'duplicate' } },
				{ status: 'created' },
			]);
			// The bulk call, and the bad record among its parts: asking the rule again would change nothing.
			expect(batchWrites(org)).toHaveLength(2);
			const again = await writeAll(connect(org), contacts, twin);
			expect(again.results[0].status).toBe('created');
		},
	);
});
