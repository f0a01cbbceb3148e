import type { ApiResponse } from './org';

/** One `application/http` part of a batch request. */
export interface RequestPart {
	readonly method: string;
	readonly url: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string;
	readonly contentId?: string;
}

/** A part, or a changeset of parts. */
export type BatchItem = RequestPart | { readonly changeset: readonly RequestPart[] };

/** The envelope cannot be read; the sentence says what is wrong with it. */
export class MalformedBatch extends Error {}

/** The boundary in a multipart content type, quoted or not. */
export function boundaryOf(contentType: string | undefined): string | undefined {
	const match = /^multipart\/mixed\s*;(?:.*;)?\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(
		contentType ?? '',
	);
	return match?.[1] ?? match?.[2];
}

/** Splits a body at its delimiter lines; CRLF everywhere, also after the closing line (T-11). */
function splitParts(body: string, boundary: string): string[] {
	const [head, ...rest] = `\r\n${body}`.split(`\r\n--${boundary}`);
	const closing = rest.pop();
	if (closing === undefined || !/^--\r\n\s*$/.test(closing)) {
		throw new MalformedBatch('Stream was not readable.');
	}
	if (head?.trim() !== '' || rest.some((part) => !part.startsWith('\r\n'))) {
		throw new MalformedBatch('Stream was not readable.');
	}
	return rest.map((part) => part.slice(2));
}

/** Headers with lower-case names, and what follows the blank line. */
function splitHead(text: string): { headers: Record<string, string>; rest: string } {
	const headers: Record<string, string> = {};
	let rest = text;
	while (rest !== '' && !rest.startsWith('\r\n')) {
		const end = rest.indexOf('\r\n');
		const line = end < 0 ? rest : rest.slice(0, end);
		const colon = line.indexOf(':');
		if (colon < 1) throw new MalformedBatch('Stream was not readable.');
		const name = line.slice(0, colon).trim().toLowerCase();
		const value = line.slice(colon + 1).trim();
		headers[name] = name in headers ? `${headers[name]}, ${value}` : value;
		rest = end < 0 ? '' : rest.slice(end + 2);
	}
	return { headers, rest: rest.slice(2) };
}

function readPart(headers: Readonly<Record<string, string>>, text: string): RequestPart {
	if (!/^application\/http\b/i.test(headers['content-type'] ?? '')) {
		throw new MalformedBatch(
			"The 'Content-Type' header of a batch part must be 'application/http' or 'multipart/mixed'.",
		);
	}
	if (headers['content-transfer-encoding']?.toLowerCase() !== 'binary') {
		throw new MalformedBatch("The 'Content-Transfer-Encoding' header of a part must be 'binary'.");
	}
	const end = text.indexOf('\r\n');
	const line = /^([A-Z]+) (\S+) HTTP\/1\.1$/.exec(end < 0 ? text : text.slice(0, end));
	if (line?.[1] === undefined || line[2] === undefined) {
		throw new MalformedBatch('The request line of a batch part could not be read.');
	}
	const inner = splitHead(end < 0 ? '' : text.slice(end + 2));
	return {
		method: line[1],
		url: line[2],
		headers: inner.headers,
		body: inner.rest.trim(),
		contentId: headers['content-id'],
	};
}

/** Reads the envelope of a `$batch` (contract 4.4). */
export function readBatch(body: string, boundary: string): BatchItem[] {
	if (/(^|[^\r])\n/.test(body)) throw new MalformedBatch('Stream was not readable.');
	return splitParts(body, boundary).map((text) => {
		const { headers, rest } = splitHead(text);
		const inner = boundaryOf(headers['content-type']);
		if (inner === undefined) return readPart(headers, rest);
		const parts = splitParts(`${rest.trimEnd()}\r\n`, inner).map((part) => {
			const head = splitHead(part);
			return readPart(head.headers, head.rest);
		});
		return { changeset: parts };
	});
}

/** An answered part, or the answers of a changeset. */
export type AnsweredItem =
	| { readonly response: ApiResponse; readonly contentId?: string }
	| { readonly boundary: string; readonly answers: readonly AnsweredItem[] };

const REASONS: Readonly<Record<number, string>> = {
	200: 'OK',
	201: 'Created',
	204: 'No Content',
	304: 'Not Modified',
	400: 'Bad Request',
	401: 'Unauthorized',
	403: 'Forbidden',
	404: 'Not Found',
	405: 'Method Not Allowed',
	412: 'Precondition Failed',
	429: 'Too Many Requests',
	500: 'Internal Server Error',
	501: 'Not Implemented',
	503: 'Service Unavailable',
};

function writePart({ response, contentId }: Extract<AnsweredItem, { response: unknown }>): string {
	const { status, headers, body } = response;
	const lines = ['Content-Type: application/http', 'Content-Transfer-Encoding: binary'];
	if (contentId !== undefined) lines.push(`Content-ID: ${contentId}`);
	lines.push('', `HTTP/1.1 ${status} ${REASONS[status] ?? 'Unknown'}`);
	for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
	lines.push('', body);
	return lines.join('\r\n');
}

/** Writes a multipart body. */
export function writeMultipart(boundary: string, items: readonly AnsweredItem[]): string {
	const parts = items.map((item) =>
		'response' in item
			? writePart(item)
			: [
					`Content-Type: multipart/mixed; boundary=${item.boundary}`,
					'',
					writeMultipart(item.boundary, item.answers),
				].join('\r\n'),
	);
	return `${parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('')}--${boundary}--\r\n`;
}
