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

const write = async (method: string, type: string, rows: readonly Values[]) => {
	const body = { records: typed(type, rows) };
	const answer = await client.call('composite/sobjects', { method, body });
	return answer.json<RowResult[]>();
};
const create = async (type: string, row: Values) => (await write('POST', type, [row]))[0]!;
const update = async (type: string, row: Values) => (await write('PATCH', type, [row]))[0]!;
const errorOf = async (type: string, row: Values) => (await create(type, row)).errors[0];
const upsertBy = async (type: string, field: string, row: Values) =>
	(
		await client.call(`composite/sobjects/${type}/${field}`, {
			method: 'PATCH',
			body: { records: typed(type, [row]) },
		})
	).json<RowResult[]>()[0]!;

testRules('salesforce', {
	S14: {
		'every row rule has its code, its label in the message and its field': async () => {
			const contact = sandbox.insert('Contact', { LastName: 'c' });
			sandbox.insert('Booking__c', { Name: 'taken', Reference__c: 'R' });
			const cases: Array<[string, Values, string, string, string[]]> = [
				[
					'Contact',
					{},
					'REQUIRED_FIELD_MISSING',
					'Required fields are missing: [LastName]',
					['LastName'],
				],
				[
					'Lead',
					{ LastName: null, Company: '' },
					'REQUIRED_FIELD_MISSING',
					'Required fields are missing: [LastName, Company]',
					['LastName', 'Company'],
				],
				[
					'Contact',
					{ LastName: 'a', FirstName: 'x'.repeat(41) },
					'STRING_TOO_LONG',
					`First Name: data value too large: ${'x'.repeat(41)} (max length=40)`,
					['FirstName'],
				],
				[
					'Booking__c',
					{ Name: 'a', Status__c: 'closed' },
					'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
					'Booking Status: bad value for restricted picklist field: closed',
					['Status__c'],
				],
				[
					'Booking__c',
					{ Name: 'a', Status__c: 'lost' },
					'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
					'Booking Status: bad value for restricted picklist field: lost',
					['Status__c'],
				],
				[
					'Booking__c',
					{ Name: 'a', Extras__c: 'meal;spa' },
					'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
					'Extras: bad value for restricted picklist field: spa',
					['Extras__c'],
				],
				[
					'Contact',
					{ LastName: 'a', Email: 'badone' },
					'INVALID_EMAIL_ADDRESS',
					'Email: invalid email address: badone',
					['Email'],
				],
				[
					'Booking__c',
					{ Name: 'a', Discount__c: 1000 },
					'NUMBER_OUTSIDE_VALID_RANGE',
					'Discount: value outside of valid range on numeric field: 1000',
					['Discount__c'],
				],
				[
					'Account',
					{ Name: 'a', NumberOfEmployees: 123_456_789 },
					'NUMBER_OUTSIDE_VALID_RANGE',
					'Employees: value outside of valid range on numeric field: 123456789',
					['NumberOfEmployees'],
				],
				[
					'Contact',
					{ LastName: 'a', AccountId: 'nonsense' },
					'MALFORMED_ID',
					'Account ID: id value of incorrect type: nonsense',
					['AccountId'],
				],
				[
					'Contact',
					{ LastName: 'a', AccountId: contact },
					'FIELD_INTEGRITY_EXCEPTION',
					`Account ID: id value of incorrect type: ${contact}`,
					['AccountId'],
				],
				[
					'Contact',
					{ LastName: 'a', AccountId: '0015e0000000zzz' },
					'INVALID_CROSS_REFERENCE_KEY',
					'invalid cross reference id',
					['AccountId'],
				],
				[
					'Booking__c',
					{ Name: 'a', RecordTypeId: '0125e0000000zzz' },
					'INVALID_CROSS_REFERENCE_KEY',
					"Record Type ID: this ID value isn't valid for the user: 0125e0000000zzzAAA",
					['RecordTypeId'],
				],
				[
					'Booking__c',
					{ Name: 'a', CreatedDate: '2026-01-01T00:00:00Z' },
					'INVALID_FIELD_FOR_INSERT_UPDATE',
					'Unable to create/update fields: CreatedDate. Please check the security settings of this field and verify that it is read/write for your profile or permission set.',
					['CreatedDate'],
				],
				[
					'Contact',
					{ LastName: 'a', HasOptedOutOfEmail: null },
					'INVALID_TYPE_ON_FIELD_IN_RECORD',
					'Email Opt Out: value not of required type: null',
					['HasOptedOutOfEmail'],
				],
			];
			for (const [type, row, statusCode, message, fields] of cases) {
				expect(await errorOf(type, row)).toEqual({ statusCode, message, fields });
			}
			expect(sandbox.rows('Contact')).toHaveLength(1);
			expect(sandbox.rows('Booking__c')).toHaveLength(1);
		},
		'unique fields, also against the same call; case counts where the field minds it': async () => {
			const id = sandbox.insert('Booking__c', { Name: 'a', Reference__c: 'R', Code__c: 'C' });
			expect(await errorOf('Booking__c', { Name: 'b', Reference__c: 'r' })).toEqual({
				statusCode: 'DUPLICATE_VALUE',
				message: `duplicate value found: Reference__c duplicates value on record with id: ${id}`,
				fields: [],
			});
			expect((await create('Booking__c', { Name: 'b', Code__c: 'c' })).success).toBe(true);
			const both = await write('POST', 'Booking__c', [
				{ Name: 'x', Reference__c: 'N' },
				{ Name: 'y', Reference__c: 'n' },
			]);
			expect(both.map(({ success }) => success)).toEqual([true, false]);
			expect((await update('Booking__c', { id, Reference__c: 'r' })).success).toBe(true);
		},
		'several matches of a key': async () => {
			const ids = ['a', 'b'].map((LastName) =>
				sandbox.insert('Contact', { LastName, Email: 'same@example.com' }),
			);
			const result = await upsertBy('Contact', 'Email', {
				Email: 'SAME@example.com',
				LastName: 'c',
			});
			expect(result.errors).toEqual([
				{
					statusCode: 'DUPLICATE_EXTERNAL_ID',
					message: `Email: more than one record found for external id field: [${ids.join(', ')}]`,
					fields: ['Email'],
				},
			]);
			const empty = await upsertBy('Contact', 'Email', { Email: null, LastName: 'c' });
			expect(empty.errors[0]).toMatchObject({ statusCode: 'MISSING_ARGUMENT', fields: ['Email'] });
		},
		'converted leads, locked rows, inactive owners, deleted rows': async () => {
			const lead = sandbox.insert('Lead', { LastName: 'l', Company: 'c' });
			sandbox.convertLead(lead);
			expect((await update('Lead', { id: lead, Title: 'x' })).errors).toEqual([
				{
					statusCode: 'CANNOT_UPDATE_CONVERTED_LEAD',
					message: 'cannot reference converted lead',
					fields: [],
				},
			]);
			const id = sandbox.insert('Account', { Name: 'a' });
			sandbox.rules.locked.add(id);
			expect((await update('Account', { id, Name: 'b' })).errors[0]?.statusCode).toBe(
				'ENTITY_IS_LOCKED',
			);
			sandbox.rules.locked.clear();
			await update('User', { id: sandbox.ids.otherUser, IsActive: false });
			const owned = await update('Account', { id, OwnerId: sandbox.ids.otherUser });
			expect(owned.errors[0]?.statusCode).toBe('INACTIVE_OWNER_OR_USER');
			await client.call(`sobjects/Account/${id}`, { method: 'DELETE' });
			expect((await update('Account', { id, Name: 'b' })).errors[0]?.statusCode).toBe(
				'ENTITY_IS_DELETED',
			);
		},
		'a validation rule speaks in the words of the customer': async () => {
			sandbox.rules.addValidation('Booking__c', {
				message: 'Seats: none, "really"?\nAsk, please',
				field: 'Seats__c',
				refuses: ({ Seats__c: seats }) => seats === 0,
			});
			expect(await errorOf('Booking__c', { Name: 'a', Seats__c: 0 })).toEqual({
				statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION',
				message: 'Seats: none, "really"?\nAsk, please',
				fields: ['Seats__c'],
			});
			expect((await create('Booking__c', { Name: 'a', Seats__c: 1 })).success).toBe(true);
		},
		'what Salesforce works out itself': async () => {
			await create('Booking__c', { Name: 'a', Price__c: 200.005, Discount__c: 10 });
			await create('Booking__c', { Name: 'b', Status__c: 'paid' });
			await create('Contact', { FirstName: 'Ada', LastName: 'L' });
			const [first, second] = sandbox.rows('Booking__c');
			expect(first).toMatchObject({
				Number__c: 'B-0001',
				Status__c: 'open',
				Confirmed__c: false,
				OwnerId: sandbox.ids.user,
				CreatedById: sandbox.ids.user,
			});
			expect(first!.Net__c).toBeCloseTo(180, 1);
			expect(second).toMatchObject({ Number__c: 'B-0002', Status__c: 'paid', Net__c: null });
			expect(sandbox.rows('Contact')).toMatchObject([{ Name: 'Ada L' }]);
		},
		'a deletion clears the lookups that pointed there': async () => {
			const AccountId = sandbox.insert('Account', { Name: 'a' });
			sandbox.insert('Contact', { LastName: 'c', AccountId });
			await client.call(`sobjects/Account/${AccountId}`, { method: 'DELETE' });
			expect(sandbox.rows('Contact')).toMatchObject([{ AccountId: null }]);
		},
	},
});
