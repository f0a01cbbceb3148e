import type { Comparison } from '../core/diff';
import { SyncError } from '../core/errors';
import type { Failure } from '../core/failures';
import type { Member, Offer, OfferedRecord } from '../core/member';
import { contradict, expire, settle, type Transition } from '../core/protocol';
import type { SyncRecord } from '../core/record';
import type { RecordResult, ResultStatus } from '../core/results';
import { RunLog, type RunIdentity } from './runLog';
import {
	LeaseLostError,
	type LoadedState,
	type RunRow,
	type StateChange,
	type Store,
	type Sync,
} from './store';

export interface RunSettings extends RunIdentity {
	/** Keep offered records until they are accepted: their source will not send them again (design R12). */
	readonly keepRecords: boolean;
	readonly parkAfter: number;
}

export interface Answer {
	readonly key: string;
	readonly result: RecordResult;
}

interface Open {
	readonly offer: Offer;
	member?: Member;
	failure?: Failure;
	/** What a writer said, whether or not it was confirmed. */
	outcome?: RecordResult;
	confirmed: boolean;
	/** Under which status this offer stands in the run's counts. */
	counted?: ResultStatus;
}

/** One run between its offers and its end: the only place where state moves, and only for its own offers. */
export class LiveRun {
	readonly log: RunLog;
	private readonly open = new Map<string, Open>();
	private readonly claims = new Map<string, string>();
	private readonly liveIds = new Map<string, string>();
	private tail: Promise<unknown> = Promise.resolve();
	private isLost = false;

	constructor(
		readonly store: Store,
		readonly sync: Sync,
		readonly state: LoadedState,
		readonly settings: RunSettings,
	) {
		this.log = new RunLog(settings);
	}

	get id(): string {
		return this.settings.id;
	}

	/** Design R3: offers of ended runs, and keys confirmed by stale receipts, become dirty before anything is compared. */
	async takeDoubts(doubtful: ReadonlyMap<string, Member>): Promise<void> {
		if (doubtful.size === 0) return;
		await this.write({ members: doubtful, doubtsTaken: true });
	}

	/** Design R1: one transaction that stores every offer, before any item leaves the node. */
	async offer(comparison: Comparison, members: ReadonlyMap<string, Member | null>): Promise<void> {
		const { offers, resolved, counts } = comparison;
		const failures = new Map(resolved.map((folded) => [folded, null]));
		const keyless = counts.keyless === this.sync.keyless ? undefined : counts.keyless;
		const pending = this.settings.keepRecords ? recordsOf(offers) : undefined;
		const moves = offers.length + members.size + failures.size + (keyless === undefined ? 0 : 1);
		if (moves > 0) {
			await this.write({
				offers: offers.map(({ offer }) => offer),
				members,
				failures,
				...(pending && { pending }),
				...(keyless !== undefined && { keyless }),
			});
		}
		const known = await this.state.members.load(offers.map(({ offer }) => offer.folded));
		for (const { offer } of offers) {
			const member = known.get(offer.folded);
			const failure = this.state.failures.get(offer.folded);
			this.open.set(offer.key, {
				offer,
				confirmed: false,
				...(member && { member }),
				...(failure && { failure }),
			});
			this.log.count(offer.change);
		}
	}

	/** Design R6: two writers that answer the same receipts are one Segment Diff too few. */
	claim(keys: Iterable<string>, writer: string): void {
		for (const key of keys) {
			const owner = this.claims.get(key) ?? writer;
			if (owner !== writer) {
				throw new SyncError(
					'config',
					`The records of "${this.sync.name}" were already written by the node "${owner}"`,
					{
						hint: 'Use one Segment Diff, with its own Sync Name, per destination.',
					},
				);
			}
			this.claims.set(key, writer);
		}
	}

	/** What a writer already said of this key in this run. */
	outcomeOf(key: string): RecordResult | undefined {
		return this.open.get(key)?.outcome;
	}

	/** Offers of this kind nobody has answered yet: removals wait for them (design R10). */
	get unansweredUpserts(): number {
		let count = 0;
		for (const { offer, outcome } of this.open.values()) {
			if (offer.change !== 'removed' && !outcome) count++;
		}
		return count;
	}

	/** Whether another record of this run was written to the same destination record (design R10). */
	isHeldByAnother(id: string, key: string): boolean {
		const holder = this.liveIds.get(id);
		return holder !== undefined && holder !== key;
	}

	/** Notes what a writer said, without moving the state: for confirming at a later node. */
	report(answers: readonly Answer[]): void {
		for (const { key, result } of answers) {
			const entry = this.open.get(key);
			if (!entry) continue;
			entry.outcome = result;
			if (result.id !== undefined && entry.offer.change !== 'removed')
				this.liveIds.set(result.id, key);
		}
	}

	/**
	 * Design R5, R6: confirms answers in one transaction. Returns how many of them no offer of this run matches.
	 * Throws LeaseLostError once another run has taken over.
	 */
	async confirm(answers: readonly Answer[]): Promise<number> {
		const work = this.tail.then(async () => await this.move(answers));
		this.tail = work.catch(() => undefined);
		return await work;
	}

	/** Waits for confirms under way, voids what is unconfirmed (design R3) and stores the run's row (R16). */
	async end(): Promise<RunRow> {
		await this.tail;
		const unconfirmed = [...this.open.values()].filter(({ confirmed }) => !confirmed);
		const doubtful = new Map(
			unconfirmed.map(({ offer, member }) => [offer.folded, expire(member, offer)]),
		);
		if (!this.isLost) this.isLost = await isLostAfter(this.wrapUp(doubtful));
		const row = this.log.row(unconfirmed.length, this.isLost);
		await this.store.endRun(this.sync, row);
		return row;
	}

	private async wrapUp(doubtful: ReadonlyMap<string, Member>): Promise<void> {
		if (doubtful.size > 0) await this.write({ members: doubtful });
		await this.store.compact(this.sync, this.id, this.state.members);
	}

	private async move(answers: readonly Answer[]): Promise<number> {
		const change = {
			members: new Map<string, Member | null>(),
			failures: new Map<string, Failure | null>(),
			closed: [] as string[],
		};
		const pending = new Map<string, SyncRecord | null>();
		const moved: Array<{ entry: Open; result: RecordResult; transition: Transition }> = [];
		let unmatched = 0;
		for (const { key, result } of answers) {
			const entry = this.open.get(key);
			if (!entry) unmatched++;
			const transition = entry && this.transition(entry, result);
			if (!entry || !transition) continue;
			const { folded } = entry.offer;
			if (transition.member === undefined) change.closed.push(folded);
			else change.members.set(folded, transition.member);
			if (transition.failure !== undefined) change.failures.set(folded, transition.failure);
			if (this.settings.keepRecords && transition.failure === null) pending.set(folded, null);
			moved.push({ entry, result, transition });
		}
		if (moved.length > 0) await this.write({ ...change, pending });
		this.report(answers);
		for (const { entry, result, transition } of moved) this.apply(entry, result, transition);
		return unmatched;
	}

	private transition(entry: Open, result: RecordResult): Transition | undefined {
		const moment = { run: this.id, now: this.settings.now(), parkAfter: this.settings.parkAfter };
		const said = entry.confirmed ? entry.outcome?.status : undefined;
		if (said === undefined || said === 'unknown' || said === 'notAttempted') {
			return settle(entry, entry.offer, result, moment);
		}
		if (said === 'rejected' || result.status !== 'rejected') return undefined;
		return contradict(entry, entry.offer, result, moment);
	}

	/** Brings the memory of this run up to what was just stored. */
	private apply(entry: Open, result: RecordResult, { member, failure }: Transition): void {
		if (member === null) delete entry.member;
		else if (member) entry.member = member;
		if (failure === null) delete entry.failure;
		else if (failure) entry.failure = failure;
		if (entry.confirmed && entry.counted) this.log.count(entry.counted, -1);
		entry.confirmed = true;
		entry.counted = result.status;
		this.log.count(result.status);
	}

	private async write(change: StateChange): Promise<void> {
		this.isLost ||= await isLostAfter(this.store.write(this.sync, this.id, change));
		if (this.isLost) throw new LeaseLostError(this.sync.name);
		for (const [folded, member] of change.members ?? []) this.state.members.put(folded, member);
	}
}

/** Whether the write failed because the lease is gone; any other failure rejects. */
async function isLostAfter(work: Promise<void>): Promise<boolean> {
	return await work.then(
		() => false,
		async (error: unknown) => error instanceof LeaseLostError || (await Promise.reject(error)),
	);
}

function recordsOf(offers: readonly OfferedRecord[]): Map<string, SyncRecord> {
	return new Map(offers.map(({ offer, record }) => [offer.folded, record]));
}
