import type { FieldType } from '../../core/field';
import type { WriteRecord } from '../connector';
import { isObject } from '../json';
import type { Column, Table } from './table';

/** So many values of a column, and not one that fits: the column has changed, not a record. */
const ENOUGH = 10;

/** What a column holds, and whether a value can be meant for it; what nobody can tell fits. */
interface Kind {
	readonly words: string;
	fits(value: unknown): boolean;
}

const isNumber = (value: unknown): boolean =>
	typeof value === 'number' ||
	(typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)));

const NUMBER: Kind = { words: 'numbers', fits: isNumber };

const KINDS: Readonly<Partial<Record<FieldType, Kind>>> = {
	string: { words: 'text', fits: (value) => typeof value === 'string' },
	integer: NUMBER,
	decimal: NUMBER,
	boolean: { words: 'yes or no', fits: (value) => typeof value === 'boolean' },
	choice: { words: 'the numbers of choices', fits: isNumber },
	dateTime: {
		words: 'dates',
		fits: (value) => value instanceof Date || !Number.isNaN(Date.parse(String(value))),
	},
};

/** Columns whose type fits none of the values that are to be written: they were retyped (sync T19). */
export function misfits(
	table: Pick<Table, 'columns' | 'links'>,
	records: readonly WriteRecord[],
): Array<{ readonly what: string; readonly hint: string }> {
	const strangers = new Map<string, number>();
	const fine = new Set<string>();
	for (const { values } of records) {
		for (const name in values) {
			const value = fine.has(name) ? undefined : values[name];
			if (value === null || value === undefined) continue;
			const column = table.columns.get(name);
			if (column && !fits(column, table, value)) {
				strangers.set(name, (strangers.get(name) ?? 0) + 1);
			} else fine.add(name);
		}
	}
	return [...strangers]
		.filter(([name, count]) => count >= ENOUGH && !fine.has(name))
		.map(([name, count]) => ({
			what: `its column "${name}" holds ${wordsOf(table, name)}, and not one of the ${count} values for it is of that kind`,
			hint: 'Somebody changed the column, or the mapping is wrong: map the field anew and let Field Mapper convert its values.',
		}));
}

function fits(column: Column, { links }: Pick<Table, 'links'>, value: unknown): boolean {
	if (column.type !== 'lookup' || column.parties) {
		return KINDS[column.type]?.fits(value) ?? true;
	}
	// A row named by its key may name its table as well: one the lookup points at no longer is no slip.
	if (!isObject(value) || typeof value.object !== 'string') return true;
	return links.some((link) => link.column === column.name && link.target === value.object);
}

function wordsOf({ columns, links }: Pick<Table, 'columns' | 'links'>, name: string): string {
	const type = columns.get(name)?.type ?? 'other';
	if (type !== 'lookup') return KINDS[type]?.words ?? 'other values';
	const targets = links.filter((link) => link.column === name).map(({ target }) => target);
	return `rows of ${targets.join(' or ')}`;
}
