import type { Conversion, Converter } from './outcome';
import { exact, shown, unfit } from './outcome';
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

/** The owner in Dynamics 365: its writer finds people by e-mail and name, so any text may be meant for it. */
const OWNER = 'ownerid';

/** Into the id of a parent, or a parent named by its key: `{ key: { field: value }, object? }`. */
export function lookupConverter({ name, targets = [] }: FieldInfo): Converter {
	return (value) => {
		if (typeof value === 'string') {
			const id = parentId(value, targets);
			const text = value.trim();
			return id.kind === 'unfit' && name === OWNER && text !== '' ? exact(text) : id;
		}
		if (typeof value === 'object' && value !== null && !Array.isArray(value))
			return parentByKey(value as Readonly<Record<string, unknown>>, targets);
		return unfit(`is ${shown(value)}, which names no parent; ${form(targets)}`);
	};
}

function parentId(text: string, targets: readonly string[]): Conversion {
	const id = guidOf(text) ?? salesforceId(text.trim());
	if (id !== undefined) return exact(id);
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

const CHECK_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

/**
 * An 18-character Salesforce id, whose last three characters say which of the others are capitals
 * (salesforce section 2). The 15-character form has no such proof and looks like any word.
 */
function salesforceId(text: string): string | undefined {
	if (!/^[A-Za-z0-9]{18}$/u.test(text)) return undefined;
	const check = [0, 5, 10].map((start) => {
		const capitals = [...text.slice(start, start + 5)].map((letter) => /[A-Z]/u.test(letter));
		return CHECK_ALPHABET[capitals.reduce((mask, is, bit) => mask + (is ? 1 << bit : 0), 0)];
	});
	return check.join('') === text.slice(15) ? text : undefined;
}
