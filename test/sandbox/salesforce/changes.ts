import { pathObject } from './metadata';
import type { ObjectType } from './model';
import type { ApiRequest, ApiResponse, Route, Session } from './org';
import { json } from './org';
import { badRequest } from './refusal';
import { moment } from './values';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const MAX_IDS = 600_000;

interface Window {
	readonly object: ObjectType;
	readonly start: number;
	readonly end: number;
	readonly latestDateCovered: string;
}

function timeOf({ query }: ApiRequest, name: 'start' | 'end'): number {
	const text = query.get(name) ?? '';
	const ms = /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/.test(text)
		? new Date(text).getTime()
		: NaN;
	if (Number.isNaN(ms)) {
		throw badRequest('INVALID_REPLICATION_DATE', `${name} is no date with an offset: '${text}'`);
	}
	// Seconds are ignored (3.3).
	return Math.floor(ms / MINUTE) * MINUTE;
}

function windowOf(session: Session, request: ApiRequest, days: number): Window {
	const { org } = session;
	const object = pathObject(session, request);
	if (!object.replicateable) {
		throw badRequest('INVALID_TYPE', `${object.name} is not replicateable`);
	}
	const [start, end] = [timeOf(request, 'start'), timeOf(request, 'end')];
	if (start >= end) {
		throw badRequest('INVALID_REPLICATION_DATE', 'startDate must be before endDate');
	}
	if (start < org.clock.now() - days * DAY) {
		throw badRequest('INVALID_REPLICATION_DATE', `startDate cannot be more than ${days} days ago`);
	}
	// A long transaction under way holds back what is covered (3.3).
	const covered = Math.min(end, org.clock.now() - org.settings.longTransactionMs);
	const latestDateCovered = moment(Math.floor(covered / MINUTE) * MINUTE);
	return { object, start, end, latestDateCovered };
}

function requireCount(count: number): void {
	if (count <= MAX_IDS) return;
	throw badRequest('EXCEEDED_ID_LIMIT', `more than ${MAX_IDS} ids in the window: ${count}`);
}

function updated(session: Session, request: ApiRequest): ApiResponse {
	const { object, start, end, latestDateCovered } = windowOf(session, request, 30);
	const ids = session.org.store
		.rows(object)
		.filter(({ modified }) => modified >= start && modified < end)
		.map(({ id }) => id);
	requireCount(ids.length);
	return json(200, { ids, latestDateCovered });
}

function deleted(session: Session, request: ApiRequest): ApiResponse {
	const { org } = session;
	const { object, start, end, latestDateCovered } = windowOf(session, request, 15);
	const deletedRecords = org.store.rows(object, true).flatMap(({ id, deletedAt }) => {
		const inside = deletedAt !== undefined && deletedAt >= start && deletedAt < end;
		return inside ? [{ id, deletedDate: moment(deletedAt) }] : [];
	});
	requireCount(deletedRecords.length);
	const earliestDateAvailable = moment(Math.floor((org.clock.now() - 15 * DAY) / MINUTE) * MINUTE);
	return json(200, { deletedRecords, earliestDateAvailable, latestDateCovered });
}

/** What changed in a window of time (3.3). */
export const changeRoutes: readonly Route[] = [
	{ method: 'GET', path: /^\/sobjects\/([^/]+)\/updated$/, handle: updated },
	{ method: 'GET', path: /^\/sobjects\/([^/]+)\/deleted$/, handle: deleted },
];
