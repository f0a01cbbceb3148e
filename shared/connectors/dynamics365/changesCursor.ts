import type { Beginning, ChangeSource } from '../changes';
import { SyncError } from '../../core/errors';
import { isObject, parseJson } from '../json';
import type { Shape } from './changesShape';

/** Where a reading by modification time stands (sync C3). Times are the server's. */
export interface Window {
	/** The watermark before this reading; undefined: the whole table is read. */
	readonly since?: string;
	/** When this reading began. */
	readonly start: string;
	/** The newest modification seen, ignored rows included. */
	readonly seen?: string;
}

/** A page that is to be read next. */
export interface Place {
	readonly link: string;
	readonly size: number;
	readonly isTracked: boolean;
	/** Part of the whole table, rather than of what changed. */
	readonly whole: boolean;
	readonly filtered: boolean;
	/** Where the changes after this reading are; known from one of its pages (dataverse U-15). */
	readonly delta?: string;
	readonly window?: Window;
}

/** What is left between two runs: a page to go on with, or the watermark of the next window. */
export interface Cursor {
	readonly shape: Shape;
	readonly place?: Place;
	readonly since?: string;
}

interface Packed extends Cursor {
	readonly asked: string;
}

/** What a cursor is good for: the same columns of the same table, found in the same way. */
function askedBy(source: ChangeSource): string {
	const { objectName, fields, labels, alsoRead, ifThere, by, version } = source;
	return JSON.stringify([1, objectName, fields, labels, alsoRead, ifThere, by, version]);
}

export function packCursor(source: ChangeSource, cursor: Cursor): string {
	return JSON.stringify({ asked: askedBy(source), ...cursor });
}

/** A cursor as it was packed; `reconfigured`: it was made for something else. */
export function unpackCursor(
	source: ChangeSource,
	packed: string | undefined,
	origin: string,
): Cursor | Extract<Beginning, 'first' | 'reconfigured'> {
	if (packed === undefined) return 'first';
	const cursor = parseJson(packed) as Packed | undefined;
	if (!isObject(cursor) || !isObject(cursor.shape)) return 'reconfigured';
	const { link } = cursor.place ?? {};
	if (link !== undefined && new URL(link).origin !== origin) throw movedAway(link, origin);
	return cursor.asked === askedBy(source) ? cursor : 'reconfigured';
}

const movedAway = (link: string, origin: string): SyncError =>
	new SyncError(
		'config',
		`This sync has read the changes of ${new URL(link).host}; the credential now points at ${new URL(origin).host}`,
		{
			hint: 'Set the credential back, or choose a new Sync Name for the other environment. Nothing was read and nothing was sent.',
		},
	);
