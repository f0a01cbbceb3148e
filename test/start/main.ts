/** `npm start`: the real n8n, local systems to write to, every template that needs no more, and a report of its runs. */
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { connect, type N8n } from '../n8n/connect';
import { owner } from '../n8n/environment';
import { root, workFolder } from '../n8n/places';
import { preferPort } from '../n8n/ports';
import { startServer } from '../n8n/server';
import type { StoredCredential, WorkflowDefinition } from '../n8n/workflow';
import { startApi } from './api';
import { demos, type Demo } from './demos';
import type { Destination } from './destination';
import { readOthers } from './others';
import { putCredential, putWorkflow, readTemplateFor } from './prepare';
import { report } from './report';

const { values: options } = parseArgs({ options: { once: { type: 'boolean', default: false } } });

const folder = path.join(workFolder, 'start');
const userFolder = path.join(folder, 'n8n');
const filesFolder = path.join(folder, 'files');

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

/** Remembers what is to be stopped as soon as it runs. */
async function keep<T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> {
	const service = await starting;
	started.push(service);
	return service;
}

interface Stored {
	demo: Demo;
	destination: Destination;
	credential: StoredCredential;
	workflow: WorkflowDefinition;
	id: string;
}

async function store(n8n: N8n, demo: Demo, destination: Destination): Promise<Stored> {
	const { type, data } = destination.credential;
	const credential = await putCredential(n8n, type, `${destination.name} sandbox`, data);
	const template = path.join(root, 'workflows', demo.template);
	const workflow = readTemplateFor(template, demo.write(filesFolder, 'original'), credential);
	return { demo, destination, credential, workflow, id: await putWorkflow(n8n, workflow) };
}

async function runThrice(n8n: N8n, { demo, destination, workflow }: Stored): Promise<boolean> {
	console.log(`\n── ${workflow.name}`);
	let allGreen = true;
	for (const { title, version } of demo.runs) {
		demo.write(filesFolder, version);
		const before = destination.requests();
		const run = await n8n.run(workflow);
		console.log(`\n${report(title, workflow, run, destination.requests() - before)}`);
		allGreen &&= run.status === 'success';
	}
	return allGreen;
}

async function startAll() {
	mkdirSync(filesFolder, { recursive: true });
	// The sandboxes forget on exit, so what the last demo knew about them must go as well.
	rmSync(path.join(userFolder, '.n8n/crm-sync'), { recursive: true, force: true });
	const destinations: Destination[] = [];
	for (const { start } of demos) {
		const destination = await keep(start());
		destinations.push(destination);
		console.log(`${destination.name} sandbox: ${destination.url}`);
	}
	const api = await keep(startApi());
	console.log('Starting n8n (about 10 s) …');
	const port = await preferPort(5678);
	const server = await keep(startServer({ userFolder, filesFolder, port }));
	return { destinations, api, server };
}

type Running = Awaited<ReturnType<typeof startAll>>;

/** What to open, and where to see what arrived. */
function invite({ server, destinations, api }: Running, workflows: readonly string[][]): void {
	console.log(`\nSign in as ${owner.email} with password ${owner.password}, then open`);
	for (const [name, id] of workflows) console.log(`  ${server.url}/workflow/${id}  ${name}`);
	console.log(`Their source files: ${filesFolder}`);
	console.log('What arrived:');
	for (const { name, url, objects } of destinations) {
		for (const object of objects) console.log(`  ${url}/__sandbox/rows/${object}  ${name}`);
	}
	console.log(`  ${api.url}  the API of the other templates`);
	console.log('Ctrl-C stops n8n and the sandboxes, which then forget everything.');
}

async function demo(): Promise<boolean> {
	const running = await startAll();
	const { destinations, api, server } = running;
	const n8n = await connect(server.url);
	const stored: Stored[] = [];
	for (const [place, one] of demos.entries()) {
		stored.push(await store(n8n, one, destinations[place]));
	}
	const places = { filesFolder, apiUrl: api.url, dynamics: stored[0].credential };
	const workflows = stored.map(({ workflow, id }) => [workflow.name, id]);
	for (const other of readOthers(places)) {
		workflows.push([other.name, await putWorkflow(n8n, other)]);
	}
	let allGreen = true;
	for (const one of stored) allGreen = (await runThrice(n8n, one)) && allGreen;
	if (options.once) return allGreen;
	invite(running, workflows);
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
