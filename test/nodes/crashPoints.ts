import type { INodeParameters } from 'n8n-workflow';

import type { Switches } from '../sandbox/dataverse';
import type { RequestFailpoint } from './crashRequest';
import type { Phase, StateFailpoint, Step } from './crashWire';

/** What a killed writer may do to records that were added or changed. */
export type CrashMode = 'upsert' | 'insert';

/** A way of writing: how the node is set up, and what the destination offers. */
export interface WritePath {
	readonly name: string;
	readonly mode: CrashMode;
	readonly switches: Partial<Switches>;
	/** Parameters of the writer beside the fixture's. */
	readonly writer: INodeParameters;
}

/** A place where the process dies. */
export interface Point {
	readonly name: string;
	/** The killed runs write by one of these after the other, all of them in one mode. */
	readonly paths: readonly WritePath[];
	readonly state?: StateFailpoint;
	readonly request?: RequestFailpoint;
	/** Whether the sync comes to rest before each kill; undefined: as the dice fall. */
	readonly rests?: boolean;
	/** The run before is killed too, with open offers: the one killed here takes its lease over. */
	readonly takesOver?: boolean;
	/** Every kill is in the first run of a sync of its own. */
	readonly isFirstRun?: boolean;
	/** Rows of the segment, the share of them that changes per run, and the rows that come per run. */
	readonly size?: number;
	readonly share?: number;
	readonly added?: number;
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
	writer: { writeMode: mode, options: { batchSize } },
});

/** Bulk messages, and `$batch` where the table refuses them (dataverse:U-14). */
const bulk = path('bulk', 'supported');
const batch = path('$batch', 'refused');
const large = path('bulk', 'supported', { batchSize: 500 });
const insertBulk = path('insert, bulk', 'supported', { mode: 'insert' });
const insertBatch = path('insert, $batch', 'refused', { mode: 'insert' });

const stepNames: Record<Step, string> = {
	schema: 'the state file has its tables',
	lease: 'the lease is taken',
	doubts: 'the killed run is doubted',
	offer: 'the offers are stored',
	confirm: 'confirm',
	compact: 'the state is packed',
	end: 'the run is closed',
};

const phases: readonly Phase[] = ['before', 'within', 'after'];

interface Circumstances extends Partial<Point> {
	readonly nth?: number;
	/** Said behind the point's name. */
	readonly when?: string;
}

function statePoints(step: Step, { nth = 1, when, ...more }: Circumstances = {}): Point[] {
	const name = step === 'confirm' ? `${stepNames.confirm} ${nth}` : stepNames[step];
	return phases.map((phase) => ({
		name: `${phase} ${name}${when ? ` (${when})` : ''}`,
		state: { step, phase, nth },
		paths: [bulk, batch],
		...more,
	}));
}

function requestPoint(
	when: RequestFailpoint['when'],
	nth: number,
	by: WritePath,
	more: Partial<Point> = {},
): Point {
	return {
		name: `${when} request ${nth} commits (${by.name}${more.takesOver ? ', taking over' : ''})`,
		request: { when, nth },
		paths: [by],
		...more,
	};
}

const removalPoints = (more: Circumstances = {}): Point[] =>
	(['before', 'midway', 'after'] as const).map((phase) => ({
		name: `${phase} the removals commit${more.when ? ` (${more.when})` : ''}`,
		request: { when: phase, nth: 1, operation: 'delete' },
		paths: [bulk, batch],
		// Only what came to the destination can be deleted there.
		rests: true,
		...more,
	}));

const beforeAndAfter = (nth: number, by: WritePath, more?: Partial<Point>): Point[] =>
	(['before', 'after'] as const).map((when) => requestPoint(when, nth, by, more));

/** An insert sends only what is new, so more must be new for several requests. */
const inserting = { paths: [insertBulk, insertBatch], added: 12, when: 'insert' } as const;
const { added } = inserting;
const takingOver = { takesOver: true, when: 'taking over' } as const;

/** Every named failpoint, in the order a run passes them. */
export const points: readonly Point[] = [
	...statePoints('schema', { isFirstRun: true, rests: false }),
	...statePoints('lease'),
	...statePoints('offer'),
	...[1, 3].flatMap((nth) => [bulk, batch].flatMap((by) => beforeAndAfter(nth, by))),
	requestPoint('midway', 2, batch),
	...statePoints('confirm'),
	...statePoints('confirm', { nth: 3 }),
	...removalPoints(),
	// Past the number of moved keys from which the store packs them (design section 8).
	...statePoints('compact', { paths: [large], size: 2100, share: 1, rests: false }),
	...statePoints('end'),
	...(['lease', 'doubts', 'offer', 'confirm', 'end'] as const).flatMap((step) =>
		statePoints(step, takingOver),
	),
	...beforeAndAfter(1, bulk, { takesOver: true }),
	...statePoints('offer', inserting),
	...[1, 3].flatMap((nth) =>
		[insertBulk, insertBatch].flatMap((by) => beforeAndAfter(nth, by, { added })),
	),
	requestPoint('midway', 2, insertBatch, { added }),
	...statePoints('confirm', inserting),
	...statePoints('confirm', { ...inserting, nth: 3 }),
	...removalPoints(inserting),
	...beforeAndAfter(1, insertBulk, { added, takesOver: true }),
];

/** Leaves open offers behind, for the points of the run after. */
export const offersLeftOpen: StateFailpoint = { step: 'offer', phase: 'after', nth: 1 };
