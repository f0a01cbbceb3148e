import type { IExecuteFunctions } from 'n8n-workflow';

import type { EnvelopePlace } from '../../shared/core/envelope';
import { SyncError } from '../../shared/core/errors';
import type {
	ApplyUpdatesPolicy,
	EmptyPolicy,
	Mapping,
	MappingRules,
	PassThrough,
} from '../../shared/core/mappingRules';
import { parseNames } from '../../shared/core/parsedParameter';
import { compileParsed, parseRawParameter } from '../../shared/n8n/compiledParameter';
import { fieldNames, rawParameter } from '../../shared/n8n/parameters';

interface MappingRow {
	readonly destinationField?: unknown;
	readonly source?: unknown;
	readonly applyUpdates?: boolean;
}

interface Options {
	readonly keepBookkeepingOut?: boolean;
	readonly whenEmpty?: EmptyPolicy;
}

export interface Settings {
	readonly rules: MappingRules;
	readonly place: EnvelopePlace;
}

/** The node's parameters, read once; mappings raw, because evaluating them here would do so for the first item only. */
export function readSettings(context: IExecuteFunctions): Settings {
	const options = context.getNodeParameter('options', 0, {}) as Options;
	const rows = rawParameter(context, 'mappings.values', []) as readonly MappingRow[];
	return {
		rules: {
			keyFields: fieldNames(context, 'keyFields', 'Key Fields'),
			mappings: rows.map((row, position) => readMapping(context, row, position)),
			applyUpdates: context.getNodeParameter('applyUpdates', 0) as ApplyUpdatesPolicy,
			passThrough: readPassThrough(context),
			whenEmpty: options.whenEmpty ?? 'sendNull',
		},
		place: options.keepBookkeepingOut === true ? 'beside' : 'inside',
	};
}

function readMapping(context: IExecuteFunctions, row: MappingRow, position: number): Mapping {
	const source = parseRawParameter(row.source ?? '');
	const names = parseNames(row.destinationField ?? '');
	if (names === undefined || names.length > 1) {
		throw new SyncError(
			'config',
			`Mapping ${position + 1} has no single destination field: "${String(row.destinationField)}".`,
			{ hint: 'Enter one field name as plain text; values belong into Source.' },
		);
	}
	return {
		destinationField: names[0] ?? '',
		source,
		applyUpdates: row.applyUpdates !== false,
		read: compileParsed(context, source),
	};
}

function readPassThrough(context: IExecuteFunctions): PassThrough {
	const mode = context.getNodeParameter('passThrough', 0) as PassThrough['mode'];
	if (mode !== 'selected') return { mode };
	return { mode, fields: fieldNames(context, 'passThroughFields', 'Fields to Pass Through') };
}
