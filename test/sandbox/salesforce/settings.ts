/** How the organisation is set up; tests change it between requests. */
export interface OrgSettings {
	/** Rows a query page holds (S10); the real one holds 2,000. */
	pageSize: number;
	/** API calls a day; past it 403 `REQUEST_LIMIT_EXCEEDED` (S4). */
	dailyApiRequests: number;
	/** `appName` whose own usage follows in `Sforce-Limit-Info`; empty: no such part (S4). */
	perAppUsage: string;
	/** How long a token lives; no answer tells (T11). */
	tokenLifetimeMs: number;
	/** How long a query locator lives (S10). */
	locatorLifetimeMs: number;
	/** How long the longest open transaction runs: `latestDateCovered` falls behind by it (3.3). */
	longTransactionMs: number;
	/** Polls a bulk job spends in each state (S20). */
	bulkPolls: number;
	/** Rows of a bulk job worked off before other requests have their turn: so many at a poll, the rest after it. */
	bulkSliceRows: number;
	/** Jobs a page of the list of jobs holds (S21). */
	jobPageSize: number;
	/** Bulk batches a day, shared by all ingest jobs (S24). */
	dailyBulkBatches: number;
	/** Suspended or expired: U16 says how it answers. */
	expired: boolean;
	/** Added to every answer. */
	latencyMs: number;
}

/** What an organisation nobody has changed looks like. */
export const DEFAULT_ORG_SETTINGS: OrgSettings = {
	pageSize: 50,
	dailyApiRequests: 100_000,
	perAppUsage: '',
	tokenLifetimeMs: 2 * 3_600_000,
	locatorLifetimeMs: 15 * 60_000,
	longTransactionMs: 0,
	bulkPolls: 1,
	bulkSliceRows: 1_000,
	jobPageSize: 1_000,
	dailyBulkBatches: 15_000,
	expired: false,
	latencyMs: 0,
};

/** What the calling user may do; tests change it between requests. */
export interface Permissions {
	/** `View Setup and Configuration`: without it `/limits` is 403 (S5). */
	viewSetup: boolean;
	/** `View All Data`: matching by an external id that is not unique (4.3). */
	viewAllData: boolean;
	/** `Bulk API Hard Delete` (S24). */
	hardDelete: boolean;
	/** Field-level security: `Contact.Phone` hidden from this user (S8). */
	readonly hiddenFields: Set<string>;
	/** Field-level security: `Contact.Phone` visible and not writable. */
	readonly readOnlyFields: Set<string>;
	/** Objects this user may not see at all. */
	readonly hiddenObjects: Set<string>;
}

/** A user with every permission. */
export const allPermissions = (): Permissions => ({
	viewSetup: true,
	viewAllData: true,
	hardDelete: true,
	hiddenFields: new Set(),
	readOnlyFields: new Set(),
	hiddenObjects: new Set(),
});
