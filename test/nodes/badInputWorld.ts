import { mkdirSync, mkdtempSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';

import { CrmSyncDynamics365Api } from '../../credentials/CrmSyncDynamics365Api.credentials';
import { systemClock } from '../../shared/connectors/clock';
import { storeAt } from '../../shared/state/registry';
import type { SqliteFile } from '../../shared/state/sqliteFile';
import type { Store } from '../../shared/state/store';
import { startDataverse, type DataverseOptions, type DataverseSandbox } from '../sandbox/dataverse';
import {
	startWorkflow,
	userFolder,
	type EngineNode,
	type EngineRun,
	type EngineSetup,
	type StartedRun,
} from './engine';
import { diffNode, nextExecution, writerNode, type NodeChange } from './syncFixture';

export type Row = Readonly<Record<string, unknown>>;

/** What is different in the run that meets the bad input. */
export interface BadLine {
	readonly rows?: readonly Row[];
	readonly diff?: NodeChange;
	readonly writer?: NodeChange & Pick<EngineNode, 'credentials'>;
	/** Stands between Segment Diff and the writer. */
	readonly between?: EngineNode['type'];
	/** Stands behind the writer. */
	readonly behind?: EngineNode;
	readonly more?: Partial<EngineSetup>;
}

/** One sync, its destination and its state file, for one bad input. */
export interface World {
	readonly org: DataverseSandbox;
	readonly sync: string;
	/** The segment as it is right. */
	readonly source: readonly Row[];
	/** Everything that ran, to be searched for secrets. */
	readonly runs: EngineRun[];
	readonly stateFile: string;
	store(): Store;
	database(): DatabaseSync;
	/** A copy of the state file in an n8n user folder of its own, which no connection has open. */
	copyState(): string;
	/** Restarts n8n on another user folder, as far as the store can tell. */
	useFolder(folder: string): void;
	start(line?: BadLine): StartedRun;
	run(line?: BadLine): Promise<EngineRun>;
	/** Changes at the destination so far. */
	commits(): number;
	close(): Promise<void>;
}

/** Where the state file stands in a user folder. */
export const stateFileIn = (folder: string): string =>
	path.join(folder, '.n8n', 'crm-sync', 'state.sqlite');

const newFolder = () => mkdtempSync(path.join(userFolder, 'bad-'));

let syncs = 0;

/** Time passes by waiting only, so that no test waits for a Retry-After. */
function hurry(): void {
	let ahead = 0;
	jest.spyOn(systemClock, 'now').mockImplementation(() => Date.now() + ahead);
	jest.spyOn(systemClock, 'sleep').mockImplementation(async (ms, signal) => {
		signal?.throwIfAborted();
		ahead += ms;
		await setImmediate();
		signal?.throwIfAborted();
	});
}

/** An organisation, a sync and a state file that nothing else uses. */
export async function openWorld(
	source: readonly Row[],
	options: DataverseOptions = {},
): Promise<World> {
	hurry();
	const org = await startDataverse(options);
	const sync = `bad-${(syncs += 1)}`;
	const runs: EngineRun[] = [];
	let folder = '';
	const useFolder = (next: string) => {
		folder = next;
		process.env.N8N_USER_FOLDER = next;
	};
	useFolder(newFolder());
	const start: World['start'] = ({ rows = source, diff, writer, between, behind, more } = {}) =>
		startWorkflow({
			executionId: nextExecution(),
			credentialTypes: [new CrmSyncDynamics365Api()],
			...more,
			nodes: [
				diffNode(sync, diff),
				...(between ? [{ name: 'Between', type: between }] : []),
				writerNode(org, writer),
				...(behind ? [behind] : []),
			],
			seed: rows,
		});
	return {
		org,
		sync,
		source,
		runs,
		get stateFile() {
			return stateFileIn(folder);
		},
		store: () => storeAt(stateFileIn(folder)),
		database: () => databaseOf(storeAt(stateFileIn(folder))),
		copyState() {
			const copy = newFolder();
			mkdirSync(path.dirname(stateFileIn(copy)), { recursive: true });
			const file = new DatabaseSync(stateFileIn(folder));
			file.exec(`VACUUM INTO '${stateFileIn(copy)}'`);
			file.close();
			return copy;
		},
		useFolder,
		start,
		async run(line) {
			const run = await start(line).done;
			await run.handlersEnded();
			runs.push(run);
			return run;
		},
		commits: () => Object.values(org.history('account')).flat().length,
		async close() {
			process.env.N8N_USER_FOLDER = userFolder;
			jest.restoreAllMocks();
			await org.close();
		},
	};
}

/** The store's own connection: limits of SQLite hold per connection. */
function databaseOf(store: Store): DatabaseSync {
	return (store as unknown as { readonly file: SqliteFile }).file.database;
}
