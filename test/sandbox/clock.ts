/** The stand-in's idea of now: real time plus an offset tests move (dataverse:S-35). */
export interface Clock {
	now(): number;
	advance(ms: number): void;
	set(time: number | string | Date): void;
	/** Stops the clock at its present value; only advance and set move it. */
	freeze(): void;
	reset(): void;
}

/** A clock that runs with the machine's until it is moved or frozen. */
export function createClock(): Clock {
	let offset = 0;
	let frozen: number | undefined;
	const now = () => frozen ?? Date.now() + offset;
	return {
		now,
		advance(ms) {
			if (frozen === undefined) offset += ms;
			else frozen += ms;
		},
		set(time) {
			const wanted = new Date(time).getTime();
			if (Number.isNaN(wanted)) throw new RangeError(`Not a time: ${String(time)}`);
			if (frozen === undefined) offset = wanted - Date.now();
			else frozen = wanted;
		},
		freeze() {
			frozen = now();
		},
		reset() {
			offset = 0;
			frozen = undefined;
		},
	};
}
