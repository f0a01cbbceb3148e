import type { INodeParameters } from 'n8n-workflow';

import type { Switches } from '../sandbox/dataverse';
import type { RequestFailpoint } from './crashRequest';
import type { CallFailpoint } from './crashSalesforceCall';
import type { Phase, StateFailpoint, Step, Target } from './crashWire';

/**
 * What a killed writer may do to records that were added or changed: bring a row in line, create it where there
 * is none, or create one for every version.
 */
export type CrashMode = 'upsert' | 'insert' | 'append';

/** A way of writing: how the node is set up, and what the destination offers. */
export interface WritePath {
	readonly name: string;
	readonly mode: CrashMode;
	readonly switches: Readonly<Record<string, unknown>>;
	/** The field by which the segment's records are told apart. */
	readonly keyField: string;
	/** Parameters of the writer beside the fixture's. */
	readonly writer: INodeParameters;
	/** Nothing tells whether a record that was sent has arrived: it is parked (design R11). */
	readonly parks?: boolean;
}

/** Where a state can be. */
export type StoreName = 'SQLite' | 'Postgres';

/** A place where the process dies, or something else is struck. */
export interface Point {
	readonly name: string;
	/** Undefined: in every store. */
	readonly store?: StoreName;
	/** The killed runs write by one of these after the other, all of them in one mode. */
	readonly paths: readonly [WritePath, ...WritePath[]];
	/** Options of Dynamics 365 Changes, where it reads the rows; undefined: Segment Diff is given them. */
	readonly reading?: INodeParameters;
	readonly state?: StateFailpoint;
	readonly request?: RequestFailpoint;
	/** The same for Salesforce. */
	readonly call?: CallFailpoint;
	/** Whether the sync comes to rest before each kill; undefined: as the dice fall. */
	readonly rests?: boolean;
	/** The run before is killed too, with open offers: the one killed here takes its lease over. */
	readonly takesOver?: boolean;
	/** Every kill is in the first run of a sync of its own. */
	readonly isFirstRun?: boolean;
	/** The run finds the state as an older version of the package left it. */
	readonly findsOlder?: boolean;
	/** Struck in the campaign only, for want of time. */
	readonly inCampaign?: boolean;
	/** Rows of the segment, the share of them that changes per run, and the rows that come per run. */
	readonly size?: number;
	readonly share?: number;
	readonly added?: number;
}

/** A point, and so many kills there whose dice fall by a seed. */
export interface CrashPlan {
	readonly point: Point;
	readonly kills: number;
	readonly seed: number;
}

interface Manner {
	readonly mode?: CrashMode;
	/** Small batches make many requests of few rows. */
	readonly batchSize?: number;
}

const path = (
	name: string,
	bulkMessages: Switches['U-14'],
	{ mode = 'upsert', batchSize = 4 }: Manner = {},
): WritePath => ({
	name,
	mode,
	switches: { 'U-14': bulkMessages },
	keyField: 'accountnumber',
	writer: { writeMode: mode, options: { batchSize } },
});

/** Bulk messages, and `$batch` where the table refuses them (dataverse:U-14). */
export const bulk = path('bulk', 'supported');
export const batch = path('$batch', 'refused');
export const large = path('bulk', 'supported', { batchSize: 500 });
export const insertBulk = path('insert, bulk', 'supported', { mode: 'insert' });
export const insertBatch = path('insert, $batch', 'refused', { mode: 'insert' });

const stepNames: Record<Step, string> = {
	schema: 'the state has its tables',
	lease: 'the lease is taken',
	doubts: 'the killed run is doubted',
	offer: 'the offers are stored',
	confirm: 'confirm',
	compact: 'the state is packed',
	end: 'the run is closed',
};

const phases: readonly Phase[] = ['before', 'within', 'after'];

const struck: Record<Target, string> = {
	process: '',
	server: 'the server dies',
	connection: 'the connection breaks',
	answer: 'the answer is lost',
};

export interface Circumstances extends Partial<Point> {
	readonly nth?: number;
	/** Said behind the point's name. */
	readonly when?: string;
	readonly in?: readonly Phase[];
	readonly target?: Target;
}

export function statePoints(step: Step, circumstances: Circumstances = {}): Point[] {
	const { nth = 1, when = '', in: those = phases, target = 'process', ...more } = circumstances;
	const name = step === 'confirm' ? `${stepNames.confirm} ${nth}` : stepNames[step];
	const how = [when, struck[target]].filter((text) => text !== '').join(', ');
	return those.map((phase) => ({
		name: `${phase} ${name}${how === '' ? '' : ` (${how})`}`,
		state: { step, phase, nth, target },
		paths: [bulk, batch],
		...more,
	}));
}

export function requestPoint(
	when: RequestFailpoint['when'],
	nth: number,
	by: WritePath,
	more: Partial<Point> = {},
): Point {
	return {
		name: `${when} request ${nth} commits (${by.name}${more.takesOver ? ', taking over' : ''}${more.reading ? ', changes' : ''})`,
		request: { when, nth },
		paths: [by],
		...more,
	};
}

export const removalPoints = (more: Circumstances = {}): Point[] =>
	(['before', 'midway', 'after'] as const).map((phase) => ({
		name: `${phase} the removals commit${more.when ? ` (${more.when})` : ''}`,
		request: { when: phase, nth: 1, operation: 'delete' },
		paths: [bulk, batch],
		// Only what came to the destination can be deleted there.
		rests: true,
		...more,
	}));

export const beforeAndAfter = (nth: number, by: WritePath, more?: Partial<Point>): Point[] =>
	(['before', 'after'] as const).map((when) => requestPoint(when, nth, by, more));

/** The run before was killed too. */
export const takingOver = { takesOver: true, when: 'taking over' } as const;
