import type { IExecuteFunctions } from 'n8n-workflow';

import { SyncError } from '../core/errors';
import { maskValues } from '../core/failures';
import type { RecordResult } from '../core/results';
import { bindEnvironment } from '../state/binding';
import type { LiveRun } from '../state/liveRun';
import type { Answer } from '../state/openOffer';
import { enterWriter } from '../state/registry';
import { LeaseLostError } from '../state/store';
import type { WriteSettings } from './executeWrite';
import { endWithExecution } from './executionEnd';
import { refuseUnmapped, type WriteJob } from './writeJob';

/** What a writer's runs need to know of it. */
interface WriterPart {
	readonly context: IExecuteFunctions;
	readonly settings: Pick<WriteSettings, 'confirm' | 'environment' | 'target'>;
}

/** Claims the receipts and keeps their runs alive while the work goes on, also after a cancel (design R6, R13). */
export async function inRuns(
	jobs: readonly WriteJob[],
	writer: WriterPart,
	work: () => Promise<void>,
): Promise<void> {
	const { context, settings } = writer;
	const runs = [...byRun(jobs).entries()];
	const leave = runs.map(([run]) => enterWriter(run));
	const giveBacks: Array<() => void> = [];
	try {
		for (const [run, own] of runs) {
			endWithExecution(context, run);
			const giveBack = await orLost(run.claim(own.map(keyOf), context.getNode().name));
			giveBacks.push(() => giveBack(own.filter(isUnsent).map(keyOf)));
		}
		refuseUnmapped(jobs, settings.target);
		for (const [run, own] of runs) {
			await bindEnvironment(run, settings.environment);
			// Records that were refused before any request have their outcome now.
			await tellRun(
				run,
				own.filter(({ result }) => result),
				writer,
			);
		}
		await work();
	} finally {
		for (const giveBack of giveBacks) giveBack();
		// All at once: one run that cannot be ended must not keep another one from it.
		await Promise.all(leave.map(async (done) => await done()));
	}
}

/** Never with the connector, whatever else was said of it, or answered so: the destination surely does not have it from us. */
const isUnsent = ({ result, isSent }: WriteJob): boolean =>
	!isSent || result?.status === 'notAttempted';

/** Tells every run what became of its records. One whose state cannot be stored does not keep another one from it. */
export async function tell(jobs: readonly WriteJob[], writer: WriterPart): Promise<void> {
	const told = [...byRun(jobs)].map(async ([run, own]) => await tellRun(run, own, writer));
	await Promise.allSettled(told);
	await Promise.all(told);
}

/** Confirms results at once, or leaves them for Confirm Delivery. A lost lease stops the writer after its batch. */
async function tellRun(
	run: LiveRun,
	jobs: readonly WriteJob[],
	{ settings }: WriterPart,
): Promise<void> {
	const answers = jobs.flatMap((job): Answer[] =>
		job.result ? [{ key: keyOf(job), result: masked(job, job.result) }] : [],
	);
	if (settings.confirm === 'atConfirmDelivery') {
		run.report(answers);
		return;
	}
	await orLost(run.confirm(answers));
}

/**
 * Asks the store whether the runs of these records still hold their leases (design R13): what is sent after another
 * run took over would be written over what that one wrote, and removals would take what it brought back.
 */
export async function holdLeases(jobs: readonly WriteJob[]): Promise<void> {
	for (const run of byRun(jobs).keys()) await orLost(run.hold());
}

async function orLost<T>(work: Promise<T>): Promise<T> {
	return await work.catch(async (error: unknown) => await Promise.reject(inWords(error)));
}

function inWords(error: unknown): unknown {
	if (!(error instanceof LeaseLostError)) return error;
	return new SyncError('unavailable', error.message, {
		hint: 'Nothing more was sent. The other run sends what is missing. Give the schedule more time if this happens often.',
	});
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

export function keyOf({ envelope }: WriteJob): string {
	return envelope.receipt?.key ?? '';
}

/** The ledger keeps no customer data (design section 8); the item keeps the system's full text. */
function masked({ record }: WriteJob, result: RecordResult): RecordResult {
	const { error } = result;
	return error
		? { ...result, error: { ...error, message: maskValues(error.message, record) } }
		: result;
}
