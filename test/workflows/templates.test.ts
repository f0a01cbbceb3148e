/** What holds for every template file. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { INode, INodeTypeDescription } from 'n8n-workflow';
import { root } from '../n8n/places';
import { useN8n, type SharedN8n } from '../n8n/useN8n';
import type { WorkflowDefinition } from '../n8n/workflow';

jest.setTimeout(60_000);

const folder = path.join(root, 'workflows');
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));

let n8n: SharedN8n;
beforeAll(async () => {
	n8n = await useN8n();
});

describe.each(files)('%s', (name) => {
	const { nodes, settings } = JSON.parse(
		readFileSync(path.join(folder, name), 'utf8'),
	) as WorkflowDefinition;

	test('n8n:T-16 names only node types, versions and parameters that the server knows', async () => {
		const { url, headers } = n8n.rest;
		const answer = await fetch(`${url}/types/nodes.json`, { headers });
		const types = (await answer.json()) as INodeTypeDescription[];
		for (const { type, typeVersion, parameters } of nodes) {
			const known = types.filter((one) => one.name === type);
			const versions = known.flatMap(({ version }) => version);
			expect({ type, versions }).toEqual({ type, versions: expect.arrayContaining([typeVersion]) });
			const properties = new Set(known.flatMap((one) => one.properties.map((found) => found.name)));
			const unknown = Object.keys(parameters).filter((parameter) => !properties.has(parameter));
			expect({ type, unknown }).toEqual({ type, unknown: [] });
		}
	});

	test('explains itself on the canvas, keeps an empty source visible and saves no records', () => {
		const notes = nodes.filter(({ type }) => type === 'n8n-nodes-base.stickyNote');
		expect(notes.length).toBeGreaterThanOrEqual(4);
		for (const { parameters } of notes) expect(String(parameters.content)).toMatch(/^#/);
		const [, page] = /\]\(https:.*\/blob\/main\/(.+?)\)/.exec(String(notes[0].parameters.content))!;
		expect(existsSync(path.join(root, page))).toBe(true);
		// An empty segment must reach Segment Diff; a feed without news has nothing to tell.
		const comparesSegment = nodes.some(({ type }) => type.endsWith('.segmentDiff'));
		const always = nodes.filter(({ alwaysOutputData }) => alwaysOutputData);
		if (comparesSegment) expect(always).not.toEqual([]);
		expect(settings?.saveDataSuccessExecution).toBe('none');
	});

	test('no note covers a node or its name', () => {
		const isNote = ({ type }: INode) => type === 'n8n-nodes-base.stickyNote';
		const others = nodes.filter((node) => !isNote(node));
		// A node is six squares of the canvas wide and high, its name three more below it.
		const covered = nodes.filter(isNote).flatMap(({ name: note, position, parameters }) =>
			others.flatMap(({ name: node, position: [x, y] }) => {
				const [right, below] = [x - position[0], y - position[1]];
				const beside = right >= Number(parameters.width) || right <= -96;
				const apart = below >= Number(parameters.height) || below <= -144;
				return beside || apart ? [] : `${note} covers ${node}`;
			}),
		);
		expect(covered).toEqual([]);
	});

	test('holds no stored credential', () => {
		for (const { credentials = {} } of nodes) {
			for (const { id } of Object.values(credentials)) expect(id).toBe('');
		}
	});
});
