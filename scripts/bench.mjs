/** `npm run bench`: the benches, bundled like the demo; each measurement then gets a process of its own. */
import path from 'node:path';
import { nodeBin, root, workFolder } from './paths.mjs';
import { run } from './process.mjs';

const benches = path.join(root, 'test/bench');
const bundles = path.join(workFolder, 'bench');

/** The engine of the tests asks jest for a folder; here the parent process chooses it. */
const environment = {
	name: 'environment',
	setup: ({ onResolve }) =>
		onResolve({ filter: /\/engineEnvironment$/ }, () => ({
			path: path.join(root, 'test/nodes/crashEnvironment.ts'),
		})),
};

export async function runBenches(args) {
	// Not at the top: this file is read before packages are installed.
	const { build } = await import('esbuild');
	await build({
		entryPoints: ['main', 'child', 'sandboxServer'].map((name) => path.join(benches, `${name}.ts`)),
		outdir: bundles,
		bundle: true,
		platform: 'node',
		target: 'node24',
		packages: 'external',
		logLevel: 'warning',
		tsconfig: path.join(root, 'test/tsconfig.json'),
		plugins: [environment],
	});
	const env = { N8N_USER_FOLDER: bundles, N8N_LOG_LEVEL: 'silent' };
	return await run(path.join(nodeBin, 'node'), [path.join(bundles, 'main.js'), ...args], { env });
}
