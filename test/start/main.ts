/** `npm start`: the real n8n, a local Dynamics 365, real public data, three runs and a report. */
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { connect } from '../n8n/connect';
import { owner } from '../n8n/environment';
import { root, workFolder } from '../n8n/places';
import { preferPort } from '../n8n/ports';
import { startServer } from '../n8n/server';
import type { WorkflowDefinition } from '../n8n/workflow';
import { startDestination } from './destination';
import { writeOrganisations } from './organisations';
import { putCredential, putWorkflow, readTemplateFor } from './prepare';
import { report } from './report';

const { values: options } = parseArgs({
	options: {
		once: { type: 'boolean', default: false },
		template: { type: 'string', default: 'workflows/segment-to-dynamics365.json' },
	},
});

const folder = path.join(workFolder, 'start');
const userFolder = path.join(folder, 'n8n');
const filesFolder = path.join(folder, 'files');
const csv = path.join(filesFolder, 'organisations.csv');

const runs = [
	{ title: 'Run 1, everything is new', version: 'original' },
	{ title: 'Run 2, nothing changed', version: 'original' },
	{ title: 'Run 3, one row edited, one refused, one gone', version: 'edited' },
] as const;

/** What has to be stopped, last started first, however the demo ends. */
const started: Array<{ stop(): Promise<void> }> = [];
let stopping = false;

async function stopAll() {
	for (const service of started.splice(0).reverse()) await service.stop();
}

async function interrupted(code: number) {
	if (stopping) return;
	stopping = true;
	console.log('\nStopping …');
	await stopAll();
	process.exit(code);
}

async function startAll() {
	mkdirSync(filesFolder, { recursive: true });
	// The sandbox forgets on exit, so what the last demo knew about it must go as well.
	rmSync(path.join(userFolder, '.n8n/crm-sync'), { recursive: true, force: true });
	writeOrganisations(csv, 'original');
	const destination = await startDestination();
	started.push(destination);
	console.log(`Dynamics 365 sandbox: ${destination.url}`);
	console.log('Starting n8n (about 10 s) …');
	const server = await startServer({ userFolder, filesFolder, port: await preferPort(5678) });
	started.push(server);
	return { destination, server };
}

async function prepare(url: string, destination: Awaited<ReturnType<typeof startDestination>>) {
	const n8n = await connect(url);
	const { type, data } = destination.credential;
	const credential = await putCredential(n8n, type, 'Dynamics 365 sandbox', data);
	const template = path.resolve(root, options.template);
	const workflow: WorkflowDefinition = readTemplateFor(template, csv, credential);
	return { n8n, workflow, id: await putWorkflow(n8n, workflow) };
}

async function demo(): Promise<boolean> {
	const { destination, server } = await startAll();
	const { n8n, workflow, id } = await prepare(server.url, destination);
	let allGreen = true;
	for (const { title, version } of runs) {
		writeOrganisations(csv, version);
		const before = destination.requests();
		const run = await n8n.run(workflow);
		console.log(`\n${report(title, workflow, run, destination.requests() - before)}`);
		allGreen &&= run.status === 'success';
	}
	if (options.once) return allGreen;
	console.log(`\nOpen ${server.url}/workflow/${id}`);
	console.log(`  sign in as ${owner.email} with password ${owner.password}`);
	console.log('  Ctrl-C stops n8n and the sandbox.');
	await server.ended;
	if (stopping) return allGreen;
	throw new Error(`n8n has ended; its log: ${server.logFile}`);
}

process.once('SIGINT', () => void interrupted(130));
process.once('SIGTERM', () => void interrupted(143));

demo()
	.then((allGreen) => (process.exitCode = allGreen ? 0 : 1))
	.catch((error: unknown) => {
		console.error(error instanceof Error ? error.message : error);
		process.exitCode = 1;
	})
	.finally(stopAll);
