import type { HttpClient } from '../../shared/connectors/http';
import type { RecordResult } from '../../shared/core/results';
import type { WriteRecord, WriteTarget } from '../../shared/connectors/connector';
import type { DataverseSandbox } from '../sandbox/dataverse';
import type { Effect } from '../sandbox/dataverse/effects';
import type { Fault } from '../sandbox/faults';
import { connect, fetchClient, record, writeAll } from './dynamics365Client';
import type { Lane } from './faultKnobs';

const EXISTING = ['e0', 'e1', 'e2'];
const NEW = ['n0', 'n1', 'n2', 'n3', 'n4', 'n5'];
/** Refused whatever happens: its text is too long. */
const BAD = 'bad';
const keys = [...EXISTING.slice(0, 1), ...NEW, BAD, ...EXISTING.slice(1)];
const GOOD: ReadonlySet<string> = new Set(['created', 'updated', 'unchanged', 'deleted']);

/** What is wrong after a run with a fault and a clean one; empty when all is well. */
export async function strike(
	org: DataverseSandbox,
	lane: Lane,
	fault: Fault<Effect>,
): Promise<{
	readonly problems: readonly string[];
	readonly struck: boolean;
	readonly ended: 'stopped' | 'finished';
}> {
	const { target, text } = lane;
	const [keyField] = target.keyFields;
	org.reset();
	for (const key of EXISTING) org.insert(target.objectName, { [keyField]: key, [text]: 'Old' });
	const records = recordsOf(lane);
	const http = signedIn(org);
	let struck = false;
	org.faults.add(watched(fault, () => void (struck = true)));
	const first = await writeAll(connect(org, http), target, records);
	const problems = liesOf(org, lane, records, first.results);
	org.faults.clear();
	org.identity.missingPrivileges.clear();
	const open = records
		.map((each, index) => ({ index, record: each, result: first.results[index] }))
		.filter(({ result }) => !result || !(GOOD.has(result.status) || result.status === 'skipped'));
	const again = await writeAll(
		connect(org, http),
		target,
		// What was sent without an answer comes back marked (design R3).
		open.map(({ record: each, result }) => ({
			...each,
			redelivered: result?.status === 'unknown',
		})),
	);
	if (again.error) problems.push(`the clean run stopped: ${String(again.error)}`);
	const final = [...first.results];
	open.forEach(({ index }, position) => (final[index] = again.results[position]));
	problems.push(...liesOf(org, lane, records, final), ...missed(org, lane, final));
	return { problems, struck, ended: first.error ? 'stopped' : 'finished' };
}

let client: HttpClient | undefined;

/** One sign-in for the whole campaign. */
const signedIn = (org: DataverseSandbox): HttpClient => (client ??= fetchClient(org));

/** The fault, and a note that it struck: one that never does proves nothing. */
const watched = (fault: Fault<Effect>, note: () => void): Fault<Effect> => ({
	...fault,
	get effect() {
		note();
		return fault.effect;
	},
});

function recordsOf({ target, text }: Pick<Lane, 'target' | 'text'>): WriteRecord[] {
	return keys.map((key) =>
		record(
			{ [target.keyFields[0]]: key },
			{ [text]: key === BAD ? 'x'.repeat(5000) : `New ${key}` },
			{ change: 'added' },
		),
	);
}

/** Results that claim what the rows do not show. */
function liesOf(
	org: DataverseSandbox,
	{ target, text }: Lane,
	records: readonly WriteRecord[],
	results: readonly RecordResult[],
): string[] {
	const rows = new Map(org.rows(target.objectName).map((row) => [row[target.keyFields[0]], row]));
	return records.flatMap(({ key, values }, index) => {
		const result = results[index];
		if (!result || !GOOD.has(result.status)) return [];
		const row = rows.get(key[target.keyFields[0]]);
		const isTrue = result.status === 'deleted' ? !row : row?.[text] === values[text];
		return isTrue ? [] : [`${String(Object.values(key))}: "${result.status}" is not true`];
	});
}

/** Rows that differ from what a run without faults leaves, and records without an outcome. */
function missed(
	org: DataverseSandbox,
	{ target, text }: Lane,
	final: readonly RecordResult[],
): string[] {
	const [keyField] = target.keyFields;
	const problems: string[] = [];
	const rows = org
		.rows(target.objectName)
		.map((row) => `${String(row[keyField])}=${String(row[text])}`);
	const wanted = oracle(target.writeMode).map((row) => afterRace(row, target, final));
	for (const row of wanted) if (!rows.includes(row)) problems.push(`missing: ${row}`);
	for (const row of rows) if (!wanted.includes(row)) problems.push(`too much: ${row}`);
	if (new Set(rows).size < rows.length) problems.push('doubled rows');
	const creations = Object.values(org.history(target.objectName)).length;
	if (creations > EXISTING.length + NEW.length) problems.push('a row was created twice');
	const unaccounted = recordsOf({ target, text }).filter((_, index) => {
		const status = final[index]?.status;
		return status === undefined || status === 'notAttempted' || status === 'unknown';
	});
	if (unaccounted.length > 0) problems.push(`${unaccounted.length} records without an outcome`);
	return problems;
}

/** Create Only, and a rival was first: its row stays as it is, and the record is told to exist. */
function afterRace(row: string, target: WriteTarget, final: readonly RecordResult[]): string {
	const [key] = row.split('=');
	const { error } = final[keys.indexOf(key)] ?? {};
	const isLost = target.writeMode === 'insert' && NEW.includes(key) && error?.code !== undefined;
	return isLost && error.category === 'duplicate' ? `${key}=undefined` : row;
}

function oracle(mode: WriteTarget['writeMode']): string[] {
	const old = EXISTING.map((key) => `${key}=Old`);
	const changed = EXISTING.map((key) => `${key}=New ${key}`);
	const created = NEW.map((key) => `${key}=New ${key}`);
	switch (mode) {
		case 'insert':
			return [...old, ...created];
		case 'update':
			return changed;
		case 'delete':
			return [];
		default:
			return [...changed, ...created];
	}
}
