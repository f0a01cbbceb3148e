import type { ObjectType, Row } from './model';
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
	const value = parent.values[field.name] ?? null;
	(record[name] as Json)[field.name] = answerValue(field, value, session.org.switches);
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
		else {
			const value = row.values[field.name] ?? null;
			record[field.name] = answerValue(field, value, session.org.switches);
		}
	}
	return record;
}
