/** Consecutive slices of at most `size` entries. */
export function chunk<T>(list: readonly T[], size: number): T[][] {
	const step = Math.max(1, Math.floor(size));
	return Array.from({ length: Math.ceil(list.length / step) }, (_, index) =>
		list.slice(index * step, (index + 1) * step),
	);
}

/** Consecutive slices that stay within a count and a total weight; an entry too heavy stands alone. */
export function chunkByWeight<T>(
	list: readonly T[],
	limit: { readonly count: number; readonly weight: number },
	weigh: (entry: T) => number,
): T[][] {
	const chunks: T[][] = [];
	let current: T[] = [];
	let weight = 0;
	for (const entry of list) {
		const own = weigh(entry);
		const full = current.length >= limit.count || weight + own > limit.weight;
		if (full && current.length > 0) {
			chunks.push(current);
			current = [];
			weight = 0;
		}
		current.push(entry);
		weight += own;
	}
	if (current.length > 0) chunks.push(current);
	return chunks;
}

/** A batch size that follows what the system bears: halved when a batch was too big, grown while all goes well. */
export interface BatchSize {
	readonly current: number;
	succeeded(): void;
	tooBig(): void;
}

/** Starts at `start`, doubles up to `max` after each run of `patience` good batches, never falls below 1. */
export function adaptiveSize(start: number, max: number, patience = 4): BatchSize {
	let current = Math.max(1, Math.min(start, max));
	let ceiling = max;
	let good = 0;
	return {
		get current() {
			return current;
		},
		succeeded() {
			good += 1;
			if (good < patience || current >= ceiling) return;
			good = 0;
			current = Math.min(ceiling, current * 2);
		},
		tooBig() {
			good = 0;
			current = Math.max(1, Math.floor(current / 2));
			// What was too big once is not tried again in this run.
			ceiling = Math.min(ceiling, current);
		},
	};
}
