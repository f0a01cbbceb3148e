import { useSalesforce } from '../sandbox/useSalesforce';
import type { Client, RowResult } from '../sandbox/salesforce/client';
import { openClient, typed } from '../sandbox/salesforce/client';
import { testRules } from '../sandbox/ruleTable';

const sandbox = useSalesforce();
let client: Client;

beforeEach(async () => {
	client = await openClient(sandbox);
});

type Values = Record<string, unknown>;

const write = async (method: string, type: string, rows: readonly Values[], headers = {}) => {
	const body = { records: typed(type, rows) };
	const answer = await client.call('composite/sobjects', { method, body, headers });
	return answer.json<RowResult[]>();
};
const create = async (type: string, row: Values, headers = {}) =>
	(await write('POST', type, [row], headers))[0]!;
const update = async (type: string, row: Values, headers = {}) =>
	(await write('PATCH', type, [row], headers))[0]!;
const errorOf = async (type: string, row: Values) => (await create(type, row)).errors[0];

testRules('salesforce', {
	S18: {
		'a blocking duplicate rule never yields, an alerting one to allowSave': async () => {
			const allowSave = { 'Sforce-Duplicate-Rule-Header': 'allowSave=true' };
			sandbox.insert('Lead', { LastName: 'a', Company: 'c', Email: 'a@example.com' });
			const lead = { LastName: 'b', Company: 'd', Email: 'a@example.com' };
			sandbox.rules.addDuplicateRule('Lead', { name: 'e', action: 'alert', fields: ['Email'] });
			expect((await create('Lead', lead)).errors).toEqual([
				{ statusCode: 'DUPLICATES_DETECTED', message: 'Use one of these records?', fields: [] },
			]);
			const off = { 'Sforce-Duplicate-Rule-Header': 'allowSave=false; includeRecordDetails=true' };
			expect((await create('Lead', lead, off)).success).toBe(false);
			expect((await create('Lead', lead, allowSave)).success).toBe(true);
			sandbox.rules.addDuplicateRule('Lead', { name: 'n', action: 'block', fields: ['LastName'] });
			expect((await create('Lead', lead, allowSave)).success).toBe(false);
		},
		'the header exists since v52': async () => {
			sandbox.insert('Lead', { LastName: 'a', Company: 'c' });
			sandbox.rules.addDuplicateRule('Lead', { name: 'n', action: 'alert', fields: ['LastName'] });
			const records = [{ attributes: { type: 'Lead' }, LastName: 'a', Company: 'c' }];
			const call = async (version: number) =>
				(
					await client.call(`/services/data/v${version}.0/composite/sobjects`, {
						method: 'POST',
						body: { records },
						headers: { 'Sforce-Duplicate-Rule-Header': 'allowSave=true' },
					})
				).json<RowResult[]>()[0]?.success;
			expect([await call(51), await call(52)]).toEqual([false, true]);
		},
		'the assignment rule sets the owner unless FALSE is sent': async () => {
			const ownerId = sandbox.ids.queue;
			sandbox.rules.assignment.set('Lead', { id: '01Q5e0000000001', ownerId });
			const lead = { LastName: 'a', Company: 'c' };
			await create('Lead', lead);
			await create('Lead', lead, { 'Sforce-Auto-Assign': 'FALSE' });
			await create('Lead', lead, { 'Sforce-Auto-Assign': '01Q5e0000000001' });
			await create('Lead', lead, { 'Sforce-Auto-Assign': '01Q5e0000000002' });
			const { user } = sandbox.ids;
			expect(sandbox.rows('Lead').map(({ OwnerId }) => OwnerId)).toEqual([
				ownerId,
				user,
				ownerId,
				user,
			]);
			const id = sandbox.rows('Lead')[1]?.Id;
			await update('Lead', { id, Title: 'x' });
			expect(sandbox.rows('Lead')[1]?.OwnerId).toBe(ownerId);
		},
	},
	S19: {
		'a parent is found by its external id, standard and custom': async () => {
			const AccountId = sandbox.insert('Account', { Name: 'a', Ext__c: 'A1' });
			const boss = sandbox.insert('Contact', { LastName: 'b', Ext__c: 'C1' });
			const ok = await create('Contact', { LastName: 'x', Account: { Ext__c: 'a1' } });
			expect(ok.success).toBe(true);
			expect(sandbox.rows('Contact')[1]).toMatchObject({ AccountId });
			await create('Booking__c', { Name: 'b', Boss__r: { Ext__c: 'C1' } });
			expect(sandbox.rows('Booking__c')).toMatchObject([{ Boss__c: boss }]);
			await update('Booking__c', { id: sandbox.rows('Booking__c')[0]?.Id, Boss__c: null });
			expect(sandbox.rows('Booking__c')).toMatchObject([{ Boss__c: null }]);
		},
		'an unknown or blank one, a field that is no key, and both forms at once': async () => {
			sandbox.insert('Account', { Name: 'a', Ext__c: 'A1' });
			const unknown = await errorOf('Contact', { LastName: 'x', Account: { Ext__c: 'zz' } });
			expect(unknown?.statusCode).toBe('INVALID_FIELD');
			expect(unknown?.message).toMatch(
				/^Foreign key external ID: zz not found for field Ext__c in entity Account$/,
			);
			for (const account of [{ Ext__c: '' }, { Ext__c: null }, { Name: 'a' }, {}]) {
				const error = await errorOf('Contact', { LastName: 'x', Account: account });
				expect(error?.statusCode).toBe('INVALID_FIELD');
			}
			const both = { AccountId: sandbox.rows('Account')[0]?.Id, Account: { Ext__c: 'A1' } };
			expect((await errorOf('Contact', { LastName: 'x', ...both }))?.statusCode).toBe(
				'INVALID_FIELD',
			);
			expect(sandbox.rows('Contact')).toEqual([]);
		},
		'a parent of a polymorphic lookup names its type': async () => {
			const WhoId = sandbox.insert('Lead', { LastName: 'l', Company: 'c', Email: 'l@example.com' });
			const Who = { attributes: { type: 'Lead' }, Email: 'l@example.com' };
			expect((await create('Task', { Subject: 's', Who })).success).toBe(true);
			expect(sandbox.rows('Task')).toMatchObject([{ WhoId }]);
			const wrong = { ...Who, attributes: { type: 'Account' } };
			expect((await create('Task', { Subject: 's', Who: wrong })).success).toBe(false);
		},
	},
	U5: {
		'the inner type is required, or not': async () => {
			sandbox.insert('Lead', { LastName: 'l', Company: 'c', Email: 'l@example.com' });
			const task = { Subject: 's', Who: { Email: 'l@example.com' } };
			expect((await errorOf('Task', task))?.statusCode).toBe('INVALID_FIELD');
			sandbox.switches.polyAttributes = 'optional';
			expect((await create('Task', task)).success).toBe(true);
		},
	},
});
