import type { INodeParameters } from 'n8n-workflow';

import type { Switches } from '../sandbox/dataverse';
import type { RequestFailpoint } from './crashRequest';
import type { Phase, StateFailpoint, Step, Target } from './crashWire';

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

/** Where a state can be. */
export type StoreName = 'SQLite' | 'Postgres';

/** A place where the process dies, or something else is struck. */
export interface Point {
	readonly name: string;
	/** Undefined: in every store. */
	readonly store?: StoreName;
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
	/** The run finds the state as an older version of the package left it. */
	readonly findsOlder?: boolean;
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

interface Circumstances extends Partial<Point> {
	readonly nth?: number;
	/** Said behind the point's name. */
	readonly when?: string;
	readonly in?: readonly Phase[];
	readonly target?: Target;
}

function statePoints(step: Step, circumstances: Circumstances = {}): Point[] {
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

const first = { isFirstRun: true, rests: false } as const;
const older = { findsOlder: true, rests: true, when: 'from an older version' } as const;
/** Past the number of moved keys from which the store packs them (design section 8). */
const packing = { paths: [large], size: 2100, share: 1, rests: false } as const;

/** What a run does in the database, once in each way there is to do it. */
const stepsOfRun = (more: Circumstances): Point[] => [
	...statePoints('schema', { ...first, ...more }),
	...statePoints('schema', { ...older, ...more }),
	...statePoints('lease', more),
	...statePoints('doubts', { ...takingOver, ...more }),
	...statePoints('offer', more),
	...statePoints('confirm', more),
	...statePoints('confirm', { ...inserting, ...more, nth: 3 }),
	...statePoints('compact', { ...packing, ...more }),
	...statePoints('end', more),
];

/** Where a COPY is under way: half of a row is at the server. */
const copying = (more: Circumstances): Point[] => [
	...statePoints('offer', { in: ['midway'], ...more }),
	...statePoints('doubts', { ...takingOver, in: ['midway'], ...more }),
	...statePoints('confirm', { in: ['midway'], ...more }),
	...statePoints('compact', { ...packing, in: ['midway'], ...more }),
];

/** What only a state behind a wire, in a server of its own, can meet. */
const postgresPoints: readonly Point[] = [
	...copying({}),
	...stepsOfRun({ in: ['within'], target: 'connection' }),
	...copying({ target: 'connection' }),
	...stepsOfRun({ in: ['within'], target: 'answer' }),
	...(['offer', 'confirm', 'end'] as const).flatMap((step) =>
		statePoints(step, { target: 'server' }),
	),
	...statePoints('offer', { in: ['midway'], target: 'server' }),
	...statePoints('confirm', { ...inserting, nth: 3, target: 'server' }),
	...statePoints('compact', { ...packing, in: ['within'], target: 'server' }),
].map((point) => ({ ...point, store: 'Postgres' }));

/** Every named failpoint, in the order a run passes them. */
const all: readonly Point[] = [
	...statePoints('schema', first),
	...statePoints('lease'),
	...statePoints('offer'),
	...[1, 3].flatMap((nth) => [bulk, batch].flatMap((by) => beforeAndAfter(nth, by))),
	requestPoint('midway', 2, batch),
	...statePoints('confirm'),
	...statePoints('confirm', { nth: 3 }),
	...removalPoints(),
	...statePoints('compact', packing),
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
	...statePoints('schema', older),
	...postgresPoints,
];

/** The failpoints of a store. */
export const pointsOf = (name: StoreName): Point[] =>
	all.filter(({ store = name }) => store === name);

/** Leaves open offers behind, for the points of the run after. */
export const offersLeftOpen: StateFailpoint = { step: 'offer', phase: 'after', nth: 1 };
