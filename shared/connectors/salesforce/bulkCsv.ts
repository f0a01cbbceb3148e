import { setImmediate } from 'node:timers/promises';
import { csvCell } from './csv';
import type { Sending } from './plan';

/** One column of a job's CSV. */
export interface BulkColumn {
	/** Field, or relation and the parent's field: `Account.Ext__c`, `Lead:Who.Email` (salesforce 4.6). */
	readonly header: string;
	/** Its value of one step, as it would stand in JSON. */
	read(step: Sending): unknown;
}

/** The text that clears a field (salesforce 4.5). */
export const CLEAR = '#N/A';

/** How a value stands in a cell: absent and empty text alike mean "leave it as it is" (salesforce:T5, J3). */
export function cellText(value: unknown): string {
	if (value === undefined) return '';
	if (value === null) return CLEAR;
	return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** The CSV of a job, and the first step that did not fit into it. */
export interface BulkCsv {
	readonly text: string;
	readonly until: number;
}

/**
 * Writes steps from `from` on, as many as one job takes. Works in slices and keeps nothing but the text, which
 * lives as long as the caller needs it.
 */
export async function writeCsv(
	columns: readonly BulkColumn[],
	steps: readonly Sending[],
	from: number,
	most: { readonly rows: number; readonly bytes: number },
): Promise<BulkCsv> {
	const header = lineOf(columns.map((column) => column.header));
	const lines = [header];
	const last = Math.min(steps.length, from + most.rows);
	let bytes = Buffer.byteLength(header);
	let until = from;
	for (; until < last; until += 1) {
		const line = lineOf(columns.map((column) => cellText(column.read(steps[until]))));
		bytes += Buffer.byteLength(line);
		// A row too big for any job goes alone: Salesforce says what is wrong with it.
		if (bytes > most.bytes && until > from) break;
		lines.push(line);
		if ((until - from) % SLICE === SLICE - 1) await setImmediate();
	}
	return { text: lines.join(''), until };
}

const SLICE = 500;

const lineOf = (cells: readonly string[]): string => `${cells.map(csvCell).join(',')}\n`;
