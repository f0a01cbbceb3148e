import type { SalesforceWriteOptions } from '../../shared/connectors/salesforce/options';
import type { Effect } from '../sandbox/salesforce';
import type { Fault } from '../sandbox/faults';
import type { Knob as AnyKnob, Lane } from './faultCampaign';
import { inMode } from './salesforceClient';

type Knob = AnyKnob<Effect>;
type Operation = NonNullable<Fault<Effect>['operation']>;

/** One kind of write, and the options it is carried out with. */
export interface SalesforceLane extends Lane {
	readonly options: SalesforceWriteOptions;
}

/** Refused by a validation rule of the stand-in: only Salesforce knows it. */
export const REFUSED = 'refuse me';

const lane = (
	name: string,
	[mode, key]: readonly [Parameters<typeof inMode>[0], string],
	more: Partial<SalesforceLane> = {},
): SalesforceLane => ({
	name,
	target: inMode(mode, key, { batchSize: 4 }),
	key,
	text: 'LastName',
	bad: REFUSED,
	operations: OPERATIONS_OF[mode],
	options: {},
	...more,
});

const OPERATIONS_OF: Readonly<Record<Parameters<typeof inMode>[0], readonly Operation[]>> = {
	upsert: ['create', 'update'],
	insert: ['create'],
	update: ['update'],
	delete: ['delete'],
};

const found = { findDoubtfulBy: 'Ext__c' } as const;
const bulk = { api: 'bulk' } as const;

/** Kinds of write by Collections, and by Bulk. */
export const collectionLanes: readonly SalesforceLane[] = [
	lane('upsert', ['upsert', 'Ext__c']),
	lane('insert', ['insert', 'Ext__c'], { options: found }),
	lane('blind insert', ['insert', 'Title'], { blind: true }),
	lane('update', ['update', 'Ext__c']),
	lane('upsert by any field', ['upsert', 'Phone']),
	lane('delete', ['delete', 'Ext__c']),
];

export const bulkLanes: readonly SalesforceLane[] = [
	lane('upsert', ['upsert', 'Ext__c'], { options: bulk }),
	lane('insert', ['insert', 'Ext__c'], { options: { ...bulk, ...found } }),
	lane('blind insert', ['insert', 'Title'], { options: bulk, blind: true }),
	lane('update', ['update', 'Ext__c'], { options: bulk }),
	lane('upsert by any field', ['upsert', 'Phone'], { options: bulk }),
	lane('delete', ['delete', 'Ext__c'], { options: bulk }),
];

const READS = [/\/describe/, /\/query/];
const ROWS = [1, 2, 6];
const OPERATIONS: readonly Operation[] = ['create', 'update', 'delete'];

/** The requests of the two transports that change something, or tell what changed. */
const WRITES = [
	{ url: /\/composite\/sobjects/, nths: [1, 2] },
	{ url: /\/jobs\/ingest/, nths: [1, 2, 3, 4, 5, 6] },
];

const byRequest = (name: string, effect: Effect): Knob => ({
	name,
	reads: READS.map((url) => ({ effect, url, nth: 1 })),
	faults: WRITES.flatMap(({ url, nths }) => nths.map((nth) => ({ effect, url, nth }))),
});
const byRow = (name: string, effect: Effect, times = 1): Knob => ({
	name: `${name} (row)`,
	faults: OPERATIONS.flatMap((operation) =>
		ROWS.map((nth) => ({ effect, operation, nth, times, table: 'Contact' })),
	),
});

const rowError = (statusCode: string, message: string): Effect => ({
	kind: 'rowError',
	statusCode,
	message,
});

/** Every effect of the stand-in that strikes written rows or their requests (salesforce:S25), in its forms. */
export const knobs: readonly Knob[] = [
	byRequest('respond 503', { kind: 'respond', status: 503, body: '<html></html>' }),
	byRequest('respond 503 after commit', { kind: 'respond', status: 503, afterCommit: true }),
	byRequest('gateway 502', { kind: 'gateway' }),
	byRequest('gateway 502 after commit', { kind: 'gateway', afterCommit: true }),
	byRequest('gateway 502 with a charset', { kind: 'gateway', charset: true }),
	byRequest('gateway 504 after commit', { kind: 'gateway', status: 504, afterCommit: true }),
	byRequest('500', { kind: 'unavailable', status: 500 }),
	byRequest('500 after commit', { kind: 'unavailable', status: 500, afterCommit: true }),
	byRequest('503', { kind: 'unavailable', status: 503 }),
	byRequest('503 after commit', { kind: 'unavailable', status: 503, afterCommit: true }),
	byRequest('reset before commit', { kind: 'reset', when: 'beforeCommit' }),
	byRequest('reset after commit', { kind: 'reset', when: 'afterCommit' }),
	byRequest('slow', { kind: 'slow', ms: 5 }),
	byRequest('truncate', { kind: 'truncate' }),
	byRequest('truncate to nothing', { kind: 'truncate', keep: 0 }),
	byRequest('truncate and abort', { kind: 'truncate', abort: true }),
	byRequest('session ended', { kind: 'session' }),
	byRequest('session without assurance', { kind: 'session', reason: 'highAssurance' }),
	byRequest('revoked token', { kind: 'revokedToken' }),
	byRequest('daily quota', { kind: 'quota', limit: 'total' }),
	byRequest('too many at once', { kind: 'quota', limit: 'concurrent' }),
	byRequest('throttle', { kind: 'throttle', retryAfter: 3 }),
	byRequest('organisation expired', { kind: 'expired' }),
	byRow('lock', { kind: 'lockRow' }),
	byRow('lock, every time', { kind: 'lockRow' }, Infinity),
	byRow('CPU limit', { kind: 'apexLimit', limit: 'cpu', above: 1 }, Infinity),
	byRow('SOQL limit', { kind: 'apexLimit', limit: 'soql', above: 3 }),
	byRow('validation', rowError('FIELD_CUSTOM_VALIDATION_EXCEPTION', 'Not today')),
	byRow('no access', rowError('INSUFFICIENT_ACCESS_OR_READONLY', 'insufficient access rights')),
	byRow('storage full', rowError('STORAGE_LIMIT_EXCEEDED', 'storage limit exceeded')),
	byRow('unexplained', rowError('UNKNOWN_EXCEPTION', 'An unexpected error occurred')),
];
