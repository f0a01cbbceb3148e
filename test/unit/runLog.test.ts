import { RunLog } from '../../shared/state/runLog';

/** A log whose clock shows 1000 at the start and 60 more at every further look. */
const started = () => {
	let now = 940;
	return new RunLog({ id: '30-a', execution: '30', now: () => (now += 60) });
};

/** The log of a run that counted this. */
const counted = (counts: Record<string, number>) => {
	const log = started();
	for (const [name, by] of Object.entries(counts)) log.count(name, by);
	return log;
};

describe('the row of a run (design:R16)', () => {
	it('names the run and its execution, and holds when it began and ended', () => {
		expect(started().row(0, false)).toEqual({
			id: '30-a',
			execution: '30',
			startedAt: 1_000,
			endedAt: 1_060,
			state: 'completed',
			message: '',
			counts: {},
		});
	});

	it('counts by one or by many, and takes back what was said too early (design:R6)', () => {
		const log = started();
		log.count('added');
		log.count('added');
		log.count('read', 40);
		log.count('created', 0);
		log.count('updated');
		log.count('updated', -1);
		expect(log.row(0, false).counts).toEqual({ added: 2, read: 40, created: 0, updated: 0 });
	});

	it('says nothing more of a run whose records all arrived', () => {
		const log = counted({ read: 9, created: 4, updated: 3, deleted: 1, skipped: 1 });
		expect(log.row(0, false)).toMatchObject({ state: 'completed', message: '' });
	});

	it('says how many were rejected; the run is complete: each has its outcome (design:R7)', () => {
		const row = counted({ created: 4, rejected: 2 }).row(0, false);
		expect(row).toMatchObject({ state: 'completed', message: '2 rejected' });
	});

	it.each([
		['offers nobody confirmed', 1, {}, '1 without a known outcome'],
		['writes without an answer', 0, { unknown: 2 }, '2 without a known outcome'],
		['records that were not attempted', 0, { notAttempted: 4 }, '4 not sent'],
		[
			'all of these',
			1,
			{ unknown: 2, notAttempted: 4 },
			'3 without a known outcome and 4 not sent',
		],
	])('is incomplete with %s, and adds them up (design:R3)', (_, unconfirmed, counts, back) => {
		expect(counted({ created: 5, ...counts }).row(unconfirmed, false)).toMatchObject({
			state: 'incomplete',
			message: `${back} come back in the next run`,
		});
	});

	it('is complete once an answer came after all (design:R6)', () => {
		const log = counted({ unknown: 1 });
		log.count('unknown', -1);
		log.count('updated');
		expect(log.row(0, false)).toMatchObject({ state: 'completed', message: '' });
	});

	it.each([
		[0, {}, 'another run took over'],
		[0, { rejected: 3 }, 'another run took over; 3 rejected'],
		[
			2,
			{ rejected: 3, unknown: 1 },
			'another run took over; 3 rejected; 3 without a known outcome come back in the next run',
		],
	])('tells of a lost lease first (design:R13), with %i open and %p', (open, counts, message) => {
		expect(counted(counts).row(open, true)).toMatchObject({ state: 'lost', message });
	});

	it('tells of rejections before what comes back', () => {
		expect(counted({ rejected: 1 }).row(1, false)).toMatchObject({
			state: 'incomplete',
			message: '1 rejected; 1 without a known outcome come back in the next run',
		});
	});

	it.each([
		['nothing else', {}, 0, false],
		['a refusal before', { rejected: 1, unknown: 1 }, 2, true],
	])('gives the reason of a stop and %s (design:R9)', (_, counts, open, isLost) => {
		const log = counted({ read: 12, ...counts });
		log.stop('The segment is empty');
		expect(log.row(open, isLost)).toMatchObject({
			state: 'stopped',
			message: 'The segment is empty',
			counts: { read: 12 },
		});
	});

	it('is that of a stopped run although no reason was given', () => {
		const log = started();
		log.stop('');
		expect(log.row(0, false)).toMatchObject({ state: 'stopped', message: '' });
	});
});
