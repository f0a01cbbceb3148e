import { chunkByWeight } from '../../core/batching';
import { eachInSlices } from '../../core/breathe';
import { SyncError } from '../../core/errors';
import type { FoundRecord } from '../connector';
import type { Api, Row } from './api';
import { bulkQuery } from './bulkQuery';
import type { SObject, SObjectField } from './describe';
import { longId } from './ids';
import { LIMITS } from './limits';
import { BulkUnsupportedError } from './session';
import { comparable, literal } from './soql';

/** The records that have one value, in the order of their ids: none, the one, or several. */
export interface Match {
	readonly found: readonly FoundRecord[];
}

export interface LookUpRequest {
	/** In wire form, such as `2026-01-31` or `12.5`. */
	readonly values: readonly string[];
	/** API names of more fields to read. */
	readonly select?: readonly string[];
}

/** Finds records by the values of one field: one match per value, in order (salesforce 3.2). */
export async function lookUp(
	api: Api,
	sobject: SObject,
	field: string,
	{ values, select = [] }: LookUpRequest,
): Promise<readonly Match[]> {
	const by = searchable(sobject, field);
	const wanted = new Map<string, string>();
	const folded: string[] = [];
	await eachInSlices(values, (value) => {
		const written = literal(by, value);
		const text = comparable(by, value);
		folded.push(text);
		if (written !== undefined) wanted.set(text, written);
	});
	const names = select.map((name) => existing(sobject, name).name);
	const found = await readBy(api, sobject, { by, literals: [...wanted.values()], names });
	return folded.map((text) => ({ found: found.get(text) ?? [] }));
}

interface Question {
	readonly by: SObjectField;
	readonly literals: readonly string[];
	readonly names: readonly string[];
}

async function readBy(
	api: Api,
	sobject: SObject,
	question: Question,
): Promise<ReadonlyMap<string, readonly FoundRecord[]>> {
	const { by } = question;
	const records = new Map<string, Row>();
	for await (const rows of answers(api, sobject, question)) {
		await eachInSlices(rows, (row) => {
			const id = String(row.Id);
			const earlier = records.get(id);
			records.set(id, earlier ? { ...earlier, ...row } : row);
		});
	}
	const found = new Map<string, FoundRecord[]>();
	await eachInSlices(records.values(), (row) => {
		const value = comparable(by, row[by.name]);
		const alike = found.get(value);
		if (alike) alike.push(toFound(row));
		else found.set(value, [toFound(row)]);
	});
	for (const alike of found.values()) if (alike.length > 1) alike.sort(byId);
	return found;
}

const byId = (a: FoundRecord, b: FoundRecord): number => (a.id < b.id ? -1 : 1);

/** By queries in the address; very many values by Bulk jobs, where there are any (3.2). */
async function* answers(
	api: Api,
	sobject: SObject,
	question: Question,
): AsyncGenerator<readonly Row[]> {
	let failure: unknown;
	try {
		if (question.literals.length > LIMITS.lookupByBulk) {
			yield* bulkAnswers(api, sobject, question);
			return;
		}
	} catch (error) {
		failure = error;
	}
	if (failure !== undefined && !(failure instanceof BulkUnsupportedError)) throw failure;
	const { by, literals, names } = question;
	const limit = { count: LIMITS.lookupValues, weight: LIMITS.lookupCharacters };
	for (const part of chunkByWeight(literals, limit, weightOf)) {
		for (const group of fieldGroups(fieldsOf(by, names), by.name)) {
			yield await api.query(soqlOf(sobject, by, group, part));
		}
	}
}

/** By jobs, which have no address to fit into. */
async function* bulkAnswers(
	api: Api,
	sobject: SObject,
	{ by, literals, names }: Question,
): AsyncGenerator<readonly Row[]> {
	const limit = { count: Infinity, weight: LIMITS.statementCharacters };
	for (const part of chunkByWeight(literals, limit, ({ length }) => length + 1)) {
		const soql = soqlOf(sobject, by, fieldsOf(by, names), part);
		yield* bulkQuery({ api, clock: api.clock }, sobject, soql);
	}
}

const fieldsOf = ({ name }: SObjectField, names: readonly string[]): string[] => [
	...new Set(['Id', name, ...names]),
];

const soqlOf = (
	{ name }: SObject,
	by: SObjectField,
	select: readonly string[],
	part: readonly string[],
): string => `SELECT ${select.join(',')} FROM ${name} WHERE ${by.name} IN (${part.join(',')})`;

/** Many fields do not fit into one address beside the values: the rest is asked for again. */
function fieldGroups(names: readonly string[], by: string): string[][] {
	const limit = { count: Infinity, weight: LIMITS.selectCharacters };
	const [first, ...others] = chunkByWeight(names, limit, (name) => name.length + 3);
	return [first ?? [], ...others.map((group) => [...new Set(['Id', by, ...group])])];
}

const weightOf = (written: string): number => encodeURIComponent(written).length + 3;

function toFound({ attributes: _attributes, ...record }: Row): FoundRecord {
	const id = String(record.Id);
	return { id: longId(id) ?? id, record };
}

/** A field that queries can look for. */
export function searchable(sobject: SObject, name: string): SObjectField {
	const field = existing(sobject, name);
	if (!sobject.queryable) {
		throw new SyncError('config', `Salesforce records of "${sobject.name}" cannot be looked up`, {
			hint: 'The object takes no queries: insert, or match on an external id.',
		});
	}
	if (field.filterable) return field;
	throw new SyncError(
		'config',
		`Salesforce cannot look up ${sobject.name} records by ${field.name}: the field is not filterable`,
		{
			hint: 'Match on another field, such as an external id; long texts and encrypted fields cannot be searched.',
		},
	);
}

function existing(sobject: SObject, name: string): SObjectField {
	const field = sobject.field(name);
	if (field) return field;
	throw new SyncError('config', `Salesforce shows no field "${name}" of ${sobject.name}`, {
		hint: 'Check its API name (custom fields end in __c), and that the user of the credential may see it: Setup → Object Manager → the object → Fields & Relationships → Set Field-Level Security.',
	});
}
