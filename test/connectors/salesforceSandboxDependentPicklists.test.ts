import { testRules } from '../sandbox/ruleTable';
import { switchValues } from '../sandbox/salesforce';
import { connectJsforce } from '../sandbox/salesforce/bulkJsforce';
import type { Client, RowResult } from '../sandbox/salesforce/client';
import { codesOf, openClient, typed } from '../sandbox/salesforce/client';
import { useSalesforce } from '../sandbox/useSalesforce';

const sandbox = useSalesforce();
let client: Client;

beforeEach(async () => {
	client = await openClient(sandbox);
});

const create = async (...rows: Array<Record<string, unknown>>) => {
	const body = { records: typed('Venue__c', rows) };
	const answer = await client.call('composite/sobjects', { method: 'POST', body });
	return answer.json<RowResult[]>();
};
const venue = async () => {
	const { fields } = await connectJsforce(sandbox, client.token).describe('Venue__c');
	return fields;
};

/** What a client makes of describe: the controlling values a value goes with. */
async function validFor(name: string): Promise<Record<string, string[]>> {
	const fields = await venue();
	const field = fields.find((each) => each.name === name);
	const controller = fields.find((each) => each.name === field?.controllerName);
	const values =
		controller?.type === 'boolean'
			? ['false', 'true']
			: (controller?.picklistValues ?? []).map(({ value }) => value);
	return Object.fromEntries(
		(field?.picklistValues ?? []).map((each) => {
			const bytes = Buffer.from(String(each.validFor), 'base64');
			const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
			return [each.value, values.filter((_, at) => bits[at] === '1')];
		}),
	);
}

testRules('salesforce', {
	2: {
		'describe tells by a bitmap which values go together, in the order of all values': async () => {
			expect(await validFor('City__c')).toEqual({
				Berlin: ['EU'],
				Paris: ['EU'],
				Athens: ['EU', 'US'],
				Denver: ['US'],
			});
			const fields = await venue();
			const city = fields.find(({ name }) => name === 'City__c');
			expect(city).toMatchObject({ dependentPicklist: true, controllerName: 'Region__c' });
			// The inactive value in the middle has a bit of its own: EU 1, Asia 0, US 1.
			expect(city?.picklistValues?.map((each) => each.validFor)).toEqual([
				...['gAAA', 'gAAA', 'oAAA', 'IAAA'],
			]);
			const region = fields.find(({ name }) => name === 'Region__c');
			expect(region).toMatchObject({ dependentPicklist: false, controllerName: null });
			expect(region?.picklistValues?.map((each) => each.validFor)).toEqual([null, null, null]);
		},
		'a check box controls with two values, unchecked first': async () => {
			expect(await validFor('Surface__c')).toEqual({
				Parquet: ['true'],
				Grass: ['false'],
				Concrete: ['false', 'true'],
			});
		},
	},
	U24: {
		'values that do not go together are taken, or refused': async () => {
			const rows = [
				{ Name: 'a', Region__c: 'EU', City__c: 'Athens' },
				{ Name: 'b', Region__c: 'US', City__c: 'Paris' },
				{ Name: 'c', City__c: 'Paris' },
				{ Name: 'd', Surface__c: 'Parquet' },
				{ Name: 'e', Surface__c: 'Sand' },
			];
			const seen: Record<string, unknown> = {};
			for (const value of switchValues.dependentPicklists) {
				sandbox.switches.dependentPicklists = value;
				seen[value] = codesOf(await create(...rows));
			}
			const bad = 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST';
			expect(seen).toEqual({
				free: ['ok', 'ok', 'ok', 'ok', 'ok'],
				enforced: ['ok', bad, bad, bad, 'ok'],
			});
		},
		'a value nobody defined is refused in either case, where the picklist is restricted':
			async () => {
				const row = { Name: 'a', Region__c: 'EU', City__c: 'Rome' };
				for (const value of switchValues.dependentPicklists) {
					sandbox.switches.dependentPicklists = value;
					expect(codesOf(await create(row))).toEqual(['INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST']);
				}
			},
		'a change of the controlling value is measured by the whole row': async () => {
			sandbox.switches.dependentPicklists = 'enforced';
			const id = sandbox.insert('Venue__c', { Name: 'a', Region__c: 'EU', City__c: 'Paris' });
			const change = async (body: object) =>
				(await client.call(`sobjects/Venue__c/${id}`, { method: 'PATCH', body })).status;
			expect(await change({ Region__c: 'US' })).toBe(400);
			expect(await change({ Region__c: 'US', City__c: 'Denver' })).toBe(204);
			expect(await change({ City__c: null })).toBe(204);
		},
	},
});
