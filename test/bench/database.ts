import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import type { PostgresAccess } from '../../shared/state/postgresAccess';
import { root } from '../n8n/places';
import { startPostgres } from '../sandbox/postgres';
import type { BenchPlace } from './bench';

const program = 'postgresServer.mjs';
const addressIn = ({ folder }: BenchPlace) => path.join(folder, 'database.json');

/** A Postgres server beside all measurements of a bench, in processes of its own. The result ends it. */
export async function serveDatabase(place: BenchPlace): Promise<() => Promise<void>> {
	// The server's program lies beside whoever starts it, and the benches are bundled.
	copyFileSync(path.join(root, 'test/sandbox', program), path.join(__dirname, program));
	const { admin, close } = await startPostgres();
	writeFileSync(addressIn(place), JSON.stringify(admin));
	return close;
}

/** How a measurement reaches the server. */
export function databaseOf(place: BenchPlace): PostgresAccess {
	return JSON.parse(readFileSync(addressIn(place), 'utf8')) as PostgresAccess;
}
