import { digest } from './fingerprint';
import { keyOf, type KeyComparison } from './key';
import type { SyncRecord } from './record';

/** One of several syncs that share a segment between them: the records whose key falls to it, and no others. */
export interface Shard {
	/** From 1 to `of`. */
	readonly number: number;
	readonly of: number;
}

/** Reads `2/4` as the second of four; undefined for anything else. */
export function parseShard(text: string): Shard | undefined {
	const parts = /^\s*(\d{1,4})\s*\/\s*(\d{1,4})\s*$/u.exec(text);
	const [number, of] = [Number(parts?.[1]), Number(parts?.[2])];
	return number >= 1 && number <= of ? { number, of } : undefined;
}

/**
 * Whether a record falls to this shard, by the hash of its folded key. A record without a key falls to every
 * shard: it may be a record of any of them, and must hold back its removal (design R8).
 */
export function shardTaker(
	shard: Shard,
	keyFields: readonly string[],
	comparison: KeyComparison,
): (record: SyncRecord) => boolean {
	return (record) => {
		const key = keyOf(record, keyFields, comparison);
		if (!key) return true;
		// Other bits than the look-up of members uses: their tables stay evenly filled.
		return digest(key.folded).readUInt32LE(12) % shard.of === shard.number - 1;
	};
}
