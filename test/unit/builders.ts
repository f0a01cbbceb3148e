import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import type { DiffSettings, Row } from '../../shared/core/census';
import type { Comparison, DiffCounts } from '../../shared/core/diff';
import { SharedNames } from '../../shared/core/fingerprint';
import { foldKey, type KeyComparison } from '../../shared/core/key';
import type { Member, Offer } from '../../shared/core/member';
import type { SyncRecord } from '../../shared/core/record';
import type { RecordError, RecordResult } from '../../shared/core/results';
import { HotParts, memberBlocks } from '../../shared/state/memberBlocks';
import { MemberTable } from '../../shared/state/memberTable';
import type { Identity, Owner } from '../../shared/state/store';

type Fields = Map<string, number> | SharedNames;
const isFields = (value: unknown): value is Fields =>
	value instanceof Map || value instanceof SharedNames;

/** Fingerprints of fields are equal by what they say, whatever holds them. */
const sameFields = (one: unknown, other: unknown): boolean | undefined => {
	const isMixed = one instanceof SharedNames !== other instanceof SharedNames;
	if (!isMixed || !isFields(one) || !isFields(other)) return undefined;
	return isDeepStrictEqual(new Map(one), new Map(other));
};

// The types of jest do not know it yet.
(
	expect as typeof expect & {
		addEqualityTesters(testers: ReadonlyArray<typeof sameFields>): void;
	}
).addEqualityTesters([sameFields]);

export const owner: Owner = { workflowId: 'w1', nodeId: 'n1', label: 'the node "Diff"' };

export const identity = (keyComparison: KeyComparison = 'fold'): Identity => ({
	keyFields: ['email'],
	keyComparison,
	destination: '',
});

export const settings = (changes: Partial<DiffSettings> = {}): DiffSettings => ({
	keyFields: ['email'],
	keyComparison: 'fold',
	input: 'complete',
	leavers: 'send',
	now: 0,
	...changes,
});

/** Input rows, numbered as they stand. */
export const rowsOf = (...records: Array<SyncRecord | [SyncRecord, Row['mark']]>): Row[] =>
	records.map((row, index) =>
		Array.isArray(row)
			? { index, record: row[0] as SyncRecord, mark: row[1] as 'hold' | 'removed' }
			: { index, record: row as SyncRecord },
	);

/** What a comparison that found nothing counts. */
export const noCounts: DiffCounts = {
	read: 0,
	unchanged: 0,
	held: 0,
	keyless: 0,
	waiting: 0,
	left: 0,
	graced: 0,
	withheld: 0,
	remaining: 0,
	members: 0,
};

/** A comparison that found nothing. */
export const nothingFound: Comparison = {
	offers: [],
	invalid: [],
	newlyLeaving: 0,
	resolved: [],
	restated: [],
	superseded: [],
	absences: new Map(),
	waitingNews: new Map(),
	notShown: 0,
	counts: noCounts,
};

export const keyText = (...parts: string[]): string => JSON.stringify(parts);

export const member = (key: string, changes: Partial<Member> = {}): Member => ({
	key: keyText(key),
	fingerprint: 1n,
	fields: new Map(),
	leaving: false,
	...changes,
});

export const offerOf = (key: string, changes: Partial<Offer> = {}): Offer => ({
	change: 'added',
	key: keyText(key),
	folded: foldKey(keyText(key), 'fold'),
	fingerprint: 7n,
	fields: new Map([['a', 1]]),
	redelivered: false,
	...changes,
});

export const failed = (changes: Partial<RecordError> = {}): RecordError => ({
	code: '0x1',
	category: 'data',
	message: 'The value is too long',
	retryable: true,
	...changes,
});

export const rejected = (changes: Partial<RecordError> = {}): RecordResult => ({
	status: 'rejected',
	error: failed(changes),
});

const fold = (key: string) => foldKey(key, 'fold');

/** A table that holds these members as if they had been put one by one. */
export const tableOf = async (...members: Member[]): Promise<MemberTable> => {
	const table = new MemberTable(
		await memberBlocks({ hot: new HotParts(0), cold: () => [] }, []),
		fold,
	);
	for (const entry of members) table.put(fold(entry.key), entry);
	return table;
};

/** What the Segment Diff node stores beside the offers. */
export const movesOf = (
	{ restated, superseded }: Comparison,
	comparison: KeyComparison,
): Map<string, Member | null> => {
	const folded = ({ key }: Member) => foldKey(key, comparison);
	return new Map<string, Member | null>([
		...restated.map((entry) => [folded(entry), entry] as const),
		...superseded.map((entry) => [folded(entry), null] as const),
	]);
};

/** A new directory that is gone after the tests of the file. */
export const temporaryFolder = (): string => {
	const folder = mkdtempSync(path.join(tmpdir(), 'crm-sync-'));
	afterAll(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
};
