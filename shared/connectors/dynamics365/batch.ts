import type { HttpRequest, HttpResponse } from '../http';

/** One operation of a `$batch`. */
export interface BatchPart {
	readonly method: HttpRequest['method'];
	/** Absolute URL. */
	readonly url: string;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: string;
}

/** CRLF everywhere, also after the closing delimiter, or the whole batch is refused (dataverse T-11). */
const CRLF = '\r\n';

/** The multipart body of a `$batch`. */
export function serialiseBatch(parts: readonly BatchPart[], boundary: string): string {
	const sections = parts.map((part) => {
		const headers = { Accept: 'application/json', ...part.headers };
		const withType =
			part.body === undefined
				? headers
				: { ...headers, 'Content-Type': 'application/json; type=entry' };
		return [
			`--${boundary}`,
			'Content-Type: application/http',
			'Content-Transfer-Encoding: binary',
			'',
			`${part.method} ${part.url} HTTP/1.1`,
			...Object.entries(withType).map(([name, value]) => `${name}: ${value}`),
			'',
			part.body ?? '',
		].join(CRLF);
	});
	return [...sections, `--${boundary}--`, ''].join(CRLF);
}

/** The parts of a multipart answer, or undefined when the answer is something else (decided by Content-Type, 4.4). */
export function parseBatch(response: HttpResponse): readonly HttpResponse[] | undefined {
	const boundary = boundaryOf(response.headers['content-type'] ?? '');
	return boundary === undefined ? undefined : parseParts(response.body, boundary);
}

function boundaryOf(contentType: string): string | undefined {
	if (!/^multipart\/mixed/i.test(contentType.trim())) return undefined;
	return /boundary="?([^";]+)"?/i.exec(contentType)?.[1]?.trim();
}

/** Splits on delimiter lines, never by braces: bodies and keys may hold anything (T-12). */
function parseParts(body: string, boundary: string): HttpResponse[] {
	const sections: string[][] = [];
	let current: string[] | undefined;
	let closed = false;
	for (const line of body.split('\n').map((text) => text.replace(/\r$/, ''))) {
		const delimiter = line.trimEnd();
		if (delimiter === `--${boundary}--`) {
			closed = true;
			break;
		}
		if (delimiter === `--${boundary}`) {
			current = [];
			sections.push(current);
		} else {
			current?.push(line);
		}
	}
	// Without a delimiter after it the last part may be cut off: its outcome is not known.
	if (!closed) sections.pop();
	return sections.flatMap((lines) => parsePart(lines) ?? []);
}

function parsePart(lines: readonly string[]): HttpResponse[] | undefined {
	const outer = blockEnd(lines, 0);
	const outerHeaders = headersOf(lines.slice(0, outer));
	const nested = boundaryOf(outerHeaders['content-type'] ?? '');
	if (nested !== undefined) return parseParts(lines.slice(outer + 1).join('\r\n'), nested);
	const start = lines.findIndex((line, index) => index > outer && line.startsWith('HTTP/'));
	const status = Number(/^HTTP\/[\d.]+ (\d{3})/.exec(lines[start] ?? '')?.[1]);
	if (!status) return undefined;
	const end = blockEnd(lines, start);
	return [
		{
			status,
			headers: headersOf(lines.slice(start + 1, end)),
			body: lines
				.slice(end + 1)
				.join('\r\n')
				.trim(),
		},
	];
}

function blockEnd(lines: readonly string[], from: number): number {
	const blank = lines.findIndex((line, index) => index >= from && line.trim() === '');
	return blank < 0 ? lines.length : blank;
}

function headersOf(lines: readonly string[]): Record<string, string> {
	const headers: Record<string, string> = {};
	for (const line of lines) {
		const colon = line.indexOf(':');
		if (colon > 0)
			headers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
	}
	return headers;
}
