import { existsSync } from 'node:fs';
import path from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const elsewhere = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];

/** The browser of this machine: CRMSYNC_CHROMIUM if set, else the first one on PATH. */
export function findChromium(): string | undefined {
	const { CRMSYNC_CHROMIUM, PATH = '' } = process.env;
	if (CRMSYNC_CHROMIUM) return CRMSYNC_CHROMIUM;
	const onPath = PATH.split(path.delimiter).flatMap((folder) =>
		names.map((name) => path.join(folder, name)),
	);
	return [...onPath, ...elsewhere].find((file) => existsSync(file));
}

const required = process.env.CRMSYNC_REQUIRE_ALL === '1';

/** A test that needs a browser: skipped and counted where there is none, except in CI, where it fails. */
export const editorTest = findChromium() || required ? test : test.skip;
