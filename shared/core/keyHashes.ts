import { digest } from './fingerprint';

const firstCapacity = 1_024;

/**
 * Keys by 64 bits of their hash, each with a whole number other than 0 (32 bits, signed): up to 32 bytes a key,
 * where a Map of texts takes hundreds. For the keys of a segment that is larger than what a run hands out.
 */
export class KeyHashes {
	private count = 0;
	private low = new Uint32Array(firstCapacity);
	private high = new Uint32Array(firstCapacity);
	/** 0: the cell is free. */
	private values = new Int32Array(firstCapacity);

	get size(): number {
		return this.count;
	}

	/** The number noted for a key; undefined without one. */
	get(folded: string): number | undefined {
		if (this.count === 0) return undefined;
		const hash = digest(folded);
		return this.values[this.cellOf(hash.readUInt32LE(0), hash.readUInt32LE(4))] || undefined;
	}

	set(folded: string, value: number): void {
		if (this.count * 2 >= this.values.length) this.grow();
		const hash = digest(folded);
		this.put(hash.readUInt32LE(0), hash.readUInt32LE(4), value);
	}

	private put(low: number, high: number, value: number): void {
		const cell = this.cellOf(low, high);
		if (this.values[cell] === 0) this.count++;
		this.low[cell] = low;
		this.high[cell] = high;
		this.values[cell] = value;
	}

	/** The cell of a hash, or the free one where it belongs. */
	private cellOf(low: number, high: number): number {
		const mask = this.values.length - 1;
		let cell = low & mask;
		while (this.values[cell] !== 0 && !(this.low[cell] === low && this.high[cell] === high)) {
			cell = (cell + 1) & mask;
		}
		return cell;
	}

	private grow(): void {
		const { low, high, values } = this;
		this.count = 0;
		this.low = new Uint32Array(values.length * 2);
		this.high = new Uint32Array(values.length * 2);
		this.values = new Int32Array(values.length * 2);
		for (let cell = 0; cell < values.length; cell++) {
			const value = values[cell] ?? 0;
			if (value !== 0) this.put(low[cell] ?? 0, high[cell] ?? 0, value);
		}
	}
}
