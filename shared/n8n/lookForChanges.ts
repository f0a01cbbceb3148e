import type { IPollFunctions } from 'n8n-workflow';

import type { ChangePage, ChangeReader } from '../connectors/changes';
import { SyncError } from '../core/errors';
import { counted } from '../core/words';
import { standstillMs } from '../state/lease';
import { hasEnded, processName } from '../state/process';
import { isLive } from '../state/registry';
import type { Lease, Store, Sync } from '../state/store';
import { unpackChangeCursor } from './changeCursor';
import { readChangesSettings } from './changesSettings';
import { dynamics365Connector, type DynamicsCredentialType } from './dynamics365';
import { nodesBehind, type NodeBehind } from './nodesBehind';
import type { ChangeSettings } from './readChanges';
import { stateStore, type StoreSettings } from './stateStore';

/** What the trigger chooses itself, because n8n gives a node no other node's credentials. */
export interface LookSettings {
	readonly credentialType: DynamicsCredentialType;
	readonly store: StoreSettings['kind'];
}

/** What a look at one sync found. */
export interface Look {
	/** Whether a run would find something to do. */
	readonly changesWaiting: boolean;
	readonly syncName: string;
	readonly object: string;
	/** For people. */
	readonly reason: string;
	/** Changed and deleted records on the first page, where the system was asked. */
	readonly changes?: number;
	/** When the last run began that read the changes. */
	readonly since?: string;
}

type Finding = Pick<Look, 'changesWaiting' | 'reason' | 'changes'>;

/** A link to the next changes expires after seven days (dataverse 3.2): a run a day renews it. */
const renewalMs = 86_400_000;
/** Twice the time for which a window is read again, because the clocks of two machines differ. */
const latenessMs = 600_000;
/** Rows among which the last run that read is looked for; refused ones and changes by a person have rows too. */
const recentRuns = 50;

const waiting = (reason: string): Finding => ({ changesWaiting: true, reason });
const idle = (reason: string): Finding => ({ changesWaiting: false, reason });

/**
 * Looks whether the syncs of the Dynamics 365 Changes nodes behind a trigger have something to do, from their own
 * cursors and settings. Nothing moves by it: no lease, no cursor, no offer (n8n:S-09), so nothing can be lost.
 */
export async function lookForChanges(
	context: IPollFunctions,
	settings: LookSettings,
): Promise<Look[]> {
	const nodes = nodesBehind(context, 'dynamics365Changes');
	if (nodes.length === 0) {
		throw new SyncError('config', 'There is no Dynamics 365 Changes node behind this trigger', {
			hint: 'Wire one behind it. It reads the changes; this trigger only looks whether there are any, with the settings of that node.',
		});
	}
	const looks: Look[] = [];
	for (const node of nodes) looks.push(await lookFor(context, settings, node));
	return looks;
}

async function lookFor(
	context: IPollFunctions,
	{ credentialType, store: kind }: LookSettings,
	node: NodeBehind,
): Promise<Look> {
	const settings = readChangesSettings(node.context);
	if (settings.store.kind !== kind) {
		throw new SyncError(
			'config',
			`State Store of this trigger is not that of the node "${node.name}"`,
			{ hint: 'Set both to the same: the trigger looks into the state of that node.' },
		);
	}
	const store = await stateStore(context, settings.store);
	const sync = await store.find(settings.syncName);
	const since = sync && (await lastReading(store, sync));
	const open = async (from: string): Promise<ChangeReader> => {
		const connector = await dynamics365Connector(context, credentialType);
		if (!connector.changes) throw new SyncError('config', 'This system does not tell its changes');
		return await connector.changes(settings.source, from, {});
	};
	const place: Place = { store, settings, since, open };
	const finding = sync ? await find(sync, place) : waiting(unknownSync(kind, node.name));
	return {
		...finding,
		syncName: settings.syncName,
		object: settings.source.objectName,
		...(since !== undefined && { since: new Date(since).toISOString() }),
	};
}

const firstRun = 'The sync has not read the table yet.';

/** n8n shows a node no other node's credentials: that two databases were chosen can only be guessed. */
const unknownSync = (kind: LookSettings['store'], node: string): string =>
	kind === 'postgres'
		? `${firstRun} If it has, the Postgres credential of the node "${node}" is not that of this trigger.`
		: firstRun;

interface Place {
	readonly store: Store;
	readonly settings: ChangeSettings;
	readonly since: number | undefined;
	open(from: string): Promise<ChangeReader>;
}

/** What costs nothing is asked first, and the system before the state, whose backlog may be large. */
async function find(sync: Sync, { store, settings, since, open }: Place): Promise<Finding> {
	const { lease, notes } = sync;
	if (lease && isAtWork(sync.name, lease)) return idle('A run of the sync is at work.');
	const { from } = unpackChangeCursor(notes);
	if (notes.cursor === undefined) return waiting(firstRun);
	if (notes.task?.kind === 'rebaseline') return waiting('A rebaseline of the sync is pending.');
	if (from === undefined) {
		return waiting('The table has no change tracking: every run reads and compares it whole.');
	}
	const changed = await lookAtSource(await open(from), from, settings);
	if (changed) return changed;
	if (since === undefined) return waiting('No run has read the table to its end; one was cut off.');
	if (Date.now() - since > renewalMs) {
		return waiting(
			'Nothing has changed for a day: a run keeps the link to the changes from expiring.',
		);
	}
	const undelivered = await countUndelivered(store, sync);
	if (undelivered === 0) return idle('Nothing has changed.');
	return waiting(`${counted(undelivered, 'record')} handed out before and not delivered.`);
}

/** One request where nothing has changed; the first page of the changes where something has. */
async function lookAtSource(
	reader: ChangeReader,
	from: string,
	{ applyDeletes }: ChangeSettings,
): Promise<Finding | undefined> {
	const { value: page } = await reader.pages()[Symbol.asyncIterator]().next();
	if (!page) return undefined;
	if (page.begins !== undefined) {
		return waiting('The table is to be compared anew: its settings changed, or the link expired.');
	}
	if (isNews(page, from)) {
		const changes = page.records.length;
		const more = page.isLast ? '' : ' or more';
		return { ...waiting(`${counted(changes, 'record')}${more} to read.`), changes };
	}
	if (applyDeletes && !page.tellsDeleted) {
		return waiting('Modification Time does not tell what was deleted: every run looks for it.');
	}
	return undefined;
}

/**
 * A window of modification time always holds the newest records once more. They are news when the cursor moves
 * by them, and for a while after they were modified: another one may be stored late (dataverse 3.3).
 */
function isNews({ records, cursor, isLast, tellsDeleted }: ChangePage, from: string): boolean {
	if (!isLast) return true;
	if (tellsDeleted || cursor !== from) return records.length > 0;
	const youngest = Date.now() - latenessMs;
	return records.some(({ values }) => Date.parse(String(values?.modifiedon)) > youngest);
}

/** Records a run would send again: refused ones whose time has come, and those whose outcome is unknown. */
async function countUndelivered(store: Store, sync: Sync): Promise<number> {
	const { failures, unconfirmed } = await store.backlog(sync);
	const now = Date.now();
	const due = [...failures.values()].filter(({ dueAt = 0 }) => now >= dueAt);
	return due.length + unconfirmed;
}

/** Every run that reads asks the system at least once. */
async function lastReading(store: Store, sync: Sync): Promise<number | undefined> {
	const runs = await store.runs(sync, recentRuns);
	return runs.find(({ counts }) => (counts.requests ?? 0) > 0)?.startedAt;
}

/** By sync: the beat of a lease held elsewhere when it was last seen to move. */
const beats = new Map<string, { readonly lease: Lease; readonly since: number }>();

/** Of a process elsewhere nothing is known but its beat (design R13); polls come less often than it. */
function isAtWork(syncName: string, lease: Lease): boolean {
	if (lease.process === processName()) return isLive(lease.run);
	if (hasEnded(lease.process)) return false;
	const now = performance.now();
	const last = beats.get(syncName);
	if (last?.lease.run === lease.run && last.lease.beat === lease.beat) {
		return now - last.since < standstillMs;
	}
	beats.set(syncName, { lease, since: now });
	return true;
}
