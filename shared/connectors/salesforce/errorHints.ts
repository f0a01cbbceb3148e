import type { Fault } from './errors';
import { OPTION } from './optionNames';

/** The next step after a code, as people find it in Salesforce. */
const HINTS: Readonly<Record<string, string>> = {
	REQUEST_LIMIT_EXCEEDED:
		"The organisation's API requests of 24 hours are used up (Setup → Company Information). Run again later: what was written stays written, the rest is still due.",
	EXCEEDEDQUOTA:
		"The organisation's Bulk batches of 24 hours are used up: run again later, or choose Collections as the API.",
	LIMIT_EXCEEDED: 'Run again later: what was written stays written, the rest is still due.',
	STORAGE_LIMIT_EXCEEDED:
		'The organisation has no storage left (Setup → Storage Usage): free some, then run again.',
	LICENSE_LIMIT_EXCEEDED: 'The organisation has no licence left for this.',
	INVALID_FIELD:
		'Check the API name of the field in the mapping, and that the user of the credential may see it (field-level security).',
	INVALID_FIELD_FOR_INSERT_UPDATE:
		'The user of the credential may not write the field named: take it out of the mapping or grant Edit Access (field-level security).',
	INVALID_TYPE: 'Check the API name of the object, and that the user of the credential may see it.',
	JSON_PARSER_ERROR: 'Check the types of the values: a value does not fit the type of its field.',
	InvalidBatch: 'Check the API names of the mapped fields.',
	REQUIRED_FIELD_MISSING: 'Map the fields named, or give them a default in Salesforce.',
	STRING_TOO_LONG: `Shorten the value at the source. ${OPTION.cutText} does so for free text, never for keys, addresses and phone numbers.`,
	NUMBER_OUTSIDE_VALID_RANGE: 'Send a number within the digits of the field.',
	INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST:
		'Send one of the active values of the picklist, or add the value in Setup → Object Manager.',
	INVALID_CROSS_REFERENCE_KEY:
		'The id belongs to no record the user may see; often an id of production is sent to a sandbox.',
	ENTITY_IS_DELETED:
		'The record, or one that a lookup of it points at, is in the recycle bin: restore it, or send another id.',
	MALFORMED_ID: 'Send an id of 15 or 18 characters of the right object.',
	INVALID_ID_FIELD: 'Send an id of 15 or 18 characters of the right object.',
	DUPLICATES_DETECTED: `A duplicate rule found a similar record: match on that record, or switch on ${OPTION.allowDuplicates}, which passes rules that only warn.`,
	DUPLICATE_VALUE: 'Another record already has this value in a unique field: merge the two.',
	DUPLICATE_EXTERNAL_ID:
		'Several records have this value: make the field unique, or match on another one.',
	MULTIPLE_CHOICES:
		'Several records have this value: make the field unique, or match on another one.',
	FIELD_CUSTOM_VALIDATION_EXCEPTION:
		'A validation rule of the organisation refused the record; the text is its own.',
	CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY:
		'A trigger or flow of the organisation refused the record; its author knows why.',
	CANNOT_EXECUTE_FLOW_TRIGGER:
		'A flow of the organisation refused the record; its author knows why.',
	ALL_OR_NONE_OPERATION_ROLLED_BACK:
		'Another record of its call was refused: correct that one, and the next run sends them all.',
	UNABLE_TO_LOCK_ROW:
		'Another process was writing the record or its parent: it is tried again in the next run.',
	CANNOT_UPDATE_CONVERTED_LEAD: `The lead was converted: write to its contact, or switch on ${OPTION.redirectConverted}.`,
	INACTIVE_OWNER_OR_USER: 'The owner is an inactive user: choose another one.',
	ENTITY_IS_LOCKED: 'An approval process holds the record: it can be written when that has ended.',
	INSUFFICIENT_ACCESS_OR_READONLY:
		'The user of the credential may not change this record: check its permission sets, and how the record is shared.',
	INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY:
		'The user of the credential may not use the record a lookup points at: check how it is shared.',
};

/** Salesforce's words, not its code, tell a field of persons on a company from a field without access (salesforce 2.2). */
const OTHER_KIND = /\bbad field names\b/i;

/** The next step after a fault, where we know one. */
export function hintOf({ code, message }: Pick<Fault, 'code' | 'message'>): string | undefined {
	if (OTHER_KIND.test(message)) {
		return 'The account is of the other kind: persons have no Name of their own, companies no Last Name, Person… or __pc fields. Map Last Name and Record Type ID, so that the two are told apart.';
	}
	return Object.hasOwn(HINTS, code) ? HINTS[code] : undefined;
}

const APP = 'Setup → External Client App Manager → the app';

/** What a refused sign-in means, by a word in its code or text, in the order they are looked for (1.2, 1.6). */
const SIGN_IN: ReadonlyArray<readonly [RegExp, string]> = [
	[
		/not valid for use with the REST API/i,
		'The profile of the user asks for a high-assurance session: lower its Session Security Level at login (Setup → Profiles), or sign in as another user.',
	],
	[
		/not attached to Agent/i,
		'The app is not allowed for this agent user: attach it there, or sign in as another user.',
	],
	[
		/no client credentials user|client credentials flow/i,
		`Choose a run-as user for the client credentials flow (${APP} → Policies → OAuth Policies → Enable Client Credentials Flow → Run As).`,
	],
	[
		/request not supported on this domain|invalid_request/i,
		'Enter the My Domain URL of the organisation, such as https://yourcompany.my.salesforce.com: login.salesforce.com does not give out tokens to client credentials.',
	],
	[
		/API_DISABLED_FOR_ORG|API_CURRENTLY_DISABLED|API is (?:not enabled|disabled)/i,
		'Give the user the permission "API Enabled" (Setup → Permission Sets → System Permissions); the edition of the organisation must include the API.',
	],
	[
		/OAUTH_APP_BLOCKED|app (?:is )?blocked|OAUTH_APP_ACCESS_DENIED|not admin approved/i,
		`The app is blocked or not approved for this user: unblock or pre-authorise it (${APP} → Policies). With API Access Control switched on the user needs "Use Any API Client", without it "Approve Uninstalled Connected Apps".`,
	],
	[
		/invalid_client_id|client identifier invalid/i,
		`Check the consumer key (${APP} → Settings → OAuth Settings). A new app is known only after some minutes, and in its own organisation only.`,
	],
	[
		/invalid_client|invalid client credentials/i,
		`Check the consumer key and secret (${APP} → Settings → OAuth Settings), and that the client credentials flow is enabled.`,
	],
	[
		/inactive user|user hasn't approved|inactive organization/i,
		'The user is inactive or has not approved the app: activate or pre-authorise it.',
	],
	[
		/invalid_grant|expired access\/refresh token|needs to be reconnected/i,
		'The access was revoked or has expired, or its user is inactive: open the credential and connect it again. For client credentials check the run-as user of the app, for JWT the user name and that the app is pre-authorised.',
	],
	[
		/insufficient.scope|invalid_scope|scope/i,
		`Give the app the scope "Manage user data via APIs (api)" (${APP} → Settings → OAuth Settings).`,
	],
];

/** The next step after a refused sign-in. */
export function signInHint({ code, message }: Pick<Fault, 'code' | 'message'>): string {
	const text = `${code} ${message}`;
	return (
		SIGN_IN.find(([pattern]) => pattern.test(text))?.[1] ??
		'Test the credential: it names what is missing. The session may have been ended, or the user lacks "API Enabled".'
	);
}
