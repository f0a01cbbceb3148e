import { testRules } from '../sandbox/ruleTable';
import { switchValues } from '../sandbox/salesforce';
import { bulkSteps } from '../sandbox/salesforce/bulkSteps';
import type { Client, RowResult } from '../sandbox/salesforce/client';
import { codesOf, openClient, typed } from '../sandbox/salesforce/client';
import { useSalesforce } from '../sandbox/useSalesforce';

const sandbox = useSalesforce({ features: ['personAccounts'] });
let client: Client;

beforeEach(async () => {
	client = await openClient(sandbox);
});

interface Described {
	readonly recordTypeInfos: ReadonlyArray<{ recordTypeId: string; developerName: string }>;
	readonly fields: ReadonlyArray<{ name: string; [key: string]: unknown }>;
}

const describeObject = async (name: string) =>
	(await client.call(`sobjects/${name}/describe`)).json<Described>();
const fieldsOf = async (name: string) =>
	new Map((await describeObject(name)).fields.map((field) => [field.name, field]));

/** The id of the record type that makes persons, as a client finds it. */
async function personType(): Promise<string> {
	const { recordTypeInfos } = await describeObject('Account');
	const found = recordTypeInfos.find(({ developerName }) => developerName === 'PersonAccount');
	return found?.recordTypeId ?? '';
}

async function send(method: string, rows: ReadonlyArray<Record<string, unknown>>) {
	const records = typed('Account', rows);
	const answer = await client.call('composite/sobjects', { method, body: { records } });
	return answer.json<RowResult[]>();
}
const create = (...rows: Array<Record<string, unknown>>) => send('POST', rows);
const update = (...rows: Array<Record<string, unknown>>) => send('PATCH', rows);
const ada = async (more: Record<string, unknown> = {}): Promise<string> => {
	const RecordTypeId = await personType();
	const [result] = await create({ RecordTypeId, FirstName: 'Ada', LastName: 'Lovelace', ...more });
	return result?.id ?? '';
};
const account = (id?: string) => sandbox.rows('Account').find(({ Id }) => Id === id);
const contacts = () => sandbox.rows('Contact');

testRules('salesforce', {
	'2.2': {
		'describe shows the fields of persons on Account, and custom ones as __pc': async () => {
			const fields = await fieldsOf('Account');
			const names = ['FirstName', 'LastName', 'PersonEmail', 'PersonBirthdate', 'Ext__pc'];
			for (const name of names) expect(fields.get(name)).toMatchObject({ createable: true });
			expect(fields.get('PersonMailingCity')?.compoundFieldName).toBe('PersonMailingAddress');
			expect(fields.get('PersonMailingAddress')).toMatchObject({ type: 'address' });
			for (const name of ['IsPersonAccount', 'PersonContactId']) {
				expect(fields.get(name)).toMatchObject({ createable: false, updateable: false });
			}
			expect(fields.get('Name')).toMatchObject({ createable: true, nillable: false });
			expect(fields.has('PersonAccountId')).toBe(false);
			expect((await fieldsOf('Contact')).has('IsPersonAccount')).toBe(true);
		},
		'an organisation without the feature has none of it': async () => {
			const other = await import('../sandbox/salesforce').then(({ startSalesforce }) =>
				startSalesforce(),
			);
			client = await openClient(other);
			const fields = await fieldsOf('Account');
			expect(['LastName', 'IsPersonAccount', 'Ext__pc'].filter((name) => fields.has(name))).toEqual(
				[],
			);
			expect(await personType()).toBe('');
			await other.close();
		},
		'a person has a name in parts, and a contact that comes with it': async () => {
			const id = await ada({ PersonEmail: 'ada@example.org', Phone: '1', Ext__pc: 'P1' });
			expect(account(id)).toMatchObject({
				Name: 'Ada Lovelace',
				IsPersonAccount: true,
				RecordTypeId: await personType(),
			});
			expect(contacts()).toMatchObject([
				{
					Id: account(id)?.PersonContactId,
					AccountId: id,
					Name: 'Ada Lovelace',
					Email: 'ada@example.org',
					Phone: '1',
					Ext__c: 'P1',
					IsPersonAccount: true,
				},
			]);
			const [found] = (
				await client.call(`query?q=${encodeURIComponent('SELECT Account.LastName FROM Contact')}`)
			).json<{ records: Array<{ Account: { LastName: string } }> }>().records;
			expect(found?.Account.LastName).toBe('Lovelace');
		},
		'a company stays a company, and gets no contact': async () => {
			const [result] = await create({ Name: 'Acme' });
			expect(account(result?.id)).toMatchObject({ Name: 'Acme', IsPersonAccount: false });
			expect(contacts()).toEqual([]);
		},
		'Name cannot be written for a person, its parts not for a company': async () => {
			const RecordTypeId = await personType();
			const [both, company] = await create(
				{ RecordTypeId, LastName: 'L', Name: 'L' },
				{ Name: 'Acme', FirstName: 'A', PersonEmail: 'a@example.org' },
			);
			expect(both?.errors).toEqual([
				{
					statusCode: 'INVALID_FIELD_FOR_INSERT_UPDATE',
					message: 'Account: bad field names on insert/update call: Name',
					fields: ['Name'],
				},
			]);
			expect(company?.errors[0]?.fields).toEqual(['FirstName', 'PersonEmail']);
			expect(sandbox.rows('Account')).toEqual([]);
			const id = await ada();
			expect(codesOf(await update({ id, Name: 'Ada' }))).toEqual([
				'INVALID_FIELD_FOR_INSERT_UPDATE',
			]);
			expect(account(id)?.Name).toBe('Ada Lovelace');
		},
		'each kind has a required name of its own': async () => {
			const RecordTypeId = await personType();
			const results = await create({ RecordTypeId, FirstName: 'Ada' }, { Phone: '1' });
			expect(results.map(({ errors }) => errors[0]?.message)).toEqual([
				'Required fields are missing: [LastName]',
				'Required fields are missing: [Name]',
			]);
			expect(codesOf(await update({ id: await ada(), LastName: null }))).toEqual([
				'REQUIRED_FIELD_MISSING',
			]);
		},
		'a change of the account reaches the contact, and the reverse': async () => {
			const id = await ada({ PersonEmail: 'a@example.org' });
			await update({ id, LastName: 'King', PersonEmail: null, PersonTitle: 'Countess' });
			expect(account(id)?.Name).toBe('Ada King');
			expect(contacts()).toMatchObject([{ Name: 'Ada King', Email: null, Title: 'Countess' }]);
			const path = `sobjects/Contact/${String(contacts()[0]?.Id)}`;
			const body = { Birthdate: '1815-12-10', Ext__c: 'P1' };
			expect((await client.call(path, { method: 'PATCH', body })).status).toBe(204);
			expect(account(id)).toMatchObject({ PersonBirthdate: '1815-12-10', Ext__pc: 'P1' });
			const moved = await client.call(path, { method: 'PATCH', body: { AccountId: id } });
			expect([moved.code, moved.message]).toEqual([
				'INVALID_FIELD_FOR_INSERT_UPDATE',
				'Account: bad field names on insert/update call: AccountId',
			]);
		},
		'both halves go together, and the contact never alone': async () => {
			const id = await ada();
			const path = `sobjects/Contact/${String(contacts()[0]?.Id)}`;
			expect((await client.call(path, { method: 'DELETE' })).code).toBe('DELETE_FAILED');
			expect(contacts()).toHaveLength(1);
			expect((await client.call(`sobjects/Account/${id}`, { method: 'DELETE' })).status).toBe(204);
			expect([sandbox.rows('Account'), contacts()]).toEqual([[], []]);
		},
		'what the contact cannot take is refused, and nothing of the person stays': async () => {
			sandbox.insert('Contact', { LastName: 'Other', Ext__c: 'P1' });
			const RecordTypeId = await personType();
			const results = await create({ RecordTypeId, LastName: 'L', Ext__pc: 'p1' });
			expect(codesOf(results)).toEqual(['DUPLICATE_VALUE']);
			expect([sandbox.rows('Account'), contacts().length]).toEqual([[], 1]);
		},
		'a record type makes no person of a company later on': async () => {
			const [company] = await create({ Name: 'Acme' });
			const change = { id: company?.id, RecordTypeId: await personType() };
			expect(codesOf(await update(change))).toEqual(['INVALID_FIELD_FOR_INSERT_UPDATE']);
		},
		'a bulk job takes both kinds in one file: empty cells are no fields': async () => {
			const type = await personType();
			const rows = [
				'Ext__c,RecordTypeId,Name,LastName',
				`P,${type},,King`,
				'C,,Acme,',
				`X,${type},King,King`,
			];
			const job = { object: 'Account', operation: 'upsert', externalIdFieldName: 'Ext__c' };
			const bulk = bulkSteps(client);
			const { succeeded, failed } = await bulk.run(job, `${rows.join('\n')}\n`);
			expect(succeeded.map((row) => row.Ext__c).sort()).toEqual(['C', 'P']);
			expect(failed.map((row) => row.sf__Error)).toEqual([
				'INVALID_FIELD_FOR_INSERT_UPDATE:Account: bad field names on insert/update call: Name:Name --',
			]);
			expect(contacts()).toMatchObject([{ Name: 'King' }]);
		},
	},
	U21: {
		'a last name without a record type makes a person, or is refused': async () => {
			const seen = [];
			for (const value of switchValues.personRecordType) {
				sandbox.switches.personRecordType = value;
				seen.push([value, ...codesOf(await create({ LastName: value }))]);
			}
			expect(seen).toEqual([
				['inferred', 'ok'],
				['required', 'INVALID_FIELD_FOR_INSERT_UPDATE'],
			]);
			expect(contacts()).toMatchObject([{ LastName: 'inferred', IsPersonAccount: true }]);
		},
	},
	U22: {
		'two texts for a field of the other kind, one code': async () => {
			const seen = [];
			for (const value of switchValues.personFieldText) {
				sandbox.switches.personFieldText = value;
				const [result] = await create({ Name: 'Acme', LastName: 'L' });
				const [error] = result?.errors ?? [];
				seen.push([value, error?.statusCode, error?.fields, error?.message.split(':')[0]]);
			}
			const code = 'INVALID_FIELD_FOR_INSERT_UPDATE';
			expect(seen).toEqual([
				['badNames', code, ['LastName'], 'Account'],
				['security', code, ['LastName'], 'Unable to create/update fields'],
			]);
		},
	},
	U26: {
		'describe calls the last name nillable, or required of all accounts': async () => {
			const seen = [];
			for (const value of switchValues.personLastName) {
				sandbox.switches.personLastName = value;
				const fields = await fieldsOf('Account');
				seen.push([value, fields.get('LastName')?.nillable, fields.get('Name')?.nillable]);
				expect(codesOf(await create({ Name: value }))).toEqual(['ok']);
			}
			expect(seen).toEqual([
				['nillable', true, false],
				['required', false, false],
			]);
		},
	},
});
