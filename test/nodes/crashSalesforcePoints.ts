import type { INodeParameters } from 'n8n-workflow';

import { statePoints, takingOver, type CrashMode, type Point, type WritePath } from './crashPoint';
import type { CallFailpoint, SalesforceStep } from './crashSalesforceCall';

type Api = 'collections' | 'bulk';

/** A way of writing to Salesforce, once by each of its transports. */
interface Manner {
	readonly name: string;
	readonly collections: WritePath;
	readonly bulk: WritePath;
}

interface Kind {
	readonly mode: CrashMode;
	readonly keyField: string;
	readonly parks?: boolean;
	readonly parameters: INodeParameters;
	readonly options?: INodeParameters;
}

function manner(name: string, { parameters, options, ...kind }: Kind): Manner {
	const by = (api: Api): WritePath => ({
		name: `${name}, ${api === 'bulk' ? 'Bulk' : 'Collections'}`,
		...kind,
		switches: {},
		// Small calls make many of them.
		writer: { ...parameters, options: { api, batchSize: 4, ...options } },
	});
	return { name, collections: by('collections'), bulk: by('bulk') };
}

/** Salesforce tells by itself which record is which. */
const byExternalId = manner('upsert', {
	mode: 'upsert',
	keyField: 'Ext__c',
	parameters: { writeMode: 'upsert', matchField: 'Ext__c' },
});

/** Nothing in Salesforce keeps two records from having one key: it is looked up. */
const byLookUp = manner('upsert by look-up', {
	mode: 'upsert',
	keyField: 'AccountNumber',
	parameters: { writeMode: 'upsert', matchField: 'AccountNumber' },
});

/** Every version of a record becomes one more; each has a name of its own in Ext__c. */
const inserting = { mode: 'append', keyField: 'AccountNumber' } as const;

const insertFound = manner('insert', {
	...inserting,
	parameters: { writeMode: 'insert' },
	options: { findDoubtfulBy: 'Ext__c' },
});

const insertBlind = manner('insert that cannot look', {
	...inserting,
	parks: true,
	parameters: { writeMode: 'insert' },
});

const stepNames: Record<SalesforceStep, string> = {
	lookUp: 'look-up',
	call: 'call',
	create: 'a job is created',
	upload: 'its data is uploaded',
	start: 'it is started',
	poll: 'poll',
	results: 'result file',
};

const counted: readonly SalesforceStep[] = ['lookUp', 'call', 'poll', 'results'];

interface Struck extends Partial<Point> {
	readonly nth?: number;
	readonly deletes?: boolean;
	readonly in?: ReadonlyArray<CallFailpoint['when']>;
}

function callPoints(step: SalesforceStep, path: WritePath, struck: Struck = {}): Point[] {
	const { nth = 1, deletes = false, in: whens = ['before', 'after'], ...more } = struck;
	const what = counted.includes(step) ? `${stepNames[step]} ${nth}` : stepNames[step];
	const how = [path.name, deletes && 'removals', more.takesOver && 'taking over'];
	return whens.map((when) => ({
		name: `${when} ${what} (${how.filter(Boolean).join(', ')})`,
		call: { step, when, nth, deletes },
		paths: [path],
		// Only what came to Salesforce can be deleted there.
		...(deletes && { rests: true }),
		...more,
	}));
}

const statesOf = ({ name, collections, bulk }: Manner): Point[] => {
	const more = { paths: [collections, bulk], when: name } as const;
	return [
		...statePoints('offer', more),
		...statePoints('confirm', more),
		...statePoints('end', more),
		...(['lease', 'doubts', 'offer', 'confirm'] as const).flatMap((step) =>
			statePoints(step, { ...more, ...takingOver, when: `${name}, taking over` }),
		),
	];
};

/** Enough that is new for several calls. */
const added = 12;

/** Where one way to write differs from another: records are under way, and nobody hears what became of them. */
const underWay = ({ collections, bulk }: Manner): Point[] => [
	...[1, 3].flatMap((nth) => callPoints('call', collections, { nth, added })),
	...callPoints('start', bulk, { added }),
	// With the second poll the job has ended.
	...callPoints('poll', bulk, { nth: 2, added }),
];

/** Every other request of a run: the steps of a job, and what removes. */
const otherRequests = ({ collections, bulk }: Manner): Point[] => [
	...(['create', 'upload', 'poll', 'results'] as const).flatMap((step) =>
		callPoints(step, bulk, { added }),
	),
	...statePoints('confirm', { paths: [collections], nth: 3, added, when: collections.name }),
	...callPoints('call', collections, { deletes: true }),
	...(['start', 'poll', 'results'] as const).flatMap((step) =>
		callPoints(step, bulk, { deletes: true }),
	),
];

/** The run before was killed too, so that what it offered has to be found out. */
const takeovers = ({ collections, bulk }: Manner): Point[] => [
	...callPoints('lookUp', collections, { takesOver: true, in: ['before'] }),
	...callPoints('call', collections, { takesOver: true, added }),
	...callPoints('start', bulk, { takesOver: true, added }),
];

/** Where a run that writes to Salesforce is struck. */
export const salesforcePoints: readonly Point[] = [
	...[byExternalId, insertFound].flatMap(statesOf),
	...[byExternalId, byLookUp, insertFound, insertBlind].flatMap(underWay),
	...[byExternalId, insertFound].flatMap(otherRequests),
	...[byExternalId, byLookUp, insertFound].flatMap(takeovers),
	...statePoints('doubts', {
		...takingOver,
		paths: [insertBlind.collections, insertBlind.bulk],
		when: `${insertBlind.name}, taking over`,
	}),
];
