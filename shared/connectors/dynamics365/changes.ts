import { chunkByWeight } from '../../core/batching';
import { SyncError } from '../../core/errors';
import type { HttpResponse } from '../http';
import type { Beginning, ChangePage, ChangeReader, ChangeSource, ChangedRecord } from '../changes';
import { isObject } from '../json';
import { listOf, rowOf, stopFor, strayLink, type Api, type Row } from './api';
import { packCursor, unpackCursor, type Cursor, type Place } from './changesCursor';
import { changedRecord, preferOf, readShape, selectOf, type Shape } from './changesShape';
import { firstWindow, nextWindow, readOn, watermark } from './changesWindow';
import { faultOf } from './errors';
import { GUID } from './guid';
import { LIMITS } from './limits';
import { quoted } from './table';

/** The most rows Dataverse gives in one page (dataverse 3.1). */
const largestPage = 5_000;
/** ExpiredVersionStamp, in whatever status it comes (dataverse U-05). */
const expiredStamp = '0x80044352';

/** Opens the changes of a table. A cursor that is still good is followed without a look at the metadata. */
export async function changeReader(
	api: Api,
	origin: string,
	source: ChangeSource,
	packed: string | undefined,
): Promise<ChangeReader> {
	const known = unpackCursor(source, packed, origin);
	const opened =
		typeof known === 'string' ? await beginning(api, source, known) : goingOn(api, source, known);
	// A reading that begins anew on the way looks at the table again: its columns may be others by then.
	let { shape } = opened;
	return {
		keyField: shape.primaryId,
		pages: () => pages(api, source, opened, (found) => (shape = found)),
		byId: async (ids) => await byId(api, shape, ids),
		ids: () => allIds(api, shape),
		count: async () => await count(api, source.objectName),
	};
}

interface Opened {
	readonly shape: Shape;
	readonly place: Place;
	readonly begins?: Beginning;
}

async function beginning(api: Api, source: ChangeSource, why: Beginning): Promise<Opened> {
	// A link may be refused because a column of it is gone: what is remembered of the table counts no more.
	const tracking = await readShape(api, source, why === 'expired');
	const { shape, isTracked, hasModifiedOn } = tracking;
	if (source.by === 'tracking' && !isTracked) throw untracked(source.objectName);
	if (source.by === 'modified' && !hasModifiedOn) throw unstamped(source.objectName);
	const size = Math.min(source.pageSize, largestPage);
	if (source.by === 'modified')
		return { shape, place: firstWindow(api, source, shape), begins: why };
	const link = api.url(`${shape.set}?${selectOf(shape)}`);
	const place = { link, size, isTracked, whole: true, filtered: false };
	return { shape, place, begins: isTracked ? why : 'untracked' };
}

function goingOn(api: Api, source: ChangeSource, { shape, place, since }: Cursor): Opened {
	return { shape, place: place ?? nextWindow(api, source, shape, since ?? '') };
}

/** Follows the pages to the end. A link that is refused is not the end: everything is read anew (dataverse T-20). */
async function* pages(
	api: Api,
	source: ChangeSource,
	opened: Opened,
	onShape: (shape: Shape) => void,
): AsyncGenerator<ChangePage> {
	let { shape, place, begins } = opened;
	let response = await fetch(api, shape, place);
	if (begins === undefined && isRefusedLink(response)) {
		({ shape, place, begins } = await beginning(api, source, 'expired'));
		onShape(shape);
		response = await fetch(api, shape, place);
	}
	const seen = new Set<string>();
	for (;;) {
		const page = answered(response, source.objectName);
		const next = follow(page, place, shape, response);
		seen.add(place.link);
		if (next.place && seen.has(next.place.link) && !next.isLast) throw strayLink();
		const { whole, filtered, isTracked } = place;
		yield {
			records: listOf(page).map((row) => changedRecord(shape, row)),
			...(next.cursor && { cursor: packCursor(source, next.cursor) }),
			...(begins && { begins }),
			...(begins === 'untracked' && { advice: howToTrack }),
			isLast: next.isLast,
			whole,
			filtered,
			tellsDeleted: isTracked,
		};
		if (next.isLast || !next.place) return;
		begins = undefined;
		place = next.place;
		response = await fetch(api, shape, place);
	}
}

const fetch = async (api: Api, shape: Shape, place: Place): Promise<HttpResponse> =>
	await api.page(place.link, preferOf(shape, place.size, place.isTracked));

/** Any refusal of a link that was handed out counts as expiry: no code for it is certain (dataverse 3.2, U-05). */
function isRefusedLink(response: HttpResponse): boolean {
	if (response.status === 400 || response.status === 410) return true;
	return response.status >= 400 && faultOf(response).code === expiredStamp;
}

function answered(response: HttpResponse, table: string): Row {
	if (response.status !== 403) return rowOf(response, table);
	throw stopFor(
		faultOf(response),
		`read the changes of "${table}"`,
		'Change tracking needs the right to read the whole table: give the security role of the application user Read on it at organisation level, or set Find Changes By to Modification Time.',
	);
}

interface Next {
	readonly isLast: boolean;
	readonly place?: Place;
	readonly cursor?: Cursor;
}

/** Where the reading goes on. The link to the next changes counts only once the last page has arrived. */
function follow(page: Row, place: Place, shape: Shape, response: HttpResponse): Next {
	const link = page['@odata.nextLink'];
	const told = page['@odata.deltaLink'];
	const delta = typeof told === 'string' ? told : place.delta;
	const window = place.window && readOn(place.window, page, response);
	const now: Place = { ...place, ...(delta !== undefined && { delta }), ...(window && { window }) };
	if (typeof link === 'string') {
		const next = { ...now, link };
		return { isLast: false, place: next, cursor: { shape, place: next } };
	}
	if (window) return { isLast: true, cursor: { shape, since: watermark(window) } };
	if (delta === undefined || !place.isTracked) return { isLast: true };
	const { size, isTracked } = place;
	const next: Place = { link: delta, size, isTracked, whole: false, filtered: false };
	return { isLast: true, place: next, cursor: { shape, place: next } };
}

async function byId(
	api: Api,
	shape: Shape,
	ids: readonly string[],
): Promise<ReadonlyArray<ChangedRecord | undefined>> {
	const found = new Map<string, ChangedRecord>();
	const wanted = ids.map((id) => id.trim().toLowerCase()).filter((id) => GUID.test(id));
	const limit = { count: LIMITS.lookupKeys, weight: LIMITS.lookupCharacters };
	for (const chunk of chunkByWeight(wanted, limit, (id) => id.length + 9)) {
		const values = encodeURIComponent(`[${chunk.map((id) => `"${id}"`).join(',')}]`);
		const filter = encodeURIComponent(
			'Microsoft.Dynamics.CRM.In(PropertyName=@p0,PropertyValues=@v0)',
		);
		const query = `${selectOf(shape)}&$filter=${filter}&@p0=${quoted(shape.primaryId)}&@v0=${values}`;
		const rows = await api.readAll(`${shape.set}?${query}`, preferOf(shape, largestPage, false));
		for (const record of rows.map((row) => changedRecord(shape, row))) found.set(record.id, record);
	}
	return ids.map((id) => found.get(id.trim().toLowerCase()));
}

async function* allIds(api: Api, { set, primaryId }: Shape): AsyncGenerator<readonly string[]> {
	const headers = { Prefer: `odata.maxpagesize=${largestPage}` };
	const seen = new Set<string>();
	for (let link: unknown = api.url(`${set}?$select=${primaryId}`); typeof link === 'string';) {
		if (seen.has(link)) throw strayLink();
		seen.add(link);
		const page = rowOf(await api.page(link, headers), link);
		yield listOf(page).map((row) => String(row[primaryId]).toLowerCase());
		link = page['@odata.nextLink'];
	}
}

/** A snapshot, up to a day old (dataverse 3.1). */
async function count(api: Api, table: string): Promise<number | undefined> {
	const names = encodeURIComponent(JSON.stringify([table]).replaceAll('"', "'"));
	const response = await api.page(api.url(`RetrieveTotalRecordCount(EntityNames=${names})`));
	if (response.status !== 200) return undefined;
	const { EntityRecordCountCollection: counts } = rowOf(response, table);
	const [number]: unknown[] = isObject(counts) && Array.isArray(counts.Values) ? counts.Values : [];
	return typeof number === 'number' ? number : undefined;
}

/** sync:T13, A29. */
const untracked = (table: string): SyncError =>
	new SyncError('config', `Change tracking is off for the Dynamics 365 table "${table}"`, {
		hint: `${howToTrack} Or set Find Changes By to Automatic, which then reads the whole table in every run. Nothing was read and nothing was sent.`,
	});

/** How a person switches change tracking on. */
const howToTrack =
	'Switch it on in make.powerapps.com: Tables → the table → Properties → Advanced options → Track changes; it cannot be switched off again.';

const unstamped = (table: string): SyncError =>
	new SyncError('config', `The Dynamics 365 table "${table}" has no column modifiedon`, {
		hint: 'Set Find Changes By to Automatic.',
	});
