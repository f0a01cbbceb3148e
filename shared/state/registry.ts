import { randomUUID } from 'node:crypto';

import { SyncError } from '../core/errors';
import { foldKey, isKeyText } from '../core/key';
import { doubt, expire } from '../core/protocol';
import type { Member } from '../core/member';
import { beatMs, systemClock, takeLease, type LeaseClock } from './lease';
import { LiveRun } from './liveRun';
import { placeId, type PostgresAccess, type PostgresPlace } from './postgresAccess';
import { PostgresStore } from './postgresStore';
import { SqliteStore } from './sqliteStore';
import type { ReturnSettings } from './unsent';
import {
	LeaseLostError,
	type Identity,
	type LoadedState,
	type RunRow,
	type Store,
	type Sync,
} from './store';

/**
 * A run nobody has used for this long, with no writer at work, may be taken over in its own process too: its
 * execution may wait for days. Much sooner when every record has its outcome and there is nothing to lose.
 */
const idleMs = { open: 3_600_000, answered: 60_000 } as const;

/** Characters of the UUID that ends a run's name. */
const uuidLength = 36;

interface Session {
	readonly run: LiveRun;
	readonly timer: NodeJS.Timeout;
	readonly onEnd: (row: RunRow) => void;
	readonly clock: LeaseClock;
	usedAt: number;
	writers: number;
	executionEnded: boolean;
	ending?: Promise<void>;
}

export interface OpenRequest extends ReturnSettings {
	readonly store: Store;
	readonly sync: string;
	readonly execution: string;
	readonly parkAfter: number;
	now(): number;
	readonly signal?: AbortSignal;
	readonly clock?: LeaseClock;
	/** Called with the run's row once it has ended. */
	onEnd(row: RunRow): void;
}

/**
 * The live runs of this process (design R4). There is one copy of this module, so nodes of the same
 * execution find the run that their items' receipts name, and nothing else does.
 */
const sessions = new Map<string, Session>();
/** Runs of this process that hold, take or give back a lease. */
const holding = new Set<string>();
const stores = new Map<string, Store>();
/** By sync name: receipts come back after their run is gone. */
const storesOfSyncs = new Map<string, Store>();

/** The embedded store in a file; one connection per file and process. */
export function storeAt(file: string): Store {
	const store = stores.get(file) ?? new SqliteStore(file);
	stores.set(file, store);
	return store;
}

/** The shared store in a Postgres database; one pool of connections per place and process. */
export function storeIn(access: PostgresAccess, place: PostgresPlace): Store {
	const id = placeId(access, place);
	const store = stores.get(id) ?? new PostgresStore(access, place);
	stores.set(id, store);
	return store;
}

/** The store this process last opened a run of the sync in. */
export function storeOfSync(sync: string): Store | undefined {
	return storesOfSyncs.get(sync);
}

/** The run a receipt names, if it lives in this very execution. */
export function liveRun(run: string, execution: string): LiveRun | undefined {
	const session = sessions.get(run);
	if (session?.run.settings.execution !== execution) return undefined;
	session.usedAt = session.clock.monotonic();
	return session.run;
}

/** Whether a run lives in any execution of this process. */
export function isLive(run: string): boolean {
	return sessions.has(run);
}

/** The execution a run lived in, as its name tells. */
export function executionOf(run: string): string {
	return run.slice(0, -uuidLength - 1);
}

/** Ends a run that offered nothing, with the reason why. */
export async function stopRun(run: LiveRun, reason: string): Promise<void> {
	run.log.stop(reason);
	await endExecution(run);
}

/** The run of a sync that was opened in this execution before. */
export function runOfExecution(store: Store, sync: string, execution: string): LiveRun | undefined {
	for (const { run } of sessions.values()) {
		if (run.store === store && run.sync.name === sync && run.settings.execution === execution)
			return run;
	}
	return undefined;
}

/** Opens a run: takes the lease, loads the state, voids what ended runs left open. Undefined: another run is at work. */
export async function openRun(request: OpenRequest): Promise<LiveRun | undefined> {
	const { store, clock = systemClock, signal } = request;
	const id = `${request.execution}-${randomUUID()}`;
	storesOfSyncs.set(request.sync, store);
	holding.add(id);
	const lease = { store, sync: request.sync, run: id, clock, isLiveHere };
	try {
		const sync = await takeLease({ ...lease, ...(signal && { signal }) });
		return sync && (await startSession(sync, id, request));
	} finally {
		// Without a session the run never started: its lease, if any, is free to take.
		if (!sessions.has(id)) holding.delete(id);
	}
}

async function startSession(sync: Sync, id: string, request: OpenRequest): Promise<LiveRun> {
	const { store, clock = systemClock, execution, keepRecords, parkAfter } = request;
	const { closesUnsent = false, comesOnce = false, now } = request;
	const state = await store.load(sync);
	const settings = { id, execution, keepRecords, parkAfter, closesUnsent, comesOnce, now };
	const run = new LiveRun(store, sync, state, settings);
	await run.takeDoubts(await doubtfulMembers(state, sync.identity));
	const beat = () => {
		const session = sessions.get(id);
		if (!session || !isLiveHere(id)) return;
		store.beat(sync, id).catch((error: unknown) => {
			// A file that is locked for a while is no reason to stop: the lease still is this run's.
			if (error instanceof LeaseLostError) clearInterval(session.timer);
		});
	};
	sessions.set(id, {
		run,
		clock,
		onEnd: request.onEnd,
		timer: setInterval(beat, beatMs).unref(),
		usedAt: clock.monotonic(),
		writers: 0,
		executionEnded: false,
	});
	return run;
}

/** A writer at work keeps its run alive, also after the execution was cancelled. Call the result when it is done. */
export function enterWriter(run: LiveRun): () => Promise<void> {
	const session = sessions.get(run.id);
	if (!session) throw new SyncError('config', `The run of "${run.sync.name}" has ended`);
	session.writers++;
	return async () => {
		session.writers--;
		session.usedAt = session.clock.monotonic();
		await endWhenDone(session);
	};
}

/** The execution is over: its run ends as soon as no writer is at work. */
export async function endExecution(run: LiveRun): Promise<void> {
	const session = sessions.get(run.id);
	if (!session) return;
	session.executionEnded = true;
	await endWhenDone(session);
}

async function endWhenDone(session: Session): Promise<void> {
	if (!session.executionEnded || session.writers > 0) return;
	session.ending ??= endSession(session);
	await session.ending;
}

async function endSession(session: Session): Promise<void> {
	clearInterval(session.timer);
	sessions.delete(session.run.id);
	try {
		session.onEnd(await session.run.end());
	} finally {
		holding.delete(session.run.id);
	}
}

function isLiveHere(run: string): boolean {
	const session = sessions.get(run);
	if (!session) return holding.has(run);
	const limit = session.run.isAnswered ? idleMs.answered : idleMs.open;
	const isIdle = session.writers === 0 && session.clock.monotonic() - session.usedAt >= limit;
	return holding.has(run) && !isIdle;
}

async function doubtfulMembers(
	state: LoadedState,
	{ keyComparison, keyFields }: Identity,
): Promise<Map<string, Member>> {
	const keys = state.doubts.filter((key) => isKeyText(key, keyFields.length));
	const doubts = new Map(keys.map((key) => [foldKey(key, keyComparison), key]));
	const known = await state.members.load([...state.offers.keys(), ...doubts.keys()]);
	const members = new Map<string, Member>();
	for (const [folded, key] of doubts) members.set(folded, doubt(known.get(folded), key));
	for (const [folded, offer] of state.offers) members.set(folded, expire(known.get(folded), offer));
	return members;
}
