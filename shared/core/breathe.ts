import { setImmediate } from 'node:timers/promises';

/** Runs a step over all items in slices, letting other work in between: no slice blocks n8n for long. */
export async function eachInSlices<T>(
	items: Iterable<T>,
	step: (item: T) => void,
	size = 500,
): Promise<void> {
	let count = 0;
	for (const item of items) {
		step(item);
		if (++count % size === 0) await setImmediate();
	}
}
