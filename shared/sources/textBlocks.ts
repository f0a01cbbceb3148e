import { isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';

import { startOf } from './firstOf';
import { fileError, type SourceFile } from './sourceFile';

/** How a file's bytes become text. A byte order mark at its start wins over what was chosen. */
export type Encoding = 'utf8' | 'windows1252' | 'utf16le';

/** Some whole lines of a file. */
export interface TextBlock {
	readonly text: string;
	/** Number of the first of these lines, from 1. */
	readonly line: number;
}

/** A line without end would fill the memory. */
export const longestLine = 16 * 1024 * 1024;
const lineFeed = 0x0a;
const marks = {
	utf8: Buffer.from([0xef, 0xbb, 0xbf]),
	utf16le: Buffer.from([0xff, 0xfe]),
	utf16be: Buffer.from([0xfe, 0xff]),
};

/**
 * The text of a file in blocks of whole lines. A byte that the encoding does not know is an error that
 * names the line, never a replacement character: it would be sent as if the source had said it.
 */
export async function* textBlocks(
	bytes: AsyncIterable<Buffer>,
	encoding: Encoding,
	file: SourceFile,
): AsyncGenerator<TextBlock> {
	let line = 1;
	let decode: ((block: Buffer, line: number) => string) | undefined;
	for await (const whole of wholeLines(transcoded(bytes, encoding, file), file)) {
		const hasMark = decode === undefined && startsWith(whole, marks.utf8);
		decode ??= decoderFor(hasMark ? 'utf8' : encoding, file);
		const text = decode(hasMark ? whole.subarray(marks.utf8.length) : whole, line);
		yield { text, line };
		line += countFeeds(whole);
	}
}

/** UTF-16 as UTF-8 with its mark, so that a line break is one byte from here on; anything else as it is. */
async function* transcoded(
	bytes: AsyncIterable<Buffer>,
	encoding: Encoding,
	file: SourceFile,
): AsyncGenerator<Buffer> {
	const { start, whole } = await startOf(bytes, marks.utf8.length);
	if (startsWith(start, marks.utf16be)) {
		throw fileError(file, 'is UTF-16 in big-endian order', 'Save it as UTF-8.');
	}
	const isWide =
		startsWith(start, marks.utf16le) || (encoding === 'utf16le' && !startsWith(start, marks.utf8));
	if (!isWide) {
		yield* whole;
		return;
	}
	const decoder = new TextDecoder('utf-16le', { fatal: true });
	let line = 1;
	const utf8Of = (part?: Buffer) => {
		const utf8 = Buffer.from(decodedWide(decoder, part, () => notDecoded(file, 'UTF-16', line)));
		line += countFeeds(utf8);
		return utf8;
	};
	yield marks.utf8;
	for await (const part of whole) yield utf8Of(part);
	yield utf8Of();
}

function decodedWide(decoder: TextDecoder, part: Buffer | undefined, refusal: () => Error): string {
	let text: string | undefined;
	try {
		text = part === undefined ? decoder.decode() : decoder.decode(part, { stream: true });
	} catch {
		text = undefined;
	}
	if (text === undefined) throw refusal();
	return text;
}

/** Cuts behind the last line break of each chunk; what follows waits for its end. */
async function* wholeLines(bytes: AsyncIterable<Buffer>, file: SourceFile): AsyncGenerator<Buffer> {
	let open: Buffer[] = [];
	let size = 0;
	let line = 1;
	for await (const part of bytes) {
		const end = part.lastIndexOf(lineFeed) + 1;
		if (end > 0) {
			const whole = Buffer.concat([...open, part.subarray(0, end)]);
			line += countFeeds(whole);
			yield whole;
			open = [];
			size = 0;
		}
		open.push(part.subarray(end));
		size += part.length - end;
		if (size > longestLine) {
			throw fileError(
				file,
				`has no line break within 16 MB from line ${line} on`,
				'Check that it is a CSV or NDJSON file with one record per line.',
			);
		}
	}
	if (size > 0) yield Buffer.concat(open);
}

function decoderFor(encoding: Encoding, file: SourceFile) {
	if (encoding === 'windows1252') {
		const decoder = new TextDecoder('windows-1252');
		return (block: Buffer) => decoder.decode(block);
	}
	const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
	return (block: Buffer, line: number) => {
		if (!isUtf8(block)) throw notDecoded(file, 'UTF-8', line + badLineIn(block));
		return decoder.decode(block);
	};
}

/** How many lines stand before the first one that is not UTF-8. */
function badLineIn(block: Buffer): number {
	for (let start = 0, lines = 0; ; lines++) {
		const feed = block.indexOf(lineFeed, start);
		const end = feed < 0 ? block.length : feed + 1;
		if (feed < 0 || !isUtf8(block.subarray(start, end))) return lines;
		start = end;
	}
}

function notDecoded(file: SourceFile, encoding: string, line: number): Error {
	return fileError(
		file,
		`is not ${encoding}: line ${line} holds a byte that ${encoding} does not know`,
		'Choose another Encoding in the options (files of Excel and older systems often are Windows-1252), or save the file as UTF-8.',
	);
}

function countFeeds(bytes: Buffer): number {
	let count = 0;
	// The search is native: looking at each byte here takes ten times as long.
	for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) count++;
	return count;
}

function startsWith(bytes: Buffer, start: Buffer): boolean {
	return bytes.subarray(0, start.length).equals(start);
}
