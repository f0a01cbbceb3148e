import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { Connector } from '../connectors/connector';
import { SyncError } from '../core/errors';
import { maskValues } from '../core/failures';
import type { RecordResult } from '../core/results';
import { bindEnvironment } from '../state/binding';
import type { Answer, LiveRun } from '../state/liveRun';
import { enterWriter } from '../state/registry';
import { LeaseLostError } from '../state/store';
import { writeContext, type Effort } from './effort';
import { errorText, nodeError } from './errors';
import { endWithExecution } from './executionEnd';
import { previewResults } from './preview';
import { newFieldsOf, writeJobs, type JobSettings, type WriteJob } from './writeJob';
import type { SendWarnings, SystemReport } from './writeReport';
import { writtenItems } from './writtenItems';

export interface WriteSettings extends JobSettings {
	/** Whether this node confirms each finished batch, or a Confirm Delivery node further on does (design R5). */
	readonly confirm: 'whenWritten' | 'atConfirmDelivery';
	readonly place: 'inside' | 'beside';
	/** The organisation behind the credential; one sync knows one (design R14). */
	readonly environment: string;
	/** When the summary asks for a message to people; left out by nodes that do not offer it. */
	readonly sendWarnings?: SendWarnings;
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
	let rest = cancelled;
	try {
		const writer = await prepare();
		jobs = writeJobs(context, writer.settings);
		session = openSession(context, writer, jobs);
		await work(jobs, session);
	} catch (error) {
		if (!context.continueOnFail()) throw nodeError(context.getNode(), error);
		rest = notAttempted(errorText(error));
	}
	if (!session) return unreadItems(context, rest);
	for (const job of jobs) job.result ??= rest;
	const seconds = (Date.now() - startedAt) / 1000;
	const report = session.report?.();
	return writtenItems(context, jobs, session.settings, {
		...session.effort,
		seconds,
		...(report && { report }),
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
	if (settings.action === 'preview')
		await previewResults(
			connector,
			settings.target,
			jobs,
			writeContext(session.context, session.effort, jobs),
		);
	else await inRuns(jobs, session, async () => await writeAll(jobs, session));
}

const cancelled = notAttempted('The execution was cancelled before this record was sent');

/** Claims the receipts and keeps their runs alive while the work goes on, also after a cancel (design R6, R13). */
async function inRuns(
	jobs: readonly WriteJob[],
	session: Session,
	work: () => Promise<void>,
): Promise<void> {
	const runs = [...byRun(jobs).entries()];
	const leave = runs.map(([run]) => enterWriter(run));
	try {
		for (const [run, own] of runs) {
			endWithExecution(session.context, run);
			run.claim(own.map(keyOf), session.context.getNode().name);
			await bindEnvironment(run, session.settings.environment);
			// Records that were refused before any request have their outcome now.
			await tell(
				run,
				own.filter(({ result }) => result),
				session,
			);
		}
		await work();
	} finally {
		for (const done of leave) await done();
	}
}

async function writeAll(jobs: readonly WriteJob[], session: Session): Promise<void> {
	const open = jobs.filter(({ result, write }) => !result && write);
	await send(
		open.filter(({ write }) => write?.change !== 'removed'),
		session,
	);
	const removals = open.filter(({ write }) => write?.change === 'removed');
	for (const job of removals) job.result = whyNotRemoved(job);
	const decided = removals.filter(({ result }) => result);
	for (const [run, own] of byRun(decided)) await tell(run, own, session);
	await send(
		removals.filter(({ result }) => !result),
		session,
	);
}

/** Design R10: removals wait for every other record of the run, and spare what another live key holds. */
function whyNotRemoved(job: WriteJob): RecordResult | undefined {
	const { run, write } = job;
	const waiting = run?.unansweredUpserts ?? 0;
	if (waiting > 0) {
		return notAttempted(
			`${waiting} records of this run have not been written yet, so nothing is removed`,
		);
	}
	const id = write?.id;
	if (id !== undefined && run?.isHeldByAnother(id, keyOf(job))) {
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
	let done = 0;
	for await (const batch of connector.write(
		settings.target,
		records,
		writeContext(session.context, session.effort, jobs),
	)) {
		const finished = batch.flatMap(({ index, result }) => {
			const job = jobs[index];
			if (job) job.result = result;
			return job ? [job] : [];
		});
		for (const [run, own] of byRun(finished)) await tell(run, own, session);
		done += finished.length;
		context.sendMessageToUI(`${context.getNode().name}: ${done} of ${jobs.length} records`);
	}
}

/** Confirms results at once, or leaves them for Confirm Delivery. A lost lease stops the writer after its batch. */
async function tell(run: LiveRun, jobs: readonly WriteJob[], { settings }: Session): Promise<void> {
	const answers = jobs.flatMap((job): Answer[] =>
		job.result ? [{ key: keyOf(job), result: masked(job, job.result) }] : [],
	);
	if (settings.confirm === 'atConfirmDelivery') {
		run.report(answers);
		return;
	}
	const lost = await run.confirm(answers).then(
		() => undefined,
		async (error: unknown) =>
			error instanceof LeaseLostError ? error : await Promise.reject(error),
	);
	if (lost) {
		throw new SyncError('unavailable', lost.message, {
			hint: 'The other run sends what is missing. Give the schedule more time if this happens often.',
		});
	}
}

function byRun(jobs: readonly WriteJob[]): Map<LiveRun, WriteJob[]> {
	const runs = new Map<LiveRun, WriteJob[]>();
	for (const job of jobs) {
		if (!job.run) continue;
		const own = runs.get(job.run) ?? [];
		own.push(job);
		runs.set(job.run, own);
	}
	return runs;
}

function keyOf({ envelope }: WriteJob): string {
	return envelope.receipt?.key ?? '';
}

/** The ledger keeps no customer data (design section 8); the item keeps the system's full text. */
function masked({ record }: WriteJob, result: RecordResult): RecordResult {
	const { error } = result;
	return error
		? { ...result, error: { ...error, message: maskValues(error.message, record) } }
		: result;
}

function notAttempted(message: string): RecordResult {
	return {
		status: 'notAttempted',
		error: { code: 'notAttempted', category: 'transient', message, retryable: true },
	};
}

/** The writer could not even read its items: each comes back as it is, none as if it had been written (n8n:T-01). */
function unreadItems(context: IExecuteFunctions, result: RecordResult): INodeExecutionData[][] {
	const items = context.getInputData().map(({ json }, item) => ({
		json: { ...json, reason: result.error?.message },
		pairedItem: { item },
	}));
	return [[], items, []];
}
