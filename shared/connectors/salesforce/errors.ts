import type { HttpResponse } from '../http';
import { isObject, parseJson } from '../json';
import { pageText, shorten } from '../messageText';

/** What Salesforce said about a refusal, whatever shape it came in (salesforce section 5, J14). */
export interface Fault {
	/** HTTP status of a refused request; rows have none. */
	readonly status?: number;
	/** Salesforce's own code such as `REQUIRED_FIELD_MISSING`; empty where it gave none. */
	readonly code: string;
	readonly message: string;
	/** API names of fields; the message uses their labels. */
	readonly fields: readonly string[];
	/** False when a gateway answered with HTML, nothing, or half an answer. */
	readonly spoken: boolean;
}

/** Reads the fault out of a refused request. */
export function faultOf({ status, body }: Pick<HttpResponse, 'status' | 'body'>): Fault {
	const parsed = parseJson(body);
	if (status === 300 && Array.isArray(parsed)) {
		const message = `${parsed.length} records have this value in the field the record is matched by`;
		return { status, code: 'MULTIPLE_CHOICES', message, fields: [], spoken: true };
	}
	const entries = (Array.isArray(parsed) ? parsed : [parsed]).filter(isObject).filter(hasFault);
	if (entries.length > 0) {
		const { code, message, fields } = joined(entries.map(rowFault));
		const text = message || `HTTP ${status} without an explanation`;
		return { status, code, message: text, fields, spoken: true };
	}
	const message = plainText(body) || `HTTP ${status} without an explanation`;
	return { status, code: '', message, fields: [], spoken: false };
}

/** The fault of one row of a Collections answer: one of its `errors` (the code is under `statusCode`, T2). */
export function rowFault(entry: unknown): Fault {
	const { statusCode, errorCode, error, message, error_description, fields } = isObject(entry)
		? entry
		: {};
	return {
		code: textOf(statusCode) || textOf(errorCode) || textOf(error),
		message: shorten(textOf(message) || textOf(error_description)),
		fields: Array.isArray(fields) ? fields.filter((field) => typeof field === 'string') : [],
		spoken: true,
	};
}

/** The fault of a Bulk row (`sf__Error`: `CODE:message:fields--`) or of a whole job (`InvalidBatch : …`). */
export function bulkFault(text: string): Fault {
	const row = /^([A-Z0-9_]+):([\s\S]*?):([^:]*?)\s*--$/.exec(text.trim());
	const job = row ? null : /^(\w+)\s*:\s*([\s\S]+)$/.exec(text.trim());
	const [, code = '', message = text.trim(), fields = ''] = row ?? job ?? [];
	return {
		code,
		message: shorten(message.trim() || code),
		fields: fields
			.split(',')
			.map((field) => field.trim())
			.filter((field) => field !== ''),
		spoken: true,
	};
}

/** Several errors of one refusal: the first decides what to do, all are told. */
function joined(faults: readonly Fault[]): Fault {
	return {
		...faults[0],
		message: shorten([...new Set(faults.map(({ message }) => message))].join('; ')),
		fields: [...new Set(faults.flatMap(({ fields }) => fields))],
	};
}

const hasFault = (entry: Record<string, unknown>): boolean =>
	['statusCode', 'errorCode', 'error', 'message'].some((name) => typeof entry[name] === 'string');

/** Half an answer says nothing about the fault, and may hold customer data. */
function plainText(body: string): string {
	const text = body.trim();
	if (/^[[{]/.test(text)) return 'the answer is cut short or not the one of an API';
	if (text === '') return '';
	return pageText(text) || 'a web page instead of an answer of the API';
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
