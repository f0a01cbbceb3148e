import type { IExecuteFunctions } from 'n8n-workflow';
import { isSafeObjectProperty } from 'n8n-workflow';

import type { ParsedParameter } from '../core/parsedParameter';
import { parseParameter } from '../core/parsedParameter';
import { get } from '../core/path';

/** The value of a parameter for the item at this position of the input. */
export type CompiledValue = (itemIndex: number) => unknown;

/** What reading compiled parameters needs of n8n's execution context. */
export type CompileContext = Pick<IExecuteFunctions, 'evaluateExpression' | 'getInputData'>;

/** Parses a parameter that was read with `rawExpressions`, by the rules of n8n's expressions. */
export function parseRawParameter(raw: unknown): ParsedParameter {
	return parseParameter(raw, isReadable);
}

/**
 * Compiles a raw parameter once for all items: bare `={{ $json.path }}` to a getter, literals to constants,
 * anything else to a call of n8n's engine, which costs about 0.5 ms per item (n8n:T-12).
 */
export function compileValue(context: CompileContext, raw: unknown): CompiledValue {
	return compileParsed(context, parseRawParameter(raw));
}

/** As `compileValue`, for a parameter that is parsed already. */
export function compileParsed(context: CompileContext, parsed: ParsedParameter): CompiledValue {
	if (parsed.kind === 'constant') return () => parsed.value;
	if (parsed.kind === 'expression') {
		return (itemIndex) => context.evaluateExpression(parsed.text, itemIndex);
	}
	const items = context.getInputData();
	return (itemIndex) => {
		const value = readPath(items[itemIndex].json, parsed.path);
		// n8n refuses methods in its own words; the getter must not hand one out.
		return typeof value === 'function'
			? context.evaluateExpression(`{{ $json${pathText(parsed.path)} }}`, itemIndex)
			: value;
	};
}

/** The value at a path, as n8n's expressions read it: dates arrive as ISO text. */
export function readPath(record: object, path: readonly string[]): unknown {
	const value: unknown = get(record, path);
	return value instanceof Date ? value.toJSON() : value;
}

function pathText(path: readonly string[]): string {
	return path.map((name) => `[${JSON.stringify(name)}]`).join('');
}

/** The engine refuses the rest, `$` because it takes it for its own function; only it can say so. */
function isReadable(name: string): boolean {
	return name !== '$' && isSafeObjectProperty(name);
}
