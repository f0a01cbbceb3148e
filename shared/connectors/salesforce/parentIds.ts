import type { SyncRecord } from '../../core/record';
import { isObject } from '../json';
import type { Api, Row } from './api';
import type { SObject, SObjectField } from './describe';
import { lookUp } from './lookUp';
import { comparable } from './soql';

/** Ids of parents that records name by key: read only where records are compared with those of Salesforce. */
export interface ParentIds {
	/** Reads what these parts of records name and is not known yet. */
	find(parts: readonly SyncRecord[]): Promise<void>;
	/** The parent a relation names, as it is sent; undefined while nobody has it. */
	of(lookup: SObjectField, relation: Row): string | undefined;
}

/** Parent ids by object, key field and value. */
export function createParentIds(
	api: Api,
	sobject: SObject,
	parents: ReadonlyMap<string, SObject>,
): ParentIds {
	/** Object and field → value → id. */
	const known = new Map<string, Map<string, string>>();
	const learn = async ({ parent, field }: Place, wanted: ReadonlyMap<string, string>) => {
		const ids = known.get(placeName(parent, field)) ?? new Map<string, string>();
		known.set(placeName(parent, field), ids);
		// One that was looked for in vain may have been written by this very run since (sync T15).
		const open = [...wanted].filter(([text]) => !ids.has(text));
		const matches = await lookUp(api, parent, field.name, {
			values: open.map(([, value]) => value),
		});
		open.forEach(([text], index) => {
			const { found } = matches[index];
			if (found.length === 1) ids.set(text, found[0].id);
		});
	};
	return {
		async find(parts) {
			const wanted = new Map<Place, Map<string, string>>();
			for (const [place, value] of keysIn(sobject, parents, parts)) {
				const values = wanted.get(place) ?? new Map<string, string>();
				wanted.set(place, values.set(comparable(place.field, value), String(value)));
			}
			for (const [place, values] of wanted) {
				if (place.field.filterable) await learn(place, values);
			}
		},
		of({ referenceTo }, relation) {
			const { attributes, ...key } = relation;
			const object = isObject(attributes) ? String(attributes.type) : referenceTo[0];
			const parent = parents.get(object ?? '');
			const [[name, value] = ['', undefined]] = Object.entries(key);
			const field = parent?.field(name);
			if (!parent || !field) return undefined;
			return known.get(placeName(parent, field))?.get(comparable(field, value));
		},
	};
}

interface Place {
	readonly parent: SObject;
	readonly field: SObjectField;
}

const placeName = (parent: SObject, field: SObjectField): string => `${parent.name} ${field.name}`;

/** The parents named by key in parts of records: where to look, and for what. */
function* keysIn(
	sobject: SObject,
	parents: ReadonlyMap<string, SObject>,
	parts: readonly SyncRecord[],
): Generator<readonly [Place, unknown]> {
	const places = new Map<string, Place>();
	for (const part of parts) {
		for (const [name, value] of Object.entries(part)) {
			if (!isObject(value) || !isObject(value.key)) continue;
			const object = value.object ?? sobject.field(name)?.referenceTo[0];
			const parent = parents.get(String(object));
			const [[key, wanted] = ['', undefined]] = Object.entries(value.key);
			const field = parent?.field(key);
			if (!parent || !field || wanted === undefined || wanted === null) continue;
			const place = places.get(placeName(parent, field)) ?? { parent, field };
			places.set(placeName(parent, field), place);
			yield [place, wanted];
		}
	}
}
