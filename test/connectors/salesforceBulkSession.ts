import type { Clock } from '../../shared/connectors/clock';
import type { IndexedResult, WriteTarget } from '../../shared/connectors/connector';
import type { HttpClient } from '../../shared/connectors/http';
import { bindApi } from '../../shared/connectors/salesforce/api';
import { readSObject } from '../../shared/connectors/salesforce/describe';
import type { SalesforceWriteOptions } from '../../shared/connectors/salesforce/options';
import { salesforceSend } from '../../shared/connectors/salesforce/pacing';
import type { Sending } from '../../shared/connectors/salesforce/plan';
import { createReport } from '../../shared/connectors/salesforce/report';
import type { Send, Session } from '../../shared/connectors/salesforce/session';
import { createUsage } from '../../shared/connectors/salesforce/usage';
import type { RecordResult } from '../../shared/core/results';
import type { SalesforceSandbox } from '../sandbox/salesforce';
import { fastClock } from './dynamics365Client';
import { salesforceHttp } from './salesforceGround';

/** How a test's session differs from a plain upsert of contacts. */
export interface SessionOptions {
	readonly object?: string;
	readonly options?: SalesforceWriteOptions;
	readonly target?: Partial<WriteTarget>;
	readonly clock?: Clock;
	readonly signal?: AbortSignal;
	readonly http?: HttpClient;
}

let sessions = 0;

/** What sending needs of a write: nothing here plans or reads records. */
export async function openSession(
	org: SalesforceSandbox,
	{ object = 'Contact', options = {}, ...more }: SessionOptions = {},
): Promise<Session> {
	const { clock = fastClock(), signal, http = salesforceHttp(org), target } = more;
	sessions += 1;
	const place = {
		origin: org.url,
		scope: `${org.url} bulk ${sessions}`,
		version: '66.0',
		clock,
		usage: createUsage(options),
	};
	const send = salesforceSend(http, place);
	const sobject = await readSObject(bindApi(send, place), object);
	const session: Partial<Session> = {
		api: bindApi(send, place, { signal }),
		sobject,
		options: { api: 'bulk', ...options },
		clock,
		signal,
		headers: {},
		preview: false,
		report: createReport(),
		lost: new Set(),
		target: {
			objectName: object,
			keyFields: ['Ext__c'],
			writeMode: 'upsert',
			removedRecords: 'skip',
			...target,
		},
	};
	return session as Session;
}

export interface Sent {
	/** By the position of the step. */
	readonly results: RecordResult[];
	readonly error?: unknown;
}

/** Sends and collects; checks that no index is answered twice, and all are when nothing was thrown. */
export async function sendAll(
	send: Send,
	session: Session,
	steps: readonly Sending[],
): Promise<Sent> {
	const results: RecordResult[] = [];
	const take = (batch: readonly IndexedResult[]) => {
		for (const { index, result } of batch) {
			expect(results[index]).toBeUndefined();
			results[index] = result;
		}
	};
	try {
		for await (const batch of send(session, steps)) take(batch);
	} catch (error) {
		return { results, error };
	}
	expect(Object.keys(results)).toHaveLength(steps.length);
	return { results };
}

/** Requests of bulk jobs the stand-in received, as `POST ingest`, `PUT batches`, `GET successfulResults`. */
export const jobRequests = (org: SalesforceSandbox): string[] =>
	org.log
		.filter(({ url }) => url.includes('/jobs/'))
		.map(({ method, url }) => `${method} ${url.replace(/\?.*/, '').replace(/.*\//, '')}`)
		.map((text) => text.replace(/750\w+/, 'job'));
