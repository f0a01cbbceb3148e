import type { Candidate } from './census';

/** Spare rows: all of a small limit, a tenth of a large one, whose records would fill the memory twice. */
const fewSpares = 1_000;
const shareOfSpares = 0.1;

/**
 * The rows a run may hand out: the first ones of the input up to a limit, and spare ones for those that turn out
 * to be duplicates. The spare ones are a random choice of the rest: rows that lose their place in every
 * run would otherwise keep the same others waiting for ever.
 */
export class Candidates {
	private readonly first = new Map<string, Candidate>();
	/** By folded key: the place in `spareKeys`. */
	private readonly spare = new Map<string, { candidate: Candidate; place: number }>();
	private readonly spareKeys: string[] = [];
	private readonly spareLimit: number;
	private beyond = 0;

	/** `random`: from 0 up to, not including, 1. */
	constructor(
		private readonly limit: number,
		private readonly random: () => number = Math.random,
	) {
		this.spareLimit = Math.min(limit, Math.max(fewSpares, Math.ceil(limit * shareOfSpares)));
	}

	get(folded: string): Candidate | undefined {
		return this.first.get(folded) ?? this.spare.get(folded)?.candidate;
	}

	/** Takes a row in; returns the one that has to be let go of for it, which may be the row itself. */
	add(candidate: Candidate): Candidate | undefined {
		if (this.first.size < this.limit) {
			this.first.set(candidate.folded, candidate);
			return undefined;
		}
		this.beyond++;
		const { length } = this.spareKeys;
		const place = length < this.spareLimit ? length : Math.floor(this.random() * this.beyond);
		if (place >= this.spareLimit) return candidate;
		const out = this.spare.get(this.spareKeys[place] ?? '')?.candidate;
		if (out) this.spare.delete(out.folded);
		this.spareKeys[place] = candidate.folded;
		this.spare.set(candidate.folded, { candidate, place });
		return out;
	}

	delete(folded: string): boolean {
		return this.first.delete(folded) || this.deleteSpare(folded);
	}

	/** What there is room for, by folded key. */
	chosen(): ReadonlyMap<string, Candidate> {
		for (const [folded, { candidate }] of this.spare) {
			if (this.first.size >= this.limit) break;
			this.first.set(folded, candidate);
			this.spare.delete(folded);
		}
		return this.first;
	}

	/** Spare rows that were not needed. */
	get left(): number {
		return this.spare.size;
	}

	/** The last one takes the place of the one that goes. */
	private deleteSpare(folded: string): boolean {
		const entry = this.spare.get(folded);
		if (!entry) return false;
		const last = this.spareKeys.pop() ?? folded;
		this.spare.delete(folded);
		const moved = this.spare.get(last);
		if (!moved) return true;
		moved.place = entry.place;
		this.spareKeys[entry.place] = last;
		return true;
	}
}
