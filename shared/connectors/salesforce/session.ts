import type { RecordError, RecordResult } from '../../core/results';
import type { Clock } from '../clock';
import type { IndexedResult, WriteTarget } from '../connector';
import type { Api } from './api';
import type { SObject, SObjectField } from './describe';
import type { KeyValue } from './keys';
import type { SalesforceWriteOptions } from './options';
import type { ParentIds } from './parentIds';
import type { Sending } from './plan';
import type { ReferenceFacts } from './references';
import type { Report } from './report';
import type { RowValues } from './rowValues';
import { OPTION } from './optionNames';

/** Everything one `write` call shares among its parts. */
export interface Session {
	readonly api: Api;
	readonly sobject: SObject;
	/** The field records are matched by: none in mode insert, but for doubtful records. */
	readonly keyField?: SObjectField;
	/** A value of the key field in wire form. */
	encodeKey(value: unknown): KeyValue;
	/** Records as rows of the object. */
	readonly values: RowValues;
	/** The fields in use, as the records name them. */
	readonly names: ReadonlySet<string>;
	readonly references: ReferenceFacts;
	readonly parentIds: ParentIds;
	/** Headers of every Collections call: what the options ask for. */
	readonly headers: Readonly<Record<string, string>>;
	readonly target: WriteTarget;
	readonly options: SalesforceWriteOptions;
	readonly clock: Clock;
	readonly signal?: AbortSignal;
	/** Nothing is sent; results tell what would be. */
	readonly preview: boolean;
	readonly report: Report;
	/** Id of a Salesforce record → index of the record that writes it. */
	readonly claims: Map<string, number>;
	/** Indexes of records sent without an answer: Salesforce may have them, whatever it says to the next try. */
	readonly lost: Set<number>;
	/** Preview only: counts the requests a write would send. */
	onPlanned?(requests: number): void;
	/** What the work is at, in words, for the person who waits. */
	onProgress?(message: string): void;
}

/**
 * Sends steps and yields the results of each part as soon as they are known; each step exactly once. An update
 * whose record is not there is `skipped` as `notFound`, a delete as `gone`: whoever planned it decides what
 * follows. Before it throws it yields what was sent without an answer as `unknown`; all it has not yielded was
 * not written.
 */
export type Send = (
	session: Session,
	steps: readonly Sending[],
) => AsyncIterable<readonly IndexedResult[]>;

/** There is no Bulk API for the object, or for the user (salesforce 4.4): nothing was sent, other calls do the work. */
export class BulkUnsupportedError extends Error {
	readonly name = 'BulkUnsupportedError';
}

/** The result of a step, with what its values had to be warned about. */
export const resultOf = ({ job }: Sending, result: RecordResult): IndexedResult => ({
	index: job.index,
	result: job.warnings.length > 0 ? { ...result, warnings: job.warnings } : result,
});

const NO_ANSWER: RecordError = {
	code: 'outcomeUnknown',
	category: 'transient',
	message: 'Salesforce did not answer, so it is not known whether this record was written',
	retryable: true,
	hint: 'The next run finds out, or sends it again where that does no harm.',
};

/** An insert cannot be repeated without doubt: nothing tells the two records apart. */
const NO_ANSWER_TO_INSERT: RecordError = {
	...NO_ANSWER,
	retryable: false,
	hint: `Sending it again could create it twice. Look for the record in Salesforce. If it is not there, Forget Record in Sync State, and the next run inserts it. With a field in ${OPTION.findDoubtfulBy} the next run finds out by itself.`,
};

/** What is known of a step that was sent without an answer. */
export function unknownResult({ target, options }: Session, step: Sending): IndexedResult {
	const isFinal =
		step.kind === 'create' && target.writeMode === 'insert' && options.findDoubtfulBy === undefined;
	const error = isFinal ? NO_ANSWER_TO_INSERT : NO_ANSWER;
	return resultOf(step, {
		status: 'unknown',
		...(step.id !== undefined && { id: step.id }),
		error,
	});
}
