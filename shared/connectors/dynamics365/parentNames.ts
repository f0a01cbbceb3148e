import type { SyncRecord } from '../../core/record';
import type { RecordError } from '../../core/results';
import { isObject } from '../json';
import { GUID } from './guid';
import { keyPart } from './keyMatch';
import type { Link } from './table';

/** One way to look for a parent: a row of one table, by its id (no key) or by values of its columns. */
export interface Candidate {
	readonly link: Link;
	readonly key: SyncRecord;
	/** True when `key` is the row's own id. */
	readonly byId: boolean;
}

/** A parent as a record names it: where to look, in order. `proven`: the id needs no look-up. */
export type ParentName =
	| { readonly kind: 'proven'; readonly link: Link; readonly id: string }
	| { readonly kind: 'search'; readonly candidates: readonly Candidate[] }
	| { readonly kind: 'address'; readonly text: string }
	| { readonly kind: 'wrong'; readonly error: RecordError };

/** What a column may point at, and how people may name it. */
export interface LookupColumn {
	readonly name: string;
	readonly links: readonly Link[];
	/** A recipient of an activity may be a mere e-mail address. */
	readonly takesAddresses?: boolean;
}

/** A bare ID is looked for in so many tables; with more of them the table must be named. */
const GUESSED_TABLES = 4;

/** Reads the forms of contract 2.3: an ID, or `{ key: { column: value }, object? }`; an owner also by name or e-mail. */
export function parentName(column: LookupColumn, value: unknown): ParentName {
	if (isObject(value)) return byKey(column, value);
	const id = keyPart(value, { type: 'lookup' });
	if (GUID.test(id)) return byId(column, id);
	const text = String(value).trim();
	const isText = typeof value === 'string' && text !== '';
	if (isText && column.takesAddresses && text.includes('@')) return { kind: 'address', text };
	const people = isText ? namedOwner(column, text) : [];
	if (people.length > 0) return { kind: 'search', candidates: people };
	return wrong(
		column,
		'noLookupId',
		'holds something that is not the ID of a row',
		`Map the GUID of the row it points at, or name the row by its key: ${form(column)}`,
	);
}

function byId(column: LookupColumn, id: string): ParentName {
	const [link, another] = column.links;
	if (!another) return { kind: 'proven', link, id };
	if (column.links.length > GUESSED_TABLES) {
		return wrong(
			column,
			'noLookupTable',
			'may point at many tables, and its value is an ID alone',
			`Name the table: ${form(column)}`,
		);
	}
	const candidates = column.links.map((each) => ({ link: each, key: { id }, byId: true }));
	return { kind: 'search', candidates };
}

function byKey(column: LookupColumn, value: Readonly<Record<string, unknown>>): ParentName {
	const { key, object } = value;
	const link = column.links.find(({ target }) => target === object);
	if (object !== undefined && !link) {
		const problem = `names a table it does not point at; it may point at ${tablesOf(column)}`;
		return wrong(column, 'noLookupTable', problem, `Send ${form(column)}`);
	}
	const [only, another] = column.links;
	if (!link && another) {
		const problem = 'names a row by its key but not the table of the row';
		return wrong(
			column,
			'noLookupTable',
			problem,
			`Name one of ${tablesOf(column)}: ${form(column)}`,
		);
	}
	if (!isObject(key) || !isKey(key)) {
		const problem = 'holds an object that does not name a row by its key';
		return wrong(column, 'noLookupKey', problem, `Send ${form(column)}`);
	}
	return { kind: 'search', candidates: [{ link: link ?? only, key, byId: false }] };
}

const isKey = (key: Readonly<Record<string, unknown>>): boolean =>
	Object.keys(key).length > 0 &&
	Object.values(key).every(
		(part) =>
			(typeof part === 'string' && part.trim() !== '') ||
			typeof part === 'boolean' ||
			(typeof part === 'number' && Number.isFinite(part)),
	);

/** An owner by e-mail is a user; by name a user, else a team. */
function namedOwner({ name, links }: LookupColumn, text: string): Candidate[] {
	if (name !== 'ownerid') return [];
	const ways = text.includes('@')
		? ([['systemuser', 'internalemailaddress']] as const)
		: ([
				['systemuser', 'fullname'],
				['team', 'name'],
			] as const);
	return ways.flatMap(([target, field]) => {
		const link = links.find((each) => each.target === target);
		return link ? [{ link, key: { [field]: text }, byId: false }] : [];
	});
}

const tablesOf = ({ links }: LookupColumn) => links.map(({ target }) => target).join(', ');

function form({ links }: LookupColumn): string {
	const [link, another] = links;
	const table = another && link ? `, "object": "${link.target}"` : '';
	return `{ "key": { "<column>": "<value>" }${table} }.`;
}

function wrong({ name }: LookupColumn, code: string, problem: string, hint: string): ParentName {
	return {
		kind: 'wrong',
		error: {
			code,
			category: 'data',
			message: `The lookup column "${name}" ${problem}`,
			retryable: false,
			hint,
			fields: [name],
		},
	};
}
