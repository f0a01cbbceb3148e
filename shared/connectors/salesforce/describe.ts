import { SyncError } from '../../core/errors';
import type { FieldInfo } from '../../core/field';
import { isObject } from '../json';
import type { Api, Row } from './api';
import { toField } from './fieldTypes';
import { LIMITS } from './limits';

/** A field as describe shows it (salesforce section 2). */
export interface SObjectField {
	readonly name: string;
	readonly label: string;
	/** Salesforce's own word, such as `multipicklist`. */
	readonly type: string;
	/** The same in the words all systems share. */
	readonly info: FieldInfo;
	readonly createable: boolean;
	readonly updateable: boolean;
	/** May stand in a WHERE. */
	readonly filterable: boolean;
	readonly idLookup: boolean;
	readonly externalId: boolean;
	readonly unique: boolean;
	readonly caseSensitive: boolean;
	/** A record cannot be created without it. */
	readonly required: boolean;
	readonly length: number;
	readonly digits: number;
	readonly precision: number;
	readonly scale: number;
	/** Objects a lookup may point at; several make it polymorphic. */
	readonly referenceTo: readonly string[];
	/** How a parent is named in requests: `Account`, `Boss__r`. */
	readonly relationshipName?: string;
	/** A picklist that takes its own values only. */
	readonly restricted: boolean;
}

/** A record type of an object. */
export interface RecordType {
	readonly id: string;
	readonly name: string;
	readonly developerName?: string;
	readonly active: boolean;
	/** To the user of the credential. */
	readonly available: boolean;
	readonly isMaster: boolean;
}

/** An object's facts, as the user of the credential sees them. */
export interface SObject {
	readonly name: string;
	readonly label: string;
	/** First three characters of its ids. */
	readonly keyPrefix?: string;
	readonly createable: boolean;
	readonly updateable: boolean;
	readonly deletable: boolean;
	readonly queryable: boolean;
	readonly replicateable: boolean;
	/** By API name. */
	readonly fields: ReadonlyMap<string, SObjectField>;
	readonly recordTypes: readonly RecordType[];
	/** A field by its API name in any case. */
	field(name: string): SObjectField | undefined;
}

/** What an API name may consist of: it stands in addresses and queries (3.1). */
const API_NAME = /^[A-Za-z]\w*$/;

const UNKNOWN_OBJECT =
	'Choose the object from the list; API names of custom objects end in __c. If the name is right, the user of the credential may not see the object: give it a permission set with Read access (Setup → Permission Sets → Object Settings).';

const memory = new Map<string, { readonly until: number; readonly sobject: SObject }>();
const REMEMBERED = 200;

/**
 * An object's facts, remembered for ten minutes per instance and credential, because field-level security
 * shows each user fields of its own (T20). Whoever misses something asks `anew`.
 */
export async function readSObject(api: Api, name: string, anew = false): Promise<SObject> {
	const wanted = name.trim();
	if (wanted === '') throw new SyncError('config', 'No Salesforce object is chosen');
	if (!API_NAME.test(wanted)) throw noObject(wanted);
	const place = `${api.scope} ${api.version} ${wanted.toLowerCase()}`;
	const known = memory.get(place);
	if (!anew && known && known.until > api.clock.now()) return known.sobject;
	const answer: unknown = await api.ask(
		{ doing: `describe the object "${wanted}"`, hint: UNKNOWN_OBJECT },
		(connection) => connection.describe(wanted),
	);
	const sobject = toSObject(answer, wanted);
	memory.delete(place);
	memory.set(place, { until: api.clock.now() + LIMITS.metadataMs, sobject });
	const [oldest] = memory.keys();
	if (memory.size > REMEMBERED && oldest !== undefined) memory.delete(oldest);
	return sobject;
}

const noObject = (name: string): SyncError =>
	new SyncError('config', `Salesforce can have no object of the API name "${name}"`, {
		hint: UNKNOWN_OBJECT,
	});

function toSObject(answer: unknown, wanted: string): SObject {
	const row: Row = isObject(answer) ? answer : {};
	const rows = Array.isArray(row.fields) ? row.fields.filter(isObject) : [];
	if (rows.length === 0) {
		throw new SyncError(
			'config',
			`Salesforce shows no fields of "${wanted}" to the user of the credential`,
			{
				hint: 'Give the user a permission set with Read access to the object and its fields (Setup → Permission Sets → Object Settings).',
			},
		);
	}
	const fields = new Map(rows.map(toField).map((field) => [field.name, field]));
	const byFolded = new Map([...fields].map(([name, field]) => [name.toLowerCase(), field]));
	const types = Array.isArray(row.recordTypeInfos) ? row.recordTypeInfos.filter(isObject) : [];
	return {
		name: String(row.name),
		label: String(row.label ?? row.name),
		...(typeof row.keyPrefix === 'string' && { keyPrefix: row.keyPrefix }),
		createable: row.createable === true,
		updateable: row.updateable === true,
		deletable: row.deletable === true,
		queryable: row.queryable === true,
		replicateable: row.replicateable === true,
		fields,
		recordTypes: types.map(toRecordType),
		field: (name) => fields.get(name) ?? byFolded.get(name.toLowerCase()),
	};
}

const toRecordType = (row: Row): RecordType => ({
	id: String(row.recordTypeId),
	name: String(row.name),
	...(typeof row.developerName === 'string' && { developerName: row.developerName }),
	active: row.active !== false,
	available: row.available === true,
	isMaster: row.master === true,
});
