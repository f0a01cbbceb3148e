import { eachInSlices } from '../../core/breathe';
import { SyncError } from '../../core/errors';
import type { SyncRecord } from '../../core/record';
import { lookUp } from './lookUp';
import {
	isStraight,
	planJob,
	planMend,
	planMissing,
	planStraight,
	type Job,
	type Step,
} from './plan';
import { isLookedUp, preRead } from './preRead';
import { namesOwner } from './references';
import type { Session } from './session';

/** Plans a slice of jobs: looks up what has to be, and decides about each of them. */
export async function planSlice(session: Session, jobs: readonly Job[]): Promise<Step[]> {
	await findOwners(session, jobs);
	const direct = new Set<Job>();
	const others: Job[] = [];
	await eachInSlices(jobs, (job) => {
		if (job.unlinked || isStraight(session, job)) direct.add(job);
		else others.push(job);
	});
	const found = await lookAround(session, others);
	await session.parentIds.find(others.flatMap((job) => comparedParts(session, job)));
	const steps: Step[] = [];
	const take = (step: Step) => void steps.push(claim(session, step));
	let next = 0;
	await eachInSlices(jobs, (job) => {
		if (job.unlinked) take(planMend(session, job, job.unlinked));
		else if (direct.has(job)) take(planStraight(session, job));
		else planJob(session, job, found[next++]).forEach(take);
	});
	stopIfRetyped(session);
	return await withoutGone(session, steps);
}

/**
 * A record that is named by its id and has nothing to send was not seen so far: it is in step only if it is still
 * there (design R6).
 */
async function withoutGone(session: Session, steps: Step[]): Promise<Step[]> {
	const { api, sobject } = session;
	const ids = new Map<Step, string>();
	for (const step of steps) {
		if (step.kind !== 'done' || step.result.status !== 'unchanged') continue;
		if (!isLookedUp(session, step.job)) ids.set(step, step.result.id ?? '');
	}
	if (ids.size === 0) return steps;
	const matches = await lookUp(api, sobject, 'Id', { values: [...ids.values()] });
	const gone = new Set([...ids.keys()].filter((_, at) => matches[at].found.length === 0));
	return steps.map((step) => (gone.has(step) ? planMissing(session, step.job) : step));
}

function stopIfRetyped({ values, sobject }: Session): void {
	const misfits = values.misfits.retyped();
	if (misfits.length === 0) return;
	const fields = misfits.map(({ field, problem }) => `${field} (one of them ${problem})`);
	throw new SyncError(
		'config',
		`Not one of many values fits these fields of the Salesforce object ${sobject.name}: ${fields.join('; ')}`,
		{
			hint: 'Somebody changed the field, or the mapping is wrong: map the field anew and let Field Mapper convert its values.',
		},
	);
}

/** Reads the jobs' records. A preview reads more than the write does, and takes that off what it would cost. */
async function lookAround(session: Session, jobs: readonly Job[]) {
	const { preview, api } = session;
	const before = api.usage.calls;
	const found = await preRead(session, jobs);
	if (preview && jobs.length > 0) {
		const real = { ...session, preview: false };
		const spared = jobs.filter((job) => isStraight(real, job) || !isLookedUp(real, job));
		const spent = api.usage.calls - before;
		session.onPlanned?.(-Math.floor((spent * spared.length) / jobs.length));
	}
	return found;
}

/** Owners that are named by a text are looked up together. */
async function findOwners({ references, sobject }: Session, jobs: readonly Job[]): Promise<void> {
	for (const [name, owners] of references.owners) {
		const field = sobject.field(name);
		if (!field) continue;
		const texts = jobs.flatMap(({ record }) => [record.values[name], record.update[name]]);
		await owners.find(texts.filter((text): text is string => namesOwner(field, text)));
	}
}

/** The parts of a record that are compared; a preview tells of missing parents too. */
export function comparedParts(
	{ target, preview }: Session,
	{ record }: Job,
): readonly SyncRecord[] {
	if (record.change === 'removed') return [];
	if (preview || (target.writeMode === 'insert' && record.redelivered)) return [record.values];
	return record.adopt === true || target.onlyIfDifferent === true ? [record.update] : [];
}

/** Two records for one row: the second is refused, because nobody knows which one is right. */
function claim({ claims }: Session, step: Step): Step {
	if (step.kind !== 'update' && step.kind !== 'delete') return step;
	const { job, id = '' } = step;
	const holder = claims.get(id);
	if (holder === undefined || holder === job.index) {
		claims.set(id, job.index);
		return step;
	}
	return {
		kind: 'done',
		job,
		result: {
			status: 'rejected',
			id,
			error: {
				code: 'duplicateKey',
				category: 'duplicate',
				message: 'Another record of the input leads to the same record in Salesforce',
				retryable: false,
				hint: 'Keep one record per key.',
			},
		},
	};
}
