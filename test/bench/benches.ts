import type { Bench } from './bench';

/**
 * The benches by name. Each is loaded on demand: a process that measures memory must hold nothing but what it
 * measures.
 */
export const benches: Readonly<Record<string, () => Promise<{ readonly bench: Bench }>>> = {
	'diff-segment': async () => await import('./diffSegment'),
	'diff-items': async () => await import('./diffItems'),
	loop: async () => await import('./loop'),
	mapper: async () => await import('./mapper'),
	replacement: async () => await import('./replacement'),
	filter: async () => await import('./filter'),
	dynamics365: async () => await import('./dynamics365'),
	salesforce: async () => await import('./salesforce'),
	shards: async () => await import('./shards'),
	load: async () => await import('./load'),
	package: async () => await import('./packageSize'),
};

/** The benches that a name on the command line stands for: `diff` for all whose name begins with `diff-`. */
export function benchesNamed(name: string): string[] {
	const found = Object.keys(benches).filter(
		(known) => known === name || known.startsWith(`${name}-`),
	);
	// An unknown name is refused when it is loaded.
	return found.length > 0 ? found : [name];
}

export async function loadBench(name: string): Promise<Bench> {
	const load = benches[name];
	if (!load) throw new Error(`No such bench: ${name}. Benches: ${Object.keys(benches).join(', ')}`);
	return (await load()).bench;
}
