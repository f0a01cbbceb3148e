import type { Table } from './model';
import type { ApiRequest, ApiResponse, Org } from './org';
import { badQuery } from './odataError';
import { json, root } from './org';
import { readQuery } from './queryOptions';

const DAY = 86_400_000;

/** Row counts as the platform keeps them: a snapshot up to a day old (S-30). */
export class RecordCounts {
	readonly #taken = new Map<string, { readonly count: number; readonly at: number }>();

	of(org: Org, table: Table): number {
		const now = org.clock.now();
		const known = this.#taken.get(table.name);
		if (known !== undefined && now - known.at < DAY) return known.count;
		const count = org.store.rows(table).length;
		this.#taken.set(table.name, { count, at: now });
		return count;
	}

	clear(): void {
		this.#taken.clear();
	}
}

const CALL = /^RetrieveTotalRecordCount\(EntityNames=(.+)\)$/;

/** `RetrieveTotalRecordCount(EntityNames=['contact'])`; undefined for every other path. */
export function totalRecordCount(
	org: Org,
	segment: string,
	request: ApiRequest,
): ApiResponse | undefined {
	const argument = CALL.exec(decodeURIComponent(segment))?.[1];
	if (argument === undefined || request.method !== 'GET') return undefined;
	const { aliases } = readQuery(request.url.split('?')[1] ?? '', org.switches['U-12']);
	const list = argument.startsWith('@') ? (aliases.get(argument) ?? '') : argument;
	if (!/^\[.*\]$/.test(list)) throw badQuery(`'${list}' is no collection of entity names.`);
	const names = [...list.matchAll(/['"]([^'"]+)['"]/g)].map((match) => match[1] ?? '');
	const tables = names.map((name) => {
		const table = org.schema.find(name);
		if (table === undefined) throw badQuery(`The entity with a name = '${name}' was not found.`);
		return table;
	});
	return json(200, {
		'@odata.context': `${root(org)}$metadata#Microsoft.Dynamics.CRM.RetrieveTotalRecordCountResponse`,
		EntityRecordCountCollection: {
			Count: names.length,
			IsReadOnly: false,
			Keys: names,
			Values: tables.map((table) => org.counts.of(org, table)),
		},
	});
}
