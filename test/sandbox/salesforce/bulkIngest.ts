import type { Columns } from './bulkColumns';
import { invalidBatch, readColumns, rowValues } from './bulkColumns';
import type { Job, JobFate } from './bulkJob';
import { JobList } from './bulkJob';
import type { CsvTable } from './csvReader';
import { CsvError, readTable } from './csvReader';
import type { ObjectType, RowOutcome, RowWrite, WriteOperation } from './model';
import type { Org, Session } from './org';
import { RowRefusal } from './refusal';
import { writeRows } from './writeRow';

/** Characters of a value and of a record, and columns of an upload (contract 6). */
const MAX_CELL = 32_000;
const MAX_RECORD = 400_000;
const MAX_COLUMNS = 5_000;

/** Rows to reach, and what becomes of the job there; without a state it goes on. */
export interface Goal {
	readonly rows: number;
	readonly state?: 'JobComplete' | 'Failed';
	readonly message?: string;
}

/** A job that writes. */
export interface IngestJob extends Job {
	readonly object: ObjectType;
	readonly operation: WriteOperation;
	readonly externalIdField?: string;
	readonly assignmentRuleId?: string;
	/** What the rows inherit from the job and, by U3, from its headers. */
	readonly rowOptions: Pick<RowWrite, 'allowSave' | 'autoAssign'>;
	/** The CSV as it was uploaded; rows are read from it when needed. */
	upload?: string;
	fate?: JobFate;
	/** How far the rows may be worked off by now, and how the job ends once they are. */
	goal?: Goal;
	content?: { readonly table: CsvTable; readonly columns: Columns };
	/** One per processed row, in the order of the upload. */
	readonly outcomes: RowOutcome[];
	/** Why all rows failed at once: the text of every `sf__Error`. */
	rowsError?: string;
}

const makeJobs = (org: Org) => new JobList<IngestJob>(org);

/** The ingest jobs of an organisation. */
export const ingestJobs = (org: Org): JobList<IngestJob> => org.part(makeJobs);

function requiredColumns({ operation, externalIdField }: IngestJob): string[] {
	if (operation === 'insert') return [];
	return [operation === 'upsert' ? (externalIdField ?? 'Id') : 'Id'];
}

function checkColumns(session: Session, job: IngestJob, header: readonly string[]): Columns {
	const columns = readColumns(session, job.object, header, requiredColumns(job));
	if (header.length > MAX_COLUMNS) {
		return {
			all: [],
			refusal: invalidBatch(`The upload has more than ${MAX_COLUMNS} columns`),
		};
	}
	const deletes = job.operation === 'delete' || job.operation === 'hardDelete';
	if (columns.refusal !== undefined || !deletes || header.length === 1) return columns;
	return { ...columns, refusal: invalidBatch('The delete batch must contain only ids') };
}

/** Ends a job as Failed; what it has written stays. */
export function fail(job: IngestJob, message: string): void {
	job.state = 'Failed';
	job.errorMessage = message;
}

function readUpload({ org }: Session, job: IngestJob): CsvTable | undefined {
	const text = job.upload ?? '';
	try {
		return readTable(
			org.switches.bom === 'tolerated' ? text.replace(/^\uFEFF/, '') : text,
			job.format,
		);
	} catch (error) {
		if (!(error instanceof CsvError)) throw error;
		fail(job, `ClientInputError : ${error.message}`);
		return undefined;
	}
}

/** Reads the upload and its header; false when that has failed the job. */
export function openContent(session: Session, job: IngestJob): boolean {
	if (job.content !== undefined) return true;
	const table = readUpload(session, job);
	if (table === undefined) return false;
	const columns = checkColumns(session, job, table.header);
	job.content = { table, columns };
	if (columns.refusal === undefined) return true;
	fail(job, columns.refusal);
	job.rowsError = columns.refusal;
	job.processed = table.rowCount;
	job.failed = table.rowCount;
	return false;
}

const refused = (error: RowRefusal): RowOutcome => ({ success: false, errors: error.errors });

/** Limits that only the Bulk API has: a long text can pass Collections and fail here. */
function tooLong(cells: readonly string[]): string | undefined {
	if (cells.some((cell) => cell.length > MAX_CELL)) return `A value exceeds ${MAX_CELL} characters`;
	const total = cells.reduce((sum, cell) => sum + cell.length, 0);
	return total > MAX_RECORD ? `The record exceeds ${MAX_RECORD} characters` : undefined;
}

function readWrite(job: IngestJob, columns: Columns, index: number): RowWrite | RowRefusal {
	const { cells, fault } = job.content?.table.row(index) ?? { cells: [] };
	const refusal = fault ?? tooLong(cells);
	if (refusal !== undefined) return new RowRefusal('CLIENT_INPUT_ERROR', refusal);
	try {
		return {
			object: job.object.name,
			operation: job.operation,
			externalIdField: job.externalIdField,
			values: rowValues(columns, cells),
			...job.rowOptions,
		};
	} catch (error) {
		if (!(error instanceof RowRefusal)) throw error;
		return error;
	}
}

/** The rows a trigger sees together, up to `end`: those that can be read go to the row engine as one call. */
export function writeChunk(session: Session, job: IngestJob, end: number): void {
	const { columns } = job.content ?? { columns: { all: [] } };
	const start = job.outcomes.length;
	const read = Array.from({ length: end - start }, (_, n) => readWrite(job, columns, start + n));
	const writes = read.filter((each): each is RowWrite => !(each instanceof RowRefusal));
	const written = writeRows(session, writes)[Symbol.iterator]();
	for (const each of read) {
		const outcome = each instanceof RowRefusal ? refused(each) : written.next().value;
		if (outcome === undefined) throw new Error('The row engine answered fewer rows than it took');
		job.outcomes.push(outcome);
		if (!outcome.success) job.failed += 1;
	}
	job.processed = job.outcomes.length;
}
