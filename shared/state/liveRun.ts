import { eachInSlices } from '../core/breathe';
import type { Comparison } from '../core/diff';
import type { Member } from '../core/member';
import { disagree } from '../core/protocol';
import type { RecordResult } from '../core/results';
import { Claims, rivalError, type GiveBack } from './claims';
import { findingsOf, withoutTask } from './findings';
import { isLostAfter } from './lease';
import {
	isSettled,
	keptRecords,
	offersLeft,
	openOffer,
	settleBatch,
	outcomeOf,
	wordsOn,
	type Answer,
	type OpenOffer,
} from './openOffer';
import { RunLog, type RunIdentity } from './runLog';
import { isClosedUnsent, isForgotten, type ReturnSettings } from './unsent';
import {
	LeaseLostError,
	type LoadedState,
	type Notes,
	type RunRow,
	type StateChange,
	type Store,
	type Sync,
} from './store';
import { Upserts } from './upserts';

export interface RunSettings extends RunIdentity, ReturnSettings {
	readonly parkAfter: number;
}

/** One run between its offers and its end: the only place where state moves, and only for its own offers. */
export class LiveRun {
	readonly log: RunLog;
	readonly upserts = new Upserts();
	private readonly open = new Map<string, OpenOffer>();
	private readonly claims = new Claims();
	private tail: Promise<unknown> = Promise.resolve();
	private isLost = false;
	private hasOffered = false;
	private endsTask = false;
	private notes: Notes;
	private offeredKeys?: ReadonlySet<string>;
	/** Changes under way, and those the store refused: it may have them all the same. */
	private unfollowed = 0;

	constructor(
		readonly store: Store,
		readonly sync: Sync,
		readonly state: LoadedState,
		readonly settings: RunSettings,
	) {
		this.log = new RunLog(settings);
		this.notes = sync.notes;
	}

	get id(): string {
		return this.settings.id;
	}

	/** Design R3: offers of ended runs, and keys confirmed by stale receipts, become dirty before anything is compared. */
	async takeDoubts(doubtful: ReadonlyMap<string, Member>): Promise<void> {
		const doubtsTaken = this.state.doubts;
		if (doubtful.size + doubtsTaken.length === 0) return;
		await this.write({ members: doubtful, doubtsTaken });
	}

	/** Design R1: one transaction that stores every offer, before any item leaves the node. */
	async offer(
		comparison: Comparison,
		members: ReadonlyMap<string, Member | null>,
		notes = this.sync.notes,
	): Promise<void> {
		const { offers, resolved, counts } = comparison;
		const failures = new Map(resolved.map((folded) => [folded, null]));
		const pending = this.settings.keepRecords ? keptRecords(comparison) : undefined;
		const findings = findingsOf(comparison, this.sync, notes);
		const moves = [members.size, failures.size, pending?.size ?? 0, Object.keys(findings).length];
		const change = {
			offers: offers.map(({ offer }) => offer),
			...{ members, failures, ...(pending && { pending }), ...findings },
		};
		await this.inOrder(async () => {
			if (offers.length > 0 || moves.some((size) => size > 0)) await this.write(change);
			this.notes = notes;
			this.endsTask = notes.task !== undefined && counts.remaining === 0;
			await eachInSlices(offers, (offered) => {
				const { folded, key } = offered.offer;
				const failure = this.state.failures.get(folded);
				const entry = openOffer(offered, failure, Boolean(pending?.get(folded)));
				this.open.set(key, entry);
				this.upserts.expect(entry);
				this.log.count(offered.offer.change);
			});
			this.hasOffered = true;
		});
	}

	/** One step after the other, and the end last: a cancel may come while one is under way. */
	private async inOrder<T>(step: () => Promise<T>): Promise<T> {
		const work = this.tail.then(step);
		this.tail = work.catch(() => undefined);
		return await work;
	}

	/**
	 * Design R6: two writers that answer the same receipts are one Segment Diff too few. A refusal is noted, so that
	 * runs without a change do not pass for a second destination in step. Call the result with what was surely not sent.
	 */
	async claim(keys: readonly string[], writer: string): Promise<GiveBack> {
		const owner = this.claims.rivalOf(keys, writer);
		if (owner === undefined) return this.claims.take(keys, writer);
		this.notes = { ...this.notes, rivals: { execution: this.settings.execution, owner, writer } };
		await this.write({ notes: this.notes });
		throw rivalError(this.sync.name, owner);
	}

	/**
	 * What this writer already said of this key in this run, or `unknown` when a try of it took it up and said nothing;
	 * what another one said is not its outcome (design R6).
	 */
	outcomeOf(key: string, writer: string): RecordResult | undefined {
		const owner = this.claims.ownerOf(key) ?? writer;
		if (owner !== writer) return undefined;
		return outcomeOf(this.open.get(key), this.claims.mayBeSent(key));
	}

	/** Proves, durably, that the run still holds its lease (design R13). Throws LeaseLostError. */
	async hold(): Promise<void> {
		this.isLost ||= await isLostAfter(this.store.beat(this.sync, this.id));
		if (this.isLost) throw new LeaseLostError(this.sync.name);
	}

	/** Whether this run handed out a record under this folded key. */
	isOffered(folded: string): boolean {
		this.offeredKeys ??= new Set([...this.open.values()].map(({ offer }) => offer.folded));
		return this.offeredKeys.has(folded);
	}

	/** Whether the run has offered, and every offer has a confirmed answer. */
	get isAnswered(): boolean {
		return this.hasOffered && [...this.open.values()].every(({ said }) => said !== undefined);
	}

	/** Notes what a writer said, without moving the state: for confirming at a later node. */
	report(answers: readonly Answer[]): void {
		for (const { key, result } of answers) {
			const entry = this.open.get(key);
			if (!entry) continue;
			if (result.status !== 'unknown') this.claims.hear(key);
			if (disagree(entry.outcome, result, entry.offer)) this.claims.dispute(key);
			this.upserts.hear(entry, result);
		}
	}

	/**
	 * Design R5, R6: confirms answers in one transaction. Returns how many of them no offer of this run matches.
	 * Throws LeaseLostError once another run has taken over.
	 */
	async confirm(answers: readonly Answer[]): Promise<number> {
		return await this.inOrder(async () => await this.move(answers));
	}

	/** Waits for what is under way, closes what was not sent, voids what is unconfirmed (R3), stores the run's row (R16). */
	async end(): Promise<RunRow> {
		await this.tail;
		const isUnsent = (entry: OpenOffer) =>
			!this.claims.mayBeSent(entry.offer.key) && isClosedUnsent(entry, this.settings);
		const left = await offersLeft(this.open.values(), isUnsent);
		let row: RunRow;
		try {
			if (!this.isLost) this.isLost = await isLostAfter(this.wrapUp(left));
			// What was under way when the lease was lost may have been written over what the other run wrote.
			const unconfirmed = () => this.claims.keys.filter((key) => !isSettled(this.open.get(key)));
			if (this.isLost) await this.store.doubt(this.sync, unconfirmed());
		} finally {
			this.log.unsent(left.unsent);
			row = this.log.row(left.doubtful, this.isLost);
			await this.store.endRun(this.sync, row);
		}
		return row;
	}

	private async wrapUp(left: Awaited<ReturnType<typeof offersLeft>>): Promise<void> {
		if (left.members.size + left.closed.length > 0) await this.write(left);
		else if (this.endsTask) await this.write({ notes: withoutTask(this.notes) });
		if (this.unfollowed === 0) await this.store.compact(this.sync, this.id, this.state.members);
	}

	private async move(answers: readonly Answer[]): Promise<number> {
		const matched = answers.filter(({ key }) => this.open.has(key));
		const words = matched
			.filter(({ key, result }) => !isForgotten(this.open.get(key), result, this.settings))
			.flatMap(({ key, result }) =>
				wordsOn(this.open.get(key), result, this.claims.isUnheard(key)),
			);
		const moment = { run: this.id, now: this.settings.now(), parkAfter: this.settings.parkAfter };
		const { change, next } = settleBatch(words, moment);
		try {
			if (next.size > 0) await this.writeOrDoubt(change, matched);
			for (const [entry, { said, member, failure }] of next) {
				if (entry.said) this.log.count(entry.said.status, -1);
				if (said) this.log.count(said.status);
				Object.assign(entry, { said, member, failure });
			}
		} finally {
			// For a second try of the writer it counts as said, also when it could not be stored.
			this.report(answers);
		}
		return answers.length - matched.length;
	}

	/** What was written after the lease was lost may have replaced what the other run wrote: its keys are in doubt. */
	private async writeOrDoubt(change: StateChange, answers: readonly Answer[]): Promise<void> {
		if (!(await isLostAfter(this.write(change)))) return;
		const sent = answers
			.filter(({ result: { status } }) => status !== 'rejected' && status !== 'notAttempted')
			.map(({ key }) => key);
		await this.store.doubt(this.sync, sent);
		throw new LeaseLostError(this.sync.name);
	}

	/** Stores a change and follows it, so that what the run packs at its end is what is stored. */
	async write(change: StateChange): Promise<void> {
		this.unfollowed++;
		this.isLost ||= await isLostAfter(this.store.write(this.sync, this.id, change));
		if (this.isLost) throw new LeaseLostError(this.sync.name);
		await eachInSlices(change.members ?? [], ([folded, member]) =>
			this.state.members.put(folded, member),
		);
		this.unfollowed--;
	}
}
