import type { Notes } from '../state/store';

/** What a node that reads changes keeps of its reading, in the notes of its sync. */
export interface ChangeCursor {
	/** The connector's own cursor. Undefined: the next reading begins anew. */
	readonly from?: string;
	/** The whole object is being read, and at its end the deleted records must be looked for. */
	readonly sweep?: boolean;
	/** Records of the object when it was last read as a whole. */
	readonly records?: number;
}

export function packChangeCursor(cursor: ChangeCursor): string {
	return JSON.stringify(cursor);
}

export function unpackChangeCursor(notes: Notes | undefined): ChangeCursor {
	return notes?.cursor === undefined ? {} : (JSON.parse(notes.cursor) as ChangeCursor);
}

/** Records of the object a sync reads, as far as it reads one itself: the guard of a replay (two-way-sync A27). */
export function recordsAtSource(notes: Notes): number {
	return unpackChangeCursor(notes).records ?? 0;
}
