import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { build } from 'esbuild';

import { useSalesforce } from '../sandbox/useSalesforce';

const org = useSalesforce();
const folder = mkdtempSync(path.join(tmpdir(), 'crm-sync-bulk-'));
const child = path.join(folder, 'child.cjs');

beforeAll(async () => {
	await build({
		entryPoints: [path.join(__dirname, 'salesforceBulkChild.ts')],
		outfile: child,
		bundle: true,
		platform: 'node',
		logLevel: 'error',
	});
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ROWS = 100_000;
/** The rows alone take about a hundred, and their values as they are sent as much again. */
const HEAP_MB = 400;

it('salesforce:S28 100,000 rows are written under a fixed cap of memory', async () => {
	const { stdout } = await promisify(execFile)(process.execPath, [
		`--max-old-space-size=${HEAP_MB}`,
		child,
		org.url,
		org.clientId,
		org.clientSecret,
		String(ROWS),
	]);
	expect(stdout).toBe(String(ROWS));
	expect(org.log.filter(({ method }) => method === 'PUT')).toHaveLength(2);
}, 300_000);
