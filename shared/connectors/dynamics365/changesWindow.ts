import type { HttpResponse } from '../http';
import type { ChangeSource } from '../changes';
import { listOf, type Api, type Row } from './api';
import type { Place, Window } from './changesCursor';
import { propertyOf, selectOf, type Shape } from './changesShape';
import { odataFilter } from './filter';

/** Rows may be stored with an earlier time than one that was read already (dataverse 3.3). */
const overlapMs = 5 * 60_000;
const largestPage = 5_000;

/** The whole table, in the order of modification (sync C3). */
export function firstWindow(api: Api, source: ChangeSource, shape: Shape): Place {
	return windowFrom(api, source, shape, undefined);
}

/** What was modified since the watermark, and a little before it. */
export function nextWindow(api: Api, source: ChangeSource, shape: Shape, since: string): Place {
	return windowFrom(api, source, shape, since === '' ? undefined : since);
}

function windowFrom(
	api: Api,
	source: ChangeSource,
	shape: Shape,
	since: string | undefined,
): Place {
	const conditions = source.conditions
		? odataFilter(source.conditions, shape.types, (name) => propertyOf(shape, name))
		: undefined;
	const from = since && new Date(Date.parse(since) - overlapMs).toISOString().replace('.000', '');
	const filter = [from && `modifiedon ge ${from}`, conditions && `(${conditions})`]
		.filter((part) => part)
		.join(' and ');
	const filtered = filter === '' ? '' : `&$filter=${encodeURIComponent(filter)}`;
	const order = `&$orderby=modifiedon,${shape.primaryId}`;
	return {
		link: api.url(`${shape.set}?${selectOf(shape)}${filtered}${order}`),
		size: Math.min(source.pageSize, largestPage),
		isTracked: false,
		whole: since === undefined,
		filtered: conditions !== undefined,
		// Filled in from the first answer: only the server's clock counts.
		window: { ...(since !== undefined && { since }), start: '' },
	};
}

/** The window after a page of it: when it began, by the server's clock, and the newest row so far. */
export function readOn(window: Window, page: Row, { headers }: HttpResponse): Window {
	const date = Date.parse(headers.date ?? '');
	const told = Number.isNaN(date) ? '' : new Date(date).toISOString();
	const times = listOf(page).flatMap(({ modifiedon }) =>
		typeof modifiedon === 'string' ? [modifiedon] : [],
	);
	const seen = [...times, ...(window.seen === undefined ? [] : [window.seen])].sort(byTime).at(-1);
	return { ...window, start: window.start || told, ...(seen !== undefined && { seen }) };
}

/** `max(old, min(begin of the reading, newest seen))`: never back, and never past the server's clock (sync C3). */
export function watermark({ since, start, seen }: Window): string {
	const newest = [start, seen].filter((time) => time !== undefined && time !== '').sort(byTime)[0];
	return (
		[since, seen === undefined ? since : newest]
			.filter((time) => time !== undefined)
			.sort(byTime)
			.at(-1) ?? ''
	);
}

const byTime = (a: string | undefined, b: string | undefined): number =>
	Date.parse(a ?? '') - Date.parse(b ?? '');
