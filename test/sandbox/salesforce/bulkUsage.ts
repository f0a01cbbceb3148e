import type { Org } from './org';
import { badRequest } from './refusal';

/** Query jobs a day (contract 3.4). */
export const DAILY_QUERY_JOBS = 10_000;
const DAY_MS = 24 * 3_600_000;

/** What the Bulk API has used of its daily allocations; tests set the counts. */
export class BulkUsage {
	#since: number;
	#batches = 0;
	#queryJobs = 0;

	constructor(private readonly org: Org) {
		this.#since = org.clock.now();
	}

	#today(): this {
		const now = this.org.clock.now();
		if (now - this.#since < DAY_MS) return this;
		this.#since = now;
		this.#batches = 0;
		this.#queryJobs = 0;
		return this;
	}

	/** Ingest batches left of the day, shared by all jobs (S24). */
	get batchesLeft(): number {
		return Math.max(0, this.org.settings.dailyBulkBatches - this.#today().#batches);
	}

	get queryJobsLeft(): number {
		return Math.max(0, DAILY_QUERY_JOBS - this.#today().#queryJobs);
	}

	/** Takes one batch; false when none is left. */
	takeBatch(): boolean {
		if (this.batchesLeft === 0) return false;
		this.#batches += 1;
		return true;
	}

	takeQueryJob(): void {
		if (this.queryJobsLeft === 0) {
			throw badRequest('LIMIT_EXCEEDED', 'The daily limit of query jobs is exceeded.');
		}
		this.#queryJobs += 1;
	}
}

const makeUsage = (org: Org) => new BulkUsage(org);

/** The allocations of an organisation; `/limits` reads them too. */
export const bulkUsage = (org: Org): BulkUsage => org.part(makeUsage);
