import type { Clock } from '../clock';
import type { OrgSettings } from './settings';
import type { Switches } from './switches';

// With these the reported number falls in every third step, as recorded from a live org (contract 6).
const JITTER = [0, 0, 2];
const DAY_MS = 24 * 3_600_000;

/** The API calls of the last 24 hours, and how the usage header tells them. */
export class Usage {
	#calls = 0;
	#answers = 0;
	#since: number;

	constructor(
		private readonly settings: OrgSettings,
		private readonly switches: Switches,
		private readonly clock: Clock,
	) {
		this.#since = clock.now();
	}

	/** Calls counted so far today; tests set it. */
	get calls(): number {
		if (this.clock.now() - this.#since >= DAY_MS) this.clear();
		return this.#calls;
	}

	set calls(count: number) {
		this.#calls = count;
	}

	get exhausted(): boolean {
		return this.calls >= this.settings.dailyApiRequests;
	}

	count(): void {
		this.calls += 1;
	}

	/** `Sforce-Limit-Info` of the next answer. */
	header(): string {
		this.#answers += 1;
		const { dailyApiRequests: max, perAppUsage } = this.settings;
		const fall = this.switches.limitJitter ? (JITTER[this.#answers % JITTER.length] ?? 0) : 0;
		const usage = `api-usage=${Math.max(0, this.calls - fall)}/${max}`;
		if (perAppUsage === '') return usage;
		return `${usage}; per-app-api-usage=${Math.ceil(this.calls / 2)}/250(appName=${perAppUsage})`;
	}

	clear(): void {
		this.#since = this.clock.now();
		this.#calls = 0;
		this.#answers = 0;
	}
}
