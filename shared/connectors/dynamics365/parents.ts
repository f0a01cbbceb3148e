import { eachInSlices } from '../../core/breathe';
import type { SyncRecord } from '../../core/record';
import type { RecordError } from '../../core/results';
import type { Api } from './api';
import { lookUp, type Match } from './lookUp';
import { parentName, type Candidate, type LookupColumn, type ParentName } from './parentNames';
import { readHead, readTable, type Table } from './table';

/** A row a lookup points at, and how the lookup is written. */
export interface Parent {
	readonly id: string;
	/** Case-sensitive name of the property the lookup is written through (T-07). */
	readonly navigation: string;
	readonly set: string;
}

/** Why a record cannot be written. `mayCome`: the parent may still be created in this run. */
export interface ParentProblem {
	readonly error: RecordError;
	readonly mayCome: boolean;
	/** The tables that were searched for a missing parent. */
	readonly searched?: readonly string[];
}

/** The rows lookups point at, read in batches and remembered for the run. */
export interface Parents {
	/** Reads what these references name and is not known yet. What was missing is looked for again. */
	find(references: Iterable<Reference>): Promise<void>;
	of(reference: Reference): Parent | undefined;
	problem(reference: Reference): ParentProblem | undefined;
}

/** A value of a lookup column. */
export interface Reference {
	readonly column: LookupColumn;
	readonly value: unknown;
}

type Finding = Parent | ParentProblem;

interface Open {
	readonly text: string;
	readonly column: LookupColumn;
	readonly candidates: readonly Candidate[];
}

/** One read: rows of one table by the same columns. */
interface Search {
	readonly target: string;
	readonly fields: readonly string[];
	readonly byId: boolean;
	readonly wanted: Array<{ readonly open: Open; readonly candidate: Candidate }>;
}

const SEARCHABLE = new Set(['string', 'integer', 'decimal', 'choice', 'id', 'lookup', 'dateTime']);

/** Tables lookups point at, read once per run. */
interface ParentTables {
	setOf(target: string): Promise<string>;
	tableOf(target: string): Promise<Table>;
}

function parentTables(api: Api): ParentTables {
	const sets = new Map<string, string>();
	const tables = new Map<string, Table>();
	return {
		async setOf(target) {
			const known = sets.get(target) ?? tables.get(target)?.entitySet;
			const set = known ?? String((await readHead(api, target)).head.EntitySetName);
			sets.set(target, set);
			return set;
		},
		async tableOf(target) {
			const table = tables.get(target) ?? (await readTable(api, target));
			tables.set(target, table);
			return table;
		},
	};
}

/** The parents of one run. Reads one table and page at a time (dataverse 2.3, 3.1). */
export function createParents(api: Api): Parents {
	const findings = new Map<string, Finding>();
	const tables = parentTables(api);
	return {
		async find(references) {
			const open: Open[] = [];
			for (const { text, column, name } of await unknownAmong(references, findings)) {
				if (name.kind === 'wrong') findings.set(text, { error: name.error, mayCome: false });
				if (name.kind === 'search') open.push({ text, column, candidates: name.candidates });
				if (name.kind !== 'proven') continue;
				const { link, id } = name;
				const set = await tables.setOf(link.target);
				findings.set(text, { id, navigation: link.navigation, set });
			}
			await searchAll(api, tables, open, findings);
			for (const each of open) {
				if (!findings.has(each.text)) findings.set(each.text, missing(each));
			}
		},
		of(reference) {
			const finding = findings.get(textOf(reference));
			return finding && 'id' in finding ? finding : undefined;
		},
		problem(reference) {
			const finding = findings.get(textOf(reference));
			return finding && 'error' in finding ? finding : undefined;
		},
	};
}

/** Looks in the first place each parent may be, then for those not found in the next one. */
async function searchAll(
	api: Api,
	tables: ParentTables,
	open: readonly Open[],
	findings: Map<string, Finding>,
): Promise<void> {
	for (let turn = 0; ; turn++) {
		const due = open.filter(({ text, candidates }) => !findings.has(text) && candidates[turn]);
		if (due.length === 0) return;
		for (const search of searchesOf(due, turn)) {
			const table = await tables.tableOf(search.target);
			const matches = await runSearch(api, table, search);
			search.wanted.forEach(({ open: one, candidate }, index) => {
				const match = matches[index];
				const finding =
					typeof match === 'string'
						? noColumn(one, table.name, match)
						: findingOf(one, candidate, table, match);
				if (!finding) return;
				findings.set(one.text, finding);
				if ('id' in finding)
					findings.set(textOf({ column: one.column, value: finding.id }), finding);
			});
		}
	}
}

/** One match per wanted parent; the name of a column in its place where rows cannot be found by it. */
async function runSearch(
	api: Api,
	table: Table,
	{ fields, byId, wanted }: Search,
): Promise<ReadonlyArray<Match | string>> {
	const keyFields = byId ? [table.primaryId] : fields;
	const unusable = keyFields.find((field) => !SEARCHABLE.has(table.columns.get(field)?.type ?? ''));
	if (unusable !== undefined) return wanted.map(() => unusable);
	const keys = wanted.map(({ candidate: { key } }) => (byId ? { [table.primaryId]: key.id } : key));
	return await lookUp(api, table, keyFields, { keys });
}

const textOf = ({ column, value }: Reference): string => `${column.name} ${JSON.stringify(value)}`;

/** What is to be found, each once: what nobody asked for yet, and what was missing before. */
async function unknownAmong(references: Iterable<Reference>, findings: Map<string, Finding>) {
	const unknown = new Map<string, { text: string; column: LookupColumn; name: ParentName }>();
	await eachInSlices(references, (reference) => {
		const text = textOf(reference);
		const known = findings.get(text);
		if (unknown.has(text) || (known && !('mayCome' in known && known.mayCome))) return;
		findings.delete(text);
		const { column, value } = reference;
		unknown.set(text, { text, column, name: parentName(column, value) });
	});
	return unknown.values();
}

/** Searches that share a table and columns become one. */
function searchesOf(open: readonly Open[], turn: number): Iterable<Search> {
	const searches = new Map<string, Search>();
	for (const each of open) {
		const candidate = each.candidates[turn];
		const { target } = candidate.link;
		const { byId, key } = candidate;
		const fields = Object.keys(key).sort();
		const text = JSON.stringify([target, byId, fields]);
		const search = searches.get(text) ?? { target, fields, byId, wanted: [] };
		search.wanted.push({ open: each, candidate });
		searches.set(text, search);
	}
	return searches.values();
}

function findingOf(
	open: Open,
	{ link }: Candidate,
	{ entitySet }: Table,
	{ exact, folded, several }: Match,
): Finding | undefined {
	const row = exact ?? folded;
	if (several) return ambiguous(open, link.target);
	return row && { id: row.id, navigation: link.navigation, set: entitySet };
}

const problemOf = (
	{ column }: Open,
	error: Pick<RecordError, 'code' | 'message' | 'hint'>,
	mayCome = false,
): ParentProblem => ({
	error: { ...error, category: 'data', retryable: mayCome, fields: [column.name] },
	mayCome,
});

function noColumn(open: Open, target: string, field: string): ParentProblem {
	return problemOf(open, {
		code: 'noLookupKey',
		message: `The lookup column "${open.column.name}" names its row by "${field}", by which rows of the table "${target}" cannot be found`,
		hint: 'Name the row by its ID, by an alternate key or by a text or number column with different values.',
	});
}

function ambiguous(open: Open, target: string): ParentProblem {
	return problemOf(open, {
		code: 'severalParents',
		message: `Several rows of the table "${target}" have what the lookup column "${open.column.name}" names its row by`,
		hint: 'Name the row by its ID or by an alternate key.',
	});
}

/** The values stay out of the message: they are customer data (design section 8). */
function missing(open: Open): ParentProblem {
	const where = open.candidates.map(({ link, key, byId }) => {
		const fields = byId ? 'this ID' : `this ${Object.keys(key).join(' and ')}`;
		return `no row of the table "${link.target}" has ${fields}`;
	});
	const problem = problemOf(
		open,
		{
			code: 'noParent',
			message: `The lookup column "${open.column.name}" points at nothing: ${where.join(', and ')}`,
			hint: 'Write the row it points at first, or correct the value; the record is sent again in the next run.',
		},
		true,
	);
	return { ...problem, searched: open.candidates.map(({ link }) => link.target) };
}

/** References of one record, for the lookup columns it has. */
export function* referencesOf(
	record: SyncRecord,
	columns: ReadonlyMap<string, LookupColumn>,
): Generator<Reference> {
	for (const [name, value] of Object.entries(record)) {
		const column = columns.get(name);
		if (!column || value === null || value === undefined) continue;
		const values = column.takesAddresses && Array.isArray(value) ? value : [value];
		for (const each of values) yield { column, value: each as unknown };
	}
}
