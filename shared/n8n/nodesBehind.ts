import type { IExecuteFunctions, IPollFunctions } from 'n8n-workflow';

import { SyncError } from '../core/errors';
import { get } from '../core/path';

/** A node further on in the workflow, whose parameters can be read as that node itself reads them. */
export interface NodeBehind {
	readonly name: string;
	/** Reads parameters and nothing else: before a run there is neither an execution nor an input. */
	readonly context: IExecuteFunctions;
}

/** n8n's polling context has it at run time; its published type does not name it. */
type Evaluates = Partial<Pick<IExecuteFunctions, 'evaluateExpression'>>;

interface ReadOptions {
	readonly rawExpressions?: boolean;
	readonly extractValue?: boolean;
}

/** The nodes of one type that a trigger starts, as they stand in the workflow; disabled ones are left out. */
export function nodesBehind(context: IPollFunctions, type: string): NodeBehind[] {
	const children = context.getChildNodes(context.getNode().name, { includeNodeParameters: true });
	return children
		.filter((node) => !node.disabled && node.type.endsWith(`.${type}`))
		.map(({ name, parameters = {} }) => ({ name, context: reading(context, name, parameters) }));
}

function reading(context: IPollFunctions, name: string, parameters: object): IExecuteFunctions {
	const evaluate = (value: unknown): unknown => evaluated(context, name, value);
	const own = {
		getTimezone: () => context.getTimezone(),
		evaluateExpression: (text: string) => evaluate(`=${text}`),
		getNodeParameter(
			parameter: string,
			_item: number,
			fallback: unknown,
			{ rawExpressions, extractValue }: ReadOptions = {},
		) {
			const raw: unknown = get(parameters, parameter, fallback);
			if (rawExpressions) return raw;
			const value = evaluate(raw);
			return extractValue ? extracted(value) : value;
		},
	};
	return own as unknown as IExecuteFunctions;
}

/** What a resource locator locates, or the value itself. */
function extracted(value: unknown): unknown {
	return typeof value === 'object' && value !== null && 'value' in value ? value.value : value;
}

/** A parameter's value with its expressions worked out. They may use anything but items. */
function evaluated(context: IPollFunctions & Evaluates, name: string, value: unknown): unknown {
	if (Array.isArray(value)) return value.map((each) => evaluated(context, name, each));
	if (typeof value === 'object' && value !== null) {
		const entries = Object.entries(value);
		return Object.fromEntries(entries.map(([key, of]) => [key, evaluated(context, name, of)]));
	}
	if (typeof value !== 'string' || !value.startsWith('=')) return value;
	const text = value.slice(1);
	const outcome = attempt(() => context.evaluateExpression?.(text, 0));
	if ('value' in outcome) return outcome.value;
	throw new SyncError(
		'config',
		`The node "${name}" has an expression without a value before a run: ${text} (${outcome.reason})`,
		{ hint: 'Use a fixed value there, or a Schedule Trigger in the place of this trigger.' },
	);
}

function attempt(work: () => unknown): { readonly value: unknown } | { readonly reason: string } {
	try {
		return { value: work() };
	} catch (error) {
		return { reason: error instanceof Error ? error.message : String(error) };
	}
}
