import {
	openSync,
	closeSync,
	mkdirSync,
	readFileSync,
	statSync,
	writeFileSync,
	writeSync,
} from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { testNode } from './engine';
import { airports } from './syncFixture';
import type { BadInput } from './badInputProof';
import { stateFileIn, type BadLine, type World } from './badInputWorld';

/** Puts n8n on a state file that was changed behind its back, and on a good copy afterwards. */
function spoiled(spoil: (file: string) => void): Pick<BadInput, 'arrange' | 'repair'> {
	let good = '';
	let bad = '';
	let bytes = Buffer.alloc(0);
	return {
		arrange(world) {
			good = world.copyState();
			bad = world.copyState();
			inDatabase(stateFileIn(bad), 'PRAGMA journal_mode = WAL');
			spoil(stateFileIn(bad));
			bytes = readFileSync(stateFileIn(bad));
			world.useFolder(bad);
		},
		repair(world) {
			expect(readFileSync(stateFileIn(bad))).toEqual(bytes);
			world.useFolder(good);
		},
	};
}

function inDatabase(file: string, sql: string): void {
	const database = new DatabaseSync(file);
	database.exec(sql);
	database.close();
}

/** Overwrites a part of a file, as a failing disk does. */
function damage(file: string, from: number): void {
	const handle = openSync(file, 'r+');
	writeSync(handle, Buffer.alloc(statSync(file).size - from, 0x5a), 0, undefined, from);
	closeSync(handle);
}

const maxPages = (world: World, pages: number) =>
	void world.database().exec(`PRAGMA max_page_count = ${pages}`);

/** The disk is full as of the moment the node between comparison and write runs. */
const fullMeanwhile = (world: World): BadLine => ({
	between: testNode('fullDisk', async function () {
		maxPages(world, 1);
		return [this.getInputData()];
	}),
	writer: { parameters: { options: { batchSize: 100 } } },
});

const says = (cause: RegExp, next: RegExp): BadInput['says'] => ({
	where: /state\.sqlite/,
	cause,
	next,
});

/** The state file and the disk under it. */
export const store: readonly BadInput[] = [
	{
		what: 'state file of a newer version',
		rule: 'design:8',
		...spoiled((file) => inDatabase(file, 'PRAGMA user_version = 99')),
		says: says(/newer version/, /Install the newer version again/),
	},
	{
		what: 'corrupted state file: no database any more',
		rule: 'design:8',
		...spoiled((file) => damage(file, 0)),
		says: says(/damaged/, /Restore it from a backup/),
	},
	{
		what: 'corrupted state file: damaged inside',
		rule: 'design:8',
		...spoiled((file) => damage(file, 4096)),
		says: says(/damaged/, /Restore it from a backup/),
	},
	{
		what: 'the database of something else',
		rule: 'design:8',
		...spoiled((file) => {
			writeFileSync(file, '');
			inDatabase(file, 'CREATE TABLE workflow_entity (a)');
		}),
		says: says(/database of something else/, /Move it away/),
	},
	{
		what: 'user folder that cannot be written to',
		rule: 'design:8',
		before: [],
		arrange(world) {
			const folder = path.dirname(path.dirname(world.stateFile));
			mkdirSync(path.dirname(folder), { recursive: true });
			writeFileSync(folder, 'a file where a folder should be');
		},
		repair: (world) =>
			world.useFolder(path.join(path.dirname(world.stateFile), '..', '..', '..', 'other')),
		says: says(/cannot be created/, /user folder it may write to/),
	},
	{
		what: 'disk full before anything is offered',
		rule: 'design:R1',
		source: airports(3_000),
		arrange: (world) => maxPages(world, 1),
		repair: (world) => maxPages(world, 1_000_000),
		says: says(/disk is full/, /Free disk space and run again/),
	},
	{
		what: 'disk full in the middle of a write',
		rule: 'design:R5',
		source: airports(600),
		arrange: fullMeanwhile,
		repair: (world) => maxPages(world, 1_000_000),
		says: says(/disk is full/, /Free disk space and run again/),
	},
	{
		what: 'queue mode with the embedded store',
		rule: 'design:8',
		arrange: () => void (process.env.EXECUTIONS_MODE = 'queue'),
		repair: () => void delete process.env.EXECUTIONS_MODE,
		says: { where: /embedded state store/, cause: /queue mode/, next: /Run n8n in regular mode/ },
	},
];
