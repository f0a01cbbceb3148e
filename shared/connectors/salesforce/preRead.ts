import type { FoundRecord, WriteRecord } from '../connector';
import type { SObjectField } from './describe';
import { isPlain } from './fieldTypes';
import { longId } from './ids';
import { lookUp } from './lookUp';
import type { Job } from './plan';
import { isDoubtful } from './planInsert';
import type { Session } from './session';
import { comparable } from './soql';

/** The Salesforce records each job leads to. */
type Matches = Map<Job, readonly FoundRecord[]>;

/**
 * Finds the Salesforce records of each job: by the id the state remembers, by the key Salesforce still has when
 * the record was renamed, then by its key. A remembered id counts only while its record holds one of those keys.
 */
export async function preRead(
	session: Session,
	all: readonly Job[],
): Promise<Array<readonly FoundRecord[]>> {
	const { keyField, target, options } = session;
	const matches: Matches = new Map();
	// Records that left and are to stay need no look-up.
	const jobs = all.filter(
		({ record }) => record.change !== 'removed' || target.removedRecords !== 'skip',
	);
	const hasKey = target.keyFields.length > 0;
	takeRememberedIds(session, hasKey ? jobs.filter(({ key }) => !key) : jobs, matches);
	if (!hasKey) {
		await lookUpKeys(session, jobs.filter(isDoubtful), matches);
	} else if (keyField?.type === 'id') {
		await takeKeysAsIds(session, jobs, matches);
	} else if (keyField) {
		const open = () => jobs.filter((job) => !matches.has(job));
		// One id that is remembered is not all of them.
		const isOne = keyField.unique || options.severalFound !== 'all';
		if (isOne) await lookUpIds(session, keyField, open(), matches);
		await lookUpPrevious(session, keyField, open(), matches);
		await lookUpKeys(session, open(), matches);
	}
	return all.map((job) => matches.get(job) ?? []);
}

/** Whether a record is looked up: where the key is the id, only if something depends on what the record holds. */
export const isLookedUp = (session: Session, { record }: Job): boolean =>
	session.keyField?.type !== 'id' || session.preview || neededBy(session, record).length > 0;

/** Where there is no key, as in mode insert, what leaves goes by the id of the record that was written last. */
function takeRememberedIds(
	{ sobject: { keyPrefix = '' } }: Session,
	jobs: readonly Job[],
	matches: Matches,
): void {
	for (const job of jobs) {
		const id = longId(job.record.id ?? '');
		// A delete names no object, so an id of another one would take its record (4.2).
		const isOwn = id?.startsWith(keyPrefix) === true;
		if (job.record.change === 'removed' && isOwn) matches.set(job, [{ id, record: {} }]);
	}
}

async function takeKeysAsIds(
	session: Session,
	jobs: readonly Job[],
	matches: Matches,
): Promise<void> {
	const asks = jobs.filter((job) => isLookedUp(session, job));
	await lookUpKeys(session, asks, matches);
	const asked = new Set(asks);
	for (const job of jobs) {
		if (!asked.has(job) && job.key) matches.set(job, [{ id: String(job.key.value), record: {} }]);
	}
}

async function lookUpIds(
	session: Session,
	keyField: SObjectField,
	jobs: readonly Job[],
	matches: Matches,
): Promise<void> {
	const known = jobs.filter(({ record }) => longId(record.id ?? '') !== undefined);
	if (known.length === 0) return;
	const { api, sobject } = session;
	const values = known.map(({ record }) => record.id ?? '');
	const select = [keyField.name, ...neededFrom(session, known)];
	const found = await lookUp(api, sobject, 'Id', { values, select });
	known.forEach((job, index) => {
		const row = found[index].found.at(0);
		const own = [job.key?.value, previousValue(session, keyField, job)].filter(
			(value) => value !== undefined,
		);
		// A rename that arrived without an answer may differ from its key by case alone (design R3, R10).
		const { redelivered } = job.record;
		const by = redelivered ? { ...keyField, caseSensitive: false } : keyField;
		const holds = comparable(by, row?.record[keyField.name]);
		if (row && own.some((value) => comparable(by, value) === holds)) matches.set(job, [row]);
	});
}

async function lookUpPrevious(
	session: Session,
	keyField: SObjectField,
	jobs: readonly Job[],
	matches: Matches,
): Promise<void> {
	const renamed = jobs.flatMap((job) => {
		const value = previousValue(session, keyField, job);
		return value === undefined ? [] : [{ job, value: String(value) }];
	});
	await lookUpValues(session, renamed, matches);
}

async function lookUpKeys(session: Session, jobs: readonly Job[], matches: Matches): Promise<void> {
	const keyed = jobs.flatMap((job) => (job.key ? [{ job, value: String(job.key.value) }] : []));
	await lookUpValues(session, keyed, matches);
}

async function lookUpValues(
	session: Session,
	wanted: ReadonlyArray<{ readonly job: Job; readonly value: string }>,
	matches: Matches,
): Promise<void> {
	const { api, sobject, keyField } = session;
	if (wanted.length === 0 || !keyField) return;
	const select = neededFrom(
		session,
		wanted.map(({ job }) => job),
	);
	const values = wanted.map(({ value }) => value);
	const found = await lookUp(api, sobject, keyField.name, { values, select });
	wanted.forEach(({ job }, index) => {
		if (found[index].found.length > 0) matches.set(job, found[index].found);
	});
}

/** The key a renamed record had, in wire form. */
function previousValue(
	{ target, encodeKey }: Session,
	keyField: SObjectField,
	{ record }: Job,
): string | number | undefined {
	const key = record.previousKey && encodeKey(record.previousKey[target.keyFields[0]]);
	return key?.kind === 'key' && keyField.type !== 'id' ? key.value : undefined;
}

/** Fields the plan depends on: those to be written only where nothing is in them, and those to compare. */
function neededFrom(session: Session, jobs: readonly Job[]): string[] {
	const names = new Set(jobs.flatMap(({ record }) => neededBy(session, record)));
	return [...names].flatMap((name) => {
		const field = session.sobject.field(name);
		return field && isPlain(field) && field.type !== 'base64' ? [field.name] : [];
	});
}

function neededBy(
	{ target, preview }: Session,
	{ change, redelivered, adopt, update, values, onlyIfEmpty = [] }: WriteRecord,
): readonly string[] {
	if (change === 'removed' || target.writeMode === 'delete') return [];
	if (target.writeMode === 'insert') return redelivered || adopt ? Object.keys(values) : [];
	const compares = preview || adopt === true || target.onlyIfDifferent === true;
	return [...onlyIfEmpty, ...(compares ? Object.keys(update) : [])];
}
