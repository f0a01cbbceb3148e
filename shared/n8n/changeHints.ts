import type { IExecuteFunctions } from 'n8n-workflow';

import type { Beginning } from '../connectors/changes';
import type { Comparison } from '../core/diff';
import { count, counted } from '../core/words';

/** What a reading met, for the person who looks at it. */
export interface ReadingTally {
	/** Records on pages, and read again by their id. */
	records: number;
	again: number;
	pages: number;
	filteredOut: number;
	/** Waited for delivery, and do not meet the conditions any more (sync T59). */
	dropped: number;
	/** Milliseconds spent on pages. */
	ms: number;
	begins?: Beginning;
	/** How a person gets changes tracked, where they are not. */
	advice?: string;
	/** Changes are told without those that were deleted. */
	isBlind?: boolean;
}

/** How the reading stands at the end of the run. */
export interface Progress {
	readonly goesOn: boolean;
	/** A whole object is being read. */
	readonly whole: boolean;
	/** Records of that object, as far as the system tells. */
	readonly total?: number;
	/** Records of it that this run read. */
	readonly perRun: number;
	/** Deleted at the source and forgotten here. */
	readonly deleted: number;
}

type Hint = Parameters<IExecuteFunctions['addExecutionHints']>[number];

/** Says in numbers what a reading found, why it began anew, and what is still to come. */
export function explainReading(
	context: IExecuteFunctions,
	comparison: Comparison,
	tally: ReadingTally,
	progress: Progress,
): void {
	const hints: Hint[] = [];
	const say = (type: Hint['type'], message: string) =>
		hints.push({ message, type, location: 'outputPane' });
	say('info', numbers(comparison, tally, progress));
	const why = whyAnew(tally);
	if (why) say('warning', why);
	if (tally.isBlind) say('info', blind);
	if (progress.goesOn) say('info', estimate(tally, progress));
	context.addExecutionHints(...hints);
}

const blind =
	'Modification Time does not tell which records were deleted. Apply Deletes makes every run look for them, at one request for 5,000 records of the table.';

function numbers(
	{ offers, counts }: Comparison,
	tally: ReadingTally,
	{ deleted }: Progress,
): string {
	const of = (change: string) =>
		count(offers.filter(({ offer }) => offer.change === change).length);
	const parts = [
		`${of('added')} added, ${of('changed')} changed, ${of('removed')} removed, ${count(counts.unchanged)} unchanged`,
		...some(tally.filteredOut, 'do not meet the conditions'),
		...some(counts.waiting, 'waiting (parked or backing off)'),
		...some(tally.again, 'read again, because they were not delivered before'),
		...some(
			tally.dropped,
			'waited for delivery and do not meet the conditions any more: they were let go of',
		),
		...some(deleted, 'deleted at the source and forgotten here: Apply Deletes is off'),
	];
	return `${counted(tally.records, 'record')} read: ${parts.join(', ')}.`;
}

const some = (number: number, what: string): string[] =>
	number > 0 ? [`${count(number)} ${what}`] : [];

function whyAnew({ begins, advice }: ReadingTally): string | undefined {
	switch (begins) {
		case 'expired':
			return 'The link to the next changes was refused, as it is when a sync has not run for longer than the environment keeps changes (7 days unless set otherwise). The whole table was compared instead: nothing is missed, and only what differs is sent.';
		case 'reconfigured':
			return 'Columns, conditions or Find Changes By are not those of the last run, so the whole table is compared once. Only what differs is sent.';
		case 'untracked':
			return `Change tracking is off for this table, so every run reads and compares the whole of it. ${advice ?? ''}`.trim();
		default:
			return undefined;
	}
}

/** What is still to come of the reading of a whole object, at the rate of this run (sync C7). */
function estimate(
	{ records, pages, ms }: ReadingTally,
	{ whole, total, perRun }: Progress,
): string {
	const later = 'Records per Run is reached: the rest follows in the next runs';
	if (!whole || total === undefined || records === 0 || pages === 0) return `${later}.`;
	const left = Math.max(0, total - records);
	const requests = Math.ceil(left / (records / pages));
	const minutes = Math.max(1, Math.round((left * ms) / records / 60_000));
	const runs = Math.max(1, Math.ceil(left / perRun));
	return `${later}. The table has about ${count(total)} records. Still to come: ${count(left)} records, ${count(requests)} requests, ${count(runs)} runs, about ${count(minutes)} min of reading at the rate of this run.`;
}
