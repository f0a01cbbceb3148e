import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import type { SyncError } from '../../shared/core/errors';
import { member } from './builders';
import { everyone, moves, storeFixture } from './storeFixture';

const { leased, newFile, openStore } = storeFixture();

describe('SqliteStore and a file it cannot use', () => {
	const errorOf = (file: string): SyncError => {
		try {
			openStore(file);
		} catch (error) {
			return error as SyncError;
		}
		throw new Error('It was opened');
	};

	it('refuses a file of a newer version and leaves it untouched', () => {
		const file = newFile();
		const database = new DatabaseSync(file);
		database.exec('CREATE TABLE later (a); PRAGMA user_version = 99');
		database.close();
		const before = readFileSync(file);
		expect(errorOf(file)).toMatchObject({ name: 'SyncError', code: 'config' });
		expect(errorOf(file).message).toContain('newer version');
		expect(readFileSync(file)).toEqual(before);
	});

	it('refuses the database of something else and leaves it untouched', () => {
		const file = newFile();
		const database = new DatabaseSync(file);
		database.exec('CREATE TABLE workflow_entity (a)');
		database.close();
		const before = readFileSync(file);
		expect(errorOf(file)).toMatchObject({ code: 'config' });
		expect(errorOf(file).message).toContain('something else');
		expect(readFileSync(file)).toEqual(before);
	});

	it('says so when the file is damaged', () => {
		const file = newFile();
		writeFileSync(file, 'this is not a database, whatever its name says'.repeat(100));
		expect(errorOf(file)).toMatchObject({ code: 'config' });
		expect(errorOf(file).message).toContain('damaged or not a state file');
	});

	it('says so when the folder cannot be made', () => {
		const file = newFile();
		writeFileSync(file, '');
		expect(errorOf(path.join(file, 'below', 'state.sqlite'))).toMatchObject({ code: 'config' });
	});

	it('brings a file of version 1 up to date and keeps what it holds', async () => {
		const { store, sync, file } = await leased();
		await store.write(sync, 'r1', { members: moves(member('ann')), keyless: 3 });
		const database = new DatabaseSync(file);
		database.exec(
			'ALTER TABLE sync DROP COLUMN notes; DROP TABLE absence; PRAGMA user_version = 1',
		);
		database.close();
		const newer = openStore(file);
		const found = await newer.find('people');
		expect(found).toMatchObject({ keyless: 3, notes: { comparisons: 0, source: '' } });
		expect(await everyone(await newer.load(sync))).toEqual([member('ann')]);
	});

	it('refuses a sync of another fingerprint version', async () => {
		const { store, file } = await leased();
		const database = new DatabaseSync(file);
		database.exec('UPDATE sync SET fingerprints = 99');
		database.close();
		await expect(store.find('people')).rejects.toThrow('another version of this package');
	});
});
