import { SyncError } from '../../core/errors';
import type { FieldInfo } from '../../core/field';
import type { KeyInfo, ObjectInfo } from '../connector';
import { isObject } from '../json';
import type { Api, Row } from './api';
import { readSObject, type SObjectField } from './describe';
import { isPlain } from './fieldTypes';

/** Kept by Salesforce itself beside the records (section 2). */
const COMPANION = /(?:History|Share|Feed|ChangeEvent)$/;

/** All objects a person may choose: those whose records can be written in some way, by label. */
export async function readObjects(api: Api): Promise<ObjectInfo[]> {
	// jsforce's own call would make a helper object of each of a thousand entries, and fail on a foreign answer.
	const answer = await api.read('sobjects');
	const rows = isObject(answer) && Array.isArray(answer.sobjects) ? answer.sobjects : [];
	const objects = rows.filter(isObject).filter(isOffered).map(toObjectInfo);
	if (objects.length > 0) return objects.sort((a, b) => a.label.localeCompare(b.label));
	throw new SyncError('config', 'Salesforce shows no objects to the user of the credential', {
		hint: 'Give the user a permission set with access to the objects to write (Setup → Permission Sets → Object Settings).',
	});
}

/** Custom objects may be named `Workshare__c`: only the system's own end without a suffix of their own. */
function isOffered(row: Row): boolean {
	const isWritable = row.createable === true || row.updateable === true || row.deletable === true;
	const isHidden = row.deprecatedAndHidden === true || row.customSetting === true;
	return isWritable && !isHidden && !COMPANION.test(String(row.name));
}

const toObjectInfo = (row: Row): ObjectInfo => ({
	name: String(row.name),
	label: String(row.label ?? row.name),
});

/** The fields of an object that hold one value each, by label. */
export async function readFields(api: Api, name: string): Promise<FieldInfo[]> {
	const { fields, name: objectName } = await readSObject(api, name);
	const hasPersons = objectName === 'Account' && fields.has('IsPersonAccount');
	// Companies have a name, persons a last name: none of the two is required of every account.
	const isOfOneKind = (field: string) => hasPersons && /^(?:Last)?Name$/.test(field);
	return [...fields.values()]
		.filter(isPlain)
		.map(({ info }) => (isOfOneKind(info.name) ? { ...info, required: false } : info))
		.sort((a, b) => a.label.localeCompare(b.label));
}

/** What records are commonly matched by, the best first: unique external ids, the record id, then other fields Salesforce indexes for it. */
export async function readKeys(api: Api, name: string): Promise<KeyInfo[]> {
	const { fields } = await readSObject(api, name);
	const rank = ({ name: field, externalId, unique }: SObjectField) =>
		externalId && unique ? 0 : field === 'Id' ? 1 : externalId ? 2 : unique ? 3 : 4;
	return [...fields.values()]
		.filter(({ name: field, idLookup, externalId }) => field === 'Id' || idLookup || externalId)
		.sort((a, b) => rank(a) - rank(b) || a.label.localeCompare(b.label))
		.map(toKey);
}

function toKey(field: SObjectField): KeyInfo {
	const primary = field.name === 'Id';
	const marks = [
		...(field.externalId ? ['external ID'] : []),
		// Contact.Email looks like a key and is none (T7).
		...(field.unique || primary ? [] : ['may repeat']),
	];
	const label = primary ? 'Record ID (Id)' : `${field.label} (${field.name})`;
	return {
		name: field.name,
		label: [label, ...marks].join(' · '),
		fields: [field.name],
		primary,
		usable: true,
	};
}
