/** What has been taken from a stream, and the stream that still begins with it. */
export interface Begun<T> {
	readonly first: readonly T[];
	readonly whole: AsyncIterable<T>;
}

/** Takes parts from a stream until there is enough of it; the stream ends well if nobody reads on. */
export async function firstOf<T>(
	stream: AsyncIterable<T>,
	isEnough: (taken: readonly T[]) => boolean,
): Promise<Begun<T>> {
	const parts = stream[Symbol.asyncIterator]();
	const first: T[] = [];
	while (!isEnough(first)) {
		const { value, done } = await parts.next();
		if (done === true) break;
		first.push(value);
	}
	return { first, whole: wholeOf(first, parts) };
}

async function* wholeOf<T>(first: readonly T[], rest: AsyncIterator<T>): AsyncGenerator<T> {
	try {
		yield* first;
		for (;;) {
			const { value, done } = await rest.next();
			if (done === true) return;
			yield value;
		}
	} finally {
		await rest.return?.();
	}
}

/** So many first bytes in one piece, and the stream that still begins with them. */
export async function startOf(
	bytes: AsyncIterable<Buffer>,
	length: number,
): Promise<{ readonly start: Buffer; readonly whole: AsyncIterable<Buffer> }> {
	const parts = bytes[Symbol.asyncIterator]();
	const { first } = await firstOf(
		{ [Symbol.asyncIterator]: () => parts },
		(taken) => taken.reduce((sum, part) => sum + part.length, 0) >= length,
	);
	const start = Buffer.concat(first);
	return { start, whole: wholeOf([start], parts) };
}
