import { SyncError, type SyncErrorCode } from '../core/errors';

/** A file that holds a segment, or a part of one. */
export interface SourceFile {
	/** As messages name it, such as `the file "contacts.csv"`. */
	readonly label: string;
	/** With its extension; undefined where nobody knows. */
	readonly name?: string;
	readonly mimeType?: string;
	/** The bytes from the first one on, in chunks of any size. */
	open(): AsyncIterable<Uint8Array>;
}

/** A file that cannot be read on: what is wrong with it, and the next step. */
export function fileError(
	{ label }: SourceFile,
	problem: string,
	hint: string,
	code: SyncErrorCode = 'config',
): SyncError {
	const name = label.charAt(0).toUpperCase() + label.slice(1);
	return new SyncError(code, `${name} ${problem}`, {
		hint: `${hint} Nothing was compared and nothing was sent.`,
	});
}
