import { setImmediate } from 'node:timers/promises';
import { types } from 'node:util';

import { digest, digest64 } from '../core/fingerprint';
import type { Member } from '../core/member';
import { packer, unpacker, type FieldList } from './codec';
import { memberOf, type Entry } from './entry';

/**
 * A block holds up to this many members in two parts. `hot`, 29 bytes a member: key hash, fingerprint and
 * id hash (8 bytes each), offset into the cold part (4), flags (1). `cold`: the packed members, read on demand.
 * A run without changes reads the hot parts only.
 */
export const blockSize = 1_024;
const hotBytes = 29;
/** Slots indexed in one go: a few milliseconds. */
const slice = 20_000;
const fingerprintAt = 8;
const idAt = 16;
const offsetAt = 24;
const flagsAt = 28;
/** Cold parts asked for in one go: a few MB, so that a store over the network answers hundreds of blocks soon. */
const readAhead = 16;
/** More bytes than a cold part has, and no more than a database takes for an offset. */
const beyond = 2 ** 30;
/** Flag: accepted, not dirty, not leaving. */
const isSettled = 1;

export interface PackedBlock {
	readonly hot: Buffer;
	readonly cold: Buffer;
}

/** The blocks of a sync as its store keeps them: hot parts in memory, cold parts on request. */
export interface StoredBlocks {
	readonly hot: HotParts;
	/** For each of these blocks, in this order, the ranges of its cold part one behind the other; in memory that is the reader's. */
	cold(wanted: WantedRanges): readonly Buffer[] | Promise<readonly Buffer[]>;
}

/** Bytes of a cold part, from the first up to, not including, the second; the last range may end beyond the part. */
export type Range = readonly [from: number, to: number];

/** By block number, in order. */
export type WantedRanges = ReadonlyMap<number, readonly Range[]>;

/** Hot parts in one piece: every record of a segment is looked up in it, and a look-up then is plain arithmetic. */
export class HotParts {
	private readonly whole: Buffer;
	private length = 0;
	private partLength = 0;

	constructor(bytes: number) {
		this.whole = Buffer.allocUnsafe(bytes);
	}

	add(part: Buffer): void {
		this.partLength ||= part.length;
		this.length += part.copy(this.whole, this.length);
		letGo(part);
	}

	get bytes(): Buffer {
		return this.whole.subarray(0, this.length);
	}

	/** Members in a block, told by the first one: what was packed in another size stays readable. */
	get size(): number {
		return Math.max(1, this.partLength / hotBytes);
	}
}

/** The members of all blocks by slot: block number × block size + position. Every block but the last is full. */
export interface MemberBlocks {
	readonly count: number;
	/** The slot of a folded key; -1 where there is none. */
	find(folded: string): number;
	/** Whether the member is accepted with exactly this fingerprint and not leaving. */
	isSettledAs(slot: number, fingerprint: bigint | undefined): boolean;
	isSettled(slot: number): boolean;
	idHash(slot: number): bigint;
	/** The wanted members, in slot order; each cold part is read once. */
	read(isWanted: (slot: number) => boolean): AsyncGenerator<Member>;
}

export async function memberBlocks(
	blocks: StoredBlocks,
	names: readonly string[],
): Promise<MemberBlocks> {
	const unpack = unpacker(names);
	const { bytes: hot, size } = blocks.hot;
	const count = hot.length / hotBytes;
	const find = await slotFinder(count, hot);
	const settledAt = (slot: number) => (hot.readUInt8(slot * hotBytes + flagsAt) & isSettled) !== 0;
	return {
		count,
		find,
		isSettledAs(slot, fingerprint) {
			const at = slot * hotBytes + fingerprintAt;
			return settledAt(slot) && hot.readBigUInt64LE(at) === fingerprint;
		},
		isSettled: settledAt,
		idHash: (slot) => hot.readBigUInt64LE(slot * hotBytes + idAt),
		async *read(isWanted) {
			const group = new Map<number, readonly Range[]>();
			for (let number = 0; number * size < count; number++) {
				const block = hot.subarray(number * size * hotBytes, (number + 1) * size * hotBytes);
				const ranges = rangesOf(block, (position) => isWanted(number * size + position));
				if (ranges.length > 0) group.set(number, ranges);
				// Also where nothing is wanted: a million slots are looked at, and n8n must not wait for that.
				await setImmediate();
				if (group.size < readAhead && (number + 1) * size < count) continue;
				if (group.size > 0) yield* membersIn(await blocks.cold(group), unpack);
				group.clear();
			}
		},
	};
}

/** Where the wanted members of a block stand in its cold part; neighbours are one range. */
function rangesOf(hot: Buffer, isWanted: (position: number) => boolean): Range[] {
	const ranges: Range[] = [];
	let from: number | undefined;
	for (let position = 0; position * hotBytes < hot.length; position++) {
		const offset = hot.readUInt32LE(position * hotBytes + offsetAt);
		if (isWanted(position)) {
			from ??= offset;
		} else if (from !== undefined) {
			ranges.push([from, offset]);
			from = undefined;
		}
	}
	if (from !== undefined) ranges.push([from, beyond]);
	return ranges;
}

/** These ranges of a part, which is not needed afterwards. */
export function cut(part: Buffer, ranges: readonly Range[]): Buffer {
	const [[from, to] = [0, 0]] = ranges;
	if (from === 0 && to >= part.length) return part;
	const pieces = Buffer.concat(ranges.map((range) => part.subarray(...range)));
	letGo(part);
	return pieces;
}

async function* membersIn(
	parts: readonly Buffer[],
	unpack: (part: Buffer) => Iterable<Entry>,
): AsyncGenerator<Member> {
	for (const part of parts) {
		let count = 0;
		for (const entry of unpack(part)) {
			yield memberOf(entry);
			if (++count % 500 === 0) await setImmediate();
		}
		letGo(part);
	}
}

/** Frees memory at once: the collector would let tens of MB of it gather. What is shared with others is left to it. */
function letGo({ buffer, byteLength }: Buffer): void {
	if (types.isArrayBuffer(buffer) && buffer.byteLength === byteLength) buffer.transfer(0);
}

/** An open-addressing index over the key hashes: 8 bytes a member instead of a Map entry. */
async function slotFinder(count: number, hot: Buffer) {
	const capacity = 2 ** Math.ceil(Math.log2(Math.max(2, count * 2)));
	const cells = new Int32Array(capacity).fill(-1);
	const probe = (hash: Buffer, from: number): number => {
		const low = hash.readUInt32LE(from);
		const high = hash.readUInt32LE(from + 4);
		let cell = low & (capacity - 1);
		for (let slot = cells[cell]; slot !== undefined && slot >= 0; slot = cells[cell]) {
			const at = slot * hotBytes;
			if (hot.readUInt32LE(at) === low && hot.readUInt32LE(at + 4) === high) return cell;
			cell = (cell + 1) & (capacity - 1);
		}
		return cell;
	};
	for (let slot = 0; slot < count; slot++) {
		cells[probe(hot, slot * hotBytes)] = slot;
		if (slot % slice === 0) await setImmediate();
	}
	return (folded: string) => (count === 0 ? -1 : (cells[probe(digest(folded), 0)] ?? -1));
}

/** Hash of a destination id; 0 stands for none. */
export function hashOfId(id: string | undefined): bigint {
	return id === undefined ? 0n : digest64(id);
}

/** Packs members into full blocks, one after the other. */
export function blockPacker(fields: FieldList, size = blockSize) {
	const pack = packer(fields);
	let hot = Buffer.alloc(size * hotBytes);
	let used = 0;

	const finish = (): PackedBlock | undefined => {
		if (used === 0) return undefined;
		const block = { hot: hot.subarray(0, used), cold: pack.take() };
		hot = Buffer.alloc(size * hotBytes);
		used = 0;
		return block;
	};
	return {
		finish,
		/** The finished block, when this member filled it. */
		add(folded: string, member: Member): PackedBlock | undefined {
			digest(folded).copy(hot, used, 0, 8);
			hot.writeBigUInt64LE(member.fingerprint ?? 0n, used + fingerprintAt);
			hot.writeBigUInt64LE(hashOfId(member.id), used + idAt);
			hot.writeUInt32LE(pack.length, used + offsetAt);
			const settled = member.fingerprint !== undefined && !member.leaving;
			hot.writeUInt8(settled ? isSettled : 0, used + flagsAt);
			pack.member(member);
			used += hotBytes;
			return used === hot.length ? finish() : undefined;
		},
	};
}
