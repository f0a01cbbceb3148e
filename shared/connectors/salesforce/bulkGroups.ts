import { eachInSlices } from '../../core/breathe';
import { isObject } from '../json';
import { CLEAR, cellText, type BulkColumn } from './bulkCsv';
import { BULK } from './bulkLimits';
import type { SObject } from './describe';
import type { Sending } from './plan';

/** Steps that one job can hold, and its columns: every field any of them has (salesforce:J1). */
export interface BulkGroup {
	readonly columns: readonly BulkColumn[];
	readonly steps: readonly Sending[];
}

/** Steps sorted by what a job can take. */
export interface BulkGroups {
	readonly groups: readonly BulkGroup[];
	/** Steps that CSV cannot tell: they go as JSON. */
	readonly aside: readonly Sending[];
}

/**
 * Sorts steps of one kind into groups that name their parents in the same way: a lookup by id and one by the
 * parent's key may not stand in one CSV (salesforce:T18), and what an empty cell under a relation means is not
 * documented (salesforce:U6), so no group has any.
 */
export async function groupForBulk(
	sobject: SObject,
	steps: readonly Sending[],
): Promise<BulkGroups> {
	const drafts = new Map<string, Draft>();
	const aside: Sending[] = [];
	await eachInSlices(steps, (step) => {
		const { fields, relations, fits } = inspect(step, sobject);
		if (!fits) {
			aside.push(step);
			return;
		}
		const name = relations
			.map(({ header }) => header)
			.sort()
			.join();
		const draft = drafts.get(name) ?? { fields: new Set(), relations, steps: [] };
		drafts.set(name, draft);
		for (const field of fields) draft.fields.add(field);
		draft.steps.push(step);
	});
	return { groups: [...drafts.values()].map(groupOf), aside };
}

interface Draft {
	readonly fields: Set<string>;
	readonly relations: readonly BulkColumn[];
	readonly steps: Sending[];
}

/** Fields and relations of a step, and whether it can be told in CSV (salesforce 4.5, 6). */
function inspect(step: Sending, sobject: SObject) {
	const fields: string[] = [];
	const relations: BulkColumn[] = [];
	let characters = 0;
	let isTellable = true;
	const weigh = (value: unknown) => {
		const { length } = cellText(value);
		characters += length;
		// An empty cell means "as it is", and this text clears: neither can be told as a value (4.5).
		isTellable &&= value !== '' && value !== CLEAR && length <= BULK.fieldCharacters;
	};
	weigh(step.key?.value ?? step.id);
	for (const [name, value] of Object.entries(step.values)) {
		if (isObject(value)) {
			const relation = relationColumn(name, value, sobject);
			relations.push(relation);
			weigh(relation.read(step));
		} else {
			fields.push(name);
			weigh(value);
		}
	}
	// A row of empty cells would be an empty line.
	const fits = isTellable && characters > 0 && characters <= BULK.rowCharacters;
	return { fields, relations, fits };
}

/** `{Account: {Ext__c: 'A1'}}` as a column; the parent's object stands before it only where there are several. */
function relationColumn(
	name: string,
	value: Readonly<Record<string, unknown>>,
	sobject: SObject,
): BulkColumn {
	const field = Object.keys(value).find((key) => key !== 'attributes') ?? '';
	const type = isObject(value.attributes) ? value.attributes.type : undefined;
	const prefix = type !== undefined && hasSeveralParents(sobject, name) ? `${String(type)}:` : '';
	return {
		header: `${prefix}${name}.${field}`,
		read: ({ values }) => {
			const parent = values[name];
			return isObject(parent) ? parent[field] : undefined;
		},
	};
}

const hasSeveralParents = ({ fields }: SObject, relation: string): boolean =>
	[...fields.values()].some(
		({ relationshipName, referenceTo }) => relationshipName === relation && referenceTo.length > 1,
	);

function groupOf({ fields, relations, steps }: Draft): BulkGroup {
	const key = keyColumn(steps[0]);
	const isKey = (name: string) => name.toLowerCase() === key?.header.toLowerCase();
	const columns = [...fields]
		.filter((name) => !isKey(name))
		.map((name): BulkColumn => ({ header: name, read: ({ values }) => values[name] }));
	return { columns: [...(key ? [key] : []), ...columns, ...relations], steps };
}

/** What says which record a row is; a new one has nothing (salesforce:J4). */
function keyColumn({ kind, key }: Sending): BulkColumn | undefined {
	if (kind === 'create') return undefined;
	if (kind === 'upsert' && key) return { header: key.field, read: (step) => step.key?.value };
	return { header: 'Id', read: ({ id }) => id };
}
