/** What a builder sees: the template on the canvas, every panel of it, its run and the credential. */
import path from 'node:path';
import { startDataverse, type DataverseSandbox } from '../sandbox/dataverse';
import { credentialData } from '../sandbox/dynamicsCredential';
import { root } from '../n8n/places';
import { useN8n, type SharedN8n } from '../n8n/useN8n';
import type { WorkflowDefinition } from '../n8n/workflow';
import { writeOrganisations } from '../start/organisations';
import { readTemplateFor } from '../start/prepare';
import { editorTest } from './chromium';
import { openEditor, type Editor } from './editor';

jest.setTimeout(300_000);

const credentialName = 'Dynamics 365 sandbox';

let editor: Editor | undefined;
let org: DataverseSandbox | undefined;
afterAll(async () => {
	await editor?.close();
	await org?.close();
});

async function importTemplate(
	n8n: SharedN8n,
	destination: DataverseSandbox,
): Promise<WorkflowDefinition> {
	const credential = await n8n.createCredential(
		'crmSyncDynamics365Api',
		credentialName,
		credentialData(destination),
	);
	const csv = path.join(n8n.filesFolder, 'organisations.csv');
	writeOrganisations(csv, 'original');
	const workflow = readTemplateFor(
		path.join(root, 'workflows/segment-to-dynamics365.json'),
		csv,
		credential,
	);
	const diff = workflow.nodes.find(({ name }) => name === 'Segment Diff');
	if (diff) diff.parameters.syncName = 'editor-test';
	return workflow;
}

/** Node → labels its panel must show at once, in the words of the product. */
const panels: Record<string, readonly string[]> = {
	'Map to Account': ['Destination', 'Key Name or ID', 'Mappings', 'Source', 'Apply Updates'],
	'Segment Diff': [
		'Sync Name',
		'Read From',
		'Key Fields',
		'This Input Is',
		'Records That Leave',
		'State Store',
		'Options',
	],
	'Dynamics 365 Upsert': ['Action', 'Table', 'Key Name or ID', 'Removed Records', 'Options'],
};

editorTest(
	'design:2 the template runs from the canvas, and every panel shows its controls and its outcome',
	async () => {
		const n8n = await useN8n();
		org = await startDataverse();
		editor = await openEditor(n8n);
		await editor.openWorkflow(await importTemplate(n8n, org));
		await editor.execute();
		await editor.page.getByText('5653 items').first().waitFor();
		await editor.screenshot('canvas');

		for (const [name, labels] of Object.entries(panels)) {
			await editor.openNode(name);
			const text = await editor.panelText(labels);
			expect({ name, missing: labels.filter((label) => !text.includes(label)) }).toEqual({
				name,
				missing: [],
			});
			await editor.screenshot(name.toLowerCase().replaceAll(' ', '-'));
			await editor.closeNode();
		}
		const hints = {
			'Segment Diff': '5,653 added',
			'Dynamics 365 Upsert': 'account: 5,653 created.',
		};
		for (const [name, hint] of Object.entries(hints)) {
			await editor.openNode(name);
			expect(await editor.panelText([hint])).toContain(hint);
			await editor.closeNode();
		}
	},
);

editorTest('design:7 keys come from a list, and the credential tells that it works', async () => {
	if (!editor || !org) throw new Error('The test before this one did not open the editor');
	const { page } = editor;
	const panel = await editor.openNode('Dynamics 365 Upsert');
	const option = (text: string) => panel.page().getByText(text).first();
	await option('Account Number (accountnumber)').waitFor({ state: 'attached' });
	await option('Record ID (accountid)').waitFor({ state: 'attached' });
	await editor.closeNode();

	const { rest } = await useN8n();
	const stored = await rest.get<Array<{ id: string; name: string }>>('/credentials');
	const { id } = stored.find(({ name }) => name === credentialName)!;
	await page.goto(`${rest.url}/home/credentials/${id}`);
	await page.getByText('Connection tested successfully').waitFor();
	await editor.screenshot('credential');
});
