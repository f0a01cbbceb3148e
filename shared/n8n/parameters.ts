import type { IExecuteFunctions } from 'n8n-workflow';

import { SyncError } from '../core/errors';
import { defaultGuard, type GuardSettings } from '../core/guard';
import { parseNames } from '../core/parsedParameter';

/** A parameter as it stands in the workflow, expressions not evaluated. */
export function rawParameter(context: IExecuteFunctions, name: string, fallback: unknown): unknown {
	return context.getNodeParameter(name, 0, fallback, { rawExpressions: true });
}

/** A list of field names; dragged fields stand for their names. Throws SyncError `config` for other expressions. */
export function fieldNames(context: IExecuteFunctions, parameter: string, label: string): string[] {
	const names = parseNames(rawParameter(context, parameter, ''));
	if (names !== undefined) return names;
	throw new SyncError('config', `${label} holds an expression that is not a field name`, {
		hint: 'Enter field names separated by commas, or drag the fields.',
	});
}

const plainNumber = /^\s*\d+(?:\.\d+)?\s*$/u;
/** Characters of a value that a message shows. */
const shownLength = 40;

/**
 * Reads numbers of zero or more, also as text such as "15", from a collection of options; an option that was not
 * added has its default. Throws SyncError `config` for one that holds anything else: an expression that finds
 * nothing, or finds "15%", must not switch a guard off (design R9).
 */
export function numberReader<Options extends object>(
	options: Options,
): (name: keyof Options, label: string, fallback: number) => number {
	return (name, label, fallback) => {
		if (!(name in options)) return fallback;
		const value: unknown = options[name];
		const number = typeof value === 'string' && plainNumber.test(value) ? Number(value) : value;
		if (typeof number === 'number' && Number.isFinite(number) && number >= 0) return number;
		const text = typeof value === 'number' ? String(value) : JSON.stringify(value);
		const given = text === undefined ? 'has no value' : `is ${text.slice(0, shownLength)}`;
		throw new SyncError('config', `The option ${label} ${given}; it takes a number of 0 or more`, {
			hint: 'Enter digits alone, such as 15, without a sign, a unit or separators, or remove the option. If it is an expression, look at what it gives for the first item. Nothing was compared and nothing was sent.',
		});
	};
}

/** How many records may leave in one run, from the options of a node that hands out removals. */
export function readLeaverLimits(
	options: Readonly<{ maxLeavers?: unknown; maxLeaversPercent?: unknown }>,
): Pick<GuardSettings, 'maxLeavers' | 'maxLeaversPercent'> {
	const number = numberReader(options);
	const { maxLeavers, maxLeaversPercent } = defaultGuard;
	return {
		maxLeavers: number('maxLeavers', 'Allowed Leavers (Records)', maxLeavers),
		maxLeaversPercent: number('maxLeaversPercent', 'Allowed Leavers (%)', maxLeaversPercent),
	};
}
