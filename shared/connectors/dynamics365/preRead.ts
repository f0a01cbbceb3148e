import type { SyncRecord } from '../../core/record';
import { isKeyless, foldText, keyText } from './keyMatch';
import { lookUp, type Match } from './lookUp';
import { PARTITION } from './partition';
import { comparesFields, type Job } from './plan';
import type { Session } from './session';
import { isReadable } from './table';

const NONE: Match = {};

/**
 * Finds the row of each job: by the id the state remembers, by the key the destination still has when the
 * record was renamed, then by its key. A remembered id counts only while the row still holds one of those keys.
 */
export async function preRead(session: Session, jobs: readonly Job[]): Promise<Match[]> {
	if (session.unbuilt) return jobs.map(() => NONE);
	const { keyFields } = session.target;
	const byKey = keyFields.length === 1 && keyFields[0] === session.table.primaryId;
	const matches = new Map<Job, Match>();
	if (!byKey) await lookUpIds(session, jobs, matches);
	const open = () => jobs.filter((job) => !matches.has(job));
	const renamed = byKey ? [] : open().filter((job) => job.record.previousKey !== undefined);
	await lookUpKeys(session, renamed, matches, (job) => job.record.previousKey ?? {});
	const keyed = open().filter(({ record }) => !isKeyless(record.key));
	await lookUpKeys(session, keyed, matches, (job) => job.record.key);
	return jobs.map((job) => matches.get(job) ?? NONE);
}

async function lookUpIds(
	session: Session,
	jobs: readonly Job[],
	matches: Map<Job, Match>,
): Promise<void> {
	const { api, table, target } = session;
	const known = jobs.filter((job) => job.record.id);
	if (known.length === 0) return;
	const keys = known.map((job) => ({ [table.primaryId]: job.record.id }));
	const request = { keys, select: [...target.keyFields, ...neededFrom(session, known)] };
	const fold = (key: SyncRecord) => foldText(keyText(key, target.keyFields, table.columns));
	const found = await lookUp(api, table, [table.primaryId], request);
	known.forEach((job, index) => {
		const row = found[index].exact;
		const { key, previousKey } = job.record;
		const own = [key, previousKey].flatMap((one) => (one ? [fold(one)] : []));
		if (row && (isKeyless(key) || own.includes(fold(row.record)))) matches.set(job, { exact: row });
	});
}

async function lookUpKeys(
	session: Session,
	jobs: readonly Job[],
	matches: Map<Job, Match>,
	keyOf: (job: Job) => SyncRecord,
): Promise<void> {
	if (jobs.length === 0) return;
	const { api, table, target } = session;
	const request = { keys: jobs.map(keyOf), select: neededFrom(session, jobs) };
	const found = await lookUp(api, table, target.keyFields, request);
	jobs.forEach((job, index) => {
		const match = found[index];
		if (match.exact ?? match.folded) matches.set(job, match);
	});
}

const STATE = ['statecode', 'statuscode'] as const;

/**
 * Columns the plan depends on: those that tell whether an insert of an earlier run arrived (design R11), those
 * to be written only where the row has nothing in them, those to compare, the state of a row that may have been
 * deactivated, and where an elastic table keeps it. A preview shows what a write would overwrite.
 */
function neededFrom(session: Session, jobs: readonly Job[]): string[] {
	const needed = new Set(jobs.flatMap((job) => neededBy(session, job)));
	if (session.table.elastic) needed.add(PARTITION);
	return [...needed].filter((name) => isReadable(session.table, name));
}

function neededBy(
	{ target, states, preview }: Session,
	{ record, createSent }: Job,
): readonly string[] {
	const { change, redelivered, adopt, update, values, onlyIfEmpty = [] } = record;
	if (change === 'removed') return preview && states ? STATE : [];
	const isAdded = change === 'added' && states !== undefined;
	const isDoubtful = createSent || (target.writeMode === 'insert' && (redelivered || adopt));
	return [
		...onlyIfEmpty,
		...(isDoubtful ? Object.keys(values) : []),
		...(preview || isAdded || comparesFields(record, target) ? Object.keys(update) : []),
		...(isAdded ? STATE : []),
	];
}
