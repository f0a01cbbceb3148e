import { useSalesforce } from '../sandbox/useSalesforce';
import { record, tally, writeAll } from './dynamics365Client';
import { connect, contacts, inMode, keyless, person, vanishing, write } from './salesforceClient';

const org = useSalesforce();

const NOWHERE = '003000000000999AAA';

describe('insert', () => {
	test('every record becomes a new one, changed ones too, with all their values (salesforce:4.1)', async () => {
		const values = { LastName: 'Twice', Title: 'Insert Only' };
		const { results } = await write(org, inMode('insert'), [
			keyless(values),
			keyless(values, { change: 'changed', update: { LastName: 'Twice' } }),
		]);
		expect(tally(results)).toEqual({ created: 2 });
		expect(org.rows('Contact').map(({ Title }) => Title)).toEqual(['Insert Only', 'Insert Only']);
		expect(org.count('/query')).toBe(0);
	});

	test('a record sent before without an answer is not sent again without a way to find it (design:R11)', async () => {
		const { results } = await write(org, inMode('insert'), [
			keyless({ LastName: 'A' }, { redelivered: true }),
		]);
		expect(results[0]).toMatchObject({
			status: 'unknown',
			error: { code: 'outcomeUnknown', retryable: false },
		});
		expect(org.rows('Contact')).toHaveLength(0);
	});

	test('with Find Doubtful Inserts By it is looked up: there, not there, several, no value (design:R11)', async () => {
		const id = org.insert('Contact', { LastName: 'A', Ext__c: 'a' });
		org.insert('Contact', { LastName: 'C', Email: 'c@x.example' });
		org.insert('Contact', { LastName: 'C', Email: 'c@x.example' });
		const again = { redelivered: true };
		const byKey = await write(
			org,
			inMode('insert'),
			[
				keyless({ LastName: 'A', Ext__c: 'a' }, again),
				keyless({ LastName: 'B', Ext__c: 'b' }, again),
				keyless({ LastName: 'D' }, again),
			],
			{ findDoubtfulBy: 'Ext__c' },
		);
		expect(byKey.results.map(({ status }) => status)).toEqual(['created', 'created', 'unknown']);
		expect(byKey.results[0].id).toBe(id);
		expect(byKey.results[2].error?.message).toContain('no value in Ext__c');
		const byEmail = await write(
			org,
			inMode('insert'),
			[keyless({ LastName: 'C', Email: 'c@x.example' }, again)],
			{ findDoubtfulBy: 'Email' },
		);
		expect(byEmail.results[0]).toMatchObject({ status: 'unknown' });
		const other = await write(
			org,
			inMode('insert'),
			[keyless({ LastName: 'Other', Email: 'c@x.example' }, again)],
			{ findDoubtfulBy: 'Email' },
		);
		expect(other.results[0]).toMatchObject({ status: 'unknown', error: { retryable: false } });
		expect(org.rows('Contact')).toHaveLength(4);
	});

	test('records Salesforce may have already are not created blindly, and that is told (design:R11)', async () => {
		const adopted = [keyless({ LastName: 'A', Ext__c: 'a' }, { adopt: true })];
		const { error } = await write(org, inMode('insert'), adopted);
		expect((error as Error).message).toContain('Create Always looks nothing up');
		const id = org.insert('Contact', { LastName: 'A', Ext__c: 'a' });
		const found = await write(org, inMode('insert'), adopted, { findDoubtfulBy: 'Ext__c' });
		expect(found.results).toEqual([{ status: 'created', id }]);
		const other = [keyless({ LastName: 'Other', Ext__c: 'a' }, { redelivered: true })];
		const taken = await write(org, inMode('insert'), other, { findDoubtfulBy: 'Ext__c' });
		expect(taken.results[0]).toMatchObject({
			status: 'rejected',
			error: { code: 'DUPLICATE_VALUE', category: 'duplicate' },
		});
	});

	test('what leaves goes by the id that is remembered, and by nothing else (salesforce:4.1)', async () => {
		const id = org.insert('Contact', { LastName: 'A' });
		const target = inMode('insert', '', { removedRecords: 'delete' });
		const { results } = await write(org, target, [
			keyless({}, { change: 'removed', id }),
			keyless({}, { change: 'removed' }),
		]);
		expect(results).toEqual([
			{ status: 'deleted', id },
			{ status: 'skipped', reason: 'gone' },
		]);
	});
});

describe('update never creates (salesforce:S34)', () => {
	test('by Id', async () => {
		const id = org.insert('Contact', { LastName: 'Old' });
		const by = (key: string) => record({ Id: key }, { LastName: 'New' });
		const { results } = await write(org, inMode('update', 'Id'), [by(id), by(NOWHERE)]);
		expect(results).toEqual([
			{ status: 'updated', id },
			expect.objectContaining({ status: 'skipped', reason: 'notFound' }),
		]);
		expect(org.rows('Contact')).toHaveLength(1);
		expect(org.count('/query')).toBe(0);
	});

	test('by Id: what has nothing to send is in step only if it is there (design:R6)', async () => {
		const ids = [1, 2].map((at) => org.insert('Contact', { LastName: `Old ${at}` }));
		const by = (Id: string, update = {}) =>
			record({ Id }, { LastName: 'New', Title: '' }, { update });
		const nothing = [
			by(ids[0]),
			by(NOWHERE),
			by(ids[1], { Title: '' }),
			by(NOWHERE.replace('9', '8')),
		];
		const { results } = await write(org, inMode('update', 'Id'), nothing);
		const notFound = { status: 'skipped', reason: 'notFound' };
		const [one, two] = ids.map((id) => ({ status: 'unchanged', id }));
		expect(results).toEqual([one, notFound, two, notFound]);
		const upserted = await write(org, inMode('upsert', 'Id'), nothing.slice(0, 2));
		expect(upserted.results[0]).toEqual(one);
		expect(upserted.results[1]).toMatchObject({ status: 'rejected', error: { code: 'NOT_FOUND' } });
		expect(org.count('PATCH|POST .*composite')).toBe(0);
	});

	test('by any field', async () => {
		const id = org.insert('Contact', { LastName: 'Old', Phone: '1' });
		const by = (key: string) => record({ Phone: key }, { LastName: 'New' });
		const { results } = await write(org, inMode('update', 'Phone'), [by('1'), by('2')]);
		expect(results).toEqual([
			{ status: 'updated', id },
			{ status: 'skipped', reason: 'notFound' },
		]);
		expect(org.rows('Contact')).toHaveLength(1);
	});

	test('what is not there is rejected where the option says so, naming object and key', async () => {
		const { results } = await write(org, inMode('update'), [person('b')], { notFound: 'reject' });
		expect(results[0]).toMatchObject({ status: 'rejected', error: { code: 'NOT_FOUND' } });
		expect(results[0].error?.message).toContain('Contact has no record with Ext__c = "b"');
	});

	test('a record deleted between look-up and write is not found', async () => {
		const id = org.insert('Contact', { LastName: 'Old', Ext__c: 'a' });
		const connector = connect(org, {}, vanishing(org, id));
		const { results } = await writeAll(connector, inMode('update'), [person('a')]);
		expect(results).toEqual([{ status: 'skipped', reason: 'notFound' }]);
		expect(org.rows('Contact')).toHaveLength(0);
	});
});

test('what no record of the object allows is refused before the first write (sync:T19)', async () => {
	const byNotes = inMode('update', 'Description');
	const { error } = await write(org, byNotes, [record({ Description: 'x' }, { LastName: 'A' })]);
	expect((error as Error).message).toContain('cannot be matched by "Description"');
	const users = inMode('delete', 'Username', { objectName: 'User' });
	const closed = await write(org, users, [record({ Username: 'a@x.example' }, {})]);
	expect((closed.error as Error).message).toContain('may not delete its records');
});

describe('removed records', () => {
	const removed = (key: string, id?: string) =>
		person(key, {}, { change: 'removed', ...(id && { id }) });

	test('skip: no request for them (design:R10)', async () => {
		const { results } = await write(org, contacts, [removed('a')]);
		expect(results).toEqual([{ status: 'skipped', reason: 'policy' }]);
		expect(org.count('/query|composite')).toBe(0);
	});

	test('delete: by a remembered id that still holds the key, else by key; what is gone is skipped', async () => {
		const byId = org.insert('Contact', { LastName: 'A', Ext__c: 'a' });
		const moved = org.insert('Contact', { LastName: 'M', Ext__c: 'elsewhere' });
		const byKey = org.insert('Contact', { LastName: 'B', Ext__c: 'b' });
		const target = { ...contacts, removedRecords: 'delete' } as const;
		const { results } = await write(org, target, [
			removed('a', byId),
			removed('b', moved),
			removed('c', NOWHERE),
		]);
		expect(results).toEqual([
			{ status: 'deleted', id: byId },
			{ status: 'deleted', id: byKey },
			{ status: 'skipped', reason: 'gone' },
		]);
		expect(org.rows('Contact').map(({ Ext__c }) => Ext__c)).toEqual(['elsewhere']);
	});
});

describe('cancel', () => {
	test('a call under way is left to finish; what was not sent yet is not attempted (design:R5)', async () => {
		const stopping = new AbortController();
		org.onCommit(() => stopping.abort());
		const records = Array.from({ length: 450 }, (_, at) => person(`k${at}`));
		const { results, error } = await writeAll(connect(org), contacts, records, {
			signal: stopping.signal,
		});
		expect(error).toBeUndefined();
		expect(tally(results)).toEqual({ created: 200, notAttempted: 250 });
		expect(org.rows('Contact')).toHaveLength(200);
	});
});
