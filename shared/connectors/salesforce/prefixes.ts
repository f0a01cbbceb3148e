import { isObject } from '../json';
import type { Api } from './api';
import { LIMITS } from './limits';

/** Which objects an id may belong to: object → the first three characters of its ids. */
export type Prefixes = ReadonlyMap<string, string>;

const memory = new Map<string, { readonly until: number; readonly prefixes: Prefixes }>();

/** The prefixes of all objects the user of the credential may see, remembered like the objects themselves. */
export async function readPrefixes(api: Api): Promise<Prefixes> {
	const place = `${api.scope} ${api.version}`;
	const known = memory.get(place);
	if (known && known.until > api.clock.now()) return known.prefixes;
	const answer = await api.read('sobjects');
	const rows = isObject(answer) && Array.isArray(answer.sobjects) ? answer.sobjects : [];
	const prefixes = new Map(
		rows
			.filter(isObject)
			.flatMap(({ name, keyPrefix }): Array<[string, string]> =>
				typeof keyPrefix === 'string' ? [[String(name), keyPrefix]] : [],
			),
	);
	memory.set(place, { until: api.clock.now() + LIMITS.metadataMs, prefixes });
	return prefixes;
}
