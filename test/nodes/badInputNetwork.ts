import type { Effect } from '../sandbox/dataverse';
import { airports } from './syncFixture';
import type { BadInput } from './badInputProof';
import type { BadLine } from './badInputWorld';

const inTens: BadLine = { writer: { parameters: { options: { batchSize: 10 } } } };
const create = /CreateMultiple/;
const page = '<html><head><title>Please sign in to the proxy</title></head></html>';
const html = (afterCommit: boolean): Effect => ({
	kind: 'respond',
	status: 200,
	headers: { 'Content-Type': 'text/html' },
	body: page,
	afterCommit,
});

/** A fault on the way of a first sync of 60 airports in tens. */
const first = (
	what: string,
	fault: { effect: Effect; url: RegExp; nth?: number; times?: number },
	says: BadInput['says'] = { heals: /account: 60 created/ },
): BadInput => ({
	what,
	rule: 'design:R11',
	before: [],
	source: airports(60),
	arrange({ org }) {
		org.faults.add(fault);
		return inTens;
	},
	says,
});

const limits = ['requests', 'time', 'concurrency'] as const;
const limitText = {
	requests: /Number of requests exceeded/,
	time: /Combined execution time/,
	concurrency: /Number of concurrent requests/,
} as const;

/** Throttling, gateways and broken answers. */
export const network: readonly BadInput[] = [
	...limits.map((limit): BadInput =>
		first(`429 storm (${limit}), short`, {
			effect: { kind: 'throttle', limit, retryAfter: 7 },
			url: /api/,
			nth: 6,
			times: 12,
		}),
	),
	...limits.map((limit): BadInput =>
		first(
			`429 storm (${limit}), without end`,
			{
				effect: { kind: 'throttle', limit, retryAfter: 300 },
				url: create,
				nth: 3,
				times: 999,
			},
			{
				where: /Dynamics 365 at 127\.0\.0\.1/,
				cause: limitText[limit],
				next: /Run again later: what was written stays written/,
			},
		),
	),
	first('502 before the commit', { effect: { kind: 'gateway', status: 502 }, url: create, nth: 2 }),
	first('502 after the commit', {
		effect: { kind: 'gateway', status: 502, afterCommit: true },
		url: create,
		nth: 2,
	}),
	{
		what: '502 after the commit of an update',
		rule: 'design:R11',
		arrange: ({ org }) =>
			void org.faults.add({
				effect: { kind: 'gateway', status: 502, afterCommit: true },
				url: /UpdateMultiple/,
			}),
		says: { heals: /1 created, 1 updated, 1 deleted/ },
	},
	first(
		'502 again and again',
		{ effect: { kind: 'gateway', status: 502 }, url: create, nth: 3, times: 999 },
		{
			where: /Dynamics 365/,
			cause: /did not answer/,
			next: /next run looks/,
		},
	),
	first(
		'503 on everything',
		{ effect: { kind: 'gateway', status: 503 }, url: /api/, nth: 4, times: 999 },
		{
			where: /Dynamics 365 at 127\.0\.0\.1/,
			cause: /does not answer \(HTTP 503/,
			next: /Check the environment URL and the service status/,
		},
	),
	first('connection cut before the commit', {
		effect: { kind: 'reset', when: 'beforeCommit' },
		url: create,
		nth: 2,
	}),
	first('connection cut after the commit', {
		effect: { kind: 'reset', when: 'afterCommit' },
		url: create,
		nth: 2,
	}),
	first('answer cut off in the middle', {
		effect: { kind: 'truncate', abort: true },
		url: create,
		nth: 2,
	}),
	first(
		'HTML instead of JSON, reading',
		{ effect: html(false), url: /EntityDefinitions/, times: 99 },
		{
			where: /Dynamics 365 .*EntityDefinitions/,
			cause: /Please sign in to the proxy/,
			next: /environment URL.*proxy/,
		},
	),
	first('HTML instead of JSON, writing, nothing done', {
		effect: html(false),
		url: create,
		nth: 2,
	}),
	first('HTML instead of JSON, writing, all done', { effect: html(true), url: create, nth: 2 }),
	first(
		'truncated answer to a batch of reads',
		{ effect: { kind: 'truncate' }, url: /\$batch/, times: 99 },
		{
			where: /Dynamics 365 .*EntityDefinitions/,
			cause: /cut short|incomplete/,
			next: /just run again/,
		},
	),
	{
		what: 'truncated answer to a batch of deletes',
		rule: 'dataverse:T-12',
		before: airports(40),
		source: airports(34),
		arrange: ({ org }) =>
			void org.faults.add({ url: /\$batch/, nth: 3, effect: { kind: 'truncate' } }),
		says: { heals: /account: 6 deleted/ },
	},
	{
		what: 'SQL deadlock and SQL time-out',
		rule: 'dataverse:4.9',
		before: [],
		source: airports(60),
		arrange({ org }) {
			org.faults.add({ effect: { kind: 'sqlDeadlock' }, url: create, nth: 2 });
			org.faults.add({ effect: { kind: 'sqlTimeout' }, url: create, nth: 4 });
			return inTens;
		},
		says: { heals: /account: 60 created/ },
	},
];
