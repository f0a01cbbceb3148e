import { quoted, type Table } from './table';

/** The column that says in which partition of an elastic table a row is. */
export const PARTITION = 'partitionid';

/** The key segment of a row by its id, and by its partition where it has one of its own (dataverse 4.7). */
export const rowSegment = (
	{ primaryId }: Pick<Table, 'primaryId'>,
	{ id, partition = id }: { readonly id: string; readonly partition?: string },
): string => (partition === id ? id : `${primaryId}=${id},${PARTITION}=${quoted(partition)}`);
