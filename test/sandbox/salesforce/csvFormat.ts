/** Names of the six delimiters a Bulk job may have, and what they stand for (salesforce contract 4.4). */
export const delimiters = {
	BACKQUOTE: '`',
	CARET: '^',
	COMMA: ',',
	PIPE: '|',
	SEMICOLON: ';',
	TAB: '\t',
} as const;

/** Names of the two line endings. */
export const lineEndings = { LF: '\n', CRLF: '\r\n' } as const;

export type DelimiterName = keyof typeof delimiters;
export type LineEndingName = keyof typeof lineEndings;

/** How a job writes and reads its CSV. */
export interface CsvFormat {
	readonly columnDelimiter: DelimiterName;
	readonly lineEnding: LineEndingName;
}

/** Which cells of a written file are quoted: every one, or those that could not be read otherwise (U7). */
export type Quoting = 'all' | 'needed';
