import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository, whatever the working directory is. */
export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Everything a run leaves behind: user folders, screenshots, results. Ignored by git. */
export const workFolder = path.join(root, '.work');

/** The private package that pins the real n8n. */
export const n8nFolder = path.join(root, 'test/n8n');

/** Folder of the Node every step runs on (the npm package `node`); n8n 2.41 asks for Node 24. */
export const nodeBin = path.join(root, 'node_modules/node/bin');
