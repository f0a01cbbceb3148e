/** The longest time nothing else could run. */
export interface Blocked {
	/** By the clock on the wall: also counts what other processes took from this one. */
	readonly wallMs: number;
	/** Processor time of this thread between two ticks: what the code itself held, garbage collection included. */
	readonly cpuMs: number;
}

/** Watches the event loop while work goes on; n8n answers nobody between two ticks. */
export async function watchLoop(work: () => Promise<unknown>): Promise<Blocked> {
	let wallMs = 0;
	let cpuMs = 0;
	let last = now();
	const tick = () => {
		const next = now();
		wallMs = Math.max(wallMs, next.wall - last.wall);
		cpuMs = Math.max(cpuMs, next.cpu - last.cpu);
		last = next;
	};
	const timer = setInterval(tick, 1);
	try {
		await work();
	} finally {
		tick();
		clearInterval(timer);
	}
	return { wallMs, cpuMs };
}

function now() {
	const { user, system } = process.threadCpuUsage();
	return { wall: performance.now(), cpu: (user + system) / 1000 };
}
