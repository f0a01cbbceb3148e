import { SyncError } from '../core/errors';

/** Takes back what a claim said of these keys: they were surely not sent. */
export type GiveBack = (unsent: readonly string[]) => void;

/** Which writer took up which records of a run, and which of them the destination may have by now (design R3, R6). */
export class Claims {
	private readonly owners = new Map<string, string>();
	private readonly handed = new Set<string>();
	private readonly heard = new Set<string>();
	private readonly unheard = new Set<string>();

	ownerOf(key: string): string | undefined {
		return this.owners.get(key);
	}

	/** The other writer that took up one of these keys before this one. */
	rivalOf(keys: readonly string[], writer: string): string | undefined {
		return keys.map((key) => this.owners.get(key)).find((owner = writer) => owner !== writer);
	}

	/** From here on the destination may have them. A second try does not take back what the first one sent. */
	take(keys: readonly string[], writer: string): GiveBack {
		const fresh = new Set(keys.filter((key) => !this.handed.has(key)));
		for (const key of keys) {
			this.owners.set(key, writer);
			if (this.handed.has(key) && !this.heard.has(key)) this.unheard.add(key);
		}
		for (const key of fresh) {
			this.handed.add(key);
			// What was said before it was given back is not the answer to this try.
			this.heard.delete(key);
		}
		return (unsent) => {
			for (const key of unsent) if (fresh.has(key)) this.handed.delete(key);
		};
	}

	/** A writer has said what came of it; that it does not know is no such word. */
	hear(key: string): void {
		this.heard.add(key);
	}

	/** Answers to one record contradict each other: nobody knows what became of it. */
	dispute(key: string): void {
		this.unheard.add(key);
	}

	/** Whether a try may have sent it whose answer never came: what is said now is said of another try. */
	isUnheard(key: string): boolean {
		return this.unheard.has(key);
	}

	/** Whether a writer took it up and did not give it back: the destination may have it. */
	mayBeSent(key: string): boolean {
		return this.handed.has(key);
	}

	/** Keys the destination may have. */
	get keys(): readonly string[] {
		return [...this.handed];
	}
}

/** One comparison feeds one destination (design R6). */
export function rivalError(sync: string, owner: string): SyncError {
	return new SyncError(
		'config',
		`The records of "${sync}" were already written by the node "${owner}"`,
		{ hint: 'Use one Segment Diff, with its own Sync Name, per destination.' },
	);
}
