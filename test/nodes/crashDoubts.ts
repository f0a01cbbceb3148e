import type { Parked } from './crashWire';

/** What the state gives up on: records that were sent, of which nobody knows whether they arrived (design R11). */
export class CrashDoubts {
	private readonly offered = new Set<string>();
	/** Keys whose offers a run left open: only they may be in doubt. */
	private readonly open = new Set<string>();
	private readonly versions = new Map<string, string>();
	/** Versions that were parked. */
	parked = 0;

	/** From here on the next run is at work. */
	begin(): void {
		for (const key of this.offered) this.open.add(key);
		this.offered.clear();
	}

	hearOffered(key: string): void {
		this.offered.add(key);
	}

	hearConfirmed(key: string): void {
		this.offered.delete(key);
		this.open.delete(key);
		this.versions.delete(key);
	}

	/** What is wrong with it, if something is. */
	hearParked({ key, reason }: Parked, version: string, mayPark: boolean): string | undefined {
		if (this.versions.get(key) !== version) this.parked += 1;
		this.versions.set(key, version);
		if (!mayPark) return `${key} was parked although it can be looked up: ${reason}`;
		if (!this.open.has(key)) return `${key} was parked although no run had left it open: ${reason}`;
		return reason === '' ? `${key} was parked without a reason` : undefined;
	}

	isParked(key: string, version: string): boolean {
		return this.versions.get(key) === version;
	}
}
