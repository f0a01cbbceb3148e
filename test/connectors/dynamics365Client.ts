import type { Clock } from '../../shared/connectors/clock';
import type {
	Connector,
	IndexedResult,
	WriteContext,
	WriteRecord,
	WriteTarget,
} from '../../shared/connectors/connector';
import { dynamics365 } from '../../shared/connectors/dynamics365';
import type { DynamicsWriteOptions } from '../../shared/connectors/dynamics365/options';
import { ConnectionError, type HttpClient } from '../../shared/connectors/http';
import { SyncError } from '../../shared/core/errors';
import type { RecordResult } from '../../shared/core/results';
import type { DataverseSandbox } from '../sandbox/dataverse';

/** Time that passes only by sleeping, so that no test waits. */
export function fastClock(): Clock & { readonly slept: number[] } {
	let now = Date.now();
	const slept: number[] = [];
	return {
		slept,
		now: () => now,
		random: () => 0.5,
		sleep: async (ms, signal) => {
			signal?.throwIfAborted();
			slept.push(ms);
			now += ms;
			await new Promise((resolve) => setImmediate(resolve));
			signal?.throwIfAborted();
		},
	};
}

/** An HttpClient over fetch that signs in to the stand-in and renews its token once, as the contract asks. */
export function fetchClient(org: DataverseSandbox): HttpClient {
	let token: Promise<string> | undefined;
	const signIn = async () => {
		const body = new URLSearchParams({
			grant_type: 'client_credentials',
			client_id: org.clientId,
			client_secret: org.clientSecret,
			scope: `${org.url}/.default`,
		});
		const response = await fetch(org.tokenUrl, { method: 'POST', body });
		return ((await response.json()) as { access_token: string }).access_token;
	};
	const send: HttpClient = async ({ method, url, headers, body, signal }) => {
		token ??= signIn();
		const authorization = { Authorization: `Bearer ${await token}` };
		try {
			const response = await fetch(url, {
				method,
				headers: { ...headers, ...authorization },
				body,
				signal,
				redirect: 'manual',
			});
			const text = await response.text();
			return { status: response.status, headers: Object.fromEntries(response.headers), body: text };
		} catch (error) {
			const { code } = ((error as Error).cause ?? {}) as { code?: string };
			throw new ConnectionError(`no answer (${code})`, code !== 'ECONNREFUSED', { cause: error });
		}
	};
	return async (request) => {
		const first = await send(request);
		if (first.status !== 401) return first;
		token = undefined;
		const second = await send(request);
		if (second.status === 401) throw new SyncError('auth', 'The token was refused');
		return second;
	};
}

/** A connector that writes in a certain way. */
export const connectWith = (org: DataverseSandbox, write: DynamicsWriteOptions): Connector =>
	connect(org, fetchClient(org), fastClock(), write);

let connectors = 0;

/** A connector to the stand-in with a limiter of its own. */
export function connect(
	org: DataverseSandbox,
	http = fetchClient(org),
	clock: Clock = fastClock(),
	write: DynamicsWriteOptions = {},
): Connector {
	connectors += 1;
	return dynamics365(http, {
		environmentUrl: org.url,
		credentialId: `test ${connectors}`,
		clock,
		write,
	});
}

/** A write target on contacts by external id. */
export const contacts: WriteTarget = {
	objectName: 'contact',
	keyFields: ['crmsync_externalid'],
	writeMode: 'upsert',
	removedRecords: 'skip',
};

/** A record as the protocol hands it to a writer; all values are sent unless `update` says less. */
export function record(
	key: WriteRecord['key'],
	values: WriteRecord['values'],
	more: Partial<WriteRecord> = {},
): WriteRecord {
	return { change: 'changed', key, values, update: values, redelivered: false, ...more };
}

/** A contact with an external id. */
export const person = (
	externalId: string,
	values: WriteRecord['values'] = { lastname: `Name ${externalId}` },
	more: Partial<WriteRecord> = {},
): WriteRecord => record({ crmsync_externalid: externalId }, values, more);

export interface Written {
	readonly results: RecordResult[];
	readonly batches: ReadonlyArray<readonly IndexedResult[]>;
	readonly error?: unknown;
}

/** Writes and collects; checks that no index is answered twice, and all are when nothing was thrown. */
export async function writeAll(
	connector: Connector,
	target: WriteTarget,
	records: readonly WriteRecord[],
	context: WriteContext = {},
): Promise<Written> {
	const results: RecordResult[] = [];
	const batches: Array<readonly IndexedResult[]> = [];
	let error: unknown;
	try {
		for await (const batch of connector.write(target, records, context)) {
			batches.push(batch);
			expect(batch.filter(({ index }) => results[index])).toEqual([]);
			for (const { index, result } of batch) results[index] = result;
		}
		expect(Object.keys(results)).toHaveLength(records.length);
	} catch (thrown) {
		error = thrown;
	}
	return { results, batches, error };
}

/** How often each status occurs. */
export function tally(results: readonly RecordResult[]): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const result of results) {
		if (result) counts[result.status] = (counts[result.status] ?? 0) + 1;
	}
	return counts;
}

/** Ids of sandbox rows by a column's value. */
export function rowsBy(
	org: DataverseSandbox,
	table: string,
	column: string,
): Map<unknown, Record<string, unknown>> {
	return new Map(org.rows(table).map((row) => [row[column], row]));
}

/** The bulk messages the stand-in received. */
export const bulkCalls = (org: DataverseSandbox) =>
	org.log.filter(({ url }) => /(Create|Update)Multiple/.test(url));

/** The writes it received inside `$batch`. */
export const batchWrites = (org: DataverseSandbox) =>
	org.log.flatMap(({ parts }) => parts ?? []).filter(({ method }) => method !== 'GET');
