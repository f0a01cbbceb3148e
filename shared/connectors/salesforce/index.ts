import { SyncError } from '../../core/errors';
import { systemClock, type Clock } from '../clock';
import type { Connector, IndexedResult, WriteContext } from '../connector';
import type { HttpClient } from '../http';
import { bindApi, type Place } from './api';
import { abortJob, bulkResult, type BulkResult } from './bulkActions';
import { checkSignIn } from './check';
import { readSObject } from './describe';
import { readFields, readKeys, readObjects } from './discover';
import { apiVersion, instanceOrigin } from './instance';
import { lookUp } from './lookUp';
import { refuseNewFields } from './newFields';
import type { SalesforceWriteOptions } from './options';
import { salesforceSend } from './pacing';
import { createReport, type BulkJobInfo, type FieldWarning } from './report';
import { createUsage, type Usage } from './usage';
import { writeRecords, type WriteTools } from './write';

/** What the Salesforce connector is made from. */
export interface SalesforceSettings {
	/** My Domain or instance URL. */
	readonly instanceUrl: string;
	/** Names the credential: requests of one (instance, credential) are paced together. */
	readonly credentialId: string;
	/** Such as `66.0`. */
	readonly apiVersion?: string;
	readonly clock?: Clock;
	/** How `write` and `preview` go about it. */
	readonly write?: SalesforceWriteOptions;
}

/** What a run has to say beside its records. */
export interface SalesforceSummary {
	readonly usage: Pick<Usage, 'calls' | 'used' | 'limit'>;
	readonly jobs: readonly BulkJobInfo[];
	readonly fieldWarnings: Readonly<Record<string, FieldWarning>>;
}

/** What Salesforce offers beside the contract. */
export interface SalesforceConnector extends Connector {
	summary(): SalesforceSummary;
	/** What became of a Bulk job, whoever started it. */
	bulkResult(jobId: string): Promise<BulkResult>;
	/** Aborts a Bulk job that has not ended. */
	abortJob(jobId: string): Promise<BulkJobInfo>;
}

/** The Salesforce connector: REST, sObject Collections and Bulk API 2.0. */
export function salesforce(http: HttpClient, settings: SalesforceSettings): SalesforceConnector {
	const { write: options = {} } = settings;
	const place = placeOf(settings);
	const { origin, clock, usage } = place;
	const report = createReport();
	const send = salesforceSend(http, place);
	const api = bindApi(send, place);
	const tools = (context: WriteContext, preview: boolean): WriteTools => {
		const run = { signal: context.signal, onRequest: context.onRequest?.bind(context) };
		return { api: bindApi(send, place, run), clock, options, report, preview };
	};
	const carryOut = async function* (
		preview: boolean,
		[target, records, context]: Parameters<Connector['write']>,
	): AsyncGenerator<readonly IndexedResult[]> {
		const own = tools(context, preview);
		await refuseNewFields(own.api, target);
		yield* writeRecords(own, target, records, context);
	};
	return {
		check: async () => await checkSignIn(api, origin),
		objects: async () => await readObjects(api),
		fields: async (objectName) => await readFields(api, objectName),
		keys: async (objectName) => await readKeys(api, objectName),
		async find({ objectName, keyFields }, keys, select) {
			const [field, ...others] = keyFields;
			if (field === undefined || others.length > 0) throw severalKeys();
			const values = keys.map((key) => keyText(key[field]));
			const matches = await lookUp(api, await readSObject(api, objectName), field, {
				values,
				select,
			});
			return matches.map(({ found }) => (found.length === 1 ? found[0] : undefined));
		},
		write: (...call) => carryOut(false, call),
		preview: (...call) => carryOut(true, call),
		bulkResult: async (jobId) => await bulkResult(api, jobId),
		abortJob: async (jobId) => await abortJob(api, jobId),
		summary: () => ({
			usage: { calls: usage.calls, used: usage.used, limit: usage.limit },
			jobs: report.jobs,
			fieldWarnings: report.fieldWarnings,
		}),
	};
}

function placeOf({
	instanceUrl,
	credentialId,
	clock,
	write,
	...settings
}: SalesforceSettings): Place {
	const origin = instanceOrigin(instanceUrl);
	return {
		origin,
		scope: `${origin} ${credentialId}`,
		version: apiVersion(settings.apiVersion),
		clock: clock ?? systemClock,
		usage: createUsage(write),
	};
}

const keyText = (value: unknown): string =>
	value instanceof Date ? value.toISOString() : String(value ?? '');

const severalKeys = (): SyncError =>
	new SyncError('config', 'Salesforce matches records by exactly one field', {
		hint: 'Choose one match field; for a key of several parts create an external id field that holds them together.',
	});
