import type { Row } from '../core/census';

/** A row as a reader finds it, before it has a position and types. */
export type ReadRow = Pick<Row, 'record' | 'problem'>;

/** A row that could not be read: nobody knows its key, so nothing is removed in this run (design R8). */
export function unreadable(problem: string): ReadRow {
	return { record: {}, problem };
}
