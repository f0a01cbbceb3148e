import { isCompound } from './fields';
import type { Field, ObjectType, Row } from './model';
import type { Session } from './org';
import { root } from './org';
import type { Column } from './soqlColumns';
import { parentOf } from './soqlColumns';
import { answerValue } from './values';

type Json = Record<string, unknown>;

const attributesOf = (session: Session, object: ObjectType, { id }: Row) => ({
	type: object.name,
	url: `${root(session)}/sobjects/${object.name}/${id}`,
});

/** The `url` every answer names a row by. */
export const rowUrl = (session: Session, object: ObjectType, row: Row): string =>
	attributesOf(session, object, row).url;

/** `BillingStreet` as `street`, `Place__Latitude__s` as `latitude`. */
function partName(whole: Field, part: Field): string {
	const name = part.name.slice(whole.name.replace(/(?:Address|c)$/, '').length).replace(/__s$/, '');
	return name.charAt(0).toLowerCase() + name.slice(1);
}

/** The parts of a compound field as one value; null when all are empty. */
function compoundValue(object: ObjectType, { values }: Row, whole: Field): Json | null {
	const parts = [...object.fields.values()].filter(
		({ compoundFieldName, name }) => compoundFieldName === whole.name && name !== whole.name,
	);
	if (parts.every(({ name }) => (values[name] ?? null) === null)) return null;
	const shown = Object.fromEntries(
		parts.map((part) => [partName(whole, part), values[part.name] ?? null]),
	);
	return whole.type === 'address' ? { ...shown, geocodeAccuracy: null } : shown;
}

/** A field of a row as JSON answers show it; binary content is fetched where its address says. */
function shownValue(session: Session, object: ObjectType, row: Row, field: Field): unknown {
	if (isCompound(field)) return compoundValue(object, row, field);
	const value = row.values[field.name] ?? null;
	if (field.type === 'base64' && value !== null) {
		return `${rowUrl(session, object, row)}/${field.name}`;
	}
	return answerValue(field, value, session.org.switches);
}

function addParent(session: Session, record: Json, row: Row, { field, relation }: Column): void {
	const name = relation?.relationshipName;
	if (relation === undefined || name === undefined) return;
	const found = parentOf(session.org, row, relation);
	if (found === undefined) {
		record[name] = null;
		return;
	}
	const [object, parent] = found;
	record[name] ??= { attributes: attributesOf(session, object, parent) };
	(record[name] as Json)[field.name] = shownValue(session, object, parent, field);
}

/** A row as answers write it: attributes first, then the columns, parents nested. */
export function recordJson(
	session: Session,
	object: ObjectType,
	row: Row,
	columns: readonly Column[],
): Json {
	const record: Json = { attributes: attributesOf(session, object, row) };
	for (const column of columns) {
		const { field, relation } = column;
		if (relation !== undefined) addParent(session, record, row, column);
		else record[field.name] = shownValue(session, object, row, field);
	}
	return record;
}
