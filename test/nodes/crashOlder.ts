import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** What takes the tables of version 2 back to version 1. */
const undone = (table: (name: string) => string, notedIn: string): string =>
	[
		`ALTER TABLE ${table('sync')} DROP COLUMN notes`,
		`DROP TABLE ${table('absence')}`,
		notedIn,
	].join('; ');

/** Makes a file as an older version of the package left it. */
export function makeFileOlder(userFolder: string): void {
	const database = new DatabaseSync(path.join(userFolder, '.n8n/crm-sync/state.sqlite'));
	database.exec(undone((name) => name, 'PRAGMA user_version = 1'));
	database.close();
}

/** The statements that make the tables behind a prefix so. */
export function olderTables(prefix: string): string {
	return undone((name) => prefix + name, `UPDATE ${prefix}meta SET version = 1`);
}
