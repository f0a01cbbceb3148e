import type { DiffSettings, DiffState, Row } from '../../shared/core/census';
import { diff, type Comparison } from '../../shared/core/diff';
import type { Failure } from '../../shared/core/failures';
import { fingerprinter } from '../../shared/core/fingerprint';
import type { Member } from '../../shared/core/member';
import type { SyncRecord } from '../../shared/core/record';
import { keyText, settings, tableOf } from './builders';

export const prints = fingerprinter();

/** A member that accepted exactly this record. */
export const has = (record: SyncRecord, changes: Partial<Member> = {}): Member => {
	const key = keyText(String(record.email));
	return {
		key,
		fingerprint: prints.record(record, key),
		fields: prints.fields(record),
		leaving: false,
		...changes,
	};
};

export const failure = (changes: Partial<Failure>): Failure => ({
	key: keyText('ann'),
	change: 'changed',
	fingerprint: 1n,
	kind: 'rejected',
	code: '',
	message: '',
	signature: '',
	attempts: 1,
	firstRun: 'r0',
	lastRun: 'r0',
	parked: false,
	...changes,
});

/** Compares rows with members, at a destination that refused nothing unless told so. */
export const compare = async (
	rows: readonly Row[],
	members: Member[],
	changes: Partial<DiffSettings & DiffState> = {},
): Promise<Comparison> =>
	await diff(
		rows,
		{ members: await tableOf(...members), failures: new Map(), keyless: 0, ...changes },
		settings(changes),
		fingerprinter(),
	);

/** Change, key and changed fields of every offer. */
export const told = ({ offers }: Comparison): string[][] =>
	offers.map(({ offer, changedFields }) => [offer.change, offer.key, ...(changedFields ?? [])]);

export const ann = { email: 'ann', a: 1 };
export const bob = { email: 'bob', a: 1 };
export const cid = { email: 'cid', a: 1 };
export const annKey = keyText('ann');
