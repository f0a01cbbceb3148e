/** What `npm start` shows: the templates it runs, as the README prints them, and those it stores beside them. */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { root } from '../n8n/places';
import { useN8n, type SharedN8n } from '../n8n/useN8n';
import type { StoredCredential, WorkflowDefinition } from '../n8n/workflow';
import { startApi, type Api } from '../start/api';
import { demos } from '../start/demos';
import type { Destination } from '../start/destination';
import { readOthers } from '../start/others';
import { people } from '../start/model';
import { putCredential, readTemplateFor } from '../start/prepare';
import { report } from '../start/report';
import { freshName } from './syncLine';

jest.setTimeout(180_000);

let n8n: SharedN8n;
let api: Api;
const destinations: Destination[] = [];
const credentials: StoredCredential[] = [];
beforeAll(async () => {
	[n8n, api] = [await useN8n(), await startApi()];
	for (const { start } of demos) {
		const destination = await start();
		const { type, data } = destination.credential;
		destinations.push(destination);
		credentials.push(await putCredential(n8n, type, `Demo ${destination.url}`, data));
	}
});
afterAll(async () => {
	for (const service of [api, ...destinations]) await service.stop();
});

/** Sync Names are one per server here; in the demo they are the template's own. */
function renamed(workflow: WorkflowDefinition): WorkflowDefinition {
	const syncName = freshName();
	for (const { type, name, parameters } of workflow.nodes) {
		if (/\.(segmentDiff|dynamics365Changes)$/.test(type)) {
			parameters.syncName = `${syncName} ${name}`;
		}
	}
	return workflow;
}

/** Seconds and requests differ from run to run, and lines break where a page wants them to. */
const comparable = (text: string) =>
	text.replaceAll(/[\d.]+ s, \d+ requests?/g, '… s, … requests').replaceAll(/\s+/g, ' ');

const readme = comparable(readFileSync(path.join(root, 'README.md'), 'utf8'));

test.each(demos.map((demo, place) => [demo.template, demo, place] as const))(
	'design:10 %s: three runs, as the README prints them',
	async (template, { write, runs }, place) => {
		const files = write(n8n.filesFolder, 'original');
		const file = path.join(root, 'workflows', template);
		const workflow = renamed(readTemplateFor(file, files, credentials[place]));
		const sent: number[] = [];
		for (const { title, version } of runs) {
			write(n8n.filesFolder, version);
			const before = destinations[place].requests();
			const run = await n8n.run(workflow);
			sent.push(destinations[place].requests() - before);
			expect(readme).toContain(comparable(report(title, workflow, run, sent[0])));
		}
		const [first, second, third] = sent;
		expect(second).toBeLessThanOrEqual(1);
		expect(third).toBeLessThan(first);
	},
);

test('design:10 every other template that needs stand-ins only runs as it is stored', async () => {
	const places = { filesFolder: n8n.filesFolder, apiUrl: api.url, dynamics: credentials[0] };
	const others = readOthers(places);
	const names = new Set([
		...demos.map(({ template }) => template),
		'sharded-segment-to-dynamics365.json',
	]);
	const left = readdirSync(path.join(root, 'workflows')).filter((name) => !names.has(name));
	expect(others).toHaveLength(left.length);

	const [csv, changes] = others.map(renamed);
	for (const [workflow, arrived] of [
		[csv, people().length],
		[changes, 2 * people().length],
	] as const) {
		const run = await n8n.run(workflow, 'Run by Hand');
		expect(run.error).toBeUndefined();
		expect(await (await fetch(api.url)).json()).toHaveLength(arrived);
	}
});
