import type { IExecuteFunctions } from 'n8n-workflow';

import { SyncError } from '../../shared/core/errors';
import type { EmptyPolicy, Mapping, UnfitPolicy } from '../../shared/core/mapping/rules';
import { mappingName } from '../../shared/core/mapping/rules';
import { parseNames } from '../../shared/core/parsedParameter';
import { compileParsed, compileValue, parseRawParameter } from '../../shared/n8n/compiledParameter';
import { rawParameter } from '../../shared/n8n/parameters';

/** One row of *Mappings* as n8n stores it. */
export interface MappingRow {
	readonly destinationField?: unknown;
	readonly source?: unknown;
	readonly applyUpdates?: boolean;
	readonly options?: {
		readonly defaultValue?: unknown;
		readonly enabled?: boolean;
		readonly onlyIfEmpty?: boolean;
		readonly whenEmpty?: EmptyPolicy | 'asNode';
		readonly whenUnfit?: UnfitPolicy | 'asNode';
	};
}

/** The rows as they stand, expressions not evaluated: doing so here would evaluate them for the first item only. */
export function rawRows(context: IExecuteFunctions): readonly MappingRow[] {
	return rawParameter(context, 'mappings.values', []) as readonly MappingRow[];
}

/** The rows that are switched on. A row that is off is neither run nor checked (sync:T43). */
export function readMappings(context: IExecuteFunctions): Mapping[] {
	return rawRows(context).flatMap((row, position) =>
		row.options?.enabled === false ? [] : [readRow(context, row, position + 1)],
	);
}

function readRow(context: IExecuteFunctions, row: MappingRow, number: number): Mapping {
	const source = parseRawParameter(row.source ?? '');
	const names = parseNames(row.destinationField ?? '');
	if (names === undefined || names.length > 1) {
		throw new SyncError(
			'config',
			`Mapping ${number} has no single destination field: "${String(row.destinationField)}".`,
			{ hint: 'Enter one field name as plain text; values belong into Source.' },
		);
	}
	const destinationField = names[0] ?? '';
	const { defaultValue, onlyIfEmpty, whenEmpty, whenUnfit } = row.options ?? {};
	return {
		name: mappingName(number, destinationField),
		destinationField,
		source,
		applyUpdates: row.applyUpdates !== false,
		onlyIfEmpty: onlyIfEmpty === true,
		...(whenEmpty && whenEmpty !== 'asNode' && { whenEmpty }),
		...(whenUnfit && whenUnfit !== 'asNode' && { whenUnfit }),
		read: compileParsed(context, source),
		...(isGiven(defaultValue) && { readDefault: compileValue(context, defaultValue) }),
	};
}

function isGiven(value: unknown): boolean {
	return value !== undefined && value !== '';
}
