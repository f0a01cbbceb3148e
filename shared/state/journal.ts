import { setImmediate } from 'node:timers/promises';

import type { Member, Offer } from '../core/member';
import { packer, unpacker, type FieldList } from './codec';
import { memberOf, offerFrom } from './entry';
import type { StateChange } from './store';

/** `offer`: packed offers. `member`: packed members. `forget` and `close`: JSON lists of folded keys. */
export type JournalKind = 'offer' | 'member' | 'forget' | 'close';

export interface JournalRow {
	readonly kind: JournalKind;
	readonly data: Buffer;
}

/** Entries per row: packing one stays far below the time that would be felt in n8n. */
const rowSize = 2_000;

/**
 * The journal rows of a change, one at a time. Every row but offers ends the offers of its keys; those of the same
 * change come after it.
 */
export function* journalRows(change: StateChange, fields: FieldList): Generator<JournalRow> {
	const pack = packer(fields);
	for (const slice of slices(change.members ?? [])) {
		const kept = slice.flatMap(([, member]) => member ?? []);
		for (const member of kept) pack.member(member);
		if (kept.length > 0) yield { kind: 'member', data: pack.take() };
		const forgotten = slice.flatMap(([folded, member]) => (member ? [] : [folded]));
		if (forgotten.length > 0) yield { kind: 'forget', data: json(forgotten) };
	}
	for (const slice of slices(change.closed ?? [])) yield { kind: 'close', data: json(slice) };
	for (const slice of slices(change.offers ?? [])) {
		for (const offer of slice) pack.offer(offer);
		yield { kind: 'offer', data: pack.take() };
	}
}

export interface Replayed {
	readonly moved: Map<string, Member | null>;
	readonly offers: Map<string, Offer>;
}

/** What a sync's journal adds up to: members moved since its blocks were written, and unconfirmed offers. */
export async function replay(
	rows: Iterable<JournalRow> | AsyncIterable<JournalRow>,
	names: readonly string[],
	fold: (key: string) => string,
): Promise<Replayed> {
	const moved = new Map<string, Member | null>();
	const offers = new Map<string, Offer>();
	const unpack = unpacker(names);
	const readers: Record<JournalKind, (data: Buffer) => void> = {
		offer(data) {
			for (const entry of unpack(data)) {
				const offer = offerFrom(entry, fold);
				offers.set(offer.folded, offer);
			}
		},
		member(data) {
			for (const entry of unpack(data)) {
				const folded = fold(entry.key);
				moved.set(folded, memberOf(entry));
				offers.delete(folded);
			}
		},
		forget(data) {
			for (const folded of JSON.parse(data.toString()) as string[]) {
				moved.set(folded, null);
				offers.delete(folded);
			}
		},
		close(data) {
			for (const folded of JSON.parse(data.toString()) as string[]) offers.delete(folded);
		},
	};
	for await (const { kind, data } of rows) {
		readers[kind](data);
		await setImmediate();
	}
	return { moved, offers };
}

/** One slice at a time is copied: a list of everything would hold the event loop. */
function* slices<T>(items: Iterable<T>): Generator<readonly T[]> {
	let slice: T[] = [];
	for (const item of items) {
		if (slice.push(item) < rowSize) continue;
		yield slice;
		slice = [];
	}
	if (slice.length > 0) yield slice;
}

function json(value: unknown): Buffer {
	return Buffer.from(JSON.stringify(value));
}
