import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { connect, type N8n } from './connect';
import { hasN8n, workFolder } from './places';
import { isAlive, isReady, startServer } from './server';

/** A server together with what tests put files into and read its log from. */
export interface SharedN8n extends N8n {
	filesFolder: string;
	logFile: string;
}

/** Left on disk for the next test file. */
interface Running {
	url: string;
	filesFolder: string;
	logFile: string;
}

const ownFolder = (pid: number) => path.join(workFolder, `n8n-tests-${pid}`);
const noteIn = (folder: string) => path.join(folder, 'server.json');

/** The server another test file of this very process started; jest gives each file its own modules. */
async function running(): Promise<Running | undefined> {
	const note = noteIn(ownFolder(process.pid));
	if (!existsSync(note)) return undefined;
	const found = JSON.parse(readFileSync(note, 'utf8')) as Running;
	return (await isReady(found.url)) ? found : undefined;
}

/** Data of earlier test runs, kept until now for whoever wanted to look. */
function removeLeftovers() {
	for (const name of existsSync(workFolder) ? readdirSync(workFolder) : []) {
		const [, pid] = /^n8n-tests-(\d+)$/.exec(name) ?? [];
		const inUse = Number(pid) !== process.pid && isAlive(Number(pid));
		if (pid && !inUse) rmSync(path.join(workFolder, name), { recursive: true, force: true });
	}
}

async function start(): Promise<Running> {
	if (!hasN8n()) {
		throw new Error('The real n8n is not installed: run "npm test -- workflows" once');
	}
	removeLeftovers();
	const folder = ownFolder(process.pid);
	const { url, filesFolder, logFile } = await startServer({ userFolder: folder });
	const started = { url, filesFolder, logFile };
	writeFileSync(noteIn(folder), JSON.stringify(started));
	return started;
}

let connected: Promise<SharedN8n> | undefined;

/**
 * The real n8n with this pack installed: one server for all test files of a serial jest run, on
 * data of its own that starts empty. It ends with the process; no test has to stop it.
 */
export function useN8n(): Promise<SharedN8n> {
	connected ??= (async () => {
		const { url, filesFolder, logFile } = (await running()) ?? (await start());
		return { ...(await connect(url)), filesFolder, logFile };
	})();
	return connected;
}
