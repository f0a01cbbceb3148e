import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import type { SyncError } from '../../shared/core/errors';
import { storeFixture } from './storeFixture';

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

	it('refuses a sync of another fingerprint version', async () => {
		const { store, file } = await leased();
		const database = new DatabaseSync(file);
		database.exec('UPDATE sync SET fingerprints = 99');
		database.close();
		await expect(store.find('people')).rejects.toThrow('another version of this package');
	});
});
