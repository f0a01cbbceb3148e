/** The template for a destination that is not ours: a CSV file, HTTP Request, Confirm Delivery. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../n8n/places';
import { useN8n, type SharedN8n } from '../n8n/useN8n';
import type { WorkflowDefinition } from '../n8n/workflow';
import { startForeign, type ForeignServer } from './foreignServer';
import { freshName, nodeOf, offered } from './syncLine';

jest.setTimeout(120_000);

const template = path.join(root, 'workflows/csv-to-any-node.json');

let n8n: SharedN8n;
let foreign: ForeignServer;
let csv = '';
beforeAll(async () => {
	[n8n, foreign] = [await useN8n(), await startForeign('externalId')];
	csv = path.join(n8n.filesFolder, 'contacts.csv');
});
afterAll(() => foreign.close());

/** The file as a person imports it, with the source and the address filled in. */
function imported(): WorkflowDefinition {
	const workflow = JSON.parse(readFileSync(template, 'utf8')) as WorkflowDefinition;
	nodeOf(workflow, 'Read the File').parameters.fileSelector = csv;
	nodeOf(workflow, 'Segment Diff').parameters.syncName = freshName();
	const post = nodeOf(workflow, 'Post to the API').parameters;
	post.url = foreign.url;
	post.options = {};
	return workflow;
}

const head = 'id,email,first_name,last_name,city';
const write = (...lines: string[]) => writeFileSync(csv, [head, ...lines, ''].join('\n'));
const ann = 'c1,ann@example.com,Ann,Archer,Bath';
const bob = 'c2,bob@example.com,Bob,Baker,York';
const keyless = ',nobody@example.com,No,Key,Ely';

test('design:R7 design:R15 sends what changed, confirms it, and a refused record comes back', async () => {
	const workflow = imported();
	const posted = async (): Promise<unknown[]> => {
		foreign.bodies.length = 0;
		const run = await n8n.run(workflow, 'Run by Hand');
		expect(run.error).toBeUndefined();
		const logged = run.records('Log');
		expect(logged.filter(({ unmatched, stale }) => unmatched !== 0 || stale !== 0)).toEqual([]);
		return foreign.bodies.map(({ externalId }) => externalId);
	};
	write(ann, bob, keyless);
	foreign.refused.add('c2');
	expect(await posted()).toEqual(['c1', 'c2']);
	expect(foreign.bodies[0]).toEqual({
		externalId: 'c1',
		email: 'ann@example.com',
		firstName: 'Ann',
		lastName: 'Archer',
		city: 'Bath',
	});
	foreign.refused.clear();
	expect(await posted()).toEqual(['c2']);
	expect(await posted()).toEqual([]);
	write(ann.replace('Bath', 'Wells'), bob, keyless);
	expect(await posted()).toEqual(['c1']);
	expect(foreign.bodies[0].city).toBe('Wells');
	const last = await n8n.run(workflow, 'Run by Hand');
	expect(offered(last, 'Segment Diff')).toEqual([]);
	expect(last.records('Rows to Repair')).toMatchObject([
		{ email: 'nobody@example.com', reason: expect.stringContaining('externalId') },
	]);
});
