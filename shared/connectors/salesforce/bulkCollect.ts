import { setImmediate } from 'node:timers/promises';
import type { SyncError } from '../../core/errors';
import type { IndexedResult } from '../connector';
import type { BulkJob } from './bulkJob';
import { BULK } from './bulkLimits';
import { pendingResult } from './bulkOutcome';
import type { Pairing } from './bulkPairing';
import { fetchResults, type ResultFile } from './bulkResults';
import { judgeRefused, misconfigured, successOf, type Refused } from './collectionRows';
import { detached } from './csv';
import { classify } from './errorClasses';
import { bulkFault } from './errors';
import type { Sending } from './plan';
import { resultOf, type Session } from './session';

/** What an ended job leaves to do. */
export interface Collected {
	/** Steps to be tried once more. */
	readonly again: readonly Sending[];
	/** Why the run must stop. */
	readonly stop?: unknown;
	/** All steps without a result were surely not written. */
	readonly untouched?: boolean;
}

/** Reads the result files of an ended job, and yields the result of every step they speak of. */
export async function* collectResults(
	session: Session,
	job: BulkJob,
	pairs: Pairing,
): AsyncGenerator<readonly IndexedResult[], Collected> {
	let strangers = 0;
	for await (const rows of readPairs(session, job, pairs, 'successfulResults')) {
		yield rows.known.map(({ step, cell }) => {
			const entry = { id: detached(cell('sf__Id')), created: isTrue(cell('sf__Created')) };
			return resultOf(step, { ...successOf(step, entry), requestId: job.id });
		});
		strangers += rows.strangers;
	}
	// Nothing is left to learn where every record was written.
	if (pairs.left().length === 0) return { again: [] };
	const refusals = yield* collectRefusals(session, job, pairs);
	if (refusals.untouched) return refusals;
	if (pairs.left().length > 0) {
		for await (const { known } of readPairs(session, job, pairs, 'unprocessedrecords')) {
			yield known.map(({ step }) => resultOf(step, { status: 'notAttempted' }));
		}
	}
	const left = pairs.left();
	const areAllWritten = refusals.strangers === 0 && strangers === left.length;
	if (left.length > 0) yield left.map((step) => unpaired(session, job, step, areAllWritten));
	return refusals;
}

/** Judges refused rows as those of Collections are, so that both transports answer alike (salesforce:T5). */
async function* collectRefusals(
	session: Session,
	job: BulkJob,
	pairs: Pairing,
): AsyncGenerator<readonly IndexedResult[], Collected & { readonly strangers: number }> {
	const again: Sending[] = [];
	let strangers = 0;
	let stop: SyncError | undefined;
	for await (const rows of readPairs(session, job, pairs, 'failedResults')) {
		strangers += rows.strangers;
		const refused = rows.known.map(({ step, cell }): Refused => {
			const fault = bulkFault(detached(cell('sf__Error')));
			return { step, fault, kind: classify(fault) };
		});
		const isAll = job.failed === job.processed;
		const misfit = isAll ? misconfigured(session, refused, refused.length) : undefined;
		if (misfit) return { again: [], stop: misfit, untouched: true, strangers };
		const verdicts = await judgeRefused(session, refused, 0);
		stop ??= verdicts.stop;
		again.push(...verdicts.again, ...verdicts.changed);
		yield verdicts.known.map(({ index, result }) => ({
			index,
			result: { ...result, requestId: job.id },
		}));
	}
	return { again, stop, strangers };
}

interface PairedRow {
	readonly step: Sending;
	/** A cell by the name of its column; it keeps the whole file alive as long as it is kept. */
	cell(name: string): string;
}

interface PairedRows {
	readonly known: readonly PairedRow[];
	/** Rows that belong to no step. */
	readonly strangers: number;
}

/** The rows of a result file with their steps, so many at a time that nothing else waits for long. */
async function* readPairs(
	{ api }: Session,
	job: BulkJob,
	pairs: Pairing,
	file: ResultFile,
): AsyncGenerator<PairedRows> {
	const { header, rows } = await fetchResults(api, job, file);
	const find = await pairs.reader(header);
	const columns = new Map(header.map((name, at) => [name, at]));
	let known: PairedRow[] = [];
	let seen = 0;
	for (const cells of rows) {
		const step = find(cells);
		if (step) known.push({ step, cell: (name) => cells[columns.get(name) ?? -1] ?? '' });
		if (++seen < BULK.resultBatch) continue;
		yield { known, strangers: seen - known.length };
		known = [];
		seen = 0;
		await setImmediate();
	}
	if (seen > 0) yield { known, strangers: seen - known.length };
}

const isTrue = (cell: string): boolean => cell.toLowerCase() === 'true';

/**
 * A step no row could be paired with. New records are told by their cells alone, and when as many rows as steps
 * are left, and none of them was refused, all are there: only which id is whose nobody can tell.
 */
function unpaired(
	session: Session,
	job: BulkJob,
	step: Sending,
	areAllWritten: boolean,
): IndexedResult {
	if (step.kind !== 'create' || !areAllWritten) {
		return pendingResult(session, step, job, 'told nothing about this record');
	}
	const { index, warnings } = step.job;
	return {
		index,
		result: { status: 'created', requestId: job.id, warnings: [...warnings, NO_ID] },
	};
}

const NO_ID = 'Created; its id is not known, because Salesforce returned its values changed';
