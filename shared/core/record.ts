/** One row of a segment or a destination: field name → value. Values are JSON values or Date objects. */
export type SyncRecord = Readonly<Record<string, unknown>>;

/** What happened to a record since the destination last accepted it. `hold`: present, but not to be sent. */
export type Change = 'added' | 'changed' | 'removed';
