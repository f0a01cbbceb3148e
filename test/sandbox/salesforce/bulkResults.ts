import { shuffledOrder } from './bulkShuffle';
import type { IngestJob } from './bulkIngest';
import { isTerminal, wrongState } from './bulkStates';
import { writeCsv } from './csvWriter';
import type { RowOutcome } from './model';
import type { Org } from './org';

export type ResultKind = 'successfulResults' | 'failedResults' | 'unprocessedrecords';

/** `CODE:message:fields --`: what stands in the message is not escaped (4.4, S23). */
function errorText(outcome: Extract<RowOutcome, { success: false }>): string {
	const [error] = outcome.errors;
	if (error === undefined) return '';
	const fields = error.fields.length === 0 ? '' : `${error.fields.join(',')} `;
	return `${error.statusCode}:${error.message}:${fields}--`;
}

/** The two cells before the echoed ones, or undefined when the row does not belong into the file. */
function resultCells(job: IngestJob, kind: ResultKind, index: number): string[] | undefined {
	const outcome = job.outcomes[index];
	if (kind === 'unprocessedrecords') {
		return outcome === undefined && job.rowsError === undefined ? [] : undefined;
	}
	if (kind === 'successfulResults') {
		return outcome?.success === true ? [outcome.id, String(outcome.created)] : undefined;
	}
	if (job.rowsError !== undefined) return ['', job.rowsError];
	return outcome?.success === false ? ['', errorText(outcome)] : undefined;
}

const leading: Record<ResultKind, readonly string[]> = {
	successfulResults: ['sf__Id', 'sf__Created'],
	failedResults: ['sf__Id', 'sf__Error'],
	unprocessedrecords: [],
};

// One number for all jobs would shuffle equal uploads equally.
const seedOf = ({ id }: IngestJob) =>
	[...id].reduce((sum, letter) => Math.imul(sum, 31) + letter.charCodeAt(0), 7);

/** The lines of a result file: shuffled, and only the columns that matched a field (S23). */
function* resultLines(org: Org, job: IngestJob, kind: ResultKind): Iterable<string[]> {
	if (job.content === undefined) return;
	const { table, columns } = job.content;
	const isVerbatim = org.switches.echoVerbatim || kind === 'unprocessedrecords';
	const isEchoed = (_: unknown, at: number) =>
		kind === 'unprocessedrecords' || columns.all[at] !== undefined;
	yield [...leading[kind], ...table.header.filter(isEchoed)];
	for (const index of shuffledOrder(table.rowCount, seedOf(job))) {
		const first = resultCells(job, kind, index);
		if (first === undefined) continue;
		const { cells } = table.row(index);
		const shown = isVerbatim
			? cells
			: cells.map((cell, at) => columns.all[at]?.stored(cell) ?? cell);
		yield [...first, ...shown.filter(isEchoed)];
	}
}

/** One of the three result files of a job that has ended; 400 before. */
export function resultFile(org: Org, job: IngestJob, kind: ResultKind): string {
	if (!isTerminal(job.state)) {
		throw wrongState(`Results are not available while the job is in state ${job.state}.`);
	}
	// What was not looked at, or could not be read as CSV, comes back as it was sent.
	if (job.content === undefined) return kind === 'unprocessedrecords' ? (job.upload ?? '') : '';
	return writeCsv(resultLines(org, job, kind), job.format, org.switches.resultQuoting);
}
