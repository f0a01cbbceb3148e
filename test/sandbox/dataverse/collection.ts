import type { Wanted } from './annotations';
import { wantedAnnotations } from './annotations';
import { countChanges, readChanges, tracksChanges } from './changes';
import type { Scalar } from './filter';
import { rowsSeen } from './elastic';
import { compileFilter, fold } from './filter';
import { parseFilter } from './filterSyntax';
import type { Row, Table } from './model';
import { badQuery } from './odataError';
import type { ApiRequest, ApiResponse, Org } from './org';
import { json, root } from './org';
import type { Pages } from './pages';
import type { QueryOptions } from './queryOptions';
import { readPrefer, readQuery } from './queryOptions';
import { project } from './representation';
import { urlProperty } from './rowProperties';
import { requirePrivilege } from './rules';

const MAX_PAGE = 5000;

type Compare = (a: Row, b: Row) => number;

/** The rows a request is shown; bulk support of core tables is U-14. */
function visibleRows(org: Org, table: Table, request: ApiRequest): Row[] {
	const rows = rowsSeen(org, table, request);
	if (table.name !== 'sdkmessagefilter' || org.switches['U-14'] === 'supported') return rows;
	return rows.filter(
		(row) => !['account', 'contact'].includes(String(row.values.primaryobjecttypecode)),
	);
}

function filtered(org: Org, table: Table, request: ApiRequest, options: QueryOptions): Row[] {
	const rows = visibleRows(org, table, request);
	const source = options.system.get('$filter');
	if (source === undefined) return rows;
	return rows.filter(
		compileFilter<Row>(parseFilter(source, options.aliases), {
			property: (path) => urlProperty(org, table, path),
			wildcardsInEquality: org.switches['U-26'] === 'wildcard',
		}),
	);
}

function compareScalars(a: Scalar, b: Scalar): number {
	if (a === b) return 0;
	if (a === null) return -1;
	if (b === null) return 1;
	const left = typeof a === 'string' ? fold(a) : a;
	const right = typeof b === 'string' ? fold(b) : b;
	return left < right ? -1 : left > right ? 1 : 0;
}

function comparator(org: Org, table: Table, orderby: string | undefined): Compare {
	const terms = (orderby ?? '').split(',').filter((term) => term.trim() !== '');
	const compares = terms.map((term): Compare => {
		const [path = '', direction = 'asc', ...rest] = term.trim().split(/\s+/);
		if (!['asc', 'desc'].includes(direction) || rest.length > 0) {
			throw badQuery(`Syntax error in $orderby: '${term}'.`);
		}
		const { get } = urlProperty(org, table, path);
		const sign = direction === 'desc' ? -1 : 1;
		return (a, b) => sign * compareScalars(get(a), get(b));
	});
	compares.push((a, b) => a.order - b.order);
	return (a, b) => compares.reduce((result, compare) => result || compare(a, b), 0);
}

interface Limits {
	readonly pageSize: number;
	/** `$top`, which a page size switches off (T-14). */
	readonly top: number;
}

function readLimits(org: Org, options: QueryOptions, preferred: string | undefined): Limits {
	const top = options.system.get('$top');
	if (top !== undefined && !/^\d+$/.test(top)) {
		throw badQuery(`Invalid value '${top}' for $top query option found.`);
	}
	const asked = Number(preferred);
	const { largestPage } = org.settings;
	const pageSize = asked >= 1 && asked <= largestPage ? Math.floor(asked) : largestPage;
	const topCounts = top !== undefined && preferred === undefined;
	return { pageSize, top: topCounts ? Number(top) : Infinity };
}

const countAnnotations = (org: Org, total: number | undefined, wanted: Wanted) => {
	const all = {
		'Microsoft.Dynamics.CRM.totalrecordcount': total ?? -1,
		'Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded': (total ?? 0) > MAX_PAGE,
		'Microsoft.Dynamics.CRM.globalmetadataversion': String(org.schema.version),
	};
	const shown = Object.entries(all).filter(([name]) => wanted(name));
	return Object.fromEntries(shown.map(([name, value]) => [`@${name}`, value]));
};

/** GET of an entity set: `$select`, `$filter`, `$orderby`, `$top`, `$count`, `$expand`, pages (S-27, S-28). */
export function readCollection(
	org: Org,
	table: Table,
	request: ApiRequest,
	pages: Pages<Row>,
): ApiResponse {
	if (tracksChanges(request)) return readChanges(org, table, request);
	requirePrivilege(org, table, 'read');
	const query = request.url.split('?')[1] ?? '';
	const options = readQuery(query, org.switches['U-12']);
	const prefer = readPrefer(request.headers.prefer);
	const { pageSize, top } = readLimits(org, options, prefer.get('odata.maxpagesize'));
	const wanted = wantedAnnotations(request.headers.prefer);
	const projection = project(org, table, options, wanted);
	const compare = comparator(org, table, options.system.get('$orderby'));
	const all = filtered(org, table, request, options).sort(compare);
	const last = options.system.has('$skiptoken') ? pages.resume(query, pageSize) : undefined;
	const remaining = last === undefined ? all : all.filter((row) => compare(row, last) > 0);
	const page = remaining.slice(0, Math.min(pageSize, top));
	const end = page.at(-1);
	const more = end !== undefined && top === Infinity && remaining.length > page.length;
	const total = options.system.get('$count') === 'true' ? all.length : undefined;
	const next = more ? pages.next(query, pageSize, end) : undefined;
	const path = request.url.split('?')[0]?.split('/').pop();
	const body = {
		'@odata.context': `${root(org)}$metadata#${table.set}${projection.context}`,
		...(total === undefined ? {} : { '@odata.count': Math.min(total, MAX_PAGE) }),
		...countAnnotations(org, total, wanted),
		value: page.map((row) => projection.show(row)),
		...(next === undefined ? {} : { '@odata.nextLink': `${root(org)}${path}?${next}` }),
	};
	const applied = [...prefer.keys()].filter((name) => name.startsWith('odata.'));
	return json(200, body, preferenceApplied(applied, request));
}

function preferenceApplied(
	applied: readonly string[],
	request: ApiRequest,
): Record<string, string> {
	if (applied.length === 0) return {};
	return { 'Preference-Applied': request.headers.prefer ?? '' };
}

function countMatching(org: Org, table: Table, request: ApiRequest): number {
	if (tracksChanges(request)) return countChanges(org, table, request);
	requirePrivilege(org, table, 'read');
	const options = readQuery(request.url.split('?')[1] ?? '', org.switches['U-12']);
	return filtered(org, table, request, options).length;
}

/** `/$count`: plain text, capped like every count (contract 3.1). */
export function countRows(org: Org, table: Table, request: ApiRequest): ApiResponse {
	const count = Math.min(countMatching(org, table, request), MAX_PAGE);
	// A byte order mark, as the real service sends.
	return { status: 200, headers: { 'Content-Type': 'text/plain' }, body: `\uFEFF${count}` };
}
