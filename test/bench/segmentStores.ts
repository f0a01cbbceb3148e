import { copyFileSync, rmSync } from 'node:fs';
import path from 'node:path';

import { Pool } from '../../shared/state/pg';
import { storeAt, storeIn } from '../../shared/state/registry';
import type { Store } from '../../shared/state/store';
import type { BenchPlace } from './bench';
import { databaseOf } from './database';

/** The same states in one of the stores. */
export interface BenchStores {
	/** One that knows of nothing yet. */
	fresh(place: BenchPlace, name: string): Promise<Store>;
	/** A copy of a closed one, for one measurement to go on with. */
	copy(place: BenchPlace, from: string): Promise<Store>;
}

const copied = 'later';

const fileOf = ({ folder }: BenchPlace, name: string) => path.join(folder, `${name}.sqlite`);

function removeFile(file: string): void {
	for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true });
}

export const sqlite: BenchStores = {
	async fresh(place, name) {
		const file = fileOf(place, name);
		removeFile(file);
		return await Promise.resolve(storeAt(file));
	},
	async copy(place, from) {
		const file = fileOf(place, copied);
		removeFile(file);
		copyFileSync(fileOf(place, from), file);
		return await Promise.resolve(storeAt(file));
	},
};

/** A database for each state. */
export const postgres: BenchStores = {
	fresh: async (place, name) => await databaseLike(place, name, 'template1'),
	copy: async (place, from) => await databaseLike(place, copied, from),
};

async function databaseLike(place: BenchPlace, name: string, like: string): Promise<Store> {
	const { tls, ...admin } = databaseOf(place);
	const pool = new Pool({ ...admin, max: 1 });
	await pool.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
	await pool.query(`CREATE DATABASE ${name} TEMPLATE ${like}`);
	await pool.end();
	return storeIn({ ...admin, tls, database: name }, { schema: 'public', prefix: 'crm_sync_' });
}
