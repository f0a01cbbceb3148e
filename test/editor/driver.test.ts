/** The browser driver, proven on n8n's core nodes: what the tests of our panels take for granted. */
import { statSync } from 'node:fs';
import { useN8n } from '../n8n/useN8n';
import { chain, core } from '../n8n/workflow';
import { editorTest } from './chromium';
import { openEditor, type Editor } from './editor';

jest.setTimeout(180_000);

let editor: Editor | undefined;
afterAll(async () => await editor?.close());

editorTest('n8n:3 the editor shows a workflow, its run and a node panel', async () => {
	const n8n = await useN8n();
	const code = core.code('Rows', 'return [1, 2, 3].map((n) => ({ json: { n } }));');
	const workflow = chain('Placeholder', [core.start(), code, core.pass('Done')]);
	editor = await openEditor(n8n);

	await editor.openWorkflow(workflow);
	expect(await editor.element('canvas-node').count()).toBe(3);

	await editor.execute();
	await editor.page.getByText('3 items').first().waitFor();
	const canvas = await editor.screenshot('driver-canvas');
	expect(statSync(canvas).size).toBeGreaterThan(10_000);

	await editor.openNode('Rows');
	expect(await editor.panelText(['JavaScript'])).toContain('JavaScript');
	await editor.screenshot('driver-panel');
	await editor.closeNode();
	expect(await editor.element('ndv').count()).toBe(0);
});
