import type { Row } from '../core/census';
import { SyncError } from '../core/errors';
import { defineField } from '../core/jsonValue';
import type { PostgresAccess } from '../state/postgresAccess';
import { openReading, type PrintedRows, type Reading } from '../state/postgresReading';
import { batchesOf, batchRows, cancelled, stopIfCancelled } from './batches';
import { rowTyping, type TypeSettings } from './columnTypes';
import { sourceDatabase } from './postgresErrors';
import { decoderOf } from './postgresValues';
import type { ReadRow } from './readRow';

export interface QuerySettings extends TypeSettings {
	/** One statement that gives rows. */
	readonly query: string;
}

/** The rows of a query, through a cursor: the server hands out so many at a time, whatever the query gives. */
export function postgresRows(
	access: PostgresAccess,
	settings: QuerySettings,
	signal?: AbortSignal,
): AsyncGenerator<readonly Row[]> {
	return batchesOf(rowsOf(access, settings, signal), rowTyping(settings), signal);
}

async function* rowsOf(
	access: PostgresAccess,
	{ query }: QuerySettings,
	signal?: AbortSignal,
): AsyncGenerator<readonly ReadRow[]> {
	if (query.trim() === '') {
		throw new SyncError('config', 'Query is empty', {
			hint: 'Enter a SELECT that gives all rows of the segment.',
		});
	}
	stopIfCancelled(signal);
	const reading = await openReading(access, sourceDatabase);
	const stop = () => void reading.cancel();
	signal?.addEventListener('abort', stop, { once: true });
	try {
		yield* fetched(reading, query);
	} catch (error) {
		await Promise.reject(signal?.aborted ? cancelled() : error);
	} finally {
		signal?.removeEventListener('abort', stop);
		await reading.close();
	}
}

/** Dates in one form whatever the server prefers, and a plan for all rows rather than for the first few. */
const settings = `SELECT set_config('datestyle', 'ISO, YMD', true), set_config('intervalstyle', 'postgres', true),
	set_config('bytea_output', 'hex', true), set_config('cursor_tuple_fraction', '1', true)`;

async function* fetched(reading: Reading, query: string): AsyncGenerator<readonly ReadRow[]> {
	await reading.ask(settings);
	// On a line of its own: a comment at the end of the query ends there.
	await reading.ask(`DECLARE crm_sync_segment NO SCROLL CURSOR FOR\n${query}\n`);
	let recordOf: ((values: readonly (string | null)[]) => ReadRow) | undefined;
	for (;;) {
		const printed = await reading.ask(`FETCH ${batchRows} FROM crm_sync_segment`);
		recordOf ??= recordMaker(printed, await elementTypes(reading, printed));
		if (printed.rows.length === 0) return;
		yield printed.rows.map(recordOf);
	}
}

/** Array type → type of its elements, for the columns that are arrays; of types made in the database too. */
async function elementTypes(
	reading: Reading,
	{ columns }: PrintedRows,
): Promise<ReadonlyMap<number, number>> {
	const types = `{${columns.map(({ type }) => type).join(',')}}`;
	const { rows } = await reading.ask(
		'SELECT typarray, oid FROM pg_catalog.pg_type WHERE typarray = ANY ($1::oid[])',
		[types],
	);
	return new Map(rows.map(([list, element]) => [Number(list), Number(element)]));
}

function recordMaker({ columns }: PrintedRows, elements: ReadonlyMap<number, number>) {
	const names = columns.map(({ name }) => name);
	const twice = names.find((name, position) => names.indexOf(name) !== position);
	if (twice !== undefined) {
		throw new SyncError('config', `The query gives two columns the name "${twice}"`, {
			hint: 'Name them apart with AS. Nothing was compared and nothing was sent.',
		});
	}
	const fields = columns.map(({ name, type }) => ({ name, decode: decoderOf(type, elements) }));
	return (values: readonly (string | null)[]): ReadRow => {
		const record: Record<string, unknown> = {};
		for (const [position, { name, decode }] of fields.entries()) {
			const printed = values[position] ?? null;
			defineField(record, name, printed === null ? null : decode(printed));
		}
		return { record };
	};
}
