import { converterTo, type Conversion } from '../../core/conversion';
import { exact, shown, unfit } from '../../core/conversion/outcome';
import { isObject } from '../json';
import type { Row } from './api';
import type { SObject, SObjectField } from './describe';
import { fieldConverter } from './fieldConverter';
import { longId } from './ids';
import type { Owners } from './owners';
import type { Prefixes } from './prefixes';

type Convert = (value: unknown) => Conversion;

/** What lookups of a write lead to, read before its records are encoded. */
export interface ReferenceFacts {
	/** Empty where no lookup is mapped. */
	readonly prefixes: Prefixes;
	/** The objects that parents named by key belong to, by API name. */
	readonly parents: ReadonlyMap<string, SObject>;
	/** By lookup field. */
	readonly owners: ReadonlyMap<string, Owners>;
}

/** A lookup whose parent people name in other ways than by id or key: the owner. */
export const takesOwner = ({ name }: Pick<SObjectField, 'name'>): boolean => name === 'OwnerId';

/** A text that names an owner, rather than being an id. */
export const namesOwner = (field: SObjectField, value: unknown): value is string =>
	takesOwner(field) &&
	typeof value === 'string' &&
	value.trim() !== '' &&
	idIn(field, value) === undefined;

/** Any word of 15 letters looks like a short id: among names of owners it is one with the 0 their ids begin with. */
function idIn(field: SObjectField, text: string): string | undefined {
	const isWord = takesOwner(field) && /^[^0]\w{14}$/.test(text.trim());
	return isWord ? undefined : longId(text);
}

/** Converts the values of a lookup: an id, a parent's key, the name of a record type, or what names an owner. */
export function referenceConverter(
	sobject: SObject,
	field: SObjectField,
	facts: ReferenceFacts,
): Convert {
	if (field.referenceTo.includes('RecordType')) return recordTypeConverter(sobject);
	const convert = converterTo(field.info, { timeZone: 'UTC', cutText: false });
	const owners = facts.owners.get(field.name);
	const byId = (id: string) => checkPrefix(id, field, facts.prefixes);
	const relation = relationConverter(field, facts, byId);
	return (value) => {
		const id = typeof value === 'string' ? idIn(field, value) : undefined;
		if (id !== undefined) return byId(id);
		if (owners && namesOwner(field, value)) return owners.of(value);
		const outcome = convert(value);
		if (outcome.kind === 'unfit' || !isObject(outcome.value)) return outcome;
		return relation(outcome.value);
	};
}

/** An id of another object is refused here, where it can be told which field it was meant for (2.1). */
function checkPrefix(id: string, { referenceTo }: SObjectField, prefixes: Prefixes): Conversion {
	const expected = referenceTo.map((object) => prefixes.get(object));
	if (expected.includes(undefined) || expected.includes(id.slice(0, 3))) return exact(id);
	const owner = [...prefixes].find(([, prefix]) => prefix === id.slice(0, 3))?.[0];
	return unfit(
		`is ${shown(id)}, ${owner === undefined ? 'an id of no object there is' : `the id of a record of ${owner}`}, and the lookup points at ${referenceTo.join(' or ')}`,
	);
}

/** The parent's key in the relation form (4.6). */
function relationConverter(
	field: SObjectField,
	{ parents }: ReferenceFacts,
	byId: (id: string) => Conversion,
): (value: Row) => Conversion {
	const converters = new Map<SObjectField, Convert>();
	const converterOf = (key: SObjectField) => {
		const known = converters.get(key) ?? fieldConverter(key, { isKey: true });
		converters.set(key, known);
		return known;
	};
	return ({ key, object = field.referenceTo[0] }) => {
		const [entry, ...others] = Object.entries(isObject(key) ? key : {});
		if (!entry || others.length > 0) {
			return unfit('names its parent by several fields; Salesforce takes one external id');
		}
		const [name, value] = entry;
		const by = parents.get(String(object))?.field(name);
		if (!by || field.relationshipName === undefined) {
			return unfit(
				`names its parent by ${shown(name)}, which ${String(object)} cannot be found by`,
			);
		}
		if (by.type === 'id') {
			const id = longId(String(value));
			return id === undefined ? unfit(`is ${shown(value)}, which is not a record id`) : byId(id);
		}
		const wire = converterOf(by)(value);
		if (wire.kind === 'unfit') return unfit(`names a parent whose ${name} ${wire.problem}`);
		const isOneOfSeveral = field.referenceTo.length > 1;
		// Whether Salesforce needs the type there is written nowhere; it does no harm (salesforce:U5).
		const type = isOneOfSeveral ? { attributes: { type: String(object) } } : {};
		return exact({ ...type, [by.name]: wire.value });
	};
}

/** Ids of the object's own records: a delete would take the record of any other object too (2.1, 4.2). */
export function ownIdConverter({ name, keyPrefix }: SObject, convert: Convert): Convert {
	if (keyPrefix === undefined) return convert;
	return (value) => {
		const outcome = convert(value);
		if (outcome.kind === 'unfit' || String(outcome.value).startsWith(keyPrefix)) return outcome;
		return unfit(
			`is ${shown(value)}, the id of a record of another object: ids of ${name} begin with ${keyPrefix}`,
		);
	};
}

/** A record type by id, name or API name (2.2). */
function recordTypeConverter({ recordTypes }: SObject): Convert {
	const usable = recordTypes.filter(
		({ isMaster, active, available }) => !isMaster && active && available,
	);
	const byName = new Map<string, string>();
	// Only API names are unique: a name that several have says nothing.
	const shared = new Set<string>();
	for (const { id, name } of usable) {
		if (byName.has(fold(name))) shared.add(fold(name));
		byName.set(fold(name), id);
	}
	for (const name of shared) byName.delete(name);
	for (const { id, developerName } of usable) {
		if (developerName !== undefined) byName.set(fold(developerName), id);
	}
	const ids = new Set(recordTypes.map(({ id }) => longId(id) ?? id));
	return (value) => {
		const text = typeof value === 'string' ? value : nameIn(value);
		const id = text === undefined ? undefined : (longId(text) ?? '');
		if (id !== undefined && ids.has(id)) return exact(id);
		const named = text === undefined ? undefined : byName.get(fold(text));
		if (named !== undefined) return exact(longId(named) ?? named);
		if (text !== undefined && shared.has(fold(text))) {
			return unfit(
				`is ${shown(text)}, the name of several record types; send the API name or the id`,
			);
		}
		const names = usable.map(({ name }) => shown(name)).join(', ') || 'none';
		return unfit(
			`is ${shown(text ?? value)}, which is no record type the user of the credential may use; those are ${names}`,
		);
	};
}

/** `{ key: { DeveloperName: 'x' } }`, the form a parent's key has elsewhere. */
function nameIn(value: unknown): string | undefined {
	const key = isObject(value) ? value.key : undefined;
	const [name] = isObject(key) ? Object.values(key) : [];
	return typeof name === 'string' ? name : undefined;
}

const fold = (text: string): string => text.trim().toLowerCase();

/** A row refused because the parent it names by key is not there (4.6): another record may still bring it. */
export const isOrphan = (error: { readonly message: string } | undefined): boolean =>
	/Foreign key external ID/i.test(error?.message ?? '');
