import type { SwitchSettings } from '../switches';
import { defaultsOf, setKnown } from '../switches';

/**
 * Every unconfirmed behaviour this stand-in shows (salesforce contract section 9), its values, the default
 * first. A client must pass with every value.
 */
export const switchValues = {
	/** U1: the row error of a Collections `updateOnly` miss. */
	updateOnlyMiss: ['NOT_FOUND', 'ENTITY_IS_DELETED', 'INVALID_FIELD'],
	/** U2: does a JSON type mismatch refuse the call or the row, and what does the column count? */
	jsonTypeErrorScope: ['call', 'row'],
	columnUnit: ['chars', 'bytes'],
	/** U3: do duplicate-rule and assignment headers act on Bulk 2.0? */
	bulkHonoursHeaders: [false, true],
	/** U4. */
	timeFormat: ['HH:mm:ss.SSSZ', 'HH:mm:ss.SSS'],
	/** U5: does a polymorphic relation in JSON need inner `attributes.type`? */
	polyAttributes: ['required', 'optional'],
	/** U6: which cells clear a lookup under a relation header? */
	relationNull: ['#N/A', 'empty', 'neither'],
	/** U7: cells of result files. */
	resultQuoting: ['all', 'needed'],
	echoVerbatim: [true, false],
	/** U8: which `urls` keys name the instance host. */
	identityUrls: ['rest + custom_domain', 'rest', 'custom_domain'],
	/** U9. */
	limitsKeys: ['DailyBulkApiBatches', 'DailyBulkApiRequests'],
	/** U10: 150,000,000 on the base64 size, or 100,000,000 raw bytes. */
	bulkMaxBytes: ['base64', 'raw'],
	/** U11: `id` as the field of the Collections upsert URL. */
	upsertById: ['reject', 'accept'],
	/** U12: ids per retrieve call, and what stands for a missing row. */
	retrieveMax: [2000, 200],
	retrieveMissing: ['null', 'omitted'],
	/** U13: `recordTypeInfos.developerName`. */
	rtDeveloperName: ['v43', 'absent'],
	/** U14: text comparison in SOQL. */
	soqlFold: ['insensitive', 'insensitiveTrimmed', 'sensitive'],
	/** U15: do Bulk result downloads count as API calls? */
	bulkCountsUsage: [true, false],
	/** U16: the status of a suspended or expired organisation, also after a refresh. */
	expiredOrgStatus: [420, 401],
	/** U17: does a 300 answer carry `Location`? */
	locationOn300: ['absent', 'present'],
	/** U19: same external id twice in one call. */
	dupKeyInCall: ['all', 'allButFirst'],
	/** U20: may a client-credentials token call `/userinfo`? */
	ccUserinfo: ['allowed', 'refused'],
	/** U21: is an account with a last name and no record type a person? */
	personRecordType: ['inferred', 'required'],
	/** U22: the text that refuses a field of the other kind of account. */
	personFieldText: ['badNames', 'security'],
	/** U23: the code of a currency that is not active or not known. */
	currencyError: ['INVALID_CURRENCY_ISO', 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST'],
	/** U24: does the API refuse a value that does not go with that of the controlling field? */
	dependentPicklists: ['free', 'enforced'],
	/** U25: a latitude without a longitude, or the reverse. */
	halfLocation: ['kept', 'refused'],
	/** U26: describe's `nillable` of a person's last name on Account. */
	personLastName: ['nillable', 'required'],
	/** S4: the usage header goes down as well as up. */
	limitJitter: [true, false],
	/** S8: the error of writing a field hidden by field-level security. */
	hiddenFieldError: ['INVALID_FIELD_FOR_INSERT_UPDATE', 'INVALID_FIELD'],
	/** S16: `updateOnly` on versions below 61. */
	updateOnlyBelow61: ['ignored', 'honoured'],
	/** S22: a byte order mark before the CSV header. */
	bom: ['tolerated', 'refused'],
} as const;

export type SwitchName = keyof typeof switchValues;

/** The present value of each switch; set them at any time. */
export type Switches = SwitchSettings<typeof switchValues>;

/** Every switch at its default. */
export const defaultSwitches = (): Switches => defaultsOf(switchValues);

/** Sets switches from untrusted input and refuses names and values that do not exist. */
export const setSwitches = (switches: Switches, wanted: Readonly<Record<string, unknown>>): void =>
	setKnown(switchValues, switches, wanted);
