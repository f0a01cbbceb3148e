import type { RecordError } from '../../core/results';
import type { Clock } from '../clock';
import type { IndexedResult, WriteContext, WriteRecord, WriteTarget } from '../connector';
import type { Limiter } from '../limiter';
import { onceReady } from '../outcomes';
import type { Api } from './api';
import { comparison } from './compare';
import { layGround, type Ground } from './ground';
import { isKeyless, foldText, keyText } from './keyMatch';
import { writeHeaders, type DynamicsWriteOptions } from './options';
import { inPasses } from './passes';
import type { Job } from './plan';
import { rowColumns } from './rowColumns';
import { batchSizeFor, bulkUse, offeredBulk, type Session } from './session';
import { readStates } from './states';

/** What a write needs beside its target and records. */
export interface WriteTools {
	readonly api: Api;
	readonly limiter: Limiter;
	readonly clock: Clock;
	readonly options: DynamicsWriteOptions;
	/** Only read, and tell what a write would do. */
	readonly preview: boolean;
}

/** Writes records slice by slice, several slices at once, and yields each slice's results as soon as they are known. */
export const writeRecords = (
	tools: WriteTools,
	target: WriteTarget,
	records: readonly WriteRecord[],
	context: WriteContext,
): AsyncGenerator<readonly IndexedResult[]> =>
	onceReady(
		records.length,
		async () => await prepare(tools, target, records, context),
		({ session, jobs }) => inPasses(session, jobs),
	);

/** Reads the table's facts and checks the target. */
async function prepare(
	tools: WriteTools,
	target: WriteTarget,
	records: readonly WriteRecord[],
	context: WriteContext,
) {
	const ground = await layGround(tools, target, records, context);
	const onPlanned = context.onPlanned?.bind(context);
	const session = await openSession(tools, ground);
	const { signal } = context;
	return { session: { ...session, signal, onPlanned }, ...sortOut(session, ground.records) };
}

async function openSession(
	{ api, limiter, clock, options, preview }: WriteTools,
	{ table, target, fields, unbuilt }: Ground,
): Promise<Session> {
	const headers = writeHeaders(options);
	const columns = rowColumns(api, table, fields);
	const deactivates = !unbuilt && target.removedRecords === 'deactivate';
	return {
		api,
		table,
		target,
		options,
		headers,
		preview,
		unbuilt,
		limiter,
		clock,
		states: deactivates ? await readStates(api, table.name, options.inactiveStatus) : undefined,
		bulk: bulkUse(await offeredBulk(api, table)),
		columns,
		comparison: comparison(table, columns),
		size: batchSizeFor(target, table),
		claims: new Map(),
		written: 0,
	};
}

/** Turns records into jobs. Refused are all records of a key that occurs twice: nobody knows which one is right. */
function sortOut({ table, target }: Session, records: readonly WriteRecord[]) {
	const texts = records.map(({ key, id }) =>
		// A removal without a key is told from others by its id.
		isKeyless(key) ? JSON.stringify([id]) : keyText(key, target.keyFields, table.columns),
	);
	const exact = countBy(texts);
	const folds = texts.map(foldText);
	const folded = countBy(folds);
	const jobs: Job[] = [];
	const refused: IndexedResult[] = [];
	records.forEach((record, index) => {
		const twice = (exact.get(texts[index]) ?? 0) > 1;
		const spelledTwice = (folded.get(folds[index]) ?? 0) > 1;
		if (twice) refused.push({ index, result: { status: 'rejected', error: DUPLICATE } });
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
