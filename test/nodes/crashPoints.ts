import { feedPoints } from './crashFeedPoints';
import {
	batch,
	beforeAndAfter,
	bulk,
	insertBatch,
	insertBulk,
	large,
	removalPoints,
	requestPoint,
	statePoints,
	takingOver,
	type Circumstances,
	type Point,
	type StoreName,
} from './crashPoint';
import type { StateFailpoint } from './crashWire';

export type { CrashMode, Point, StoreName } from './crashPoint';

/** An insert sends only what is new, so more must be new for several requests. */
const inserting = { paths: [insertBulk, insertBatch], added: 12, when: 'insert' } as const;
const { added } = inserting;

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
export const allPoints: readonly Point[] = [
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
	...feedPoints,
	...postgresPoints,
];

/** The failpoints of a store; those of writing to Dataverse unless told otherwise. */
export const pointsOf = (name: StoreName, points: readonly Point[] = allPoints): Point[] =>
	points.filter(({ store = name }) => store === name);

/** Leaves open offers behind, for the points of the run after. */
export const offersLeftOpen: StateFailpoint = { step: 'offer', phase: 'after', nth: 1 };
