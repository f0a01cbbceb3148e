import {
	batch,
	bulk,
	removalPoints,
	requestPoint,
	statePoints,
	takingOver,
	type Point,
} from './crashPoint';
import type { RequestFailpoint } from './crashRequest';

/** Dynamics 365 Changes reads the rows: what is struck is its reading too, and the way its cursor is kept. */
const feeding = { reading: { applyDeletes: true }, when: 'changes' } as const;
const feedingInParts = {
	reading: { applyDeletes: true, recordsPerRun: 10 },
	when: 'changes, in parts',
} as const;

const readingPoint = (name: string, request: Partial<RequestFailpoint>, more = {}): Point => ({
	name,
	request: { when: 'reading', nth: 1, ...request },
	paths: [bulk, batch],
	...feeding,
	...more,
});

const inCampaign = true;

/** Where Dynamics 365 Changes is struck, in the order a run passes them. */
export const feedPoints: readonly Point[] = [
	readingPoint('before the first page of changes', {}, { inCampaign }),
	readingPoint('between two pages of changes', { nth: 2 }),
	readingPoint('before undelivered records are read again', { byId: true }, { takesOver: true }),
	readingPoint('between two pages of a part of the changes', { nth: 2 }, feedingInParts),
	...statePoints('offer', { ...feeding, in: ['before', 'after'], inCampaign }),
	...statePoints('offer', { ...feeding, in: ['within'] }),
	...statePoints('offer', { ...feedingInParts, in: ['before', 'within'], inCampaign }),
	...statePoints('offer', { ...feedingInParts, in: ['after'] }),
	requestPoint('before', 1, bulk, { reading: feeding.reading, inCampaign }),
	requestPoint('after', 1, bulk, { reading: feeding.reading }),
	...statePoints('confirm', { ...feeding, nth: 2, inCampaign }),
	...removalPoints({ ...feeding, inCampaign }),
	...statePoints('end', { ...feeding, in: ['within'], inCampaign }),
	...statePoints('doubts', {
		...takingOver,
		...feeding,
		when: 'changes, taking over',
		inCampaign,
	}),
];
