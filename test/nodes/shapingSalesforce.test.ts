import type {
	ILoadOptionsFunctions,
	INodeProperties,
	INodePropertyOptions,
	INodeType,
} from 'n8n-workflow';

import { CrmSyncDynamics365Api } from '../../credentials/CrmSyncDynamics365Api.credentials';
import { CrmSyncSalesforceOAuth2Api } from '../../credentials/CrmSyncSalesforceOAuth2Api.credentials';
import { FieldMapper } from '../../nodes/FieldMapper/FieldMapper.node';
import { FieldReplacement } from '../../nodes/FieldReplacement/FieldReplacement.node';
import { OURS, inNode, stored } from '../connectors/salesforceEngine';
import { credentialData } from '../sandbox/dynamicsCredential';
import { useDataverse } from '../sandbox/useDataverse';
import { useSalesforce } from '../sandbox/useSalesforce';
import { runWorkflow } from './engine';

const org = useSalesforce();
const dataverse = useDataverse();
const credentialTypes = [new CrmSyncDynamics365Api(), new CrmSyncSalesforceOAuth2Api()];
const salesforceSide = (side: string, object: string) => ({
	[side]: 'salesforce',
	[`${side}Object`]: { __rl: true, mode: 'list', value: object },
	salesforceAuthentication: OURS,
});

describe('Field Mapper to Salesforce', () => {
	async function map(rows: Record<string, string>, record: Record<string, unknown>) {
		const values = Object.entries(rows).map(([destinationField, source]) => ({
			...{ destinationField, source, options: {} },
		}));
		const parameters = {
			...salesforceSide('destination', 'Booking__c'),
			...{ keyFields: 'Code__c', mappings: { values } },
		};
		const run = await runWorkflow({
			seed: [record],
			nodes: [
				{
					...{ name: 'Mapper', type: new FieldMapper(), parameters },
					credentials: { [OURS]: stored(org, OURS) },
				},
			],
			credentialTypes,
		});
		if (run.error) throw run.error;
		return { mapped: run.records('Mapper'), rejected: run.records('Mapper', 1) };
	}

	test('salesforce:2.1 converts into the types of the object', async () => {
		const { mapped } = await map(
			{
				Code__c: '={{ $json.id }}',
				Name: '={{ $json.name }}',
				Status__c: '={{ $json.status }}',
				Channel__c: '={{ $json.channel }}',
				Extras__c: '={{ $json.extras }}',
				Travel_Date__c: '={{ $json.day }}',
				Price__c: '={{ $json.price }}',
				Traveller__c: '={{ $json.who }}',
				Confirmed__c: '={{ $json.ok }}',
			},
			{
				...{ id: 'B1', name: 'Trip', status: 'paid in full', channel: 'fair', ok: 'yes' },
				...{ extras: 'Seat;meal', day: '2026-01-31T09:00:00', price: '12.50' },
				who: '003A0000006Vm9r',
			},
		);
		expect(mapped).toEqual([
			expect.objectContaining({
				...{ Code__c: 'B1', Name: 'Trip', Status__c: 'paid', Channel__c: 'fair' },
				...{ Extras__c: ['meal', 'seat'], Travel_Date__c: '2026-01-31', Price__c: 12.5 },
				...{ Traveller__c: '003A0000006Vm9rIAC', Confirmed__c: true },
			}),
		]);
	});

	test('design:7 suggestions do not point to Custom Attributes, which Salesforce Write refuses', async () => {
		const parameters = {
			...salesforceSide('destination', 'Booking__c'),
			...{ action: 'suggest', keyFields: 'Code__c', mappings: {} },
		};
		const credentials = { [OURS]: stored(org, OURS) };
		const run = await runWorkflow({
			seed: [{ booking_no: 'B1', quux: 1 }],
			nodes: [{ name: 'Mapper', type: new FieldMapper(), parameters, credentials }],
			credentialTypes,
		});
		expect(run.records('Mapper', 2)[0]).toMatchObject({ destinationField: 'Code__c' });
		expect(run.hints('Mapper')[0].message).not.toContain('Custom Attributes');
	});

	test('design:9 without a credential it says which one to choose', async () => {
		const parameters = {
			...salesforceSide('destination', 'Booking__c'),
			...{ keyFields: 'Code__c', mappings: {} },
		};
		const mapper = { name: 'Mapper', type: new FieldMapper(), parameters };
		const run = await runWorkflow({ seed: [{ id: 'B1' }], nodes: [mapper], credentialTypes });
		expect(run.error).toMatchObject({
			message: 'No Salesforce credential is chosen',
			description: expect.stringContaining('Choose one in Credential') as string,
		});
	});

	test('salesforce:2.1 a value that a restricted picklist has not is held', async () => {
		const { mapped, rejected } = await map(
			{ Code__c: '={{ $json.id }}', Name: 'x', Status__c: '={{ $json.status }}' },
			{ id: 'B1', status: 'lost' },
		);
		expect(rejected).toHaveLength(1);
		expect(mapped).toMatchObject([{ Code__c: 'B1', _sync: { change: 'hold' } }]);
	});
});

describe('lists', () => {
	const asked = async <T>(ask: (context: ILoadOptionsFunctions) => Promise<T>, object: string) => {
		const current: Record<string, unknown> = {
			...{ destination: 'salesforce', destinationObject: object, keyFields: 'Code__c' },
			salesforceAuthentication: OURS,
		};
		return (await inNode(org, async (context) => {
			const getCurrentNodeParameter = (name: string) => current[name];
			const editor: object = Object.assign(Object.create(context) as object, {
				getCurrentNodeParameter,
			});
			return await ask(editor as ILoadOptionsFunctions);
		})) as T;
	};
	const { listSearch, loadOptions } = new FieldMapper().methods;

	test('salesforce:2 objects, keys and fields of the chosen object', async () => {
		const objects = await asked(
			async (context) => await listSearch.searchDestinationObjects.call(context, 'book'),
			'',
		);
		expect(objects.results).toEqual([{ name: 'Booking (Booking__c)', value: 'Booking__c' }]);
		const keys = await asked<INodePropertyOptions[]>(
			async (context) => await loadOptions.loadDestinationKeys.call(context),
			'Booking__c',
		);
		expect(keys.map(({ value }) => value)).toEqual(['Code__c', 'Reference__c', 'Id', 'Legacy__c']);
		const fields = await asked<INodePropertyOptions[]>(
			async (context) => await loadOptions.loadDestinationFields.call(context),
			'Booking__c',
		);
		expect(fields[0]).toMatchObject({ value: 'Code__c' });
		expect(fields[1]).toMatchObject({
			value: 'Name',
			description: 'text, up to 80 characters · required',
		});
		expect(fields.map(({ value }) => value)).not.toContain('Number__c');
		const channel = fields.find(({ value }) => value === 'Channel__c');
		expect(channel?.description).toBe('choice · other values too');
	});
});

describe('Field Replacement from Dynamics 365 to Salesforce', () => {
	test('design:7 each side signs in to its own system', async () => {
		const run = await runWorkflow({
			seed: [{ gendercode: 1 }],
			nodes: [
				{
					name: 'Replace',
					type: new FieldReplacement(),
					parameters: {
						source: 'dynamics365',
						sourceObject: { __rl: true, mode: 'list', value: 'contact' },
						authentication: 'crmSyncDynamics365Api',
						...salesforceSide('destination', 'Booking__c'),
						rules: {
							values: [
								{
									field: 'gendercode',
									destinationField: 'Status__c',
									existingValue: { __rl: true, mode: 'list', value: '1' },
									newValue: { __rl: true, mode: 'list', value: 'paid' },
								},
							],
						},
					},
					credentials: {
						crmSyncDynamics365Api: { ...credentialData(dataverse), accessToken: '' },
						[OURS]: stored(org, OURS),
					},
				},
			],
			credentialTypes,
		});
		if (run.error) throw run.error;
		expect(org.count('GET .*Booking__c/describe')).toBe(1);
		expect(dataverse.log.some(({ url }) => url.includes('$batch'))).toBe(true);
		expect(run.records('Replace')).toEqual([{ gendercode: 'paid' }]);
	});
});

describe('the sign-in of each system', () => {
	const shownFor = (node: INodeType, chosen: Record<string, string>) =>
		node.description.properties
			.filter(({ name }) => /authentication/i.test(name))
			.filter(({ displayOptions }) =>
				Object.entries(displayOptions?.hide ?? {}).every(
					([name, values]) => !(values as string[]).includes(chosen[name]),
				),
			)
			.map(({ name }) => name);

	test.each([
		[{ destination: 'any' }, []],
		[{ destination: 'dynamics365' }, ['authentication']],
		[{ destination: 'salesforce' }, ['salesforceAuthentication']],
	])('design:7 Field Mapper %j', (chosen, shown) => {
		expect(shownFor(new FieldMapper(), chosen as never)).toEqual(shown);
	});

	test.each([
		[{ source: 'any', destination: 'any' }, []],
		[{ source: 'salesforce', destination: 'any' }, ['salesforceAuthentication']],
		[{ source: 'any', destination: 'salesforce' }, ['salesforceAuthentication']],
		[{ source: 'salesforce', destination: 'salesforce' }, ['salesforceAuthentication']],
		[
			{ source: 'dynamics365', destination: 'salesforce' },
			['authentication', 'salesforceAuthentication'],
		],
		[
			{ source: 'salesforce', destination: 'dynamics365' },
			['authentication', 'salesforceAuthentication'],
		],
	])('design:7 Field Replacement %j shows each once', (chosen, shown) => {
		expect(shownFor(new FieldReplacement(), chosen)).toEqual(shown);
	});

	test.each([new FieldMapper(), new FieldReplacement()] as INodeType[])(
		'salesforce:1.4 every sign-in has its credential, and none is shown by "show": %#',
		({ description }) => {
			const signIns = description.properties.filter(({ name }) => /authentication/i.test(name));
			for (const { name, options, displayOptions } of signIns) {
				expect(displayOptions?.show).toBeUndefined();
				for (const { value } of options as Array<INodeProperties & { value: string }>) {
					expect(description.credentials).toContainEqual({
						...{ name: value, required: true, displayOptions: { show: { [name]: [value] } } },
					});
				}
			}
		},
	);
});
