import { useSalesforce } from '../sandbox/useSalesforce';
import type { Effect } from '../sandbox/salesforce';
import { record, tally, writeAll } from './dynamics365Client';
import { connect, inMode, keyless, person, write } from './salesforceClient';
import { salesforceHttp } from './salesforceGround';

const org = useSalesforce();

/** Strikes the calls that write, one after another. */
const strikes = (...effects: readonly Effect[]) =>
	effects.forEach((effect, at) =>
		org.faults.add({ effect, url: /composite\/sobjects/, nth: at + 1 }),
	);

describe('a call that may have arrived before the run had to stop is in doubt (design:R6, salesforce:T6)', () => {
	const lost: readonly Effect[] = [
		{ kind: 'gateway', afterCommit: true },
		{ kind: 'reset', when: 'afterCommit' },
		{ kind: 'unavailable', status: 500, afterCommit: true },
		{ kind: 'truncate' },
	];

	test.each(lost)('by a used-up quota, after %j', async (effect) => {
		strikes(effect, { kind: 'quota', limit: 'total' });
		const { results, error } = await write(org, inMode('upsert'), [person('a'), person('b')]);
		expect(error).toMatchObject({ code: 'limit' });
		expect(tally(results)).toEqual({ unknown: 2 });
		expect(org.rows('Contact')).toHaveLength(2);
	});

	test('by the number of requests a person allows, and so is what was deleted', async () => {
		const Id = org.insert('Contact', { LastName: 'A' });
		strikes(lost[0]);
		const { results, error } = await write(org, inMode('delete', 'Id'), [record({ Id }, {})], {
			maxCalls: 2,
		});
		expect((error as Error).message).toContain('Max API Calls');
		expect(tally(results)).toEqual({ unknown: 1 });
		expect(org.rows('Contact')).toHaveLength(0);
	});

	test('and so is what was created by such a call, and may not be changed after that', async () => {
		strikes(lost[0]);
		const effect = {
			kind: 'rowError',
			statusCode: 'INSUFFICIENT_ACCESS_OR_READONLY',
			message: 'insufficient access rights',
		} as const;
		org.faults.add({ effect, operation: 'update', table: 'Contact' });
		const { results } = await write(org, inMode('upsert'), [person('a')]);
		expect(results[0].status).toBe('unknown');
		expect(results[0].error?.message).toContain('insufficient access rights');
		expect(org.rows('Contact')).toHaveLength(1);
		// Nor does such a refusal prove that a change did not arrive.
		org.faults.clear();
		strikes(lost[0]);
		org.faults.add({ effect, operation: 'update', table: 'Contact', nth: 2 });
		const again = await write(org, inMode('update'), [person('a', { LastName: 'New' })]);
		expect(again.results[0].status).toBe('unknown');
		expect(org.rows('Contact')[0].LastName).toBe('New');
	});

	test('also where one fault of all rows stops the run, or the quota of one', async () => {
		const records = Array.from({ length: 12 }, (_, at) => person(`k${at}`));
		for (const statusCode of ['INVALID_FIELD_FOR_INSERT_UPDATE', 'STORAGE_LIMIT_EXCEEDED']) {
			org.reset();
			strikes(lost[0]);
			const effect = { kind: 'rowError', statusCode, message: 'no' } as const;
			org.faults.add({ effect, operation: 'update', table: 'Contact' });
			const { results, error } = await write(org, inMode('upsert'), records);
			expect(error).toBeDefined();
			expect(tally(results)).toEqual({ unknown: 12 });
			expect(org.rows('Contact')).toHaveLength(12);
		}
	});

	test('while what never left, or was only told to wait, is not', async () => {
		strikes({ kind: 'throttle', retryAfter: 1 }, { kind: 'quota', limit: 'total' });
		const { results, error } = await write(org, inMode('upsert'), [person('a')]);
		expect(error).toMatchObject({ code: 'limit' });
		expect(results).toEqual([]);
	});

	test('by a cancel, while the call waits for its next turn', async () => {
		const stopping = new AbortController();
		const http = salesforceHttp(org);
		let calls = 0;
		const connector = connect(org, {}, async (request) => {
			const isCall = request.url.includes('composite/sobjects');
			if (isCall) calls += 1;
			// The other write has its turn by now.
			if (isCall && calls === 2) stopping.abort();
			const answer = await http(request);
			return isCall && calls === 1 ? { ...answer, body: '[{' } : answer;
		});
		const [cut, other] = await Promise.all([
			writeAll(connector, inMode('upsert'), [person('a')], { signal: stopping.signal }),
			writeAll(connector, inMode('upsert'), [person('b')]),
		]);
		expect(tally(other.results)).toEqual({ created: 1 });
		expect(tally(cut.results)).toEqual({ unknown: 1 });
		expect(org.rows('Contact')).toHaveLength(2);
	});
});

test('an insert without an answer is not proven by its twin of the same run (design:R11)', async () => {
	org.faults.add({ effect: { kind: 'gateway' }, url: /composite\/sobjects/, nth: 2 });
	const twin = keyless({ LastName: 'A', Email: 'a@x.example' });
	const target = inMode('insert', '', { batchSize: 1 });
	const { results } = await write(org, target, [twin, { ...twin }], { findDoubtfulBy: 'Email' });
	expect(org.rows('Contact')).toHaveLength(1);
	expect(results.map(({ status }) => status)).toEqual(['created', 'unknown']);
});

test('a row of a ring that is found after its answer was lost still gets its link (sync:T49, design:R11)', async () => {
	const boss = (key: string) => ({ ReportsToId: { key: { Ext__c: key } } });
	const byEmail = (key: string) => ({ ReportsToId: { key: { Email: `${key}@x.example` } } });
	const pairs = [
		['a', 'b'],
		['b', 'a'],
	];
	const writes = {
		insert: async () =>
			await write(
				org,
				inMode('insert'),
				pairs.map(([own, other]) => keyless({ LastName: own, Ext__c: own, ...boss(other) })),
				{ findDoubtfulBy: 'Ext__c' },
			),
		upsert: async () =>
			await write(
				org,
				inMode('upsert', 'Email'),
				pairs.map(([own, other]) =>
					record({ Email: `${own}@x.example` }, { LastName: own, ...byEmail(other) }),
				),
			),
	};
	for (const run of Object.values(writes)) {
		org.reset();
		// The first call finds no parent; the second one writes one of the two without its link.
		const effect = { kind: 'gateway', afterCommit: true } as const;
		org.faults.add({ effect, url: /composite\/sobjects/, nth: 2 });
		const { results } = await run();
		expect(tally(results)).toEqual({ created: 2 });
		const [a, b] = org.rows('Contact');
		expect([a.ReportsToId, b.ReportsToId]).toEqual([b.Id, a.Id]);
	}
});

test('an insert without an answer is found although its parent was written by this very run (sync:T15, design:R11)', async () => {
	const target = inMode('insert', '', { onlyIfDifferent: true });
	// The parent is not there when the records are compared, nor at the first call.
	org.faults.add({
		effect: { kind: 'gateway', afterCommit: true },
		url: /composite\/sobjects/,
		nth: 2,
	});
	const { results } = await write(
		org,
		target,
		[
			keyless({ LastName: 'A', Ext__c: 'a', ReportsToId: { key: { Ext__c: 'b' } } }),
			keyless({ LastName: 'B', Ext__c: 'b' }),
		],
		{ findDoubtfulBy: 'Ext__c' },
	);
	expect(tally(results)).toEqual({ created: 2 });
	expect(org.rows('Contact')).toHaveLength(2);
});

describe('a row of a ring whose link is refused was written nevertheless (design:R6, design:R11)', () => {
	const options = { findDoubtfulBy: 'Email' } as const;
	const ring = ['a', 'b'].map((own, at) =>
		keyless({
			LastName: own,
			Email: `${own}@x.example`,
			ReportsToId: { key: { Email: `${'ba'[at]}@x.example` } },
		}),
	);
	const circular = {
		effect: { kind: 'rowError', statusCode: 'CIRCULAR_DEPENDENCY', message: 'In circles' },
		operation: 'update',
	} as const;

	test('so the next run does not insert it a second time, and completes it as soon as it may', async () => {
		org.faults.add(circular);
		const first = await write(org, inMode('insert'), ring, options);
		expect(tally(first.results)).toEqual({ unknown: 1, created: 1 });
		const error = first.results.find(({ status }) => status === 'unknown')?.error;
		expect(error?.message).toContain('In circles');
		const at = first.results.findIndex(({ status }) => status === 'unknown');
		const again = [{ ...ring[at], redelivered: true, id: first.results[at].id }];
		const second = await write(org, inMode('insert'), again, options);
		expect(second.results).toMatchObject([
			{ status: 'rejected', error: { code: 'CIRCULAR_DEPENDENCY' } },
		]);
		org.faults.clear();
		const third = await write(org, inMode('insert'), again, options);
		expect(tally(third.results)).toEqual({ updated: 1 });
		const [a, b] = org.rows('Contact');
		expect([a.ReportsToId, b.ReportsToId]).toEqual([b.Id, a.Id]);
		expect(org.rows('Contact')).toHaveLength(2);
	});

	test('also where the other one never comes', async () => {
		const refuses = ({ LastName }: Readonly<Record<string, unknown>>) => LastName === 'b';
		org.rules.addValidation('Contact', { message: 'Not this one', refuses });
		const { results } = await write(org, inMode('insert'), ring, options);
		const [{ Id: id }] = org.rows('Contact');
		expect(results).toMatchObject([{ status: 'unknown', id }, { status: 'rejected' }]);
	});
});

test('half a character in a key refuses its record, and stops no other (design:R6)', async () => {
	org.insert('Contact', { LastName: 'Old', Ext__c: 'b' });
	for (const mode of ['update', 'upsert'] as const) {
		const { results, error } = await write(org, inMode(mode), [person('a\ud83d'), person('b')]);
		expect(error).toBeUndefined();
		expect(results[0]).toMatchObject({ status: 'rejected', error: { code: 'valueDoesNotFit' } });
		expect(results[1].status).toBe('updated');
	}
});

describe('Get Bulk Job Result', () => {
	const loaded = async (): Promise<string> => {
		const records = ['a', 'b', 'c', 'd'].map((key) => person(key));
		const written = await write(org, inMode('upsert'), records, { api: 'bulk' });
		return written.results[0].requestId ?? '';
	};
	const cut = { effect: { kind: 'truncate', keep: 0.6 }, url: /successfulResults/ } as const;

	test('fetches a file again that was cut short (salesforce:S25)', async () => {
		const id = await loaded();
		org.faults.add(cut);
		const { rows, missing } = await connect(org).bulkResult(id);
		expect(rows).toHaveLength(4);
		expect(missing).toBe(0);
	});

	test('tells how many rows the files lack that the job has counted (salesforce:4.9)', async () => {
		const id = await loaded();
		org.faults.add({ ...cut, times: 100 });
		const { rows, missing } = await connect(org).bulkResult(id);
		expect(rows.length).toBeLessThan(4);
		expect(missing).toBe(4 - rows.length);
	});
});
