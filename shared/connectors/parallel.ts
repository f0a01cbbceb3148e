/**
 * Runs tasks with at most `width` under way and yields their values in the order they finish.
 * `next` hands out the next task, or undefined when there is none (any more).
 */
export async function* inParallel<T>(
	width: number,
	next: () => (() => Promise<T>) | undefined,
): AsyncGenerator<T> {
	const running = new Map<number, Promise<{ readonly id: number; readonly value: T }>>();
	let started = 0;
	const fill = () => {
		while (running.size < width) {
			const task = next();
			if (!task) return;
			const id = started++;
			running.set(
				id,
				task().then((value) => ({ id, value })),
			);
		}
	};
	try {
		for (fill(); running.size > 0; fill()) {
			const { id, value } = await Promise.race(running.values());
			running.delete(id);
			yield value;
		}
	} finally {
		// A consumer that stops early still waits for what is under way.
		await Promise.allSettled(running.values());
	}
}
