import type { IExecuteFunctions } from 'n8n-workflow';

import { SyncError } from '../../shared/core/errors';
import type { ColumnType, SourceSettings } from '../../shared/n8n/segmentSource';

/** The node's options about the source. */
export interface SourceOptions {
	readonly columnTypes?: {
		readonly columns?: ReadonlyArray<{ readonly column?: string; readonly type?: ColumnType }>;
	};
	readonly delimiter?: string;
	readonly encoding?: SourceSettings['encoding'];
	readonly fileFormat?: 'auto' | NonNullable<SourceSettings['format']>;
	readonly otherColumns?: SourceSettings['otherColumns'];
}

/** The parameters of the source, read once. Throws SyncError `config` for what cannot be meant. */
export function readSourceSettings(
	context: IExecuteFunctions,
	options: SourceOptions,
): SourceSettings {
	const delimiter = delimiterOf(options.delimiter ?? '');
	const { fileFormat = 'auto' } = options;
	return {
		kind: context.getNodeParameter('source', 0, 'items') as SourceSettings['kind'],
		binaryField: String(context.getNodeParameter('binaryField', 0, 'data')).trim(),
		query: queryOf(String(context.getNodeParameter('query', 0, ''))),
		encoding: options.encoding ?? 'utf8',
		...(fileFormat !== 'auto' && { format: fileFormat }),
		...(delimiter !== undefined && { delimiter }),
		otherColumns: options.otherColumns ?? 'text',
		declared: declaredTypes(options.columnTypes?.columns ?? []),
		timeZone: context.getTimezone(),
	};
}

function delimiterOf(text: string): string | undefined {
	if (text === '') return undefined;
	const delimiter = text === '\\t' ? '\t' : text;
	if (delimiter.length === 1 && !/["\r\n]/u.test(delimiter)) return delimiter;
	throw new SyncError('config', `The Delimiter ${JSON.stringify(text)} is not one character`, {
		hint: 'Enter one character other than a quote, or \\t for a tab; leave it empty to have it found out.',
	});
}

function queryOf(query: string): string {
	if (!/\{\{\s*\$/u.test(query)) return query;
	throw new SyncError(
		'config',
		'Query holds an expression, and expressions are not evaluated in it',
		{
			hint: "Write the value into the query, or let the database work it out, such as now() - interval '1 day'.",
		},
	);
}

function declaredTypes(
	columns: ReadonlyArray<{ readonly column?: string; readonly type?: ColumnType }>,
): ReadonlyMap<string, ColumnType> {
	const declared = new Map<string, ColumnType>();
	for (const { column = '', type = 'text' } of columns) {
		if (column === '') continue;
		if (declared.has(column)) {
			throw new SyncError('config', `Column Types names "${column}" twice`, {
				hint: 'Keep one of the two entries.',
			});
		}
		declared.set(column, type);
	}
	return declared;
}
