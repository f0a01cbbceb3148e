/** The state of a job whose start got no answer; Salesforce has no such word. */
export const PERHAPS_STARTED = 'Unknown';

/** One Bulk job of a run. */
export interface BulkJobInfo {
	readonly id: string;
	readonly operation: string;
	readonly object: string;
	readonly state: string;
	readonly records: number;
	readonly failed: number;
}

/** What happened to the values of one field. */
export interface FieldWarning {
	readonly count: number;
	readonly reason: string;
	/** The first value it happened to. */
	readonly sample?: unknown;
}

/** What a run has to say beside its records (salesforce 4.11). */
export interface Report {
	warn(field: string, reason: string, sample?: unknown): void;
	/** Adds a job, or replaces what was known of it. */
	job(info: BulkJobInfo): void;
	readonly fieldWarnings: Readonly<Record<string, FieldWarning>>;
	readonly jobs: readonly BulkJobInfo[];
}

/** An empty report. */
export function createReport(): Report {
	const warnings = new Map<string, FieldWarning>();
	const jobs = new Map<string, BulkJobInfo>();
	return {
		warn(field, reason, sample) {
			const known = warnings.get(field);
			// The first reason stands for the field: a summary is read at a glance.
			warnings.set(field, known ? { ...known, count: known.count + 1 } : first(reason, sample));
		},
		job: (info) => void jobs.set(info.id, info),
		get fieldWarnings() {
			return Object.fromEntries(warnings);
		},
		get jobs() {
			return [...jobs.values()];
		},
	};
}

const SAMPLE_CHARACTERS = 100;

const first = (reason: string, sample: unknown): FieldWarning => ({
	count: 1,
	reason,
	...(sample !== undefined && {
		sample: typeof sample === 'string' ? sample.slice(0, SAMPLE_CHARACTERS) : sample,
	}),
});
