/** Salesforce's limits and our choices within them; sections are those of contracts/salesforce.md. */
export const LIMITS = {
	/** Default version of the API, and the lowest whose Collections never create on `updateOnly` (contract head). */
	apiVersion: '66.0',
	lowestVersion: 61,
	/** Requests at once per (instance, credential): long ones are capped at 5 in developer organisations (6). */
	parallelism: 4,
	/** Records of one Collections call (4.2). */
	collectionRecords: 200,
	/** Up to so many records Collections are the cheaper transport, by Salesforce's own guidance (4.1). */
	collectionsUpTo: 2000,
	/** Rows and bytes of one Bulk job, and the bytes no upload may pass (4.4). */
	bulkJobRows: 50_000,
	bulkJobBytes: 45_000_000,
	bulkMaxBytes: 95_000_000,
	/** Values of one `IN (…)` and the characters their encoded literals may take (3.1). */
	lookupValues: 500,
	lookupCharacters: 9500,
	/** Characters of the field list before them: more fields are asked for in a second query. */
	selectCharacters: 4000,
	/** Above so many values a Bulk query is asked (3.2), with so many characters of values in one statement. */
	lookupByBulk: 20_000,
	statementCharacters: 80_000,
	/** What describe told holds this long, in milliseconds (2). */
	metadataMs: 600_000,
	/** More tries after HTTP 420: the organisation is suspended, expired or gone (5). */
	suspendedTries: 2,
	/** Of the daily requests; the run stops before the next one (4.11). */
	stopAtUsage: 90,
	/** Salesforce itself gives up after ten minutes (6). */
	timeoutMs: 600_000,
} as const;
