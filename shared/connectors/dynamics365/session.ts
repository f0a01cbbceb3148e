import type { BatchSize } from '../../core/batching';
import { adaptiveSize } from '../../core/batching';
import type { RecordError, RecordResult } from '../../core/results';
import type { Clock } from '../clock';
import type { WriteTarget } from '../connector';
import type { Limiter } from '../limiter';
import type { Api } from './api';
import type { Comparison } from './compare';
import { LIMITS } from './limits';
import type { DynamicsWriteOptions } from './options';
import type { Sending } from './plan';
import type { RowColumns } from './rowColumns';
import type { States } from './states';
import type { Table } from './table';

/** The bulk messages of Dataverse that the connector uses. */
export type BulkMessage = 'CreateMultiple' | 'UpdateMultiple' | 'UpsertMultiple' | 'DeleteMultiple';

/** Whether bulk messages pay for this table in this run, learned as it goes (dataverse 4.9). */
export interface BulkUse {
	allows(message: BulkMessage): boolean;
	refuse(message: BulkMessage): void;
	/** Counts a chunk; `bad`: it held a row the system refused. */
	count(bad: boolean): void;
}

/** Everything one `write` call shares among its slices. */
export interface Session {
	readonly api: Api;
	readonly table: Table;
	readonly target: WriteTarget;
	readonly options: DynamicsWriteOptions;
	/** Headers of every written row: what the options ask for. */
	readonly headers: Readonly<Record<string, string>>;
	/** Nothing is sent; results tell what would be. */
	readonly preview: boolean;
	/** Preview only: the table or its key does not exist yet, so neither do its rows. */
	readonly unbuilt: boolean;
	readonly states?: States;
	readonly columns: RowColumns;
	readonly comparison: Comparison;
	/** Preview only: counts the requests a write would send. */
	onPlanned?(requests: number): void;
	readonly limiter: Limiter;
	readonly clock: Clock;
	readonly signal?: AbortSignal;
	readonly bulk: BulkUse;
	readonly size: BatchSize;
	/** Row id → index of the record that writes it: bulk updates drop a second one silently (T-04). */
	readonly claims: Map<string, number>;
	/** Rows written so far; tells a role without any right from one that may not touch a row. */
	written: number;
}

/** Results of one slice, by index. Recorded as soon as known, so that an abort loses none. */
export type Outcomes = Map<number, RecordResult>;

/** Records the result of a step. */
export function settle(outcomes: Outcomes, step: Pick<Sending, 'job'>, result: RecordResult): void {
	outcomes.set(step.job.index, result);
}

const NO_ANSWER: RecordError = {
	code: 'noAnswer',
	category: 'transient',
	message: 'Dynamics 365 did not answer, so it is not known whether this record was written',
	retryable: true,
	hint: 'The next run looks the record up before it sends it again.',
};

/** A step that was sent without an answer. */
export function settleUnknown(outcomes: Outcomes, step: Pick<Sending, 'job'>): void {
	settle(outcomes, step, { status: 'unknown', error: NO_ANSWER });
}

/** Batches follow the target's wish, within what Dataverse takes; elastic tables gain nothing by larger ones (4.9). */
export function batchSizeFor(target: WriteTarget, { elastic }: Pick<Table, 'elastic'>): BatchSize {
	const wish = target.batchSize;
	const most = elastic ? LIMITS.batchSize : LIMITS.maxBatchSize;
	if (wish === undefined) return adaptiveSize(LIMITS.batchSize, most);
	return adaptiveSize(
		Math.min(wish, LIMITS.batchOperations),
		Math.min(wish, LIMITS.batchOperations),
	);
}

const ENOUGH_CHUNKS = 5;

/** Bulk messages are used where the table offers them, until too many chunks hold bad rows. */
export function bulkUse(offered: ReadonlySet<BulkMessage>): BulkUse {
	const refused = new Set<BulkMessage>();
	let chunks = 0;
	let bad = 0;
	return {
		allows: (message) =>
			offered.has(message) &&
			!refused.has(message) &&
			(chunks < ENOUGH_CHUNKS || bad / chunks <= LIMITS.badChunkShare),
		refuse: (message) => void refused.add(message),
		count(isBad) {
			chunks += 1;
			if (isBad) bad += 1;
		},
	};
}

/** All elastic tables have these (4.5, 4.6); an upsert would take away what it does not name (T-24). */
const ELASTIC: ReadonlySet<BulkMessage> = new Set([
	'CreateMultiple',
	'UpdateMultiple',
	'DeleteMultiple',
]);

/** Which bulk messages a table offers. */
export async function offeredBulk(api: Api, table: Table): Promise<ReadonlySet<BulkMessage>> {
	if (table.elastic) return ELASTIC;
	const known = offers.get(table) ?? (await askBulk(api, table));
	offers.set(table, known);
	return known;
}

/** Holds as long as the table as it was read does. */
const offers = new WeakMap<Table, ReadonlySet<BulkMessage>>();

async function askBulk(api: Api, table: Table): Promise<ReadonlySet<BulkMessage>> {
	const messages: readonly BulkMessage[] = ['CreateMultiple', 'UpdateMultiple'];
	const answers = await api.readMany(
		messages.map((message) => {
			const filter = `sdkmessageid/name eq '${message}' and primaryobjecttypecode eq '${table.name}'`;
			return `sdkmessagefilters?$select=sdkmessagefilterid&$filter=${encodeURIComponent(filter)}`;
		}),
	);
	const offered = new Set(messages.filter((_, index) => answers[index].length > 0));
	// UpsertMultiple is never listed: a table that has both others has it too (2.2 row 6).
	return offered.size === messages.length ? new Set([...offered, 'UpsertMultiple']) : offered;
}
