import type { ErrorCategory, RecordError } from '../../core/results';
import { hintOf, signInHint } from './errorHints';
import { SyncError, type SyncErrorCode } from '../../core/errors';
import type { Fault } from './errors';

/** What to do about a fault (salesforce section 5). The first two stop the run. */
export type FaultClass =
	| 'auth'
	| 'quota'
	| 'transientRequest'
	| 'transientRow'
	| 'mapping'
	| 'data'
	| 'reference'
	| 'duplicate'
	| 'permission'
	| 'notFound';

const CODES: Readonly<Record<FaultClass, readonly string[]>> = {
	auth: [
		'INVALID_SESSION_ID',
		'INVALID_AUTH_HEADER',
		'invalid_grant',
		'invalid_client',
		'invalid_client_id',
		'OAUTH_APP_BLOCKED',
		'API_DISABLED_FOR_ORG',
		'API_CURRENTLY_DISABLED',
	],
	quota: [
		'LIMIT_EXCEEDED',
		'STORAGE_LIMIT_EXCEEDED',
		'LICENSE_LIMIT_EXCEEDED',
		'REQUEST_LIMIT_EXCEEDED',
		'EXCEEDED_QUOTA',
		'EXCEEDEDQUOTA',
	],
	transientRequest: [
		'SERVER_UNAVAILABLE',
		'REQUEST_RUNNING_TOO_LONG',
		'QUERY_TIMEOUT',
		'UNKNOWN_EXCEPTION',
	],
	transientRow: ['UNABLE_TO_LOCK_ROW', 'ALL_OR_NONE_OPERATION_ROLLED_BACK', 'PROCESSING_HALTED'],
	mapping: [
		'INVALID_FIELD',
		'INVALID_FIELD_FOR_INSERT_UPDATE',
		'INVALID_TYPE',
		'JSON_PARSER_ERROR',
		'MISSING_ARGUMENT',
		'MALFORMED_QUERY',
		'EXCEEDED_ID_LIMIT',
		'INVALID_BATCH_OPERATION',
		'InvalidBatch',
	],
	data: [
		'REQUIRED_FIELD_MISSING',
		'STRING_TOO_LONG',
		'NUMBER_OUTSIDE_VALID_RANGE',
		'INVALID_TYPE_ON_FIELD_IN_RECORD',
		'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
		'TOO_MANY_ENUM_VALUE',
		'INVALID_EMAIL_ADDRESS',
		'INVALID_CURRENCY_ISO',
		'UNSAFE_HTML_CONTENT',
		'FIELD_INTEGRITY_EXCEPTION',
		'FIELD_CUSTOM_VALIDATION_EXCEPTION',
		'FIELD_FILTER_VALIDATION_EXCEPTION',
	],
	reference: [
		'MALFORMED_ID',
		'INVALID_ID_FIELD',
		'INVALID_CROSS_REFERENCE_KEY',
		'INVALID_CROSS_REFERENCE_TYPE_FOR_FIELD',
		'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY',
	],
	duplicate: [
		'DUPLICATES_DETECTED',
		'DUPLICATE_VALUE',
		'DUPLICATE_EXTERNAL_ID',
		'MULTIPLE_CHOICES',
	],
	permission: [
		'INSUFFICIENT_ACCESS',
		'INSUFFICIENT_ACCESS_OR_READONLY',
		'INACTIVE_OWNER_OR_USER',
		'TRANSFER_REQUIRES_READ',
		'ENTITY_IS_LOCKED',
		'CANNOT_UPDATE_CONVERTED_LEAD',
		'DELETE_FAILED',
		'DEPENDENCY_EXISTS',
	],
	notFound: ['NOT_FOUND', 'ENTITY_IS_DELETED'],
};

const CLASS_OF_CODE: ReadonlyMap<string, FaultClass> = new Map(
	(Object.keys(CODES) as FaultClass[]).flatMap((name) =>
		CODES[name].map((code): [string, FaultClass] => [code, name]),
	),
);

/** Wherever they are told, also within the text of a trigger or flow, these pass when tried again. */
const PASSING =
	/UNABLE_TO_LOCK_ROW|Too many SOQL queries|Apex CPU time limit|Apex heap size|heap size too large/i;

/**
 * The class of a fault, by the precedence of salesforce section 5: status of the request, texts that say more
 * than the code, `INVALID_FIELD` by its text, the code, the rest by status.
 */
export function classify({ status, code, message, spoken }: Fault): FaultClass {
	if (status === 401) return 'auth';
	if (status === 429 || status === 420) return 'transientRequest';
	if (status !== undefined && !spoken && (status >= 500 || status === 408)) {
		return 'transientRequest';
	}
	if (PASSING.test(`${code} ${message}`)) return 'transientRow';
	// A 403 has three meanings: the day's quota, too many at once, a missing permission (T14).
	if (code === 'REQUEST_LIMIT_EXCEEDED' && /Concurrent/i.test(message)) return 'transientRequest';
	if (code === 'INVALID_FIELD') return classOfInvalidField(message);
	return CLASS_OF_CODE.get(code) ?? classOfStatus(status);
}

function classOfInvalidField(message: string): FaultClass {
	if (/Foreign key external ID/i.test(message)) return 'reference';
	if (/not found/i.test(message) && !/No such column|Field name not found/i.test(message)) {
		return 'notFound';
	}
	return 'mapping';
}

function classOfStatus(status = 400): FaultClass {
	if (status >= 500 || status === 408) return 'transientRequest';
	if (status === 403) return 'permission';
	if (status === 404 || status === 410) return 'notFound';
	return status === 300 ? 'duplicate' : 'data';
}

const CATEGORIES: Readonly<Record<FaultClass, ErrorCategory>> = {
	auth: 'config',
	quota: 'transient',
	transientRequest: 'transient',
	transientRow: 'transient',
	mapping: 'config',
	data: 'data',
	reference: 'data',
	duplicate: 'duplicate',
	permission: 'permission',
	notFound: 'data',
};

/** The error of one record, in the form every node shows. */
export function recordError(fault: Fault): RecordError {
	const category = CATEGORIES[classify(fault)];
	const hint = hintOf(fault);
	return {
		code: fault.code || (fault.status === undefined ? 'unknown' : `http${fault.status}`),
		category,
		message: fault.message || 'Salesforce gave no reason',
		retryable: category === 'transient',
		...(hint === undefined ? {} : { hint }),
		...(fault.fields.length > 0 ? { fields: fault.fields } : {}),
	};
}

const STOP: Readonly<Partial<Record<FaultClass, SyncErrorCode>>> = {
	auth: 'auth',
	quota: 'limit',
	transientRequest: 'unavailable',
	transientRow: 'unavailable',
};

/** The error that stops a run because of a fault. `doing` completes "Salesforce refused to …". */
export function stopFor(fault: Fault, doing: string, hint?: string): SyncError {
	const kind = classify(fault);
	const what = fault.spoken
		? `refused to ${doing}: ${fault.message}`
		: `gave no usable answer when asked to ${doing} (HTTP ${fault.status}): ${fault.message}`;
	return new SyncError(
		fault.spoken ? (STOP[kind] ?? 'config') : 'unavailable',
		`Salesforce ${what}${fault.code ? ` (${fault.code})` : ''}`,
		{
			hint:
				hint ?? (kind === 'auth' ? signInHint(fault) : (hintOf(fault) ?? nextStep(fault, kind))),
		},
	);
}

function nextStep({ spoken }: Fault, kind: FaultClass): string | undefined {
	if (!spoken) {
		return 'Check the instance URL, and whether a proxy or a sign-in page stands in between. If it was a passing disturbance, just run again: nothing is lost.';
	}
	return kind === 'permission'
		? 'Give the user of the credential a permission set with access to the object (Setup → Permission Sets → Object Settings).'
		: undefined;
}
