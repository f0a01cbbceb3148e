import { visibleField } from './fieldSecurity';
import type { Field, ObjectType, RowWrite } from './model';
import type { ApiRequest, Session } from './org';
import { Refusal, badRequest, notFound } from './refusal';

/** What headers say about a write (4.7); the duplicate-rule header exists since API 52. */
export function headerOptions(
	{ version }: Session,
	{ headers }: Pick<ApiRequest, 'headers'>,
): Pick<RowWrite, 'allowSave' | 'autoAssign'> {
	const duplicates = headers['sforce-duplicate-rule-header'] ?? '';
	const assign = headers['sforce-auto-assign'] ?? 'TRUE';
	const allowSave = version >= 52 && /\ballowSave\s*=\s*true\b/i.test(duplicates);
	if (/^true$/i.test(assign)) return { allowSave, autoAssign: true };
	return { allowSave, autoAssign: /^false$/i.test(assign) ? false : assign };
}

/** Does `?updateOnly=true` act? Below version 61 the switch tells (S16). */
export const isUpdateOnly = ({ org, version }: Session, { query }: ApiRequest): boolean =>
	query.get('updateOnly') === 'true' &&
	(version >= 61 || org.switches.updateOnlyBelow61 === 'honoured');

/** The field an upsert may go by; any other is refused before a row is looked at. */
export function upsertKey({ org }: Session, object: ObjectType, name: string): Field {
	const field = visibleField(org, object, name);
	if (field === undefined || (!field.externalId && !field.idLookup)) {
		throw notFound(`Provided external ID field does not exist or is not accessible: ${name}`);
	}
	if (field.externalId && !field.unique && !org.permissions.viewAllData) {
		throw new Refusal(
			403,
			'INSUFFICIENT_ACCESS',
			`Matching by ${field.name}, which is not unique, needs the View All Data permission.`,
		);
	}
	return field;
}

/** A record's id, or the field it is matched by, must not stand in its body (4.3). */
export function refuseInBody(
	values: Readonly<Record<string, unknown>>,
	names: readonly string[],
): void {
	for (const name of Object.keys(values)) {
		const found = names.find((each) => each.toLowerCase() === name.toLowerCase());
		if (found === undefined) continue;
		const text = `The ${found} field should not be specified in the sobject data.`;
		throw badRequest('INVALID_FIELD', text);
	}
}
