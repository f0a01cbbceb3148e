import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { nodeBin, root } from './places';

const noise = ['--no-audit', '--no-fund', '--loglevel=error'];

async function npm(args: string[], cwd: string): Promise<string> {
	const env = { ...process.env, PATH: `${nodeBin}${path.delimiter}${process.env.PATH}` };
	const { stdout } = await promisify(execFile)('npm', [...args, ...noise], { cwd, env });
	return stdout;
}

/** Packs the folder as publishing would and returns the tarball's path. */
async function packTarball(folder: string, target: string): Promise<string> {
	mkdirSync(target, { recursive: true });
	const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', target];
	const [{ filename }] = JSON.parse(await npm(args, folder)) as Array<{ filename: string }>;
	return path.join(target, filename);
}

function assertBuilt(folder: string) {
	const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
	const { nodes = [], credentials = [] } = manifest.n8n as Record<string, string[]>;
	const missing = [...nodes, ...credentials].filter((file) => !existsSync(path.join(folder, file)));
	if (missing.length > 0) {
		throw new Error(`Run "npm run build" first: package.json names ${missing.join(', ')}`);
	}
}

/**
 * Installs the packed build into n8n's folder of community packages, so that node types carry
 * their full names and n8n-workflow stays n8n's own copy (n8n: section 1.1).
 */
export async function installPack(userFolder: string, folder = root): Promise<void> {
	assertBuilt(folder);
	const nodes = path.join(userFolder, '.n8n/nodes');
	const tarball = await packTarball(folder, path.join(userFolder, 'pack'));
	const digest = createHash('sha256').update(readFileSync(tarball)).digest('hex');
	const stamp = path.join(nodes, 'installed-pack');
	if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
	rmSync(nodes, { recursive: true, force: true });
	mkdirSync(nodes, { recursive: true });
	writeFileSync(
		path.join(nodes, 'package.json'),
		JSON.stringify({ name: 'installed-nodes', private: true, dependencies: {} }),
	);
	await npm(
		['install', tarball, '--omit=dev', '--legacy-peer-deps', '--ignore-scripts', '--offline'],
		nodes,
	);
	writeFileSync(stamp, digest);
}
