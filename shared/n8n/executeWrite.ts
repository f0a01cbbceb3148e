import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { Connector } from '../connectors/connector';
import { envelopeField, readEnvelope, withEnvelope } from '../core/envelope';
import { SyncError } from '../core/errors';
import type { RecordResult } from '../core/results';
import { writeContext, type Effort } from './effort';
import { errorText, nodeError } from './errors';
import { previewResults } from './preview';
import {
	newFieldsOf,
	refuseUnmapped,
	writeJobs,
	type JobSettings,
	type WriteJob,
} from './writeJob';
import type { SendWarnings, SystemReport } from './writeReport';
import { holdLeases, inRuns, keyOf, tell } from './writerRuns';
import { writtenItems } from './writtenItems';

export interface WriteSettings extends JobSettings {
	/** Whether this node confirms each finished batch, or a Confirm Delivery node further on does (design R5). */
	readonly confirm: 'whenWritten' | 'atConfirmDelivery';
	readonly place: 'inside' | 'beside';
	/** The organisation behind the credential; one sync knows one (design R14). */
	readonly environment: string;
	/** When the summary asks for a message to people. */
	readonly sendWarnings: SendWarnings;
}

export interface Writer {
	readonly connector: Connector;
	readonly settings: WriteSettings;
	/** Asked once, when the work is over. */
	report?(): SystemReport;
}

interface Session extends Writer {
	readonly context: IExecuteFunctions;
	readonly effort: Effort;
}

/**
 * Runs a writer node: sends the items' records, confirms each finished batch, removals last (design R5, R10).
 * Returns its outputs Written, Rejected and Summary. Throws n8n errors; under continue-on-fail it returns
 * `notAttempted` for the rest instead (design section 9).
 */
export async function executeWrite(
	context: IExecuteFunctions,
	prepare: () => Promise<Writer>,
): Promise<INodeExecutionData[][]> {
	const startedAt = Date.now();
	let session: Session | undefined;
	let jobs: WriteJob[] = [];
	let failure: string | undefined;
	try {
		const writer = await prepare();
		jobs = writeJobs(context, writer.settings);
		session = openSession(context, writer, jobs);
		await work(jobs, session);
	} catch (error) {
		if (!context.continueOnFail()) throw nodeError(context.getNode(), error);
		failure = errorText(error);
	}
	const rest = failure === undefined ? cancelled : notAttempted(failure);
	if (!session) return unreadItems(context, rest);
	for (const job of jobs) job.result ??= job.isSent ? unanswered(failure) : rest;
	const seconds = (Date.now() - startedAt) / 1000;
	const report = session.report?.();
	return writtenItems(context, jobs, session.settings, {
		...session.effort,
		seconds,
		...(report && { report }),
		...(failure !== undefined && { failure }),
	});
}

function openSession(
	context: IExecuteFunctions,
	{ settings, ...writer }: Writer,
	jobs: readonly WriteJob[],
): Session {
	const newFields = newFieldsOf(jobs);
	const target = newFields.length > 0 ? { ...settings.target, newFields } : settings.target;
	const effort = { requests: 0, planned: 0, missing: [] };
	return { ...writer, settings: { ...settings, target }, context, effort };
}

async function work(jobs: readonly WriteJob[], session: Session): Promise<void> {
	const { connector, settings } = session;
	if (settings.action === 'preview') {
		refuseUnmapped(jobs, settings.target);
		await previewResults(
			connector,
			settings.target,
			jobs,
			writeContext(session.context, session.effort, jobs),
		);
	} else await inRuns(jobs, session, async () => await writeAll(jobs, session));
}

const cancelled = notAttempted('The execution was cancelled before this record was sent');

async function writeAll(jobs: readonly WriteJob[], session: Session): Promise<void> {
	const open = jobs.filter(({ result, write }) => !result && write);
	await send(
		open.filter(({ write }) => write?.change !== 'removed'),
		session,
	);
	const removals = open.filter(({ write }) => write?.change === 'removed');
	for (const job of removals) job.result = whyNotRemoved(job);
	await tell(
		removals.filter(({ result }) => result),
		session,
	);
	await send(
		removals.filter(({ result }) => !result),
		session,
	);
}

/** Design R10: removals wait for every other record of the run, and spare what another live key holds. */
function whyNotRemoved(job: WriteJob): RecordResult | undefined {
	const { run, write } = job;
	const waiting = run?.upserts.unanswered ?? 0;
	if (waiting > 0) {
		return notAttempted(
			`${waiting} records of this run have not been written yet, so nothing is removed`,
		);
	}
	const id = write?.id;
	if (id !== undefined && run?.upserts.isHeldByAnother(id, keyOf(job))) {
		return {
			status: 'skipped',
			reason: 'policy',
			id,
			warnings: ['Another record of the segment is this record now'],
		};
	}
	return undefined;
}

async function send(jobs: readonly WriteJob[], session: Session): Promise<void> {
	const { connector, settings, context } = session;
	const records = jobs.flatMap(({ write }) => (write ? [write] : []));
	if (records.length === 0) return;
	await holdLeases(jobs);
	let done = 0;
	for (const job of jobs) job.isSent = true;
	const batches = connector.write(
		settings.target,
		records,
		writeContext(session.context, session.effort, jobs),
	);
	for await (const batch of untilRefused(batches, jobs)) {
		const finished = batch.flatMap(({ index, result }) => {
			const job = jobs[index];
			if (job) job.result = result;
			return job ? [job] : [];
		});
		await tell(finished, session);
		done += finished.length;
		context.sendMessageToUI(`${context.getNode().name}: ${done} of ${jobs.length} records`);
	}
}

/** What a connector had not answered when it threw a SyncError was not sent: so says its contract. */
async function* untilRefused<T>(
	batches: AsyncIterable<T>,
	jobs: readonly WriteJob[],
): AsyncGenerator<T> {
	let stop: unknown;
	try {
		yield* batches;
		return;
	} catch (error) {
		stop = error;
	}
	if (stop instanceof SyncError) for (const job of jobs) job.isSent = job.result !== undefined;
	throw stop;
}

function notAttempted(message: string): RecordResult {
	return {
		status: 'notAttempted',
		error: { code: 'notAttempted', category: 'transient', message, retryable: true },
	};
}

/** Handed to the connector, and the work ended before its answer was heard. */
function unanswered(message = 'The execution ended before the answer came'): RecordResult {
	return {
		status: 'unknown',
		error: { code: 'outcomeUnknown', category: 'transient', message, retryable: true },
	};
}

/**
 * The writer could not even read its items: each comes back as it is, none as if it had been written (n8n:T-01).
 * Bookkeeping gets the outcome, because Confirm Delivery takes what has none as delivered (design R15).
 */
function unreadItems(context: IExecuteFunctions, result: RecordResult): INodeExecutionData[][] {
	const items = context.getInputData().map((own, item) => {
		const { envelope } = readEnvelope(own as INodeExecutionData & { _sync?: unknown });
		const place = envelopeField in own.json ? 'inside' : 'beside';
		const outcome = envelope && { ...envelope, result };
		const told = withEnvelope({}, outcome, place) as { json: IDataObject };
		const json = { ...own.json, reason: result.error?.message, ...told.json };
		return { ...told, json, pairedItem: { item } };
	});
	return [[], items, []];
}
