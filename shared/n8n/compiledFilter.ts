import { FilterError, type FilterOptionsValue, type IExecuteFunctions } from 'n8n-workflow';

import { SyncError } from '../core/errors';
import type { CompiledCondition } from './compiledFilterCondition';
import { compileCondition, filterErrorText, isUntouched } from './compiledFilterCondition';
import { dateReader } from './compiledFilterDates';
import type { CompileContext } from './compiledParameter';

/** What compiling a filter needs of n8n's execution context. */
export type FilterContext = CompileContext & Pick<IExecuteFunctions, 'getTimezone'>;

/** How values compare: the switches of n8n's own Filter node. */
export interface FilterSettings {
	readonly ignoreCase: boolean;
	/** Off: a value of another type than the comparison's refuses its record. */
	readonly convertTypes: boolean;
}

/** What the conditions say about one record. `unclear`: they cannot be evaluated for it. */
export type Verdict =
	{ readonly kind: 'passes' } | { readonly kind: 'fails' | 'unclear'; readonly reason: string };

/** Conditions of n8n's filter control, compiled once for all items. */
export interface CompiledFilter {
	readonly conditions: readonly CompiledCondition[];
	judge(itemIndex: number): Verdict;
}

const passes: Verdict = { kind: 'passes' };

/**
 * Compiles the raw value of a filter control, version 3 (n8n:T-20); without conditions everything passes
 * (`sync:A23`). Throws SyncError `config` for conditions that cannot work for any record.
 */
export function compileFilter(
	context: FilterContext,
	raw: unknown,
	settings: FilterSettings,
): CompiledFilter {
	const options: FilterOptionsValue = {
		caseSensitive: !settings.ignoreCase,
		leftValue: '',
		typeValidation: settings.convertTypes ? 'loose' : 'strict',
		version: 3,
	};
	const { combinator, rows } = readControl(raw);
	const asDate = dateReader(context.getTimezone());
	const conditions = rows.flatMap((row, position) =>
		isUntouched(row) ? [] : [compileCondition(context, row, { position, options, asDate })],
	);
	// A single condition is told by its name, however it is joined.
	const isAny = combinator === 'or' && conditions.length > 1;
	const noneMet = `None of the ${conditions.length} conditions is met.`;
	const atEnd: Verdict = isAny ? { kind: 'fails', reason: noneMet } : passes;
	const judge = (itemIndex: number): Verdict => {
		// As in n8n, conditions are asked in order and only until the answer is certain.
		for (const condition of conditions) {
			const answer = ask(condition, itemIndex, settings);
			if (answer.kind === 'unclear' || (answer.kind === 'passes') === isAny) return answer;
		}
		return atEnd;
	};
	return { conditions, judge };
}

function ask(condition: CompiledCondition, itemIndex: number, settings: FilterSettings): Verdict {
	try {
		if (condition.test(itemIndex)) return passes;
		return { kind: 'fails', reason: `${condition.name} is not met.` };
	} catch (error) {
		return { kind: 'unclear', reason: unclearReason(condition, error, settings) };
	}
}

function unclearReason(
	{ name }: CompiledCondition,
	error: unknown,
	{ convertTypes }: FilterSettings,
): string {
	const text = filterErrorText(error).replace(/\.$/u, '');
	const cure = convertTypes
		? ' Choose another type of comparison.'
		: ' Choose another type of comparison, or switch on Convert Types Where Required.';
	const next = error instanceof FilterError ? cure : '';
	return `${name} cannot be evaluated: ${text}.${next}`;
}

function readControl(raw: unknown): { combinator: 'and' | 'or'; rows: readonly unknown[] } {
	const { combinator = 'and', conditions = [] } = (raw ?? {}) as Record<string, unknown>;
	if (typeof raw === 'string' || !Array.isArray(conditions)) {
		throw new SyncError('config', 'Conditions is not a list of conditions', {
			hint: 'Enter the conditions one by one; each of their values may be an expression, the list may not.',
		});
	}
	if (combinator !== 'and' && combinator !== 'or') {
		throw new SyncError('config', `The conditions are joined by "${String(combinator)}"`, {
			hint: 'Choose And or Or between them.',
		});
	}
	return { combinator, rows: conditions };
}
