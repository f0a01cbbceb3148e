import type { SalesforceWriteOptions } from '../../shared/connectors/salesforce/options';
import { SyncError } from '../../shared/core/errors';
import { useSalesforce } from '../sandbox/useSalesforce';
import { record, tally, writeAll } from './dynamics365Client';
import {
	bodyOf,
	collectionCalls,
	connect,
	contacts,
	inMode,
	keyless,
	person,
	write,
} from './salesforceClient';

const org = useSalesforce();

const many = (count: number, values = (at: number): object => ({ LastName: `Name ${at}` })) =>
	Array.from({ length: count }, (_, at) => person(`k${at}`, { ...values(at) }));

const BAD_ROW = 137;

describe('one bad row among 200 (salesforce:S33, T1)', () => {
	/** A describe that no longer is true: the field was text when it was read. */
	const misled = async (records: ReturnType<typeof many>, options: SalesforceWriteOptions = {}) => {
		const connector = connect(org, options);
		org.changeField('Contact', 'Title', { type: 'string' });
		await writeAll(connector, contacts, [person('first', { LastName: 'First', Title: 'x' })]);
		org.changeField('Contact', 'Title', { type: 'boolean' });
		const before = collectionCalls(org).length;
		const written = await writeAll(connector, contacts, records);
		return { ...written, calls: collectionCalls(org).length - before };
	};
	const records = (last = 'Name') =>
		many(200, (at) => ({ LastName: `${last} ${at}`, ...(at === BAD_ROW && { Title: 'maybe' }) }));

	test.each(['chars', 'bytes'] as const)(
		'the column of the refusal leads to it, in %s (salesforce:U2)',
		async (columnUnit) => {
			org.setSwitches({ columnUnit });
			const { results, calls } = await misled(records());
			expect(tally(results)).toEqual({ created: 199, rejected: 1 });
			expect(results[BAD_ROW].error?.code).toBe('JSON_PARSER_ERROR');
			expect(calls).toBe(2);
		},
	);

	test.each(['chars', 'bytes'] as const)(
		'where %s make a difference no good row is blamed, and the calls are bounded (salesforce:U2)',
		async (columnUnit) => {
			org.setSwitches({ columnUnit });
			const { results, calls } = await misled(records('Ünïcödé ☃'));
			expect(tally(results)).toEqual({ created: 199, rejected: 1 });
			expect(results[BAD_ROW].status).toBe('rejected');
			expect(calls).toBeLessThanOrEqual(17);
		},
	);

	test('nothing of an all-or-none call is written when one value spoils it (salesforce:4.2)', async () => {
		const { results, calls } = await misled(records(), { allOrNone: true });
		expect(tally(results)).toEqual({ rejected: 200 });
		expect(org.rows('Contact')).toHaveLength(1);
		expect(calls).toBe(1);
	});

	test('a row error alone costs no other call', async () => {
		const { results } = await write(
			org,
			contacts,
			many(200, (at) => ({ LastName: 'A', Email: at === BAD_ROW ? 'badone' : 'a@x.example' })),
		);
		expect(tally(results)).toEqual({ created: 199, rejected: 1 });
		expect(results[BAD_ROW].error).toMatchObject({
			code: 'INVALID_EMAIL_ADDRESS',
			category: 'data',
			fields: ['Email'],
		});
		expect(collectionCalls(org)).toHaveLength(1);
	});

	test('a column that was removed after it was described stops the run, and says which (salesforce:5)', async () => {
		const connector = connect(org);
		await writeAll(connector, contacts, [person('a', { LastName: 'A', Title: 'x' })]);
		org.changeField('Contact', 'Title', undefined);
		const { results, error } = await writeAll(connector, contacts, [
			person('b', { LastName: 'B', Title: 'x' }),
		]);
		expect(results).toEqual([]);
		expect(error).toBeInstanceOf(SyncError);
		expect((error as SyncError).code).toBe('config');
		expect((error as SyncError).message).toContain('Title');
	});

	test('with Leave Out Unwritable Fields it is left out instead, with a warning (salesforce:5)', async () => {
		const connector = connect(org, { dropUnwritable: true });
		await writeAll(connector, contacts, [person('a', { LastName: 'A', Title: 'x' })]);
		org.changeField('Contact', 'Title', undefined);
		const { results } = await writeAll(connector, contacts, [
			person('b', { LastName: 'B', Title: 'x' }),
			person('c', { LastName: 'C' }),
		]);
		expect(tally(results)).toEqual({ created: 2 });
		expect(results[0].warnings?.[0]).toContain('Title left out');
		expect(results[1].warnings).toBeUndefined();
	});
});

describe('results', () => {
	test('200 with every row failed: each is told by its own code and fields (salesforce:T2, T3)', async () => {
		const { results, error } = await write(org, inMode('insert'), [
			keyless({ FirstName: 'No last name' }),
			keyless({ LastName: 'A', Email: 'badone' }),
		]);
		expect(error).toBeUndefined();
		expect(results.map(({ error: each }) => each?.code)).toEqual([
			'REQUIRED_FIELD_MISSING',
			'INVALID_EMAIL_ADDRESS',
		]);
		expect(results.every(({ id }) => id === undefined)).toBe(true);
	});

	test('a duplicate rule that says next to nothing is explained (salesforce:T19)', async () => {
		org.rules.addDuplicateRule('Contact', {
			name: 'Same e-mail',
			action: 'alert',
			fields: ['Email'],
		});
		org.insert('Contact', { LastName: 'A', Email: 'a@x.example' });
		const records = [keyless({ LastName: 'A', Email: 'a@x.example' })];
		const { results } = await write(org, inMode('insert'), records);
		expect(results[0].error).toMatchObject({ code: 'DUPLICATES_DETECTED', category: 'duplicate' });
		expect(results[0].error?.hint).toContain('duplicate rule');
		const allowed = await write(org, inMode('insert'), records, { allowDuplicates: true });
		expect(allowed.results[0].status).toBe('created');
	});

	test('a formula and one value of key 0 stand beside others; no row takes the batch with it (salesforce:J10)', async () => {
		const { results } = await write(
			org,
			inMode('upsert', 'Seats__c', { objectName: 'Booking__c' }),
			[record({ Seats__c: 0 }, { Name: 'None' }), record({ Seats__c: 2 }, { Name: 'Two' })],
		);
		expect(tally(results)).toEqual({ created: 2 });
	});

	test('fields named like attributes of a call reach Salesforce as fields (salesforce:J11)', async () => {
		const { results } = await write(org, inMode('upsert', 'Ext__c', { objectName: 'Account' }), [
			record({ Ext__c: 'A1' }, { Name: 'Acme', Type: 'Partner' }),
		]);
		expect(results[0].status).toBe('created');
		expect(org.rows('Account')[0]).toMatchObject({ Type: 'Partner' });
		expect(bodyOf(collectionCalls(org)[0])).toContain('"attributes":{"type":"Account"}');
	});

	test('external ids with every character are sent in the body, none in an address, all in one call (salesforce:T8, J9, N5)', async () => {
		const keys = ['a/b c?#é', 'shop.inc', "O'Neil", '50%'];
		const records = keys.map((key) => person(key));
		await write(org, contacts, records);
		const { results } = await write(org, contacts, records);
		expect(tally(results)).toEqual({ updated: 4 });
		expect(org.rows('Contact').map(({ Ext__c }) => Ext__c)).toEqual(keys);
		expect(collectionCalls(org)).toHaveLength(2);
	});

	test('nothing to write: nothing is asked (salesforce:J16)', async () => {
		const { batches } = await write(org, contacts, []);
		expect(batches).toEqual([]);
		expect(org.log).toHaveLength(0);
	});
});

describe('headers (salesforce:4.7)', () => {
	const sent = async (options: SalesforceWriteOptions) => {
		await write(org, contacts, [person('a')], options);
		return collectionCalls(org)[0].headers;
	};

	test('nothing is sent unless it was asked for (salesforce:T10)', async () => {
		const headers = await sent({});
		expect(headers).not.toHaveProperty('sforce-auto-assign');
		expect(headers).not.toHaveProperty('sforce-duplicate-rule-header');
	});

	test('assignment off keeps owners as they are (salesforce:T10)', async () => {
		const ownerId = org.insert('User', {
			Username: 'o@x.example',
			LastName: 'O',
			Email: 'o@x.example',
			Alias: 'o',
		});
		org.rules.assignment.set('Lead', { id: '01Q000000000001AAA', ownerId });
		const lead = (key: string) => record({ Ext__c: key }, { LastName: 'L', Company: 'C' });
		const leads = inMode('upsert', 'Ext__c', { objectName: 'Lead' });
		await write(org, leads, [lead('a')]);
		await write(org, leads, [lead('b')], { assignmentRule: 'off' });
		const owners = org.rows('Lead').map(({ OwnerId }) => OwnerId === ownerId);
		expect(owners).toEqual([true, false]);
	});

	test('a rule that is no id is refused before any request', async () => {
		const { error } = await write(org, contacts, [person('a')], { assignmentRule: 'my rule' });
		expect((error as SyncError).message).toContain('Assignment Rule');
		expect(org.log).toHaveLength(0);
	});
});

describe('all or none', () => {
	test('one bad row takes its call with it; the victims come back, and are not sent alone (salesforce:4.2)', async () => {
		const { results } = await write(
			org,
			contacts,
			many(3, (at) => ({ LastName: 'A', Email: at === 1 ? 'badone' : 'a@x.example' })),
			{ allOrNone: true },
		);
		expect(results.map(({ error }) => error?.code)).toEqual([
			'ALL_OR_NONE_OPERATION_ROLLED_BACK',
			'INVALID_EMAIL_ADDRESS',
			'ALL_OR_NONE_OPERATION_ROLLED_BACK',
		]);
		expect(results[0].error).toMatchObject({ category: 'transient', retryable: true });
		expect(org.rows('Contact')).toHaveLength(0);
		expect(collectionCalls(org)).toHaveLength(1);
	});
});

test.each(['all', 'allButFirst'] as const)(
	'a key that occurs twice never reaches one call (salesforce:T9, U19 %s)',
	async (dupKeyInCall) => {
		org.setSwitches({ dupKeyInCall });
		const { results } = await write(org, contacts, [person('a'), person('b'), person('A')]);
		expect(results.map(({ status }) => status)).toEqual(['rejected', 'created', 'rejected']);
	},
);

test('children of one parent are sent side by side where that is asked for (salesforce:6)', async () => {
	const accounts = ['A1', 'A2'].map((key) => org.insert('Account', { Name: key, Ext__c: key }));
	const records = many(6, (at) => ({ LastName: 'A', AccountId: accounts[at % 2] }));
	const target = { ...contacts, batchSize: 3 };
	const { results } = await write(org, target, records, { sortByParent: true });
	expect(tally(results)).toEqual({ created: 6 });
	const [first] = collectionCalls(org);
	expect(bodyOf(first).match(new RegExp(accounts[0], 'g'))).toHaveLength(3);
});
