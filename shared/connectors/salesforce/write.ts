import type { Clock } from '../clock';
import type { IndexedResult, WriteContext, WriteRecord, WriteTarget } from '../connector';
import { onceReady } from '../outcomes';
import type { Api } from './api';
import { awaitEarlierJobs } from './earlierJobs';
import { layGround } from './ground';
import { keyEncoder, sortOut } from './keys';
import { writeHeaders, type SalesforceWriteOptions } from './options';
import { createParentIds } from './parentIds';
import { inPasses } from './passes';
import { personRule } from './personAccounts';
import type { Report } from './report';
import { rowValues } from './rowValues';
import type { Session } from './session';
import { isUpsertById, upsertById } from './upsertById';

/** What a write needs beside its target and records. */
export interface WriteTools {
	readonly api: Api;
	readonly clock: Clock;
	readonly options: SalesforceWriteOptions;
	readonly report: Report;
	/** Only read, and tell what a write would do. */
	readonly preview: boolean;
}

/** Writes records and yields the results of each part as soon as they are known. */
export function writeRecords(
	tools: WriteTools,
	target: WriteTarget,
	records: readonly WriteRecord[],
	context: WriteContext,
): AsyncGenerator<readonly IndexedResult[]> {
	if (!isUpsertById(target)) return writeInMode(tools, target, records, context);
	const skipping: WriteTools = { ...tools, options: { ...tools.options, notFound: 'skip' } };
	return upsertById(target, records, (own, part) => writeInMode(skipping, own, part, context));
}

const writeInMode = (
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

/** Reads the object's facts, checks the target, and turns records into jobs. */
async function prepare(
	tools: WriteTools,
	target: WriteTarget,
	records: readonly WriteRecord[],
	context: WriteContext,
) {
	const session = await openSession(tools, target, records, context);
	await awaitEarlierJobs(session, records);
	return { session, ...(await sortOut(session, records)) };
}

async function openSession(
	{ api, clock, options, report, preview }: WriteTools,
	target: WriteTarget,
	records: readonly WriteRecord[],
	{ signal, onPlanned, onProgress }: WriteContext,
): Promise<Session> {
	const headers = writeHeaders(options);
	const ground = await layGround({ api, options }, target, records);
	const { sobject, keyField, encoders, references, names } = ground;
	const person = personRule(sobject, names);
	const keyName = target.keyFields[0] ?? options.findDoubtfulBy ?? '';
	return {
		...{ api, sobject, target, options, clock, preview, report, headers, references, names },
		...(signal && { signal }),
		...(keyField && { keyField }),
		encodeKey: keyEncoder(encoders.get(keyName)),
		values: rowValues(sobject, encoders, { report, ...(person && { person }) }),
		parentIds: createParentIds(api, sobject, references.parents),
		claims: new Map(),
		lost: new Set(),
		onPlanned,
		onProgress,
	};
}
