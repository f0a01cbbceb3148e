/** The packed build as n8n sees it after an install: everything loads, under the names templates use. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ICredentialType, INodeTypeDescription } from 'n8n-workflow';
import { root } from '../n8n/places';
import { useN8n, type SharedN8n } from '../n8n/useN8n';

jest.setTimeout(120_000);

const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
	name: string;
	dependencies?: Readonly<Record<string, string>>;
	n8n: { nodes: string[]; credentials: string[] };
};

/** `dist/nodes/SegmentDiff/SegmentDiff.node.js` → `segmentDiff`. */
function typeName(file: string): string {
	const name = path.basename(file).replace(/\.(node|credentials)\.js$/, '');
	return name[0].toLowerCase() + name.slice(1);
}

let n8n: SharedN8n;
beforeAll(async () => {
	n8n = await useN8n();
});

/** n8n serves the list of types as a plain file, not as one of its wrapped answers. */
async function served<T>(file: string): Promise<T[]> {
	const response = await fetch(`${n8n.rest.url}/types/${file}.json`, { headers: n8n.rest.headers });
	return (await response.json()) as T[];
}

test('n8n:1.1 every node is loaded under its full name', async () => {
	const nodes = await served<INodeTypeDescription>('nodes');
	const ours = nodes.map(({ name }) => name).filter((name) => name.startsWith(manifest.name));
	const expected = manifest.n8n.nodes.map((file) => `${manifest.name}.${typeName(file)}`);
	expect([...new Set(ours)].sort()).toEqual(expected.sort());
});

test('n8n:T-43 every node has light and dark icons, a category and a documentation link', async () => {
	const nodes = await served<INodeTypeDescription>('nodes');
	const ours = nodes.filter(({ name }) => name.startsWith(manifest.name));
	for (const { name, iconUrl, codex } of ours) {
		expect({ name, iconUrl }).toEqual({
			name,
			iconUrl: { light: expect.stringMatching(/\.svg$/), dark: expect.stringMatching(/\.svg$/) },
		});
		const docs = codex?.resources?.primaryDocumentation?.[0]?.url;
		expect({ name, categories: codex?.categories, docs }).toEqual({
			name,
			categories: expect.arrayContaining([expect.any(String)]),
			docs: expect.stringMatching(/^https:/),
		});
	}
});

test('n8n:T-15 every credential is loaded and carries our prefix', async () => {
	const types = await served<ICredentialType>('credentials');
	const loaded = types.map(({ name }) => name);
	const expected = manifest.n8n.credentials.map(typeName);
	expect(loaded).toEqual(expect.arrayContaining(expected));
	for (const name of expected) expect(name).toMatch(/^crmSync/);
});

test('salesforce:U18 the pack brings no dependencies along: jsforce and the like are part of its build', () => {
	expect(manifest.dependencies).toBeUndefined();
});
