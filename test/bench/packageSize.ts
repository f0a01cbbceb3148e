import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

import { root } from '../n8n/places';
import { line, type Bench, type Figures } from './bench';

/** What publishing would upload. */
async function pack(): Promise<Figures> {
	const args = ['pack', '--dry-run', '--json', '--ignore-scripts'];
	const { stdout } = await promisify(execFile)('npm', args, { cwd: root });
	const [{ unpackedSize, size, entryCount }] = JSON.parse(stdout) as [
		{ unpackedSize: number; size: number; entryCount: number },
	];
	const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
		dependencies?: Record<string, string>;
	};
	const dependencies = Object.keys(manifest.dependencies ?? {}).length;
	return { unpackedMB: unpackedSize / 1e6, packedMB: size / 1e6, entryCount, dependencies };
}

/** The published package. */
export const bench: Bench = {
	measures: { pack: { rounds: 1, run: pack } },
	lines: (read) => [
		line('unpacked package', read('pack', 'unpackedMB'), {
			unit: 'MB',
			target: { kind: 'atMost', number: 10 },
			note: `${read('pack', 'entryCount').value} files, ${read('pack', 'packedMB').value.toFixed(2)} MB packed`,
		}),
		line('runtime dependencies', read('pack', 'dependencies'), {
			unit: 'packages',
			target: { kind: 'atMost', number: 0 },
		}),
	],
};
