import type { Effect } from '../sandbox/dataverse/effects';
import type { Fault } from '../sandbox/faults';
import { contacts } from './dynamics365Client';
import type { Knob as AnyKnob, Lane } from './faultCampaign';

type Knob = AnyKnob<Effect>;

type Operation = NonNullable<Fault<Effect>['operation']>;

const BAD = 'x'.repeat(5000);
const people = { key: 'crmsync_externalid', text: 'lastname', bad: BAD } as const;
const stays = { key: 'crmsync_code', text: 'crmsync_name', bad: BAD } as const;
const visits = { objectName: 'crmsync_visit', keyFields: ['crmsync_code'] };

/** The table with bulk messages, and one without, which goes by $batch. */
export const lanes: readonly Lane[] = [
	{
		name: 'upsert',
		target: { ...contacts, batchSize: 4 },
		...people,
		operations: ['create', 'update'],
	},
	{
		name: 'insert',
		target: { ...contacts, writeMode: 'insert', batchSize: 4 },
		...people,
		operations: ['create'],
	},
	{
		name: 'update',
		target: { ...contacts, writeMode: 'update', batchSize: 4 },
		...people,
		operations: ['update'],
	},
	{
		name: 'delete',
		target: { ...contacts, writeMode: 'delete', batchSize: 4 },
		...people,
		operations: ['delete'],
	},
	{
		name: 'upsert by $batch',
		target: { ...contacts, ...visits, batchSize: 4 },
		...stays,
		operations: ['create', 'update'],
	},
	{
		name: 'insert by $batch',
		target: { ...contacts, ...visits, writeMode: 'insert', batchSize: 4 },
		...stays,
		operations: ['create'],
	},
];

/** Requests of a run: 1 to 3 ask for metadata, 4 to 6 are the look-ups of its slices, then it writes. */
const READS = [2, 5];
const WRITES = [7, 9];
const ROWS = [1, 2, 6];
const OPERATIONS: readonly Operation[] = ['create', 'update', 'delete'];

const byRequest = (name: string, effect: Effect): Knob => ({
	name,
	reads: READS.map((nth) => ({ effect, url: /\/api\//, nth })),
	faults: WRITES.map((nth) => ({ effect, url: /\/api\//, nth })),
});
const byRow = (name: string, effect: Effect): Knob => ({
	name: `${name} (row)`,
	faults: OPERATIONS.flatMap((operation) =>
		ROWS.map((nth) => ({ effect, operation, nth, times: 1 })),
	),
});
const byPart = (name: string, effect: Effect): Knob => ({
	name: `${name} (part)`,
	faults: [1, 4, 7].map((nth) => ({ effect, nth, part: true, url: /contacts|visits/ })),
});

const PLUGIN: Effect = { kind: 'pluginAbort', message: 'Not today' };
const LOCK: Effect = {
	kind: 'error',
	status: 500,
	code: '0x80044339',
	message: 'A lock could not be obtained',
};

/** Every effect of the stand-in (dataverse:S-33), in its forms. */
export const knobs: readonly Knob[] = [
	byRequest('respond 503', { kind: 'respond', status: 503, body: '<html></html>' }),
	byRequest('respond 503 after commit', { kind: 'respond', status: 503, afterCommit: true }),
	byRequest('page 200', { kind: 'respond', status: 200, body: '<html></html>' }),
	byRequest('page 500 after commit', {
		kind: 'respond',
		status: 500,
		body: '<html></html>',
		afterCommit: true,
	}),
	byRequest('gateway 502', { kind: 'gateway', status: 502 }),
	byRequest('gateway 502 after commit', { kind: 'gateway', status: 502, afterCommit: true }),
	byRequest('gateway 503', { kind: 'gateway', status: 503 }),
	byRequest('gateway 504 after commit', { kind: 'gateway', status: 504, afterCommit: true }),
	byRequest('reset before commit', { kind: 'reset', when: 'beforeCommit' }),
	byRequest('reset after commit', { kind: 'reset', when: 'afterCommit' }),
	byRequest('slow', { kind: 'slow', ms: 5 }),
	byRequest('truncate', { kind: 'truncate' }),
	byRequest('truncate to nothing', { kind: 'truncate', keep: 0 }),
	byRequest('truncate and abort', { kind: 'truncate', abort: true }),
	byRequest('throttle requests', { kind: 'throttle', limit: 'requests' }),
	byRequest('throttle time', { kind: 'throttle', limit: 'time', retryAfter: 3 }),
	byRequest('throttle concurrency', { kind: 'throttle', limit: 'concurrency' }),
	byRequest('deadlock', { kind: 'sqlDeadlock' }),
	byRequest('SQL timeout', { kind: 'sqlTimeout' }),
	byRequest('plug-in abort', PLUGIN),
	byRequest('upsert race', { kind: 'upsertRace' }),
	byRequest('privilege loss', { kind: 'privilegeLoss', privilege: 'prvWritecontact' }),
	byRequest('revoked token', { kind: 'revokedToken' }),
	byRequest('lock', LOCK),
	byRow('deadlock', { kind: 'sqlDeadlock' }),
	byRow('SQL timeout', { kind: 'sqlTimeout' }),
	byRow('plug-in abort', PLUGIN),
	// Nobody races to update or delete.
	{
		name: 'upsert race (row)',
		faults: ROWS.map((nth) => ({
			effect: { kind: 'upsertRace' },
			operation: 'create',
			nth,
			times: 1,
		})),
	},
	byRow('privilege loss', { kind: 'privilegeLoss', privilege: 'prvCreatecontact' }),
	byRow('lock', LOCK),
	byPart('throttle', { kind: 'throttle', limit: 'requests' }),
	byPart('gateway 503', { kind: 'gateway', status: 503 }),
	byPart('plug-in abort', PLUGIN),
];
