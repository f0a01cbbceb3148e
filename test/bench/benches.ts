import type { Bench } from './bench';

/**
 * The benches by name. Each is loaded on demand: a process that measures memory must hold nothing but what it
 * measures.
 */
export const benches: Readonly<Record<string, () => Promise<{ readonly bench: Bench }>>> = {
	'diff-memory': async () => await import('./diffMemory'),
	'diff-items': async () => await import('./diffItems'),
	loop: async () => await import('./loop'),
	mapper: async () => await import('./mapper'),
	replacement: async () => await import('./replacement'),
	filter: async () => await import('./filter'),
	writers: async () => await import('./writers'),
	load: async () => await import('./load'),
	package: async () => await import('./packageSize'),
};

export async function loadBench(name: string): Promise<Bench> {
	const load = benches[name];
	if (!load) throw new Error(`No such bench: ${name}. Benches: ${Object.keys(benches).join(', ')}`);
	return (await load()).bench;
}
