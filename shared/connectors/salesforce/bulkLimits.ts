/** Limits of Bulk API 2.0 and our choices within them; sections are those of contracts/salesforce.md. */
export const BULK = {
	/** Characters of one field and of one row (6); longer ones go by Collections. */
	fieldCharacters: 32_000,
	rowCharacters: 400_000,
	/** A job is looked at after so many milliseconds, then each time later, up to the cap (4.4). */
	firstPollMs: 2000,
	pollFactor: 1.5,
	lastPollMs: 30_000,
	/** How long a job is waited for, unless an option says otherwise (4.4). */
	maxWaitMs: 30 * 60_000,
	/** Jobs that one load is worth: a second one when the first did not take its data. */
	loads: 2,
	/** Times a start without an answer is asked for. */
	starts: 4,
	/** Times a result file is fetched whose rows are not as many as the job counted. */
	downloads: 3,
	/** Results handed on at a time. */
	resultBatch: 1000,
	/** Rows of one page of a query's results. */
	queryPageRows: 50_000,
} as const;
