import type { RunRow } from './store';

export interface RunIdentity {
	readonly id: string;
	/** The n8n execution the run lives in (design R4). */
	readonly execution: string;
	/** Milliseconds since the epoch. */
	now(): number;
}

/** What a run did, in numbers: the row that every run leaves behind (design R16). */
export class RunLog {
	readonly counts: Record<string, number> = {};
	private readonly startedAt: number;
	private stopped?: string;

	constructor(private readonly run: RunIdentity) {
		this.startedAt = run.now();
	}

	count(name: string, by = 1): void {
		this.counts[name] = (this.counts[name] ?? 0) + by;
	}

	/** Records that surely were not sent: what one try of a writer left out another may have sent. */
	unsent(number: number): void {
		if (number > 0 || this.counts.notAttempted) this.counts.notAttempted = number;
	}

	/** A guard held the run before it offered anything. */
	stop(reason: string): void {
		this.stopped = reason;
	}

	/** The row of a run that ends now; `unconfirmed`: offers nobody confirmed. */
	row(unconfirmed: number, isLost: boolean): RunRow {
		if (this.stopped !== undefined) return this.rowOf('stopped', this.stopped);
		const { unknown = 0, notAttempted = 0, rejected = 0 } = this.counts;
		const doubtful = unconfirmed + unknown;
		const back = [
			...(doubtful > 0 ? [`${doubtful} without a known outcome`] : []),
			...(notAttempted > 0 ? [`${notAttempted} not sent`] : []),
		];
		const parts = [
			...(isLost ? ['another run took over'] : []),
			...(rejected > 0 ? [`${rejected} rejected`] : []),
			...(back.length > 0 ? [`${back.join(' and ')} come back in the next run`] : []),
		];
		const state = isLost ? 'lost' : back.length > 0 ? 'incomplete' : 'completed';
		return this.rowOf(state, parts.join('; '));
	}

	rowOf(state: RunRow['state'], message: string): RunRow {
		return {
			id: this.run.id,
			execution: this.run.execution,
			startedAt: this.startedAt,
			endedAt: this.run.now(),
			state,
			message,
			counts: this.counts,
		};
	}
}
