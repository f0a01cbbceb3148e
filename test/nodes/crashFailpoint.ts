import { readSync, writeSync } from 'node:fs';

import type { Failure } from '../../shared/core/failures';
import { systemClock } from '../../shared/state/lease';
import { PostgresStore } from '../../shared/state/postgresStore';
import { SqliteStore } from '../../shared/state/sqliteStore';
import type { StateChange } from '../../shared/state/store';
import { watchPostgres, watchSqlite } from './crashTransactions';
import {
	reportDescriptor,
	resumeDescriptor,
	type Parked,
	type Phase,
	type Report,
	type StateFailpoint,
	type Step,
} from './crashWire';

let armed: StateFailpoint | undefined;
let current: Step | undefined;
let commits = 0;
let waits = 0;
const seen = new Map<Step, number>();

/** Chooses where the next run is struck, if it shall be, and starts counting anew. */
export function arm(failpoint: StateFailpoint | undefined): void {
	armed = failpoint;
	waits = 0;
	seen.clear();
}

/** How often this run has waited for another run's lease. */
export function leaseWaits(): number {
	return waits;
}

/** Tells the parent, synchronously: a process that dies on the next line has said it. */
export function tell(report: Report): void {
	writeSync(reportDescriptor, `${JSON.stringify(report)}\n`);
}

/** Puts the failpoints around the methods of both stores. Production code knows nothing of them. */
export function installFailpoints(): void {
	const transactions = {
		begins: () => pass('before'),
		isSent: () => pass('midway'),
		commits() {
			pass('within');
			commits++;
		},
		prepares() {
			enter('schema');
		},
		isPrepared() {
			pass('after');
			current = undefined;
		},
	};
	watchSqlite(transactions);
	watchPostgres(transactions);
	for (const store of [SqliteStore.prototype, PostgresStore.prototype]) surround(store);
	const { sleep } = systemClock;
	systemClock.sleep = async (ms) => {
		waits++;
		await sleep(ms);
	};
}

function surround(store: SqliteStore | PostgresStore): void {
	const { write, takeLease, endRun, compact } = store;
	store.write = async function (...given) {
		const [, , change] = given;
		await during(stepOf(change), async () => {
			await write.apply(this, given);
			tellOf(change);
		});
	};
	store.takeLease = async function (...given) {
		return await during('lease', async () => await takeLease.apply(this, given));
	};
	store.endRun = async function (...given) {
		await during('end', async () => await endRun.apply(this, given));
	};
	store.compact = async function (...given) {
		await during('compact', async () => await compact.apply(this, given));
	};
}

/** A run makes one transaction of these after the other, so the next one that writes is this step's. */
async function during<T>(step: Step | undefined, work: () => Promise<T>): Promise<T> {
	enter(step);
	const before = commits;
	try {
		const result = await work();
		if (commits > before) pass('after');
		return result;
	} finally {
		current = undefined;
	}
}

function enter(step: Step | undefined): void {
	current = step;
	if (step) seen.set(step, (seen.get(step) ?? 0) + 1);
}

function pass(phase: Phase): void {
	if (!armed || current !== armed.step || phase !== armed.phase) return;
	if (seen.get(armed.step) !== armed.nth) return;
	const { target = 'process' } = armed;
	armed = undefined;
	if (target === 'process') process.kill(process.pid, 'SIGKILL');
	tell({ kind: 'reached' });
	// Nothing at all happens here meanwhile, as when the system gives the processor to others.
	readSync(resumeDescriptor, Buffer.alloc(1));
}

/** What a transaction is for, by the parts that only LiveRun's caller of that kind fills. */
function stepOf({ offers, doubtsTaken, closed }: StateChange): Step | undefined {
	if (doubtsTaken) return 'doubts';
	if (offers) return 'offer';
	return closed ? 'confirm' : undefined;
}

function parkedBy({ failures = new Map<string, Failure | null>() }: StateChange): Parked[] {
	return [...failures].flatMap(([key, failure]) =>
		failure?.kind === 'unknown' && failure.parked ? [{ key, reason: failure.message }] : [],
	);
}

function tellOf(change: StateChange): void {
	const step = stepOf(change);
	if (step === 'offer') {
		tell({ kind: 'offered', keys: (change.offers ?? []).map(({ folded }) => folded) });
	}
	if (step !== 'confirm') return;
	const moves = [...(change.members ?? [])];
	const isAccepted = (member: (typeof moves)[number][1]) => member?.fingerprint !== undefined;
	tell({
		kind: 'confirmed',
		accepted: moves.filter(([, member]) => isAccepted(member)).map(([folded]) => folded),
		forgotten: moves.filter(([, member]) => member === null).map(([folded]) => folded),
		parked: parkedBy(change),
	});
}
