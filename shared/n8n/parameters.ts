import type { IExecuteFunctions } from 'n8n-workflow';

import { SyncError } from '../core/errors';
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
