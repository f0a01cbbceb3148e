/** A random order of `count` rows, the same each time for the same seed: files stay equal across downloads. */
export function shuffledOrder(count: number, seed: number): Uint32Array {
	const order = Uint32Array.from({ length: count }, (_, index) => index);
	let state = seed >>> 0;
	const random = (below: number) => {
		// mulberry32: small, and even enough for a shuffle.
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000) * below);
	};
	for (let last = count - 1; last > 0; last -= 1) {
		const other = random(last + 1);
		const kept = order[last] ?? 0;
		order[last] = order[other] ?? 0;
		order[other] = kept;
	}
	return order;
}
