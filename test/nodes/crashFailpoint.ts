import { writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

import { systemClock } from '../../shared/state/lease';
import { SqliteStore } from '../../shared/state/sqliteStore';
import type { StateChange } from '../../shared/state/store';
import {
	reportDescriptor,
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

/** Chooses where the next run dies, if it shall, and starts counting anew. */
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

/** Puts the failpoints around the methods of the store. Production code knows nothing of them. */
export function installFailpoints(): void {
	const { exec } = DatabaseSync.prototype;
	DatabaseSync.prototype.exec = function (sql) {
		// What a file that is opened is told first, and last.
		if (sql.startsWith('PRAGMA journal_mode')) current = 'schema';
		if (sql.startsWith('BEGIN')) {
			if (current) seen.set(current, (seen.get(current) ?? 0) + 1);
			pass('before');
		}
		if (sql === 'COMMIT') {
			pass('within');
			commits++;
		}
		exec.call(this, sql);
		if (current !== 'schema') return;
		if (sql === 'COMMIT') pass('after');
		if (sql.startsWith('PRAGMA busy_timeout')) current = undefined;
	};
	const { write, takeLease, endRun, compact } = SqliteStore.prototype;
	SqliteStore.prototype.write = async function (...given) {
		const [, , change] = given;
		await during(stepOf(change), async () => {
			await write.apply(this, given);
			tellOf(change);
		});
	};
	SqliteStore.prototype.takeLease = async function (...given) {
		return await during('lease', async () => await takeLease.apply(this, given));
	};
	SqliteStore.prototype.endRun = async function (...given) {
		await during('end', async () => await endRun.apply(this, given));
	};
	SqliteStore.prototype.compact = async function (...given) {
		await during('compact', async () => await compact.apply(this, given));
	};
	const { sleep } = systemClock;
	systemClock.sleep = async (ms) => {
		waits++;
		await sleep(ms);
	};
}

/** A run makes one transaction of these after the other, so the next one on the connection is this step's. */
async function during<T>(step: Step | undefined, work: () => Promise<T>): Promise<T> {
	current = step;
	const before = commits;
	try {
		const result = await work();
		if (commits > before) pass('after');
		return result;
	} finally {
		current = undefined;
	}
}

function pass(phase: Phase): void {
	if (!armed || current !== armed.step || phase !== armed.phase) return;
	if (seen.get(armed.step) === armed.nth) process.kill(process.pid, 'SIGKILL');
}

/** What a transaction is for, by the parts that only LiveRun's caller of that kind fills. */
function stepOf({ offers, doubtsTaken, closed }: StateChange): Step | undefined {
	if (doubtsTaken) return 'doubts';
	if (offers) return 'offer';
	return closed ? 'confirm' : undefined;
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
	});
}
