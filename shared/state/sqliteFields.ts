import { fieldList, type FieldList } from './codec';
import type { Rows } from './sqliteRows';

interface Known {
	readonly list: FieldList;
	/** How many of the names the file had when it was read. */
	readonly stored: number;
}

/** The field lists of the syncs in a file. All calls belong into a transaction. */
export class SqliteFields {
	private readonly known = new Map<number, Known>();

	constructor(private readonly sql: Rows) {}

	/** The list as it is stored now: another process may have added names. */
	read(sync: number): FieldList {
		const [row] = this.sql.all('SELECT fields FROM sync WHERE id = ?', sync);
		const list = fieldList(JSON.parse(String(row?.fields)) as string[]);
		this.known.set(sync, { list, stored: list.names.length });
		return list;
	}

	/** The list that the loaded members use. */
	of(sync: number): FieldList {
		return this.known.get(sync)?.list ?? this.read(sync);
	}

	/** Stores the names that are new since the read, each time: a transaction may be rolled back. */
	write(sync: number): void {
		const known = this.known.get(sync);
		if (!known || known.list.names.length === known.stored) return;
		const names = JSON.stringify(known.list.names);
		this.sql.run('UPDATE sync SET fields = ? WHERE id = ?', names, sync);
	}
}
