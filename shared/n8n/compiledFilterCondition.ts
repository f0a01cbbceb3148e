import type { FilterOperatorType, FilterOperatorValue, FilterOptionsValue } from 'n8n-workflow';

import { SyncError } from '../core/errors';
import type { ParsedParameter } from '../core/parsedParameter';
import { comparison, isUnary, knownOperator } from './compiledFilterOperators';
import { batchedPattern } from './compiledFilterRegex';
import type { CompileContext, CompiledValue } from './compiledParameter';
import { compileParsed, parseRawParameter } from './compiledParameter';
import { errorText } from './errors';

/** One condition, compiled once for all items. */
export interface CompiledCondition {
	/** As people find it in the panel: `Condition 2 ("status")`. */
	readonly name: string;
	readonly operation: string;
	readonly left: ParsedParameter;
	readonly right: ParsedParameter;
	/** Whether the record of this item meets it. Throws where n8n's filter would. */
	test(itemIndex: number): boolean;
}

interface ConditionRow {
	readonly leftValue?: unknown;
	readonly rightValue?: unknown;
	readonly operator?: Partial<FilterOperatorValue>;
}

/** What a condition needs of the filter it belongs to. */
export interface ConditionPlace {
	readonly position: number;
	readonly options: FilterOptionsValue;
	/** Reads a value as a date; shared, because conditions often read the same field. */
	asDate(value: unknown): unknown;
}

/** The row n8n's panel shows before anybody has entered anything. */
export function isUntouched(row: unknown): boolean {
	const { leftValue, rightValue, operator = {} } = (row ?? {}) as ConditionRow;
	const { type = 'string', operation = 'equals' } = operator;
	return isBlank(leftValue) && isBlank(rightValue) && type === 'string' && operation === 'equals';
}

/** Compiles one row of a filter control. Throws SyncError `config` when it cannot work for any record. */
export function compileCondition(
	context: CompileContext,
	row: unknown,
	{ position, options, asDate }: ConditionPlace,
): CompiledCondition {
	const { leftValue, rightValue, operator } = (row ?? {}) as ConditionRow;
	const left = parseRawParameter(leftValue);
	const name = nameOf(left, position);
	if (isBlank(leftValue)) {
		throw new SyncError('config', `${name} has no field to compare`, {
			hint: 'Drag a field into its first box, or remove the condition.',
		});
	}
	const known = knownOperator(operator, name);
	const right = parseRawParameter(isUnary(known) ? undefined : rightValue);
	const operand = (parsed: ParsedParameter, type: FilterOperatorType): CompiledValue => {
		const read = compileParsed(context, parsed);
		return type === 'dateTime' ? (itemIndex) => asDate(read(itemIndex)) : read;
	};
	const readLeft = operand(left, known.type);
	const readRight = operand(right, known.rightType ?? known.type);
	const compare = comparison(known, options);
	if (left.kind === 'constant') orRefuse(name, 'first', () => compare(readLeft(0), null));
	const plain = (itemIndex: number) => compare(readLeft(itemIndex), readRight(itemIndex));
	let test = plain;
	if (left.kind === 'path' && isPattern(known, right)) {
		const settings = { ...options, count: context.getInputData().length, read: readLeft };
		const matches = orRefuse(name, 'second', () => batchedPattern(right.value, settings));
		const wanted = known.operation === 'regex';
		test = (itemIndex) => {
			const isMatch = matches(itemIndex);
			return isMatch === undefined ? plain(itemIndex) : isMatch === wanted;
		};
	} else if (right.kind === 'constant') {
		orRefuse(name, 'second', () => compare(null, readRight(0)));
	}
	return { name, operation: known.operation, left, right, test };
}

function nameOf(left: ParsedParameter, position: number): string {
	const label = `Condition ${position + 1}`;
	if (left.kind === 'path') return `${label} ("${left.path.join('.')}")`;
	return left.kind === 'expression' ? `${label} (an expression)` : label;
}

function isPattern(
	{ operation }: FilterOperatorValue,
	right: ParsedParameter,
): right is { readonly kind: 'constant'; readonly value: string } {
	const isRegex = operation === 'regex' || operation === 'notRegex';
	return isRegex && right.kind === 'constant' && typeof right.value === 'string';
}

/** A fixed value of the wrong type, or a broken pattern, would refuse every single record. */
function orRefuse<Result>(name: string, box: 'first' | 'second', work: () => Result): Result {
	let problem: string;
	try {
		return work();
	} catch (error) {
		problem = filterErrorText(error);
	}
	throw new SyncError('config', `${name} has a value that cannot be compared: ${problem}`, {
		hint: `Correct its ${box} box, or choose another comparison.`,
	});
}

/** n8n counts conditions and items from 0; the name beside the text already says which one. */
export function filterErrorText(error: unknown): string {
	return errorText(error).replace(/\s*\[(?:condition \d+, )?item \d+\]$/u, '');
}

function isBlank(value: unknown): boolean {
	return value === undefined || value === null || value === '' || value === '=';
}
