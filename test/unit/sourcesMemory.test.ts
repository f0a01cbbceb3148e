import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { build } from 'esbuild';

const folder = mkdtempSync(path.join(tmpdir(), 'crm-sync-sources-'));
const child = path.join(folder, 'child.cjs');

beforeAll(async () => {
	await build({
		entryPoints: [path.join(__dirname, 'sourcesChild.ts')],
		outfile: child,
		bundle: true,
		platform: 'node',
		logLevel: 'error',
	});
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the memory of a source', () => {
	it.each(['csv', 'ndjson'])(
		'is bounded by its batches, not by the file: %s (design:R8)',
		async (format) => {
			// As text in memory these rows would take several times as much.
			const { stdout } = await promisify(execFile)(process.execPath, [
				'--max-old-space-size=32',
				child,
				format,
				'300000',
			]);
			expect(stdout).toBe('300000');
		},
		120_000,
	);
});
