import { ConnectionError, type HttpClient } from '../../shared/connectors/http';
import { useSalesforce } from '../sandbox/useSalesforce';
import { record, tally, writeAll } from './dynamics365Client';
import { collectionCalls, connect, inMode, keyless, person, write } from './salesforceClient';
import { salesforceHttp } from './salesforceGround';

const org = useSalesforce();

/** A client that answers some requests itself. */
const answering = (
	answer: (request: Parameters<HttpClient>[0]) => ReturnType<HttpClient> | undefined,
) => {
	const http = salesforceHttp(org);
	const client: HttpClient = async (request) => await (answer(request) ?? http(request));
	return client;
};
const isWrite = ({ url, method }: Parameters<HttpClient>[0]) =>
	method !== 'GET' && url.includes('/composite/sobjects');

describe('an id of another object', () => {
	test('is refused as a key: a Collections delete would take that record (salesforce:2.1, design:R10)', async () => {
		const id = org.insert('Account', { Name: 'Not a contact' });
		for (const mode of ['delete', 'update', 'upsert'] as const) {
			const { results } = await write(org, inMode(mode, 'Id'), [
				record({ Id: id }, { LastName: 'A' }),
			]);
			expect(results[0]).toMatchObject({ status: 'rejected', error: { code: 'valueDoesNotFit' } });
			expect(results[0].error?.message).toContain('ids of Contact begin with 003');
		}
		expect(org.rows('Account')).toHaveLength(1);
		expect(collectionCalls(org)).toHaveLength(0);
	});

	test('remembered by a sync that inserts, deletes nothing', async () => {
		const id = org.insert('Account', { Name: 'Not a contact' });
		const target = inMode('insert', '', { removedRecords: 'delete' });
		const { results } = await write(org, target, [keyless({}, { change: 'removed', id })]);
		expect(results).toEqual([{ status: 'skipped', reason: 'gone' }]);
		expect(org.rows('Account')).toHaveLength(1);
	});
});

describe('a key', () => {
	test('that new records cannot have is refused: every run would create them again (sync:T19)', async () => {
		const byName = inMode('upsert', 'Name');
		const { error } = await write(org, byName, [record({ Name: 'Ada L' }, { LastName: 'L' })]);
		expect((error as Error).message).toContain('cannot be created with a value in "Name"');
		org.insert('Contact', { LastName: 'L', FirstName: 'Ada' });
		const update = await write(org, inMode('update', 'Name'), [
			record({ Name: 'Ada L' }, { Title: 'T' }),
		]);
		expect(update.results[0].status).toBe('updated');
	});

	test('that does not fit is never left out or cut, only its record is refused (salesforce:2.1)', async () => {
		const long = 'x'.repeat(130);
		const byTitle = (text: string) => record({ Title: text }, { LastName: 'L' });
		for (const options of [{ typePolicy: 'leaveOut' }, { cutText: true }] as const) {
			const { results, error } = await write(
				org,
				inMode('upsert', 'Title'),
				[byTitle(`${long}1`), byTitle(`${long}2`), byTitle('fits')],
				options,
			);
			expect(error).toBeUndefined();
			expect(results.map(({ error: why }) => why?.code)).toEqual([
				'valueDoesNotFit',
				'valueDoesNotFit',
				undefined,
			]);
		}
		const { results } = await write(org, inMode('upsert'), [person(long), person('fits')], {
			typePolicy: 'leaveOut',
		});
		expect(tally(results)).toEqual({ rejected: 1, created: 1 });
		expect(org.rows('Contact')).toHaveLength(2);
	});

	test('that is empty is refused, and takes no other record with it', async () => {
		const { results } = await write(org, inMode('upsert'), [person(''), person(''), person('a')]);
		expect(tally(results)).toEqual({ rejected: 2, created: 1 });
		expect(results[0].error?.message).toContain('Contact.Ext__c is empty');
	});

	test('of 0 is not the key of a record that has none (salesforce:3.2)', async () => {
		const id = org.insert('Booking__c', { Name: 'None' });
		const target = inMode('upsert', 'Seats__c', { objectName: 'Booking__c' });
		const { results } = await write(org, target, [
			record({ Seats__c: 0 }, { Name: 'Zero', Notes__c: 'n' }, { id, update: { Name: 'Zero' } }),
		]);
		expect(results[0].status).toBe('created');
		expect(org.rows('Booking__c').map(({ Name }) => Name)).toEqual(['None', 'Zero']);
	});

	test('is written without outer spaces, so that the next run finds it', async () => {
		org.insert('Contact', { LastName: 'L', Ext__c: 'old' });
		await write(org, inMode('upsert'), [
			person('new ', { LastName: 'L' }, { previousKey: { Ext__c: 'old' } }),
		]);
		await write(org, inMode('upsert', 'Email'), [
			record({ Email: ' a@x.example ' }, { LastName: 'E' }),
		]);
		expect(org.rows('Contact').map(({ Ext__c, Email }) => Ext__c ?? Email)).toEqual([
			'new',
			'a@x.example',
		]);
	});

	test('whose change of case arrived without an answer and was taken back, makes no second row (design:R3)', async () => {
		const id = org.insert('Booking__c', { Name: 'Old', Code__c: 'b1' });
		const target = inMode('upsert', 'Code__c', { objectName: 'Booking__c' });
		const { results } = await write(org, target, [
			record({ Code__c: 'B1' }, { Name: 'New' }, { id, redelivered: true, change: 'changed' }),
		]);
		expect(results).toEqual([{ status: 'updated', id }]);
		expect(org.rows('Booking__c')).toEqual([
			expect.objectContaining({ Code__c: 'B1', Name: 'New' }),
		]);
	});
});

describe('an insert', () => {
	test('that never left is due again, not in doubt (design:R11)', async () => {
		const down = answering((request) =>
			isWrite(request) ? Promise.reject(new ConnectionError('no route', false)) : undefined,
		);
		const { results, error } = await writeAll(connect(org, {}, down), inMode('insert'), [
			keyless({ LastName: 'A' }),
		]);
		expect(error).toMatchObject({ code: 'unavailable' });
		expect(results).toEqual([]);
	});

	test('that was refused as suspended is due again, not in doubt (salesforce:5)', async () => {
		const suspended = answering((request) =>
			isWrite(request) ? Promise.resolve({ status: 420, headers: {}, body: '' }) : undefined,
		);
		const { results, error } = await writeAll(connect(org, {}, suspended), inMode('insert'), [
			keyless({ LastName: 'A' }),
		]);
		expect(String(error)).toContain('HTTP 420');
		expect(results).toEqual([]);
	});

	test('that waits for its turn when the run is cancelled was not attempted (salesforce:T6)', async () => {
		const stopping = new AbortController();
		const throttled = answering((request) => {
			if (!isWrite(request)) return undefined;
			stopping.abort();
			return Promise.resolve({ status: 429, headers: { 'retry-after': '9' }, body: '' });
		});
		const { results } = await writeAll(
			connect(org, {}, throttled),
			inMode('insert'),
			[keyless({ LastName: 'A' })],
			{ signal: stopping.signal },
		);
		expect(results).toEqual([{ status: 'notAttempted' }]);
	});

	test('is proven by a record of its own: its twin may not have arrived (design:R11)', async () => {
		const id = org.insert('Contact', { LastName: 'A', Email: 'a@x.example' });
		const twin = keyless({ LastName: 'A', Email: 'a@x.example' }, { redelivered: true });
		const { results } = await write(org, inMode('insert'), [twin, { ...twin }], {
			findDoubtfulBy: 'Email',
		});
		expect(results[0]).toEqual({ status: 'created', id });
		expect(results[1]).toMatchObject({ status: 'unknown', error: { retryable: false } });
	});
});

test('rows that were written are told although judging the others failed (design:R6)', async () => {
	const ids = ['a', 'b'].map((LastName) => org.insert('Contact', { LastName }));
	const AccountId = org.insert('Account', { Name: 'A' });
	org.faults.add({
		effect: {
			kind: 'rowError',
			statusCode: 'INVALID_CROSS_REFERENCE_KEY',
			message: 'invalid cross reference id',
		},
		operation: 'update',
		nth: 2,
	});
	const used = '[{"errorCode":"REQUEST_LIMIT_EXCEEDED","message":"TotalRequests Limit exceeded."}]';
	let isWritten = false;
	const client = answering((request) => {
		if (isWritten) return Promise.resolve({ status: 403, headers: {}, body: used });
		isWritten = isWrite(request);
		return undefined;
	});
	const { results, error } = await writeAll(
		connect(org, {}, client),
		inMode('update', 'Id'),
		ids.map((Id) => record({ Id }, { LastName: 'New', AccountId })),
	);
	expect(error).toMatchObject({ code: 'limit' });
	expect(results).toEqual([{ status: 'updated', id: ids[0] }]);
});

test('a deleted parent is a lookup’s fault, not that of a row that is there (salesforce:5)', async () => {
	const id = org.insert('Contact', { LastName: 'A', Ext__c: 'a' });
	const AccountId = org.insert('Account', { Name: 'A' });
	const gone = { kind: 'rowError', statusCode: 'ENTITY_IS_DELETED', message: 'gone' } as const;
	org.faults.add({ effect: gone, table: 'Contact', operation: 'update' });
	for (const mode of ['update', 'upsert'] as const) {
		const { results } = await write(org, inMode(mode), [
			person('a', { LastName: 'B', AccountId }, { update: { AccountId } }),
		]);
		expect(results[0]).toMatchObject({
			status: 'rejected',
			id,
			error: { code: 'ENTITY_IS_DELETED' },
		});
	}
});

test('a record that stands for several stands for all of them in later runs too (salesforce:3.2)', async () => {
	const ids = ['A', 'B'].map((LastName) =>
		org.insert('Contact', { LastName, Email: 'a@x.example' }),
	);
	const options = { severalFound: 'all' } as const;
	const known = (more: object) =>
		record({ Email: 'a@x.example' }, { LastName: 'New' }, { id: ids[1], ...more });
	const target = inMode('upsert', 'Email', { removedRecords: 'delete' });
	await write(org, target, [known({ change: 'changed' })], options);
	expect(org.rows('Contact').map(({ LastName }) => LastName)).toEqual(['New', 'New']);
	await write(org, target, [known({ change: 'removed', update: {} })], options);
	expect(org.rows('Contact')).toHaveLength(0);
});

test('a record that stands for several has one result, whatever each of them came to (design:R6)', async () => {
	for (const LastName of ['Same', 'Other', 'Same'])
		org.insert('Contact', { LastName, Email: 'a@x.example' });
	const target = inMode('update', 'Email', { onlyIfDifferent: true });
	const records = [record({ Email: 'a@x.example' }, { LastName: 'Same' })];
	const options = { severalFound: 'all' } as const;
	const count = async (batches: AsyncIterable<readonly unknown[]>) => {
		const seen: unknown[] = [];
		for await (const batch of batches) seen.push(...batch);
		return seen;
	};
	expect(await count(connect(org, options).preview(target, records, {}))).toHaveLength(1);
	const written = await count(connect(org, options).write(target, records, {}));
	expect(written).toEqual([{ index: 0, result: expect.objectContaining({ status: 'updated' }) }]);
	const again = await count(connect(org, options).write(target, records, {}));
	expect(again).toEqual([{ index: 0, result: expect.objectContaining({ status: 'unchanged' }) }]);
});
