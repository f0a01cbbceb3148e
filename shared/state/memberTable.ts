import { eachInSlices } from '../core/breathe';
import type { Member, Members } from '../core/member';
import type { FieldList } from './codec';
import { blockPacker, hashOfId, type MemberBlocks, type PackedBlock } from './memberBlocks';

/** The members of one sync: packed blocks as they were loaded, under the members put since. */
export class MemberTable implements Members {
	private readonly moved = new Map<string, Member | null>();
	/** By slot: 0 unless visited, 1 without a row, else the row + 2. */
	private readonly seen: Uint32Array;
	/** By folded key, for members that moved: the row, or -1. */
	private readonly seenMoved = new Map<string, number>();
	private readonly replaced: Uint8Array;
	private count: number;
	/** The slot of the next row, when the segment comes in the order of its members. */
	private next = 0;

	constructor(
		private readonly base: MemberBlocks,
		private readonly fold: (key: string) => string,
	) {
		this.count = this.base.count;
		this.seen = new Uint32Array(this.count);
		this.replaced = new Uint8Array(this.count);
	}

	get size(): number {
		return this.count;
	}

	visit(folded: string, fingerprint?: bigint, row = -1): ReturnType<Members['visit']> {
		if (this.isNext(fingerprint)) {
			this.seen[this.next++] = row + 2;
			return 'same';
		}
		const member = this.moved.get(folded);
		if (member !== undefined) return this.visitMoved(folded, member, { fingerprint, row });
		const slot = this.base.find(folded);
		if (slot < 0) return 'absent';
		this.next = slot + 1;
		if (this.seen[slot] !== 0) return 'again';
		this.seen[slot] = row + 2;
		return this.base.isSettledAs(slot, fingerprint) ? 'same' : 'differs';
	}

	rowOf(folded: string): number | undefined {
		if (this.moved.get(folded)) return this.seenMoved.get(folded);
		const slot = this.moved.has(folded) ? -1 : this.base.find(folded);
		const seen = slot < 0 ? 0 : (this.seen[slot] ?? 0);
		return seen === 0 ? undefined : seen - 2;
	}

	/** Most rows need no look-up by key: they come in the order of last time, and a fingerprint covers the key. */
	private isNext(fingerprint?: bigint): boolean {
		while (this.replaced[this.next] === 1) this.next++;
		return this.seen[this.next] === 0 && this.base.isSettledAs(this.next, fingerprint);
	}

	private visitMoved(
		folded: string,
		member: Member | null,
		{ fingerprint, row }: { readonly fingerprint?: bigint; readonly row: number },
	): ReturnType<Members['visit']> {
		const isFirst = !this.seenMoved.has(folded);
		if (isFirst) this.seenMoved.set(folded, row);
		if (member === null) return 'absent';
		if (!isFirst) return 'again';
		const isSettled = !member.leaving && member.fingerprint !== undefined;
		return isSettled && member.fingerprint === fingerprint ? 'same' : 'differs';
	}

	async load(keys: readonly string[]): Promise<Map<string, Member>> {
		const found = new Map<string, Member>();
		const wanted = new Set<number>();
		await eachInSlices(keys, (folded) => {
			const member = this.moved.get(folded);
			if (member) found.set(folded, member);
			if (member !== undefined) return;
			const slot = this.base.find(folded);
			if (slot >= 0) wanted.add(slot);
		});
		if (wanted.size === 0) return found;
		for await (const member of this.packed((slot) => wanted.has(slot))) {
			found.set(this.fold(member.key), member);
		}
		return found;
	}

	async unvisited(which: 'all' | 'leaving' | 'dirty'): Promise<Member[]> {
		const members: Member[] = [];
		const note = (member: Member) => {
			const { leaving, fingerprint } = member;
			const isDirty = !leaving && fingerprint === undefined;
			if (which === 'all' || (which === 'leaving' ? leaving : isDirty)) members.push(member);
		};
		const isWanted = (slot: number) =>
			this.seen[slot] === 0 && (which === 'all' || !this.base.isSettled(slot));
		for await (const member of this.packed(isWanted)) note(member);
		for (const [folded, member] of this.moved) {
			if (member && !this.seenMoved.has(folded)) note(member);
		}
		return members;
	}

	async returned(): Promise<Member[]> {
		const members: Member[] = [];
		const isWanted = (slot: number) => this.seen[slot] !== 0 && !this.base.isSettled(slot);
		for await (const member of this.packed(isWanted)) if (member.leaving) members.push(member);
		for (const [folded, member] of this.moved) {
			if (member?.leaving && this.seenMoved.has(folded)) members.push(member);
		}
		return members;
	}

	async heldIds(
		ids: readonly string[],
		gone: Pick<ReadonlySet<string>, 'has'>,
	): Promise<ReadonlySet<string>> {
		const wanted = new Set(ids);
		const hashes = new Set<bigint>();
		const held = new Set<string>();
		const note = (folded: string, id: string | undefined) => {
			if (id !== undefined && wanted.has(id) && !gone.has(folded)) held.add(id);
		};
		if (wanted.size === 0) return held;
		await eachInSlices(wanted, (id) => hashes.add(hashOfId(id)));
		const isHolder = (slot: number) => hashes.has(this.base.idHash(slot));
		for await (const { key, id } of this.packed(isHolder)) note(this.fold(key), id);
		for (const [folded, member] of this.moved) note(folded, member?.id);
		return held;
	}

	/** Replaces or, with null, removes the member under a folded key. */
	put(folded: string, member: Member | null): void {
		const before = this.moved.get(folded);
		const slot = before === undefined ? this.base.find(folded) : -1;
		if (slot >= 0) {
			this.replaced[slot] = 1;
			const seen = this.seen[slot] ?? 0;
			if (seen !== 0) this.seenMoved.set(folded, seen - 2);
		}
		this.count += (member ? 1 : 0) - (before || slot >= 0 ? 1 : 0);
		this.moved.set(folded, member);
	}

	/** Whether the destination ever accepted one of these members: offers alone prove nothing. */
	async isEverAccepted(): Promise<boolean> {
		const wasAccepted = (member: Member) =>
			member.fingerprint !== undefined || member.doubt !== 'added';
		for (const member of this.moved.values()) if (member && wasAccepted(member)) return true;
		for await (const member of this.packed(() => true)) if (wasAccepted(member)) return true;
		return false;
	}

	/**
	 * All members packed anew, one full block at a time and in the order they had, new ones last; `fields` is the
	 * sync's list as it is stored by now.
	 */
	async *repack(fields: FieldList): AsyncGenerator<PackedBlock> {
		const pack = blockPacker(fields);
		for await (const packed of this.base.read(() => true)) {
			const folded = this.fold(packed.key);
			const moved = this.moved.get(folded);
			const member = moved === undefined ? packed : moved;
			const full = member ? pack.add(folded, member) : undefined;
			if (full) yield full;
		}
		for (const [folded, member] of this.moved) {
			const isNew = member && this.base.find(folded) < 0;
			const full = isNew ? pack.add(folded, member) : undefined;
			if (full) yield full;
		}
		const last = pack.finish();
		if (last) yield last;
	}

	private packed(isWanted: (slot: number) => boolean): AsyncGenerator<Member> {
		return this.base.read((slot) => this.replaced[slot] === 0 && isWanted(slot));
	}
}
