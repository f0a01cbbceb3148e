import type { IExecuteFunctions } from 'n8n-workflow';

import type { FieldCondition, FieldConditions } from '../connectors/changes';
import { SyncError } from '../core/errors';
import type { SyncRecord } from '../core/record';
import { compileFilter, type Verdict } from './compiledFilter';
import { isUntouched } from './compiledFilterCondition';
import { parseRawParameter } from './compiledParameter';

/** Conditions on the fields of records that are read, rather than on input items. */
export interface ChangeFilter {
	/** The fields the conditions look at. */
	readonly fields: readonly string[];
	/** For the system, which may spare reading what does not meet them. */
	readonly conditions?: FieldConditions;
	/** What the conditions say about each of these records, by their technical values. */
	judge(records: readonly SyncRecord[]): readonly Verdict[];
}

interface RawCondition {
	readonly leftValue?: unknown;
	readonly rightValue?: unknown;
	readonly operator?: { readonly type?: string; readonly operation?: string };
}

/** As Dynamics 365 compares: without case, and a number in a text is a number. */
const settings = { ignoreCase: true, convertTypes: true } as const;

/**
 * Compiles the raw value of a filter control whose first boxes name fields, typed in or as `{{ $json.field }}`.
 * Second boxes are evaluated once, for the item that started the run. Throws SyncError `config` for what cannot work.
 */
export function changeFilter(context: IExecuteFunctions, raw: unknown): ChangeFilter {
	const { combinator, conditions = [] } = (raw ?? {}) as {
		readonly combinator?: 'and' | 'or';
		readonly conditions?: readonly RawCondition[];
	};
	if (!Array.isArray(conditions)) compileFilter(context, raw, settings);
	const rows = conditions.filter((row) => !isUntouched(row)).map(boundTo(context));
	const compiled = { combinator, conditions: rows.map(({ row }) => row) };
	const judge = (records: readonly SyncRecord[]) => {
		const items = records.map((json) => ({ json }));
		const own = { ...reading(context), getInputData: () => items as never };
		const filter = compileFilter(own, compiled, settings);
		return items.map((_, index) => filter.judge(index));
	};
	// A condition that cannot work for any record is found before anything is read.
	judge([]);
	return {
		fields: rows.map(({ condition }) => condition.field),
		...(rows.length > 0 && {
			conditions: {
				combinator: combinator ?? 'and',
				conditions: rows.map(({ condition }) => condition),
			},
		}),
		judge,
	};
}

function reading(context: IExecuteFunctions) {
	return {
		evaluateExpression: context.evaluateExpression.bind(context),
		getTimezone: context.getTimezone.bind(context),
	};
}

/** A row of the control with a field on its left and a value on its right. */
function boundTo(context: IExecuteFunctions) {
	return (row: RawCondition, position: number) => {
		const field = fieldOf(row.leftValue, position);
		const right = parseRawParameter(row.rightValue);
		const value =
			right.kind === 'constant'
				? right.value
				: context.evaluateExpression(String(row.rightValue).replace(/^=/u, ''), 0);
		const condition: FieldCondition = {
			field,
			type: String(row.operator?.type),
			operation: String(row.operator?.operation),
			value,
		};
		const leftValue = `={{ $json[${JSON.stringify(field)}] }}`;
		return { condition, row: { ...row, leftValue, rightValue: value } };
	};
}

function fieldOf(left: unknown, position: number): string {
	const parsed = parseRawParameter(left);
	const name =
		parsed.kind === 'path' && parsed.path.length === 1
			? parsed.path[0]
			: parsed.kind === 'constant'
				? parsed.value
				: undefined;
	if (typeof name === 'string' && name.trim() !== '') return name.trim();
	throw new SyncError('config', `Condition ${position + 1} does not name a column`, {
		hint: 'Enter the logical name of a column into its first box, such as {{ $json.statecode }}.',
	});
}
