import { project } from './representation';
import { wantedAnnotations } from './annotations';
import type { Row, Table } from './model';
import { ODataError, badQuery } from './odataError';
import type { ApiRequest, ApiResponse, Org } from './org';
import { ids, json, root } from './org';
import type { QueryOptions } from './queryOptions';
import { readPrefer, readQuery } from './queryOptions';
import { requirePrivilege } from './rules';

/** A row that changed, or only the id of one that is gone. */
export interface Change {
	readonly id: string;
	readonly row?: Row;
}

/** What is left of a change-tracking answer behind its first page. */
export interface ChangePage {
	readonly rest: readonly Change[];
	readonly token: string;
	readonly isDelta: boolean;
}

const DAY = 86_400_000;
const REFUSED = ['$filter', '$orderby', '$expand', '$top'];

/** True when a request asks for changes: with the preference, or with a delta token (contract 3.2). */
export const tracksChanges = (request: ApiRequest): boolean =>
	readPrefer(request.headers.prefer).has('odata.track-changes') ||
	/[?&](\$|%24)deltatoken=/.test(request.url);

function checkTable(org: Org, table: Table): void {
	requirePrivilege(org, table, 'read');
	if (!table.changeTracking) {
		throw new ODataError(
			400,
			'0x80072491',
			`Change tracking is not enabled for entity ${table.name}.`,
		);
	}
	if (org.identity.readDepth === 'Global') return;
	throw new ODataError(
		403,
		'0x80040220',
		`Principal user (Id=${ids.user}) is missing prvRead${table.name} privilege at organization level, ` +
			`which change tracking needs.`,
	);
}

function checkOptions(options: QueryOptions): void {
	const refused = REFUSED.find((name) => options.system.has(name));
	if (refused === undefined) return;
	throw badQuery(
		`The "\${${refused.slice(1)}}" query parameter isn't supported when Change Tracking is enabled.`,
	);
}

const two = (value: number) => String(value).padStart(2, '0');

function newToken(org: Org): string {
	const now = new Date(org.clock.now());
	const day = `${two(now.getUTCMonth() + 1)}/${two(now.getUTCDate())}/${now.getUTCFullYear()}`;
	return `${org.store.version}!${day} ${now.toISOString().slice(11, 19)}`;
}

/** The version a token stands for; tokens older than the organisation keeps changes have expired (U-05). */
function readToken(org: Org, token: string): number {
	const match = /^(\d+)!(\d\d)\/(\d\d)\/(\d{4}) (\d\d:\d\d:\d\d)$/.exec(token);
	if (match === null) throw badQuery(`The delta token '${token}' is not valid.`);
	const [, version, month, day, year, time] = match;
	const issued = new Date(`${year}-${month}-${day}T${time}Z`).getTime();
	const age = org.clock.now() - issued;
	if (age <= org.settings.changeTrackingDays * DAY) return Number(version);
	const [status, code = ''] = org.switches['U-05'].split(' ');
	throw new ODataError(
		Number(status),
		code,
		'Version stamp associated with the client has expired. Please perform a full sync.',
	);
}

/** Updates by version, then deletes; a row created and deleted in between is a delete (S-31). */
function changesSince(org: Org, table: Table, version: number): Change[] {
	const changed = org.store
		.newest(table)
		.filter((commit) => commit.version > version)
		.sort((a, b) => a.version - b.version)
		.map(({ id }): Change => ({ id, row: org.store.get(table, id) }));
	return [...changed.filter(({ row }) => row), ...changed.filter(({ row }) => !row)];
}

function firstPage(org: Org, table: Table, options: QueryOptions): ChangePage {
	const given = options.system.get('$deltatoken');
	const isDelta = given !== undefined;
	const rest = isDelta
		? changesSince(org, table, readToken(org, given))
		: org.store.rows(table).map((row): Change => ({ id: row.id, row }));
	// The token stands for the moment the reading began: what changes while pages are read comes next time.
	return { rest, token: newToken(org), isDelta };
}

const encodeToken = (token: string) =>
	token.replace('!', '%21').replaceAll('/', '%2f').replaceAll(':', '%3a').replace(' ', '%20');

const withoutTokens = (query: string) =>
	query
		.split('&')
		.filter((pair) => !/^(\$|%24)(deltatoken|skiptoken)=/.test(pair) && pair !== '')
		.join('&');

function deltaLink(org: Org, table: Table, query: string, token: string): string {
	const kept = withoutTokens(query);
	return `${root(org)}${table.set}?${kept}${kept === '' ? '' : '&'}$deltatoken=${encodeToken(token)}`;
}

/** U-15: does a page size count beside change tracking? */
function pageSizeOf(org: Org, request: ApiRequest): number {
	const { largestPage } = org.settings;
	if (org.switches['U-15'] === 'ignored') return largestPage;
	const asked = Number(readPrefer(request.headers.prefer).get('odata.maxpagesize'));
	return asked >= 1 && asked <= largestPage ? Math.floor(asked) : largestPage;
}

/** GET of an entity set with change tracking: rows or changes, and the link to the next ones (S-31). */
export function readChanges(org: Org, table: Table, request: ApiRequest): ApiResponse {
	checkTable(org, table);
	const query = request.url.split('?')[1] ?? '';
	const options = readQuery(query, org.switches['U-12']);
	checkOptions(options);
	const size = pageSizeOf(org, request);
	const resumed = options.system.has('$skiptoken');
	const page = resumed ? org.changePages.resume(query, size) : firstPage(org, table, options);
	const wanted = wantedAnnotations(request.headers.prefer);
	const projection = project(org, table, options, wanted);
	const rest = page.rest.slice(size);
	const last = rest.length === 0;
	const next = last ? undefined : org.changePages.next(query, size, { ...page, rest });
	const showsDelta = org.switches['U-15'] === 'firstPage' ? !resumed : last;
	const gone = `${root(org)}$metadata#${table.set}/$deletedEntity`;
	const body = {
		'@odata.context': `${root(org)}$metadata#${table.set}${projection.context}${page.isDelta ? '/$delta' : ''}`,
		value: page.rest
			.slice(0, size)
			.map(({ id, row }) =>
				row === undefined
					? { '@odata.context': gone, id, reason: 'deleted' }
					: projection.show(row),
			),
		...(showsDelta ? { '@odata.deltaLink': deltaLink(org, table, query, page.token) } : {}),
		...(next === undefined ? {} : { '@odata.nextLink': `${root(org)}${table.set}?${next}` }),
	};
	const { prefer } = request.headers;
	return json(200, body, prefer === undefined ? {} : { 'Preference-Applied': prefer });
}

/** `/$count?$deltatoken=..`: how many changes there are since the token (contract 3.2). */
export function countChanges(org: Org, table: Table, request: ApiRequest): number {
	checkTable(org, table);
	const options = readQuery(request.url.split('?')[1] ?? '', org.switches['U-12']);
	checkOptions(options);
	return firstPage(org, table, options).rest.length;
}
