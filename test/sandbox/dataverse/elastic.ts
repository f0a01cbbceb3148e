import type { Commit, Row, Table } from './model';
import { ODataError } from './odataError';
import type { ApiRequest, ApiResponse, Org } from './org';
import type { Payload } from './payload';

/** The header in which a write to an elastic table tells where its session stands (contract 4.3, 4.7). */
export const SESSION_TOKEN = 'x-ms-session-token';

/** How long a read without the token may lag behind, where it does (U-27). */
const LAG_MS = 60_000;

/** The number of the last change a request is to see. */
function seenBy({ headers }: ApiRequest): number {
	const token = headers['mscrm.sessiontoken'];
	if (token === undefined) return 0;
	const version = /^240:8#(\d+)#7=-1$/.exec(token)?.[1];
	if (version !== undefined) return Number(version);
	throw new ODataError(400, '0x80040203', `The session token '${token}' is not valid.`);
}

/** The rows a request sees: of an elastic table perhaps not what was written a moment ago. */
export function rowsSeen(org: Org, table: Table, request: ApiRequest): Row[] {
	if (!table.elastic) return org.store.rows(table);
	const seen = seenBy(request);
	if (org.switches['U-27'] === 'current') return org.store.rows(table);
	const since = org.clock.now() - LAG_MS;
	// What a test inserts has been there for long.
	const isHidden = ({ version, at, request: by }: Commit) =>
		by !== undefined && version > seen && Date.parse(at) > since;
	return org.store.rowsWithout(table, isHidden);
}

/** The answer to a write with its token; a delete has none (contract 4.3). */
export function withSession(
	org: Org,
	table: Table,
	request: ApiRequest,
	answer: ApiResponse,
): ApiResponse {
	const isDelete = request.method === 'DELETE' || request.url.endsWith('DeleteMultiple');
	if (!table.elastic || request.method === 'GET' || isDelete) return answer;
	const headers = { ...answer.headers, [SESSION_TOKEN]: `240:8#${org.store.version}#7=-1` };
	return { ...answer, headers };
}

/** The row a target of a bulk call means: its id and its partition, by default named like the id (4.7). */
export function targetRow(org: Org, table: Table, id: string, target: Payload): Row | undefined {
	const row = org.store.get(table, id);
	if (!table.elastic) return row;
	return row?.values.partitionid === (target.partitionid ?? id) ? row : undefined;
}
