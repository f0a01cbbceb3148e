import type { HttpResponse } from '../http';
import { isObject, parseJson } from '../json';
import { pageText, shorten } from '../messageText';

/** What Dataverse said about a refused request, whatever shape it came in (dataverse 5.1, T-26). */
export interface Fault {
	readonly status: number;
	/** Lower-case hex such as `0x80044331`; empty where the system gave none. */
	readonly code: string;
	readonly message: string;
	readonly requestId?: string;
	/** False when a gateway answered with HTML or nothing. */
	readonly spoken: boolean;
}

/** Normalises `0x8004..`, `-2147..` and `2147..`; `0x0` means "no code". */
export function normaliseCode(raw: unknown): string {
	const text = String(raw ?? '').trim();
	if (/^0x[0-9a-f]+$/i.test(text)) return text.toLowerCase() === '0x0' ? '' : text.toLowerCase();
	if (!/^-?\d{6,}$/.test(text)) return '';
	return `0x${(Number(text) >>> 0).toString(16).padStart(8, '0')}`;
}

/** Reads the fault out of an answer. */
export function faultOf(response: HttpResponse): Fault {
	const requestId = requestIdOf(response);
	const error = errorObject(response.body);
	if (!error) {
		return {
			status: response.status,
			code: '',
			message: plainText(response.body) || `HTTP ${response.status} without an explanation`,
			requestId,
			spoken: false,
		};
	}
	const text = messageText(error.message) || messageText(error.Message);
	return {
		status: response.status,
		code: normaliseCode(error.code ?? error.ErrorCode),
		message: shorten(usefulSentence(text)) || `HTTP ${response.status} without an explanation`,
		requestId,
		spoken: true,
	};
}

/**
 * Whether a bulk message was carried out: Dataverse answers without a body, or in JSON (dataverse 4.5, U-13). The page
 * of a proxy or a sign-in says nothing about the rows, whatever its status.
 */
export const isCarriedOut = ({ status, body }: HttpResponse): boolean =>
	status === 204 || (status < 300 && isObject(parseJson(body)));

/** Whether somebody on the way failed: what Dataverse did with the request is not known. */
export const isLost = ({ status, spoken }: Fault): boolean =>
	!spoken && (status < 300 || (status >= 500 && status !== 501));

/** The system's own id of an exchange, for its support (dataverse 1.5). */
export function requestIdOf(response: Pick<HttpResponse, 'headers'>): string | undefined {
	const { headers } = response;
	return headers['x-ms-service-request-id'] ?? headers['req_id'] ?? headers['x-ms-request-id'];
}

/** Columns a message names: they become `fields` of the record's error. */
export function fieldsNamed(message: string): readonly string[] {
	const patterns = [
		/length of the '([^']+)' attribute/i,
		/Invalid property '([^']+)'/i,
		/undeclared property '([^']+)'/i,
		/property named '([^']+)'/i,
		/(?:attribute|column|field|property)(?: with)?(?: name| logical name)?[ :=]+'([\w.@]+)'/i,
		/'([\w.@]+)' (?:attribute|column|field|property)\b/i,
		/same value for ([\w, ]+?) already exists/i,
	];
	for (const pattern of patterns) {
		const found = pattern.exec(message)?.[1];
		if (found) return found.split(/\s*,\s*/).filter((name) => name !== '');
	}
	return [];
}

/** `0x80048d19` buries its one useful sentence between an envelope and a stack trace (dataverse 5.1). */
function usefulSentence(text: string): string {
	const inner = /^[\s\S]*(?:InnerException ?:|--->)([\s\S]*)$/.exec(text)?.[1] ?? text;
	const sentence = inner.split(/\r?\n/).find((line) => line.trim() !== '') ?? '';
	return sentence
		.trim()
		.replace(/^[\w.]+Exception: ?/, '')
		.replace(/ {2,}/g, ' ');
}

function errorObject(body: string): Record<string, unknown> | undefined {
	const parsed = parseJson(body);
	if (!isObject(parsed)) return undefined;
	if (isObject(parsed.error)) return parsed.error;
	return 'Message' in parsed || 'message' in parsed ? parsed : undefined;
}

function messageText(value: unknown): string {
	if (typeof value === 'string') return value;
	return isObject(value) && typeof value.value === 'string' ? value.value : '';
}

/** Half an answer says nothing about the fault, and may hold customer data. */
const isHalfAnswer = (text: string): boolean =>
	text.startsWith('--') || (/^[[{]/.test(text) && parseJson(text) === undefined);

function plainText(body: string): string {
	if (isHalfAnswer(body.trimStart())) return 'the answer is cut short';
	return pageText(body);
}
