/** How the organisation and the calling user are set up; tests change it between requests. */
export interface OrgSettings {
	/** Language of the calling user, as an LCID: labels and formatted values follow it (S-26, S-29). */
	language: number;
	/** Time zone of the calling user, as an IANA name: formatted dates follow it (S-29). */
	timeZone: string;
	/** `ExpireChangeTrackingInDays`: older delta links have expired (S-31). */
	changeTrackingDays: number;
	/** Rows in one page, whatever is asked for; a smaller one lets a test see several pages (contract 3.1). */
	largestPage: number;
	/** How long a new column is missing from data requests (S-24). */
	columnDelayMs: number;
	/** How long definitions are read from the cache after a change, without `Consistency: Strong` (S-24). */
	metadataCacheMs: number;
	/** How long a customisation takes; another one meanwhile is refused (S-24). */
	customizationMs: number;
	/** `BypassBusinessLogicExecutionStepIdsLimit` (contract 4.3). */
	bypassStepLimit: number;
}

/** What an organisation nobody has changed looks like. */
export const DEFAULT_ORG_SETTINGS: OrgSettings = {
	language: 1033,
	timeZone: 'UTC',
	changeTrackingDays: 7,
	largestPage: 5000,
	columnDelayMs: 1000,
	metadataCacheMs: 30_000,
	customizationMs: 20,
	bypassStepLimit: 3,
};
