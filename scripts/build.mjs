import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { root } from './paths.mjs';

const sources = ['nodes', 'credentials', 'shared', 'icons', 'package.json', 'gulpfile.js'];

function newest(place) {
	const stats = statSync(place);
	if (!stats.isDirectory()) return stats.mtimeMs;
	return Math.max(0, ...readdirSync(place).map((name) => newest(path.join(place, name))));
}

/** The last file a build writes. */
const lastBuilt = path.join(root, 'dist/known/nodes.json');

/** Whether dist was built after the last change to a source file. */
export const isBuilt = () =>
	existsSync(lastBuilt) &&
	statSync(lastBuilt).mtimeMs > Math.max(...sources.map((name) => newest(path.join(root, name))));
