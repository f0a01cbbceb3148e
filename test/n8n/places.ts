import { existsSync } from 'node:fs';
import path from 'node:path';

/** The repository. Holds for this file and for a bundle in .work/<name>/: both lie two folders deep. */
export const root = path.resolve(__dirname, '../..');

/** Everything runs leave behind; ignored by git. */
export const workFolder = path.join(root, '.work');

/** Where the pinned real n8n is installed. */
export const n8nFolder = path.join(root, 'test/n8n');

/** Folder of the Node 24 that n8n runs on. */
export const nodeBin = path.join(root, 'node_modules/node/bin');

/** Whether the real n8n is installed, its native SQLite driver included. */
export const hasN8n = () =>
	existsSync(path.join(n8nFolder, 'node_modules/sqlite3/build/Release/node_sqlite3.node'));
