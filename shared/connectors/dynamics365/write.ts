import { SyncError } from '../../core/errors';
import type { RecordError } from '../../core/results';
import type { Clock } from '../clock';
import type { IndexedResult, WriteContext, WriteRecord, WriteTarget } from '../connector';
import type { Limiter } from '../limiter';
import { inParallel } from '../parallel';
import { CancelledError } from '../retry';
import type { Api } from './api';
import { readInactiveState } from './discover';
import { foldText, keyText } from './keyMatch';
import { LIMITS } from './limits';
import type { Job } from './plan';
import { rowColumns } from './rowColumns';
import { batchSizeFor, bulkUse, offeredBulk, type Session } from './session';
import { writeSlice } from './slice';
import { readTable, type Table } from './table';

/** What a write needs beside its target and records. */
export interface WriteTools {
	readonly api: Api;
	readonly limiter: Limiter;
	readonly clock: Clock;
}

/** Writes records slice by slice, several slices at once, and yields each slice's results as soon as they are known. */
export async function* writeRecords(
	tools: WriteTools,
	target: WriteTarget,
	records: readonly WriteRecord[],
	context: WriteContext,
): AsyncGenerator<readonly IndexedResult[]> {
	if (records.length === 0) return;
	const prepared = await prepare(tools, target, records, context);
	if (!prepared) {
		yield notAttempted(records.map((_, index) => index));
		return;
	}
	const { session, jobs, refused } = prepared;
	if (refused.length > 0) yield refused;
	let position = 0;
	let stop: unknown;
	const next = () => {
		if (stop !== undefined || context.signal?.aborted || position >= jobs.length) return undefined;
		const slice = jobs.slice(position, position + session.size.current);
		position += slice.length;
		return async () => await writeSlice(session, slice);
	};
	for await (const outcome of inParallel(LIMITS.parallelism, next)) {
		stop ??= outcome.stop;
		if (outcome.results.length > 0) yield outcome.results;
	}
	if (stop !== undefined) throw stop;
	const rest = jobs.slice(position).map((job) => job.index);
	if (rest.length > 0) yield notAttempted(rest);
}

const notAttempted = (indexes: readonly number[]): IndexedResult[] =>
	indexes.map((index) => ({ index, result: { status: 'notAttempted' } }));

/** Reads the table's facts and checks the target; undefined when the run was cancelled meanwhile. */
async function prepare(
	tools: WriteTools,
	target: WriteTarget,
	records: readonly WriteRecord[],
	{ signal }: WriteContext,
) {
	try {
		const table = await readTable(tools.api, target.objectName);
		const fields = checkTarget(table, target, records);
		const session = await openSession(tools, table, target, fields);
		return { session: { ...session, signal }, ...sortOut(session, records) };
	} catch (error) {
		return onlyCancelled(error);
	}
}

function onlyCancelled(error: unknown): undefined {
	if (!(error instanceof CancelledError)) throw error;
	return undefined;
}

async function openSession(
	{ api, limiter, clock }: WriteTools,
	table: Table,
	target: WriteTarget,
	fields: ReadonlySet<string>,
): Promise<Session> {
	const deactivates = target.removedRecords === 'deactivate';
	return {
		api,
		table,
		target,
		limiter,
		clock,
		inactive: deactivates ? await readInactiveState(api, table.name) : undefined,
		bulk: bulkUse(await offeredBulk(api, table)),
		columns: await rowColumns(api, table, fields),
		size: batchSizeFor(target),
		claims: new Map(),
		written: 0,
	};
}

/** All field names. One that does not exist would fail every record: refused before anything is written. */
function checkTarget(
	table: Table,
	target: WriteTarget,
	records: readonly WriteRecord[],
): ReadonlySet<string> {
	const names = new Set(target.keyFields);
	for (const { values, update } of records) {
		for (const name in values) names.add(name);
		for (const name in update) names.add(name);
	}
	const missing = [...names].filter((name) => !isKnown(table, name));
	if (missing.length > 0) {
		const quotedNames = missing.map((name) => `"${name}"`).join(', ');
		throw new SyncError(
			'config',
			`The Dynamics 365 table "${table.name}" has no column ${quotedNames}`,
			{ hint: 'Correct the mapping; column names are logical names, which are lower case.' },
		);
	}
	checkKey(table, target.keyFields);
	return names;
}

/** A lookup is written through its navigation property, whose name is case-sensitive (T-07). */
function isKnown(table: Table, name: string): boolean {
	if (table.columns.has(name)) return true;
	const property = /^(.+)@odata\.bind$/.exec(name)?.[1] ?? name;
	return table.links.some((link) => link.navigation === property);
}

/** Without a unique key a rerun could create a record twice. */
function checkKey(table: Table, keyFields: readonly string[]): void {
	const wanted = [...keyFields].sort().join();
	const key = table.keys.find((one) => [...one.fields].sort().join() === wanted);
	if (key?.usable) return;
	const usable = table.keys.filter((one) => one.usable).map((one) => one.fields.join(' + '));
	throw new SyncError(
		'config',
		key
			? `The key ${key.name} of the Dynamics 365 table "${table.name}" is not active yet`
			: `${keyFields.join(' + ') || 'Nothing'} is not a key of the Dynamics 365 table "${table.name}"`,
		{
			hint: key
				? 'Dynamics 365 is still building its index, or failed to: see the table’s keys in Power Apps.'
				: `Usable keys: ${usable.join('; ')}. Others are created as alternate keys in Power Apps.`,
		},
	);
}

/**
 * Turns records into jobs. Refused are all records of a key that occurs twice, because nobody knows which one
 * is right, and those that cannot be written.
 */
function sortOut({ table, target, columns }: Session, records: readonly WriteRecord[]) {
	const texts = records.map((record) => keyText(record.key, target.keyFields, table.columns));
	const exact = countBy(texts);
	const folds = texts.map(foldText);
	const folded = countBy(folds);
	const jobs: Job[] = [];
	const refused: IndexedResult[] = [];
	records.forEach((record, index) => {
		const twice = (exact.get(texts[index]) ?? 0) > 1;
		const spelledTwice = (folded.get(folds[index]) ?? 0) > 1;
		const error = twice ? DUPLICATE : columns.problem({ ...record.values, ...record.key });
		if (error) refused.push({ index, result: { status: 'rejected', error } });
		else jobs.push({ index, record, spelledTwice, round: 0 });
	});
	return { jobs, refused };
}

function countBy(texts: readonly string[]): Map<string, number> {
	const counts = new Map<string, number>();
	for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
	return counts;
}

const DUPLICATE: RecordError = {
	code: 'duplicateKey',
	category: 'duplicate',
	message: 'Several records of the input have this key; none of them was sent',
	retryable: false,
	hint: 'Keep one record per key.',
};
