import { hash } from 'node:crypto';
import { eachInSlices } from '../../core/breathe';
import { CLEAR, cellText, type BulkColumn } from './bulkCsv';
import type { BulkGroup } from './bulkGroups';
import type { SObject, SObjectField } from './describe';
import type { Sending } from './plan';
import { comparable } from './soql';

/** Finds the steps that the rows of result files speak of; every step is found once. */
export interface Pairing {
	/** Reads the header of a file; what it returns finds the step of one of its rows. */
	reader(header: readonly string[]): Promise<(cells: readonly string[]) => Sending | undefined>;
	/** Steps no row spoke of so far. */
	left(): Sending[];
}

/**
 * Pairs result rows with steps, because Salesforce returns them in any order (salesforce:T4, 4.9): by id, by
 * external id, and new records by all their cells; rows that are equal in these are interchangeable.
 */
export function pairing(sobject: SObject, { columns, steps }: BulkGroup): Pairing {
	const found = new Uint8Array(steps.length);
	const indexes = new Map<string, Map<string, Alike>>();
	const keys = steps[0].kind === 'create' ? columns : columns.slice(0, 1);
	return {
		async reader(header) {
			// Only matched columns are echoed (salesforce 4.4), so only these can be compared.
			const echoed = keys.flatMap((column) => {
				const at = header.findIndex((name) => isSame(name, column.header));
				return at < 0
					? []
					: [{ at, column, read: reading(sobject.field(column.header), steps[0]) }];
			});
			const name = echoed.map(({ column }) => column.header).join();
			const index = indexes.get(name) ?? (await indexOf(steps, echoed));
			indexes.set(name, index);
			return (cells) => {
				const alike = index.get(digest(echoed.map(({ at, read }) => read(cells[at] ?? ''))));
				const position = choose(alike, found, (candidate) =>
					echoed.every(({ at, column }) => cellText(column.read(steps[candidate])) === cells[at]),
				);
				if (position === undefined) return undefined;
				found[position] = 1;
				return steps[position];
			};
		},
		left: () => steps.filter((_, position) => found[position] === 0),
	};
}

interface Echoed {
	readonly at: number;
	readonly column: BulkColumn;
	readonly read: (cell: string) => string;
}

const isSame = (name: string, other: string): boolean => name.toLowerCase() === other.toLowerCase();

async function indexOf(
	steps: readonly Sending[],
	echoed: readonly Echoed[],
): Promise<Map<string, Alike>> {
	const index = new Map<string, Alike>();
	let position = 0;
	await eachInSlices(steps, (step) => {
		const text = digest(echoed.map(({ column, read }) => read(cellText(column.read(step)))));
		const same = index.get(text);
		if (same) same.positions.push(position);
		else index.set(text, { positions: [position], next: 0 });
		position += 1;
	});
	return index;
}

/** A short text for the cells of a row; one cell is short enough as it is. */
const digest = (cells: readonly string[]): string =>
	cells.length === 1 ? cells[0] : hash('sha1', cells.join('\u0000'), 'base64');

/** Steps that are equal in what is compared; those before `next` are found. */
interface Alike {
	readonly positions: number[];
	next: number;
}

/** As many are looked through for one that is spelled exactly alike, so that equal rows cost no more than others. */
const SPELLINGS = 20;

/** The first step not found yet, one with exactly these cells before one that is merely equal. */
function choose(
	alike: Alike | undefined,
	found: Uint8Array,
	isExact: (position: number) => boolean,
): number | undefined {
	if (!alike) return undefined;
	const { positions } = alike;
	while (found[positions[alike.next]] === 1) alike.next += 1;
	const first = positions[alike.next];
	if (alike.next >= positions.length - 1) return first;
	const open = positions
		.slice(alike.next, alike.next + SPELLINGS)
		.filter((position) => found[position] === 0);
	return open.find(isExact) ?? first;
}

/**
 * What Salesforce holds to be the same: ids of 15 and 18 characters, a number however it is written, a key in
 * any case unless its field tells cases apart. Whether cells come back letter by letter is not known (U7).
 */
function reading(field: SObjectField | undefined, { kind }: Sending): (cell: string) => string {
	const type = field?.type ?? 'string';
	const tellsCase = kind === 'create' ? type !== 'boolean' : field?.caseSensitive === true;
	const same = { type, caseSensitive: tellsCase };
	return (cell) =>
		cell === '' || cell === CLEAR ? '' : comparable(same, cell).replaceAll('\r\n', '\n');
}
