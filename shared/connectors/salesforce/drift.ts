import { SyncError } from '../../core/errors';
import type { WriteTarget } from '../connector';
import type { SObject, SObjectField } from './describe';
import { isPlain } from './fieldTypes';
import type { Uses } from './ground';
import type { SalesforceWriteOptions } from './options';
import { MODE, OPTION } from './optionNames';

/** One way in which the object no longer is what the mapping takes it for, and its cure. */
interface Drift {
	readonly what: string;
	readonly hint: string;
}

/** What a write is about to use, and the object it would use. */
interface Case {
	readonly sobject: SObject;
	readonly target: WriteTarget;
	readonly options: SalesforceWriteOptions;
	readonly names: ReadonlySet<string>;
	readonly parentKeys: Uses['parents'];
	readonly parents: ReadonlyMap<string, SObject>;
}

/** Settings no object of Salesforce can follow. */
export function refuseTarget(
	target: WriteTarget,
	options: SalesforceWriteOptions,
	adopts: boolean,
): void {
	const { keyFields, writeMode } = target;
	const refuse = (what: string, hint: string) => {
		throw new SyncError('config', `Salesforce ${what}`, { hint });
	};
	if (target.removedRecords === 'deactivate') {
		refuse(
			'records have no common way of being inactive',
			'Choose Skip or Delete for removed records, or map a field that says so.',
		);
	}
	if (target.checkVersion) {
		refuse('gives out no versions of its records', 'Switch the option Check Version off.');
	}
	if (writeMode !== 'insert' && keyFields.length !== 1) {
		refuse(
			'matches records by exactly one field',
			'Choose one match field; for a key of several parts create an external id field that holds them together.',
		);
	}
	if (writeMode === 'insert' && adopts && options.findDoubtfulBy === undefined) {
		refuse(
			`would get records a second time that it may have already: ${MODE.insert} looks nothing up`,
			`Choose a field in ${OPTION.findDoubtfulBy}, or the write mode ${MODE.upsert}.`,
		);
	}
	if (options.api === 'bulk' && (options.allOrNone || options.allowDuplicates)) {
		refuse(
			`writes by Bulk API know no ${options.allOrNone ? OPTION.allOrNone : OPTION.allowDuplicates}`,
			'Choose Automatic or Collections as the API, or switch the option off (salesforce.com documents it for Collections only).',
		);
	}
}

/** What about the object does not fit the write; empty when all is well. */
export function findDrift(one: Case): Drift[] {
	return [...closedObject(one), ...lostKey(one), ...lostFields(one), ...lostParents(one)];
}

const RIGHTS =
	'Give the user of the credential a permission set with this right on the object (Setup → Permission Sets → Object Settings).';

function closedObject({ sobject, target }: Case): Drift[] {
	const { writeMode, removedRecords } = target;
	const needs: ReadonlyArray<readonly [boolean, string]> = [
		[writeMode === 'insert' || writeMode === 'upsert' ? sobject.createable : true, 'create'],
		[writeMode === 'update' || writeMode === 'upsert' ? sobject.updateable : true, 'update'],
		[writeMode === 'delete' || removedRecords === 'delete' ? sobject.deletable : true, 'delete'],
	];
	const missing = needs.flatMap(([isGiven, right]) => (isGiven ? [] : [right]));
	if (missing.length === 0) return [];
	return [
		{
			what: `the user of the credential may not ${missing.join(' or ')} its records`,
			hint: RIGHTS,
		},
	];
}

function lostKey({ sobject, target, options }: Case): Drift[] {
	const [name] = target.keyFields;
	if (name !== undefined)
		return [...unsearchable(sobject, name), ...unwritable(sobject, target, name)];
	const { findDoubtfulBy } = options;
	return findDoubtfulBy === undefined ? [] : unsearchable(sobject, findDoubtfulBy);
}

function unsearchable(sobject: SObject, name: string): Drift[] {
	const field = sobject.field(name);
	if (!field) return [noField([name])];
	if (field.filterable || field.externalId || field.idLookup) return [];
	return [
		{
			what: `its records cannot be matched by "${name}"`,
			hint: 'Match on another field, such as an external id; long texts and encrypted fields cannot be searched.',
		},
	];
}

/** Records that are created without their key are not found by the next run, which creates them again. */
function unwritable(sobject: SObject, { writeMode }: WriteTarget, name: string): Drift[] {
	const field = sobject.field(name);
	if (writeMode !== 'upsert' || !field || field.createable || field.type === 'id') return [];
	return [
		{
			what: `records cannot be created with a value in "${name}", so every run would create them again`,
			hint: `Match on a field that may be written, such as an external id, or use the write mode ${MODE.update}. If it may only not be written by the user of the credential, grant Edit Access (field-level security).`,
		},
	];
}

const noField = (names: readonly string[]): Drift => ({
	what: `it has no field ${quoted(names)}, or the user of the credential may not see it`,
	hint: 'Correct the mapping: API names of custom fields end in __c. If the name is right, let the user see the field (Setup → Object Manager → the object → Fields & Relationships → Set Field-Level Security).',
});

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

function lostFields({ sobject, target, options, names }: Case): Drift[] {
	const mapped = [...names].filter((name) => !target.keyFields.includes(name));
	const unknown = mapped.filter((name) => !sobject.field(name));
	const closed = mapped.filter((name) => isClosed(sobject.field(name)));
	const drift: Drift[] = unknown.length > 0 ? [noField(unknown)] : [];
	// A field that is not there cannot be told from a slip of the pen, so only closed ones may be dropped.
	if (closed.length > 0 && !options.dropUnwritable) {
		drift.push({
			what: `the user of the credential may not write its field ${quoted(closed)}`,
			hint: `Take it out of the mapping, grant Edit Access (field-level security), or switch on ${OPTION.dropUnwritable}. Formulas, numbers given by Salesforce and compound fields such as addresses are never written themselves.`,
		});
	}
	return drift;
}

/** True for a field nobody of these rights writes. Compound fields are written by their parts (2). */
export const isClosed = (field: SObjectField | undefined): boolean =>
	field !== undefined && (!isPlain(field) || (!field.createable && !field.updateable));

/** Parents that values name by something that is no key of them (4.6). */
function lostParents({ sobject, parentKeys, parents }: Case): Drift[] {
	const drift: Drift[] = [];
	for (const [name, keys] of parentKeys) {
		const lookup = sobject.field(name);
		if (!lookup || lookup.type !== 'reference' || lookup.referenceTo.includes('RecordType'))
			continue;
		for (const { object = lookup.referenceTo[0] ?? '', field } of keys.values()) {
			const parent = parents.get(object);
			if (!parent) {
				drift.push({
					what: `its lookup "${name}" does not point at ${object}`,
					hint: `It points at ${lookup.referenceTo.join(', ')}: map the field anew.`,
				});
			} else if (!isKey(parent.field(field))) {
				drift.push({
					what: `the lookup "${name}" names its parent by "${field}", which is no external id of ${object}`,
					hint: `Name the parent by an external id of ${object}, or by its record id.`,
				});
			}
		}
	}
	return drift;
}

const isKey = (field: SObjectField | undefined): boolean =>
	field !== undefined && (field.externalId || field.idLookup || field.type === 'id');
