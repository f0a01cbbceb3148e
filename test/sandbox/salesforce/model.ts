export type FieldType =
	| 'id'
	| 'string'
	| 'textarea'
	| 'phone'
	| 'url'
	| 'email'
	| 'boolean'
	| 'int'
	| 'double'
	| 'currency'
	| 'percent'
	| 'date'
	| 'datetime'
	| 'time'
	| 'picklist'
	| 'combobox'
	| 'multipicklist'
	| 'reference'
	| 'base64'
	| 'address'
	| 'location';

export interface PicklistValue {
	readonly value: string;
	readonly label: string;
	readonly active: boolean;
	readonly defaultValue: boolean;
	/** Values of the controlling field this one goes with; a checkbox has `false` and `true`. */
	readonly validFor?: readonly string[];
}

/** One field as describe shows it; what describe derives from the rest is left out (salesforce contract 2). */
export interface Field {
	/** API name; matched ignoring case. */
	readonly name: string;
	readonly label: string;
	readonly type: FieldType;
	readonly createable: boolean;
	readonly updateable: boolean;
	readonly nillable: boolean;
	readonly defaultedOnCreate: boolean;
	readonly custom: boolean;
	/** Characters of text; 0 for every other type. */
	readonly length: number;
	readonly precision: number;
	readonly scale: number;
	readonly digits: number;
	readonly externalId: boolean;
	readonly unique: boolean;
	readonly caseSensitive: boolean;
	readonly idLookup: boolean;
	readonly filterable: boolean;
	/** The objects a lookup may point at; more than one makes it polymorphic. */
	readonly referenceTo: readonly string[];
	/** `Account`, `Boss__r`: how a parent is named in JSON, CSV headers and SOQL. */
	readonly relationshipName?: string;
	readonly restrictedPicklist: boolean;
	readonly picklistValues: readonly PicklistValue[];
	/** The field whose value decides which values of this picklist go with it. */
	readonly controllerName?: string;
	readonly compoundFieldName?: string;
	/** Accounts of this kind alone have the field, once the organisation has person accounts (2.2). */
	readonly kind?: 'person' | 'business';
	/** Largest absolute value of a number, where its digits do not tell. */
	readonly limit?: number;
	/** The value a new row takes when the request has none. */
	readonly initial?: Value;
	/** `B-{0000}`: numbered by the organisation. */
	readonly autoNumber?: string;
	/** Text of a formula field. */
	readonly formula?: string;
	/** What a formula or a compound name shows; it is stored with every write. */
	readonly compute?: (values: Readonly<RowValues>) => Value;
	readonly htmlFormatted: boolean;
}

export interface RecordType {
	readonly id: string;
	readonly name: string;
	readonly developerName: string;
	readonly master: boolean;
	/** Its accounts are persons (2.2). */
	readonly person?: boolean;
}

/** What a customer's validation rule refuses, with the customer's text. */
export interface ValidationRule {
	readonly message: string;
	/** API name of the field the message stands at; none: at the top of the page. */
	readonly field?: string;
	refuses(values: Readonly<RowValues>): boolean;
}

/** One object (sObject) of the organisation. */
export interface ObjectType {
	readonly name: string;
	readonly label: string;
	readonly labelPlural: string;
	/** First three characters of its ids. */
	readonly keyPrefix: string;
	readonly custom: boolean;
	readonly createable: boolean;
	readonly updateable: boolean;
	readonly deletable: boolean;
	readonly queryable: boolean;
	readonly replicateable: boolean;
	readonly deprecatedAndHidden: boolean;
	readonly customSetting: boolean;
	/** Setup objects cannot be mixed with others in one call (4.2). */
	readonly setup: boolean;
	/** False: `Entity … is not supported by the Bulk API` (4.4). */
	readonly bulk: boolean;
	/** Lower-case API name → field, in describe's order. */
	readonly fields: ReadonlyMap<string, Field>;
	readonly recordTypes: readonly RecordType[];
	/** Set on a new row by active assignment rules (S18); only Account, Case and Lead have them (4.7). */
	readonly assignable: boolean;
}

/** A stored value: lookups hold 18-character ids, date and time types their text in answer form. */
export type Value = string | number | boolean | null;

/** API name → value. In a stored row a missing name is null. */
export type RowValues = Record<string, Value>;

export interface Row {
	/** 18 characters. */
	readonly id: string;
	/** Order of creation: the order without ORDER BY. */
	readonly order: number;
	/** Of the last change, in ms. */
	readonly modified: number;
	/** In the recycle bin since, in ms. */
	readonly deletedAt?: number;
	readonly values: Readonly<RowValues>;
}

/** One change that was really committed. */
export interface Commit {
	readonly object: string;
	readonly id: string;
	readonly operation: 'create' | 'update' | 'delete';
	/** As answers write a moment. */
	readonly at: string;
	/** What was written, by API name. */
	readonly values: Readonly<RowValues>;
	/** Position of the request in the log; undefined for rows inserted by the test. */
	readonly request?: number;
}

/** Why a row was refused: code under `statusCode`, label in the message, API names in `fields` (4.2). */
export interface RowError {
	readonly statusCode: string;
	readonly message: string;
	readonly fields: readonly string[];
}

export type WriteOperation = 'insert' | 'update' | 'upsert' | 'delete' | 'hardDelete';

/** One record on its way into the row engine, the same for Collections, single rows and Bulk. */
export interface RowWrite {
	/** API name of the object; exists. */
	readonly object: string;
	readonly operation: WriteOperation;
	/** For upsert; `Id` upserts by id. */
	readonly externalIdField?: string;
	/**
	 * JSON values by API name in any case: `Id` for update and delete, the external id for upsert; a nested
	 * object is a lookup by external id (`Account: {Ext__c: 'A1'}`, polymorphic with `attributes.type`).
	 * A missing name is left unchanged, null clears.
	 */
	readonly values: Readonly<Record<string, unknown>>;
	/** An upsert that never creates (S16). */
	readonly updateOnly?: boolean;
	/** `Sforce-Duplicate-Rule-Header: allowSave=true` (S18). */
	readonly allowSave?: boolean;
	/** `Sforce-Auto-Assign`, `assignmentRuleId`: false switches assignment off; default true. */
	readonly autoAssign?: boolean | string;
	/** Refused before it was read, by the JSON or CSV parser: it takes its place and is not written. */
	readonly refused?: RowError;
}

/** What became of one record. */
export type RowOutcome =
	| { readonly success: true; readonly id: string; readonly created: boolean }
	| { readonly success: false; readonly errors: readonly RowError[] };
