import { isDue, maskValues, recordFailure, type Failure } from '../../shared/core/failures';
import type { RecordResult } from '../../shared/core/results';
import { failed, keyText, rejected } from './builders';

const hour = 3_600_000;
const offered = { key: keyText('ann'), change: 'changed', fingerprint: 7n } as const;
const moment = (run: number, now = 0) => ({ run: `r${run}`, now, parkAfter: 3 });

/** One result per run, through the ledger. */
const after = (results: RecordResult[], kind: Failure['kind'] = 'rejected') =>
	results.reduce<Failure | undefined>(
		(previous, result, run) => recordFailure(previous, { ...offered, kind }, result, moment(run)),
		undefined,
	)!;
const same = rejected();
const other = rejected({ code: '0x2' });
const transient = rejected({ category: 'transient', message: 'Too many requests' });

describe('the failure ledger (design:R7)', () => {
	it.each<[string, RecordResult[], number, boolean]>([
		['one run', [same], 1, false],
		['two runs', [same, same], 2, false],
		['three runs with the same error', [same, same, same], 3, true],
		['another error in between', [same, same, other, same], 1, false],
		['three transient errors', [transient, transient, transient], 0, false],
		['a transient error after a refusal', [same, transient], 1, false],
		['another class of the same code', [same, same, rejected({ category: 'conflict' })], 1, false],
	])('sync:T56 %s: %i attempts, parked %s', (_, results, attempts, parked) => {
		expect(after(results)).toMatchObject({ attempts, parked, lastRun: `r${results.length - 1}` });
	});

	it.each([
		['in double quotes', ['Value "a" is no date', 'Value "bc" is no date', 'Value "" is no date']],
		['in single quotes', ["Value 'a' is no date", "Value 'bc' is no date", "Value '' is no date"]],
		['masked', ['Value ••• is no date', "Value 'x' is no date", 'Value "y" is no date']],
		['in numbers', ['Row 17 is locked', 'Row 4 is locked', 'Row 123456 is locked']],
		['in case', ['Row 1 Is Locked', 'row 1 is locked', 'ROW 1 IS LOCKED']],
		[
			'in ids',
			[
				'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee',
				'FEDCBAFE-DCBA-4EDC-9BAF-EDCBAFEDCBAF',
				'12345678-1234-4234-8234-123456789012',
			].map((id) => `Contact ${id} is locked`),
		],
	])('takes errors that differ only %s for the same one', (_, messages) => {
		const results = messages.map((message) => rejected({ message }));
		expect(after(results)).toMatchObject({ attempts: 3, parked: true });
	});

	it('takes errors that say something else for different ones', () => {
		const messages = ['Field "a" is locked', 'Field is locked', 'Field 1 is locked'];
		const signatures = messages.map((message) => after([rejected({ message })]).signature);
		expect(new Set(signatures).size).toBe(3);
	});

	it('writes the signature as it always did: it is stored, and a new form would restart the count', () => {
		const message = 'Value "a" of 17 is too long';
		expect(after([rejected({ message })]).signature).toBe('7c14c0b787c10aa0');
		expect(after([{ status: 'rejected' }]).signature).toBe('b9f669792da34829');
	});

	it('sync:T56 starts anew with another error, also within one run', () => {
		const first = recordFailure(undefined, { ...offered, kind: 'unknown' }, same, moment(1));
		const next = recordFailure(first, { ...offered, kind: 'rejected' }, other, moment(1));
		expect(next).toMatchObject({ kind: 'rejected', code: '0x2', attempts: 1, parked: false });
	});

	it('counts a run once, however often the record is refused in it', () => {
		const first = recordFailure(undefined, { ...offered, kind: 'rejected' }, same, moment(1));
		const again = recordFailure(first, { ...offered, kind: 'rejected' }, same, moment(1));
		expect(again).toEqual(first);
	});

	it('remembers the first run, cuts long messages, and takes a rejection without a reason', () => {
		const long = after([same, rejected({ message: 'x'.repeat(900) })]);
		expect(long.firstRun).toBe('r0');
		expect(long.message).toHaveLength(500);
		expect(after([{ status: 'rejected' }])).toMatchObject({
			code: 'rejected',
			message: 'The destination gave no reason',
		});
	});

	it('parks at once what cannot be repeated safely (design:R11)', () => {
		const final: RecordResult = { status: 'unknown', error: failed({ retryable: false }) };
		expect(after([final], 'unknown')).toMatchObject({ parked: true, dueAt: 24 * hour });
	});

	it('never parks what an update did not find, and waits longer each time (design:R6)', () => {
		const missing: RecordResult = { status: 'skipped', reason: 'notFound' };
		const waits = [1, 2, 3, 4, 5, 6, 7].map((runs) => {
			const { parked, dueAt = 0 } = after(
				Array.from({ length: runs }, () => missing),
				'notFound',
			);
			return [parked, dueAt / hour];
		});
		expect(waits).toEqual([1, 2, 4, 8, 16, 24, 24].map((hours) => [false, hours]));
		expect(after([missing], 'notFound')).toMatchObject({
			code: 'notFound',
			message: 'The destination has no record with this key',
		});
	});

	it('lets a record wait until its time is over or its row changes', () => {
		const parked = after([same, same, same]);
		expect(parked.dueAt).toBe(24 * hour);
		expect(isDue(parked, 7n, 24 * hour - 1)).toBe(false);
		expect(isDue(parked, 7n, 24 * hour)).toBe(true);
		expect(isDue(parked, 8n, 0)).toBe(true);
		expect(after([same])).not.toHaveProperty('dueAt');
		expect(isDue(after([same]), 7n, 0)).toBe(true);
	});

	it('keeps no customer data in a message (design section 8)', () => {
		const record = { email: 'ann@example.com', name: 'Ann', short: 'A', size: 12345, none: null };
		const message = 'ann@example.com (Ann, A) has 12345 and ann@example.com.au';
		expect(maskValues(message, record)).toBe('••• (•••, A) has ••• and •••.au');
	});

	it('masks a value whole that holds another one, and no word that is no value', () => {
		const record = { name: 'ann', email: 'ann@example.com', is: true, none: null, blank: ' A ' };
		const message = 'ann@example.com is null, not true: an A grade';
		expect(maskValues(message, record)).toBe('••• is null, not true: an A grade');
	});
});
