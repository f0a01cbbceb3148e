/** Dataverse's limits and our choices within them; sections are those of contracts/dataverse.md. */
export const LIMITS = {
	apiPath: '/api/data/v9.2/',
	/** Requests at once per (org, credential), whatever the server recommends above it (section 6). */
	parallelism: 4,
	/** Records per write: the vendor advises 100 to 1,000 for bulk messages (4.9). */
	batchSize: 100,
	maxBatchSize: 500,
	/** Operations in one `$batch` (4.4). */
	batchOperations: 1000,
	/** Characters of a request URL sent directly (3.1). */
	urlLength: 32_768,
	/** Keys of one `In` look-up and the characters their encoded values may take (3.1). */
	lookupKeys: 250,
	lookupCharacters: 24_000,
	/** Above this share of chunks with bad rows, `$batch` is cheaper than bulk messages (4.9). */
	badChunkShare: 0.3,
	/** Tries of a bulk call or batch part that met a deadlock, a plug-in time-out or a throttled part. */
	transientTries: 3,
	/** Times a row that was changed meanwhile is read and compared anew (sync C2, step 8). */
	conflictTries: 2,
	/** Waits before each try of a customisation while another one runs (2.4). */
	customizationWaits: [0, 1000, 2000, 4000, 8000, 15_000, 30_000],
	/** Waits before each look whether rows know a new column; the vendor's own client ends at 20 s (2.4). */
	visibilityWaits: [0, 1000, 3000, 10_000, 20_000, 30_000],
	/** Waits before each look at a key's index: every 15 s, up to 305 s, as the vendor's samples do (2.4). */
	keyWaits: [0, 1000, 4000, ...Array<number>(20).fill(15_000)],
	/** After this a write to an elastic table is seen without its token, which may be refused one day (4.7). */
	sessionMs: 600_000,
	timeoutMs: 300_000,
} as const;
