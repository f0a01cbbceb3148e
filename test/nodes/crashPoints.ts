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
	readonly paths: readonly WritePath[];
	readonly state?: StateFailpoint;
	readonly request?: RequestFailpoint;
	/** The run before must have come to rest, or the point may not be reached. */
	readonly needsRest?: boolean;
	/** The run before must have been killed with open offers. */
	readonly needsDoubts?: boolean;
	/** Rows of the segment and share of them that change per run. */
	readonly size?: number;
	readonly share?: number;
}

const small = { batchSize: 4 };

/** Bulk messages, and `$batch` where the table refuses them (dataverse:U-14). */
export const paths = {
	bulk: { name: 'bulk', switches: {}, writer: { options: small } },
	batch: { name: '$batch', switches: { 'U-14': 'refused' }, writer: { options: small } },
	/** Few requests for many rows. */
	large: { name: 'bulk', switches: {}, writer: { options: { batchSize: 500 } } },
} as const satisfies Record<string, WritePath>;

const both = [paths.bulk, paths.batch];

const stateNames: Record<Step, string> = {
	lease: 'lease taken',
	doubts: 'doubts of the killed run taken',
	offer: 'offers stored',
	confirm: 'confirm',
	compact: 'state packed anew',
	end: 'run closed',
};

const statePoint = (
	step: Step,
	phase: StateFailpoint['phase'],
	more: Partial<Point> & { nth?: number } = {},
): Point => {
	const { nth = 1, ...rest } = more;
	const name = `${phase} ${stateNames[step]}${step === 'confirm' ? ` ${nth}` : ''}`;
	return { name, state: { step, phase, nth }, paths: [paths.bulk], ...rest };
};

const requestPoint = (
	when: RequestFailpoint['when'],
	nth: number,
	more: Partial<Point> = {},
): Point => ({
	name: `${when} request ${nth} commits`,
	request: { when, nth },
	paths: both,
	...more,
});

const removalPoint = (when: RequestFailpoint['when']): Point => ({
	name: `${when} the removals commit`,
	request: { when, nth: 1, operation: 'delete' },
	paths: [paths.batch],
	needsRest: true,
});

const phases = ['before', 'within', 'after'] as const;

/** Past the number of moved keys from which the store packs them (design section 8). */
const large = { paths: [paths.large], size: 2100, share: 1, needsRest: false };

/** Every named failpoint, in the order a run passes them. */
export const points: readonly Point[] = [
	statePoint('lease', 'after'),
	...phases.map((phase) =>
		statePoint('doubts', phase, { needsDoubts: true, paths: [paths.batch] }),
	),
	...phases.map((phase) => statePoint('offer', phase)),
	...[1, 2, 3].flatMap((nth) => [requestPoint('before', nth), requestPoint('after', nth)]),
	requestPoint('midway', 2, { paths: [paths.batch] }),
	...phases.map((phase) => statePoint('confirm', phase, { paths: both })),
	...phases.map((phase) => statePoint('confirm', phase, { paths: both, nth: 3 })),
	...(['before', 'midway', 'after'] as const).map(removalPoint),
	...phases.map((phase) => statePoint('compact', phase, large)),
	...phases.map((phase) => statePoint('end', phase)),
];

/** Leaves open offers behind, for the points of the run after. */
export const offersLeftOpen: StateFailpoint = { step: 'offer', phase: 'after', nth: 1 };
