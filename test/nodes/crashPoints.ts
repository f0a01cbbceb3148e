import type { INodeParameters } from 'n8n-workflow';

import type { Switches } from '../sandbox/dataverse';
import type { RequestFailpoint } from './crashRequest';
import type { StateFailpoint, Step } from './crashWire';

/** A way of writing: how the node is set up, and what the destination offers. */
export interface WritePath {
	readonly name: string;
	readonly switches: Partial<Switches>;
	/** Parameters of the writer beside the fixture's. */
	readonly writer: INodeParameters;
}

/** A place where the process dies. */
export interface Point {
	readonly name: string;
	/** The killed runs write by one of these after the other. */
	readonly paths: readonly WritePath[];
	readonly state?: StateFailpoint;
	readonly request?: RequestFailpoint;
	/** Whether the sync comes to rest before each kill; undefined: as the dice fall. */
	readonly rests?: boolean;
	/** The run before is killed too, with open offers. */
	readonly needsDoubts?: boolean;
	/** Rows of the segment, and the share of them that changes per run. */
	readonly size?: number;
	readonly share?: number;
}

/** Small batches make many requests of few rows. */
const path = (name: string, switches: WritePath['switches'], batchSize = 4): WritePath => ({
	name,
	switches,
	writer: { options: { batchSize } },
});

/** Bulk messages, and `$batch` where the table refuses them (dataverse:U-14). */
const bulk = path('bulk', { 'U-14': 'supported' });
const batch = path('$batch', { 'U-14': 'refused' });
const large = path('bulk', { 'U-14': 'supported' }, 500);

const stepNames: Record<Step, string> = {
	lease: 'the lease is taken',
	doubts: 'the killed run is doubted',
	offer: 'the offers are stored',
	confirm: 'confirm',
	compact: 'the state is packed',
	end: 'the run is closed',
};

const phases = ['before', 'within', 'after'] as const;

function statePoints(step: Step, more: Partial<Point> = {}, nth = 1): Point[] {
	const name = step === 'confirm' ? `${stepNames.confirm} ${nth}` : stepNames[step];
	return phases.map((phase) => ({
		name: `${phase} ${name}`,
		state: { step, phase, nth },
		paths: [bulk, batch],
		...more,
	}));
}

function requestPoint(when: RequestFailpoint['when'], nth: number, by: WritePath): Point {
	return {
		name: `${when} request ${nth} commits (${by.name})`,
		request: { when, nth },
		paths: [by],
	};
}

function removalPoint(when: RequestFailpoint['when']): Point {
	return {
		name: `${when} the removals commit`,
		request: { when, nth: 1, operation: 'delete' },
		paths: [bulk, batch],
		// Only what came to the destination can be deleted there.
		rests: true,
	};
}

/** Every named failpoint, in the order a run passes them. */
export const points: readonly Point[] = [
	...statePoints('lease'),
	...statePoints('doubts', { needsDoubts: true }),
	...statePoints('offer'),
	...[1, 3].flatMap((nth) =>
		[bulk, batch].flatMap((by) => [
			requestPoint('before', nth, by),
			requestPoint('after', nth, by),
		]),
	),
	requestPoint('midway', 2, batch),
	...statePoints('confirm'),
	...statePoints('confirm', {}, 3),
	...(['before', 'midway', 'after'] as const).map(removalPoint),
	// Past the number of moved keys from which the store packs them (design section 8).
	...statePoints('compact', { paths: [large], size: 2100, share: 1, rests: false }),
	...statePoints('end'),
];

/** Leaves open offers behind, for the points of the run after. */
export const offersLeftOpen: StateFailpoint = { step: 'offer', phase: 'after', nth: 1 };
