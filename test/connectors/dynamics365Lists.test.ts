import type { ILoadOptionsFunctions } from 'n8n-workflow';
import { Dynamics365Upsert } from '../../nodes/Dynamics365Upsert/Dynamics365Upsert.node';
import { useDataverse } from '../sandbox/useDataverse';
import { OURS, inNode } from './dynamics365Engine';

const { listSearch, loadOptions } = new Dynamics365Upsert().methods;
const { searchTables } = listSearch;
const { loadColumns, loadKeys, loadSolutions, loadStatuses } = loadOptions;
const org = useDataverse();

describe('lists of the editor', () => {
	const asked = async (table: string, ask: (context: ILoadOptionsFunctions) => Promise<unknown>) =>
		await inNode(org, async (context) => {
			const current: Record<string, unknown> = { table, authentication: OURS };
			const editor: object = Object.assign(Object.create(context) as object, {
				getCurrentNodeParameter: (name: string) => current[name],
			});
			return await ask(editor as ILoadOptionsFunctions);
		});

	test('tables can be searched by label and name', async () => {
		const found = await asked('', async (context) => await searchTables.call(context, 'BOOK'));
		expect(found).toEqual({
			results: [{ name: 'Booking (crmsync_booking)', value: 'crmsync_booking' }],
		});
	});

	test('status reasons of the table, by label (dataverse:2.3)', async () => {
		const list = async (table: string) =>
			await asked(table, async (context) => await loadStatuses.call(context));
		expect(await list('contact')).toEqual([
			{ name: 'Active (1)', value: 1 },
			{ name: 'Inactive (2)', value: 2 },
		]);
		expect(await list('systemuser')).toEqual([]);
		expect(await list('')).toEqual([]);
	});

	test('solutions that take new parts, with the prefix of their publisher (dataverse:2.4)', async () => {
		const list = await asked('', async (context) => await loadSolutions.call(context));
		expect(list).toContainEqual({
			name: expect.stringContaining('(prefix contoso_)') as string,
			value: 'ContosoSales',
		});
		expect(JSON.stringify(list)).not.toContain('FabrikamManaged');
	});

	test('keys: the record id and active alternate keys, with their columns (dataverse:T-21)', async () => {
		org.addKey('account', 'crmsync_Building', ['name']);
		const keys = (await asked(
			'account',
			async (context) => await loadKeys.call(context),
		)) as Array<{
			name: string;
			value: string;
		}>;
		expect(keys.map(({ value }) => value)).toEqual([
			'accountid',
			'accountnumber',
			'address1_country,crmsync_airportcode',
		]);
		expect(keys[2].name).toContain('Address 1: Country/Region + Airport Code');
	});

	test('columns: everything that can be written', async () => {
		const columns = (await asked(
			'contact',
			async (context) => await loadColumns.call(context),
		)) as Array<{
			value: string;
		}>;
		const names = columns.map(({ value }) => value);
		expect(names).toEqual(expect.arrayContaining(['lastname', 'donotemail', 'crmsync_interests']));
		expect(names).not.toContain('fullname');
	});

	test('a list that cannot be read names the missing privilege (design:6)', async () => {
		org.faults.add({
			effect: {
				kind: 'error',
				status: 403,
				code: '0x80040220',
				message: 'Principal user is missing prvReadEntity privilege',
			},
			url: /EntityDefinitions/,
		});
		const error = await asked('', async (context) => await searchTables.call(context)).catch(
			(reason: Error) => reason.message,
		);
		expect(error).toContain('prvReadEntity');
	});
});
