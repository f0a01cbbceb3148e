import { isCompound } from './fields';
import { positionOf } from './jsonPositions';
import type { ObjectType, RowError } from './model';
import type { Session } from './org';
import { badRequest } from './refusal';
import { namedField, noSuchColumn } from './rowValues';
import { readValue, typeMismatch } from './values';

/** A record inside the JSON body it came in. */
export interface JsonRecord {
	readonly object: ObjectType;
	readonly values: Readonly<Record<string, unknown>>;
	/** The whole body, and the way to the record in it. */
	readonly text: string;
	readonly path: ReadonlyArray<string | number>;
}

function mismatch(session: Session, { object, values }: JsonRecord, name: string) {
	const named = namedField(session, object, name);
	const raw = values[name];
	if (named === undefined) throw badRequest('INVALID_FIELD', noSuchColumn(object, name));
	const { field, relation } = named;
	if (relation) {
		const fits = typeof raw === 'object' && !Array.isArray(raw);
		return fits ? undefined : typeMismatch({ ...field, type: 'reference' }, raw);
	}
	// Whatever stands there, it cannot be written: the row says so.
	if (isCompound(field)) return undefined;
	return readValue(session.org.switches, field, raw) === undefined
		? typeMismatch(field, raw)
		: undefined;
}

/**
 * What the JSON parser refuses before any row is written: an unknown field the whole call, a value of
 * the wrong type the call or, by U2 in Collections, the row (T1).
 */
export function parserError(
	session: Session,
	record: JsonRecord,
	scope: 'call' | 'row',
): RowError | undefined {
	for (const name of Object.keys(record.values)) {
		if (/^(?:id|attributes)$/i.test(name)) continue;
		const text = mismatch(session, record, name);
		if (text === undefined) continue;
		const { columnUnit } = session.org.switches;
		const { line, column } = positionOf(record.text, [...record.path, name], columnUnit);
		const message = `${text} at [line:${line}, column:${column}]`;
		if (scope === 'call') throw badRequest('JSON_PARSER_ERROR', message);
		return { statusCode: 'JSON_PARSER_ERROR', message, fields: [] };
	}
	return undefined;
}
