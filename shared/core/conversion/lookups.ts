import type { Conversion, Converter } from './outcome';
import { exact, shown, unfit } from './outcome';
import { longSalesforceId } from './salesforceId';
import { guidOf } from './text';
import type { FieldInfo } from '../field';
import { defineField } from '../jsonValue';

/** A parent named by its key instead of its id. */
interface ParentByKey {
	/** Key field of the parent → value. */
	readonly key: Readonly<Record<string, unknown>>;
	/** Which object the parent belongs to, where the lookup may point at several. */
	readonly object?: string;
}

/** Into the id of a parent, or a parent named by its key: `{ key: { field: value }, object? }`. */
export function lookupConverter(field: FieldInfo): Converter {
	const { targets = [] } = field;
	return (value) => {
		if (typeof value === 'string') return parentText(value, field);
		if (typeof value === 'object' && value !== null && !Array.isArray(value))
			return parentByKey(value as Readonly<Record<string, unknown>>, targets);
		return unfit(`is ${shown(value)}, which names no parent; ${form(targets)}`);
	};
}

function parentText(
	text: string,
	{ targets = [], byName = false, shortIds = false }: FieldInfo,
): Conversion {
	const trimmed = text.trim();
	const id = guidOf(text) ?? salesforceId(trimmed, { shortIds, byName });
	if (id !== undefined) return exact(id);
	if (byName && trimmed !== '') return exact(trimmed);
	return unfit(`is ${shown(text)}, which is not a record id; ${form(targets)}`);
}

function parentByKey(
	value: Readonly<Record<string, unknown>>,
	targets: readonly string[],
): Conversion {
	const { key, object, ...others } = value;
	const [stranger] = Object.keys(others);
	if (stranger !== undefined) {
		return unfit(`is an object with ${shown(stranger)}; ${form(targets)}`);
	}
	const fields = typeof key === 'object' && key !== null ? Object.entries(key) : [];
	if (fields.length === 0 || Array.isArray(key)) {
		return unfit(`is an object without the parent's key; ${form(targets)}`);
	}
	const blank = fields.find(([, part]) => !isKeyPart(part));
	if (blank !== undefined) {
		return unfit(
			`names its parent by "${blank[0]}", which has no text, number or truth value there`,
		);
	}
	const problem = objectProblem(object, targets);
	if (problem !== undefined) return unfit(problem);
	return exact(copy(fields, object as string | undefined));
}

function isKeyPart(part: unknown): boolean {
	if (typeof part === 'string') return part.trim() !== '';
	return typeof part === 'boolean' || Number.isFinite(part);
}

function objectProblem(object: unknown, targets: readonly string[]): string | undefined {
	if (object === undefined) {
		return targets.length > 1
			? `names a parent by key but not its object; add "object", one of ${targets.join(', ')}`
			: undefined;
	}
	if (typeof object !== 'string' || object === '') {
		return `names the object ${shown(object)}, which is not a name`;
	}
	return targets.length === 0 || targets.includes(object)
		? undefined
		: `points at the object ${shown(object)}; it may point at ${targets.join(', ')}`;
}

/** Fields in one order, so that equal parents become the same text. */
function copy(fields: readonly [string, unknown][], object: string | undefined): ParentByKey {
	const key: Record<string, unknown> = {};
	for (const [name, part] of [...fields].sort(([a], [b]) => (a < b ? -1 : 1)))
		defineField(key, name, part);
	return object === undefined ? { key } : { key, object };
}

function form([target]: readonly string[]): string {
	const example = `{ "key": { "<key field>": "<value>" }${target === undefined ? '' : `, "object": ${shown(target)}`} }`;
	return `send a GUID or an 18-character Salesforce id, or name the parent by its key: ${example}`;
}

/**
 * The short form of a Salesforce id has no proof and looks like any word, so it counts where ids are surely
 * Salesforce's, and among names only with the 0 that ids of users, queues and record types begin with.
 */
function salesforceId(
	text: string,
	{ shortIds, byName }: { readonly shortIds: boolean; readonly byName: boolean },
): string | undefined {
	const id = longSalesforceId(text);
	const isProven = id === text;
	return isProven || (shortIds && (!byName || text.startsWith('0'))) ? id : undefined;
}
