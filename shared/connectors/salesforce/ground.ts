import { eachInSlices } from '../../core/breathe';
import { SyncError } from '../../core/errors';
import type { WriteRecord, WriteTarget } from '../connector';
import { isObject } from '../json';
import type { Api } from './api';
import { readSObject, type SObject, type SObjectField } from './describe';
import { findDrift, refuseTarget } from './drift';
import { fieldConverter } from './fieldConverter';
import type { SalesforceWriteOptions } from './options';
import { createOwners } from './owners';
import { readPrefixes } from './prefixes';
import { ownIdConverter, referenceConverter, takesOwner, type ReferenceFacts } from './references';
import { valueEncoder, type Encoder } from './values';

/** What a write stands on: the object as it is, and how each field in use is encoded. */
export interface Ground {
	readonly sobject: SObject;
	readonly keyField?: SObjectField;
	readonly encoders: ReadonlyMap<string, Encoder>;
	readonly references: ReferenceFacts;
	readonly names: ReadonlySet<string>;
}

interface GroundTools {
	readonly api: Api;
	readonly options: SalesforceWriteOptions;
}

/** The fields records use, each with the parents its values name by key: `object` and `field`. */
export interface Uses {
	readonly names: ReadonlySet<string>;
	readonly parents: ReadonlyMap<string, ReadonlyMap<string, ParentKey>>;
}

/** A field of a parent that values of a lookup name it by. */
export interface ParentKey {
	/** Left out where the value does not say: the only object the lookup points at. */
	readonly object?: string;
	readonly field: string;
}

/** Reads the object and checks the target against it: what would fail every record is refused here (sync T19). */
export async function layGround(
	{ api, options }: GroundTools,
	target: WriteTarget,
	records: readonly WriteRecord[],
): Promise<Ground> {
	const adopts = records.some(({ adopt }) => adopt === true);
	refuseTarget(target, options, adopts);
	const { names, parents: parentKeys } = await usesOf(target, records);
	const { objectName } = target;
	const readParents = async (one: SObject) => await parentsOf(api, one, parentKeys);
	let sobject = await readSObject(api, objectName);
	let parents = await readParents(sobject);
	const driftOf = () => findDrift({ sobject, target, options, names, parentKeys, parents });
	if (driftOf().length > 0) {
		// What is remembered may be older than the change somebody just made.
		sobject = await readSObject(api, objectName, true);
		parents = await readParents(sobject);
	}
	const drift = driftOf();
	if (drift.length > 0) {
		throw new SyncError(
			'config',
			`The Salesforce object ${sobject.name} does not fit this write: ${drift.map(({ what }) => what).join('; ')}`,
			{ hint: [...new Set(drift.map(({ hint }) => hint))].join(' ') },
		);
	}
	const references = await readReferences(api, sobject, names, parents);
	const keyName = target.keyFields[0] ?? options.findDoubtfulBy;
	const keyField = keyName === undefined ? undefined : sobject.field(keyName);
	return {
		sobject,
		...(keyField && { keyField }),
		encoders: encodersOf(sobject, names, { options, references, keyFields: target.keyFields }),
		references,
		names,
	};
}

async function usesOf(target: WriteTarget, records: readonly WriteRecord[]): Promise<Uses> {
	const names = new Set(target.keyFields);
	const parents = new Map<string, Map<string, ParentKey>>();
	// A removal and a delete send no values.
	const sends = ({ change }: WriteRecord) => change !== 'removed' && target.writeMode !== 'delete';
	await eachInSlices(records, (record) => {
		if (!sends(record)) return;
		for (const name in record.values) {
			names.add(name);
			const value = record.values[name];
			if (isObject(value) && isObject(value.key)) noteParent(parents, name, value);
		}
		for (const name in record.update) names.add(name);
	});
	return { names, parents };
}

function noteParent(
	parents: Map<string, Map<string, ParentKey>>,
	name: string,
	{ key, object }: Readonly<Record<string, unknown>>,
): void {
	const own = parents.get(name) ?? new Map<string, ParentKey>();
	parents.set(name, own);
	for (const field of Object.keys(isObject(key) ? key : {})) {
		const named = typeof object === 'string' ? { object, field } : { field };
		own.set(`${named.object ?? ''} ${field}`, named);
	}
}

/** The objects whose records are named by key. One the lookup does not point at is told as drift. */
async function parentsOf(
	api: Api,
	sobject: SObject,
	parentKeys: Uses['parents'],
): Promise<ReadonlyMap<string, SObject>> {
	const parents = new Map<string, SObject>();
	for (const [name, keys] of parentKeys) {
		const { referenceTo = [] } = sobject.field(name) ?? {};
		for (const { object = referenceTo[0] } of keys.values()) {
			if (object === undefined || !referenceTo.includes(object) || parents.has(object)) continue;
			parents.set(object, await readSObject(api, object));
		}
	}
	return parents;
}

async function readReferences(
	api: Api,
	sobject: SObject,
	names: ReadonlySet<string>,
	parents: ReadonlyMap<string, SObject>,
): Promise<ReferenceFacts> {
	const lookups = [...names].flatMap((name) => {
		const field = sobject.field(name);
		return field?.type === 'reference' ? [field] : [];
	});
	const plain = lookups.filter(({ referenceTo }) => !referenceTo.includes('RecordType'));
	return {
		prefixes: plain.length > 0 ? await readPrefixes(api) : new Map(),
		parents,
		owners: new Map(
			lookups
				.filter(takesOwner)
				.map(({ name, referenceTo }) => [name, createOwners(api, referenceTo)]),
		),
	};
}

interface EncodingFacts {
	readonly options: SalesforceWriteOptions;
	readonly references: ReferenceFacts;
	readonly keyFields: readonly string[];
}

function encodersOf(
	sobject: SObject,
	names: ReadonlySet<string>,
	{ options, references, keyFields }: EncodingFacts,
): Map<string, Encoder> {
	const encoders = new Map<string, Encoder>();
	for (const name of names) {
		const field = sobject.field(name);
		if (!field) continue;
		const own = keyFields.includes(name) ? keyPolicies(options) : options;
		encoders.set(name, valueEncoder(field, own, converterOf(sobject, field, own, references)));
	}
	return encoders;
}

function converterOf(
	sobject: SObject,
	field: SObjectField,
	options: Parameters<typeof fieldConverter>[1],
	references: ReferenceFacts,
) {
	if (field.type === 'reference') return referenceConverter(sobject, field, references);
	const convert = fieldConverter(field, options);
	return field.type === 'id' ? ownIdConverter(sobject, convert) : convert;
}

/** A key that was cut would be the key of another record, and one that was left out that of any. */
const keyPolicies = ({ typePolicy, ...options }: SalesforceWriteOptions) => ({
	...options,
	isKey: true,
	typePolicy: typePolicy === 'reject' ? typePolicy : ('convert' as const),
});
