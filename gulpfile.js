/** Build chores tsc does not do: icons, codex files, one bundle per SDK, and the lists that let n8n load the pack lazily. */
const { execFile } = require('node:child_process');
const { existsSync, rmSync } = require('node:fs');
const path = require('node:path');
const { promisify } = require('node:util');
const { build } = require('esbuild');
const { dest, parallel, series, src } = require('gulp');

/** Files that re-export one third-party SDK. Each becomes self-contained, so the pack has no runtime dependencies. */
const sdkFiles = [
	'shared/connectors/dynamics365/msal.js',
	'shared/connectors/salesforce/jsforce.js',
	'shared/core/path.js',
	'shared/sources/csvParse.js',
	'shared/state/pg.js',
];

const icons = () => src('icons/*.svg').pipe(dest('dist/icons'));
const codex = () => src('nodes/**/*.node.json').pipe(dest('dist/nodes'));

async function bundleSdks() {
	for (const file of sdkFiles.map((name) => path.join('dist', name)).filter(existsSync)) {
		await build({
			entryPoints: [file],
			outfile: file,
			allowOverwrite: true,
			bundle: true,
			minify: true,
			platform: 'node',
			target: 'node24',
			legalComments: 'eof',
		});
	}
}

/** dist/known and dist/types, written by n8n-core's own generator: n8n then requires a node on first use only. */
async function lazyLists() {
	const generator = path.join(
		path.dirname(require.resolve('n8n-core/package.json')),
		'bin/generate-metadata',
	);
	await promisify(execFile)(process.execPath, ['--require', 'reflect-metadata', generator]);
}

/** A file that was deleted from the sources must not be published. */
async function clean() {
	rmSync('dist', { recursive: true, force: true });
}

exports.clean = clean;
exports.build = series(parallel(icons, codex), bundleSdks, lazyLists);
