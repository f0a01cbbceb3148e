import type { FilterConditionValue, FilterOperatorValue, FilterOptionsValue } from 'n8n-workflow';
import { executeFilterCondition } from 'n8n-workflow';

import { SyncError } from '../core/errors';

const presence = ['exists', 'notExists'];
const emptiness = [...presence, 'empty', 'notEmpty'];
const equality = ['equals', 'notEquals'];

/** n8n answers an unknown comparison with "not met" for every record, which would empty a segment. */
const operations: Readonly<Record<string, readonly string[]>> = {
	any: presence,
	string: [
		...[...emptiness, ...equality, 'contains', 'notContains', 'startsWith', 'notStartsWith'],
		...['endsWith', 'notEndsWith', 'regex', 'notRegex'],
	],
	number: [...emptiness, ...equality, 'gt', 'lt', 'gte', 'lte'],
	dateTime: [...emptiness, ...equality, 'after', 'before', 'afterOrEquals', 'beforeOrEquals'],
	boolean: [...emptiness, ...equality, 'true', 'false'],
	array: [
		...[...emptiness, 'contains', 'notContains', 'lengthEquals', 'lengthNotEquals'],
		...['lengthGt', 'lengthLt', 'lengthGte', 'lengthLte'],
	],
	object: emptiness,
};
const withoutSecondBox: ReadonlySet<string> = new Set([...emptiness, 'true', 'false']);

/** Whether a comparison only asks about the field itself, so that its second box does not count. */
export function isUnary({ operation }: FilterOperatorValue): boolean {
	return withoutSecondBox.has(operation);
}

/** The comparison of a condition. Throws SyncError `config` when n8n has none of that name. */
export function knownOperator(
	operator: Partial<FilterOperatorValue> = {},
	name: string,
): FilterOperatorValue {
	const { type, operation, rightType } = operator;
	const isKnown = (operations[String(type)] ?? []).includes(String(operation));
	if (isKnown && type !== undefined && operation !== undefined) {
		return { type, operation, ...(rightType && { rightType }) };
	}
	throw new SyncError(
		'config',
		`${name} has the unknown comparison "${String(type)}: ${String(operation)}"`,
		{ hint: 'Choose its comparison again in the panel.' },
	);
}

/** n8n's own comparison of two values, whatever they are; it throws when their types do not fit. */
export function comparison(
	operator: FilterOperatorValue,
	options: FilterOptionsValue,
): (left: unknown, right: unknown) => boolean {
	return (leftValue, rightValue) => {
		const condition = { id: '', leftValue, operator, rightValue } as FilterConditionValue;
		return Boolean(executeFilterCondition(condition, options));
	};
}
