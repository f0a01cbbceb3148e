/**
 * `npm start`, `npm test`, `npm run bench` and the `test:` scripts: work from a bare clone on any Node from 20
 * on, because they install what is missing first and run everything on the pinned Node 24.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { runBenches } from './bench.mjs';
import { isBuilt } from './build.mjs';
import { installN8n, installPackages } from './install.mjs';
import { nodeBin, root, workFolder } from './paths.mjs';
import { run } from './process.mjs';
import { add, chore, jest, totalLine } from './steps.mjs';

const bin = (name) => path.join('node_modules/.bin', name);
const build = chore(
	'build',
	[bin('gulp'), 'clean', '--silent'],
	[bin('tsc'), '-p', 'tsconfig.build.json'],
	[bin('gulp'), 'build', '--silent'],
);

/** One real n8n serves all workflow tests, so they run one after the other. */
const serial = ['--runInBand', '--forceExit'];

/** In the order a person wants to hear about trouble: cheap and certain first. */
const steps = {
	lint: chore(
		'lint',
		[bin('eslint'), '.'],
		[bin('prettier'), '--check', '--log-level', 'warn', '.'],
	),
	typecheck: chore('typecheck', [bin('tsc'), '--noEmit']),
	build,
	docs: chore('docs', ['node', 'scripts/docs.mjs', '--check']),
	fast: jest('fast', ['test/unit', 'test/connectors', 'test/nodes']),
	workflows: jest('workflows', [...serial, 'test/workflows']),
	editor: jest('editor', [...serial, 'test/editor']),
};
const needsN8n = ['workflows', 'editor'];

async function test(names) {
	const unknown = names.filter((name) => !(name in steps));
	if (unknown.length > 0) {
		throw new Error(`No such step: ${unknown.join(', ')}. Steps: ${Object.keys(steps).join(', ')}`);
	}
	const chosen = names.length > 0 ? names : Object.keys(steps);
	let total = { passed: 0, failed: 0, skipped: 0 };
	for (const name of chosen) {
		if (needsN8n.includes(name)) await installN8n();
		total = add(total, await steps[name]());
	}
	console.log(`\n${totalLine(total)}`);
	return total.failed === 0 ? 0 : 1;
}

async function testOnly(name, args) {
	const counts = await jest(name, args)();
	console.log(`\n${totalLine(counts)}`);
	return counts.failed === 0 ? 0 : 1;
}

const unit = async (args) => await testOnly('unit', ['test/unit', ...args]);

/** The crash tests with many kills, in a process of ours and in the real n8n: two tables of points. */
async function crash(args) {
	if ((await build()).failed > 0) return 1;
	await installN8n();
	Object.assign(process.env, { CRASH_KILLS: '10', CRASH_N8N_KILLS: '50', ...process.env });
	return await testOnly('crash', [...serial, 'test/nodes/crash', 'test/workflows/crash', ...args]);
}

/** Hours on a small machine. The long property test covers every line, so each mutant would pay for all of it. */
async function mutation(args) {
	process.env.PROTOCOL_RUNS ??= '25';
	process.env.PROTOCOL_STORE ??= 'sqlite';
	return await run(bin('stryker'), ['run', 'test/mutation/stryker.config.mjs', ...args]);
}

async function start(args) {
	if (!isBuilt() && (await build()).failed > 0) return 1;
	await installN8n();
	const main = path.join(workFolder, 'start/main.js');
	const bundle = ['--bundle', '--platform=node', '--packages=external', '--log-level=warning'];
	const code = await run(bin('esbuild'), ['test/start/main.ts', ...bundle, `--outfile=${main}`]);
	return code === 0 ? await run('node', [main, ...args], { env: { CRMSYNC_ROOT: root } }) : code;
}

/** Builds in silence: with --json the list is all that is printed. */
async function bench(args) {
	if (!isBuilt() && (await run('npm', ['run', 'build'], { quiet: true })) !== 0) return 1;
	await installN8n();
	return await runBenches(args);
}

const commands = { bench, crash, mutation, start, test, unit };
const [command, ...args] = process.argv.slice(2);
if (!(command in commands)) {
	console.error(`Usage: node scripts/run.mjs <${Object.keys(commands).join('|')}> [arguments]`);
	process.exit(2);
}
try {
	await installPackages();
	if (!existsSync(path.join(nodeBin, 'node'))) throw new Error(`Node 24 is missing in ${nodeBin}`);
	process.exitCode = await commands[command](args);
} catch (error) {
	console.error(error.message);
	process.exitCode = 1;
}
