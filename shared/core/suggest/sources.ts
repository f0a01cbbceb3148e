import { isEmpty } from '../mapping/value';
import type { SyncRecord } from '../record';
import type { SourceField } from '.';

/** Enough to tell what a field holds, and few enough to look at. */
const SAMPLES = 20;
/** `address.city` is a field; deeper objects are mapped by hand. */
const DEPTH = 3;

/** The fields of the source with some of their different values, in the order in which they come. */
export function sourceFields(records: Iterable<SyncRecord>): SourceField[] {
	const found = new Map<string, { path: readonly string[]; samples: Set<unknown> }>();
	for (const record of records) collect(record, [], found);
	return [...found.values()].map(({ path, samples }) => ({ path, samples: [...samples] }));
}

function collect(
	record: SyncRecord,
	parents: readonly string[],
	found: Map<string, { path: readonly string[]; samples: Set<unknown> }>,
): void {
	for (const [name, value] of Object.entries(record)) {
		const path = [...parents, name];
		if (isPlainObject(value) && path.length < DEPTH) {
			collect(value, path, found);
			continue;
		}
		const key = JSON.stringify(path);
		const field = found.get(key) ?? { path, samples: new Set<unknown>() };
		found.set(key, field);
		if (!isEmpty(value) && field.samples.size < SAMPLES) field.samples.add(value);
	}
}

function isPlainObject(value: unknown): value is SyncRecord {
	return (
		typeof value === 'object' &&
		value !== null &&
		[Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null)
	);
}
