import { systemClock, type Clock } from '../clock';
import type { Connector, WriteContext } from '../connector';
import type { HttpClient } from '../http';
import { limiterFor } from '../limiter';
import { pacedSend, type PacedSend } from '../retry';
import { bindApi } from './api';
import { changeReader } from './changes';
import { checkSignIn } from './check';
import { environmentOrigin } from './clouds';
import { readFields, readObjects } from './discover';
import { faultOf } from './errors';
import { LIMITS } from './limits';
import type { DynamicsWriteOptions } from './options';
import { lookUp } from './lookUp';
import { readSolutions, type Solution } from './publisher';
import { readTable } from './table';
import { writeRecords, type WriteTools } from './write';

/** What the Dynamics 365 connector is made from. */
export interface DynamicsSettings {
	readonly environmentUrl: string;
	/** Names the credential: requests of one (environment, credential) are paced together. */
	readonly credentialId: string;
	readonly clock?: Clock;
	/** How `write` and `preview` go about it. */
	readonly write?: DynamicsWriteOptions;
}

/** The service protection code that complains about concurrency (dataverse section 6). */
const TOO_MANY_AT_ONCE = '0x80072326';

/** What Dynamics 365 offers beside the contract. */
export interface DynamicsConnector extends Connector {
	/** The unmanaged solutions that can take new columns, tables and keys. */
	solutions(): Promise<readonly Solution[]>;
}

/** The Dynamics 365 (Dataverse Web API) connector. */
export function dynamics365(http: HttpClient, settings: DynamicsSettings): DynamicsConnector {
	const clock = settings.clock ?? systemClock;
	const { write: options = {} } = settings;
	const origin = environmentOrigin(settings.environmentUrl);
	const place = { origin, scope: `${origin} ${settings.credentialId}` };
	const limiter = limiterFor(place.scope, LIMITS.parallelism, clock);
	const send: PacedSend = pacedSend(http, {
		system: `Dynamics 365 at ${new URL(origin).host}`,
		limiter,
		clock,
		reasonOf: (response) => faultOf(response).message,
		tooManyAtOnce: (response) => faultOf(response).code === TOO_MANY_AT_ONCE,
		observe: ({ headers }) => {
			const hint = Number(headers['x-ms-dop-hint']);
			if (hint > 0) limiter.recommend(hint);
		},
	});
	const api = bindApi(send, place);
	const tools = (context: WriteContext, preview: boolean): WriteTools => {
		const run = { signal: context.signal, onRequest: context.onRequest?.bind(context) };
		return { api: bindApi(send, place, run), limiter, clock, options, preview };
	};
	return {
		check: async () => await checkSignIn(send, origin),
		solutions: async () => await readSolutions(api),
		objects: async () => await readObjects(api),
		fields: async (objectName) => await readFields(api, objectName),
		keys: async (objectName) => (await readTable(api, objectName)).keys,
		async find({ objectName, keyFields }, keys, select) {
			const table = await readTable(api, objectName);
			const matches = await lookUp(api, table, keyFields, { keys, select });
			return matches.map(({ exact, folded }) => exact ?? folded);
		},
		write: (target, records, context) =>
			writeRecords(tools(context, false), target, records, context),
		preview: (target, records, context) =>
			writeRecords(tools(context, true), target, records, context),
		changes: async (source, cursor, context) =>
			await changeReader(tools(context, false).api, origin, source, cursor),
	};
}
