import type { DiffSettings } from '../../shared/core/census';
import { omit } from '../../shared/core/envelope';
import { diff, type Comparison } from '../../shared/core/diff';
import { fingerprinter } from '../../shared/core/fingerprint';
import { approveCode, guard } from '../../shared/core/guard';
import type { KeyComparison } from '../../shared/core/key';
import type { LiveRun } from '../../shared/state/liveRun';
import { identity, movesOf, owner, settings } from './builders';
import { Destination } from './protocolDestination';
import { answerOf, type Handed } from './protocolHanded';
import { Ledger } from './protocolLedger';
import type { ProtocolProcess } from './protocolProcess';
import { takeAsAccepted } from './protocolPerson';
import { unlessRefused } from './protocolStore';
import { write } from './protocolWriter';
import { Source } from './protocolSource';

export interface WorldSettings {
	readonly comparison: KeyComparison;
	/** `partial`: a feed whose rows say only what is new. */
	readonly input: 'complete' | 'feed' | 'partial';
	readonly leavers: 'leave' | 'send';
	/** Offers per run, and runs a record must be missing before it leaves; of a complete segment only. */
	readonly limit?: number | undefined;
	readonly graceRuns?: number | undefined;
	readonly graceHours?: number | undefined;
	/** Nothing but the writer can deliver: what it did not send is closed. */
	readonly closesUnsent: boolean;
}

const hourMs = 3_600_000;
const limits = { maxLeaversPercent: 40, maxLeavers: 2 };

/** A source, a destination and a sync between them, through the real registry and store. */
export class World {
	readonly source: Source;
	readonly destination: Destination;
	readonly ledger: Ledger;
	current?: Handed;
	private zombie?: Handed;
	private lastEnded?: Handed;
	now = 1_000;
	executions = 0;
	private processNumber = 0;
	private waiting = 0;
	private ignored?: string | undefined;
	/** A person released everything that waits. */
	isReleased = false;

	constructor(
		readonly name: string,
		readonly settings: WorldSettings,
		private readonly processes: readonly ProtocolProcess[],
	) {
		this.source = new Source(settings.comparison, settings.input);
		this.destination = new Destination(settings.comparison);
		this.ledger = new Ledger(this.source, settings);
	}

	get process(): ProtocolProcess {
		return this.processes[this.processNumber]!;
	}

	/** The store fails the next times, before or after it has stored. */
	fail(times: number, isStored: boolean): void {
		Object.assign(this.process.trouble, { times, isStored });
	}

	/** Another setting of Ignore Fields, between runs. A feed does not tell again what it ignored. */
	ignore(field?: string): void {
		if (this.current || this.settings.input !== 'complete' || field === this.ignored) return;
		this.ignored = field;
		this.ledger.void();
	}

	async bind(): Promise<void> {
		for (const { trouble } of this.processes) trouble.times = 0;
		await this.process.store.bind(this.name, owner, identity(this.settings.comparison));
	}

	/** What the Segment Diff node does: compare, guard, offer. A stop ends the run unless it is approved. */
	async open(approves: boolean): Promise<void> {
		if (this.current) return;
		const { process } = this;
		let run: LiveRun | undefined;
		const isOpen = await unlessRefused(async () => {
			run = await process.registry.openRun({
				store: process.store,
				sync: this.name,
				execution: String(++this.executions),
				keepRecords: this.settings.input !== 'complete',
				parkAfter: 3,
				closesUnsent: this.settings.closesUnsent,
				now: () => this.now,
				onEnd: (row) => this.ledger.checkRow(row),
			});
		});
		if (!isOpen) return;
		if (!run) throw new Error('The run was refused');
		const input = this.source.read();
		const isRebaseline = run.sync.notes.task?.kind === 'rebaseline';
		const found = await diff(
			input,
			{ ...run.state, keyless: run.sync.keyless, comparisons: run.sync.notes.comparisons },
			isRebaseline
				? { ...omit(this.diffSettings(), 'grace'), now: Number.MAX_SAFE_INTEGER }
				: this.diffSettings(),
			fingerprinter((field) => field !== this.ignored),
		);
		this.current = { run, process, offers: found.offers, said: new Map() };
		if (await this.isStopped(run, found, approves)) {
			this.current = { ...this.current, offers: [] };
			this.ledger.open([]);
			await process.registry.stopRun(run, 'stopped by the guard');
			return await this.end();
		}
		const { remaining, graced, withheld } = found.counts;
		this.waiting = remaining + graced + withheld;
		// Approving also says that rows without a key are nobody's who left.
		const comparison = approves ? { ...found, counts: { ...found.counts, withheld: 0 } } : found;
		if (this.isReleased && this.settings.input === 'complete')
			expect(comparison.counts.waiting).toBe(0);
		this.isReleased = false;
		if (isRebaseline) return await this.rebaseline(comparison);
		const kept = [...run.state.pending.values()].map((record) => ({ record }));
		this.ledger.checkOffers(comparison, [...input, ...kept], this.now);
		const notes = { ...run.sync.notes, comparisons: run.sync.notes.comparisons + 1 };
		const { run: opened } = this.current;
		const isOffered = await unlessRefused(
			async () =>
				await opened.offer(comparison, movesOf(comparison, this.settings.comparison), notes),
		);
		this.ledger.open(comparison.offers);
		if (!isOffered) {
			// The node failed: nothing was handed out, and the rows come again with the next execution.
			this.current = { ...this.current, offers: [] };
			this.ledger.crash();
			return;
		}
		this.source.acknowledge();
	}

	private async rebaseline(comparison: Comparison): Promise<void> {
		const { current } = this;
		if (!current) return;
		this.current = { ...current, offers: [] };
		const moves = movesOf(comparison, this.settings.comparison);
		if (await takeAsAccepted(current.run, comparison, moves, this)) this.source.acknowledge();
	}

	private diffSettings(): DiffSettings {
		const { input, leavers, comparison: keyComparison, limit } = this.settings;
		const { graceRuns: runs, graceHours } = this.settings;
		return settings({
			input: input === 'complete' ? input : 'feed',
			leavers,
			keyComparison,
			now: this.now,
			...(limit !== undefined && input === 'complete' && { limit }),
			...((runs ?? graceHours) !== undefined && {
				grace: { ...(runs && { runs }), ...(graceHours && { ms: graceHours * hourMs }) },
			}),
		});
	}

	private async isStopped(
		run: LiveRun,
		comparison: Comparison,
		approves: boolean,
	): Promise<boolean> {
		const stop = guard(comparison, limits);
		if (!stop) return false;
		const version = async () => (await run.store.find(this.name))?.version ?? 0;
		const shown = approveCode(this.name, await version(), stop);
		// What a person types holds as long as nothing moved since it was shown.
		expect(shown).toBe(approveCode(this.name, await version(), stop));
		return !approves;
	}

	async end(): Promise<void> {
		const handed = this.current;
		delete this.current;
		if (!handed) return;
		const { registry } = handed.process;
		const isEnded = await unlessRefused(async () => await registry.endExecution(handed.run));
		this.lastEnded = handed;
		if (isEnded) this.ledger.close();
		else this.ledger.crash();
	}

	/** The process is gone; another one will open the next run. It may turn out to be alive. */
	crash(): void {
		if (!this.current || this.processNumber + 1 >= this.processes.length) return;
		this.fail(0, false);
		this.zombie = this.current;
		this.lastEnded = this.current;
		delete this.current;
		this.processNumber++;
		this.ledger.crash();
	}

	/** The run that lost its lease writes and confirms: the confirm is refused, and only puts its key in doubt. */
	async zombieWrites(pick: number): Promise<void> {
		const { zombie } = this;
		const open = zombie?.offers.filter(({ offer }) => !zombie.said.has(offer.key)) ?? [];
		const offered = open[pick % open.length];
		if (!zombie || !offered || !this.current) return;
		const result = answerOf(zombie, offered, 'taken', this);
		const { key } = offered.offer;
		await expect(zombie.run.confirm([{ key, result }])).rejects.toThrow('has taken over');
		this.ledger.stale(key);
		// A feed has no newer version to send again: what a late writer overwrote stays, until the next change.
		if (this.settings.input !== 'complete') this.ledger.taint(key);
	}

	/** A receipt of an ended run is confirmed (Execute step, pinned data, Retry). */
	async confirmStale(pick: number): Promise<void> {
		const offered = this.lastEnded?.offers[pick % this.lastEnded.offers.length];
		if (this.lastEnded && offered) await this.staleConfirm(this.lastEnded, offered.offer.key);
	}

	private async staleConfirm({ run }: Handed, key: string): Promise<void> {
		expect(this.process.registry.liveRun(run.id, run.settings.execution)).toBeUndefined();
		const { store } = this.process;
		const sync = await store.find(this.name);
		await unlessRefused(async () => await store.doubt(sync!, [key]));
		this.ledger.stale(key);
	}

	wait(hours: number): void {
		this.now += hours * hourMs;
	}

	/** A run without faults, later than any back-off. Returns how many records it handed out, or left for later runs. */
	async cleanRun(): Promise<number> {
		this.fail(0, false);
		await this.end();
		this.ignore();
		this.wait(25);
		await this.open(true);
		const offered = this.current?.offers.length ?? 0;
		await write(this, Infinity, ['taken']);
		await write(this, Infinity, ['taken']);
		await this.end();
		return offered + this.waiting;
	}
}
