/** The panels of the Dynamics 365 nodes, with everything in them opened, as a builder sees them around a run. */
import type { IDataObject, INode } from 'n8n-workflow';
import { useN8n } from '../n8n/useN8n';
import { chain, core, node, uses, type WorkflowDefinition } from '../n8n/workflow';
import {
	airport,
	airports,
	diffNode,
	pack,
	source,
	startWorld,
	writerNode,
	type SyncWorld,
} from '../workflows/syncLine';
import { editorTest } from './chromium';
import { openEditor, type Editor } from './editor';

jest.setTimeout(300_000);

let editor: Editor;
let world: SyncWorld | undefined;
afterAll(async () => {
	await editor?.close();
	await world?.org.close();
});

/** Every option of the writer, as if a builder had added all of them. */
const everyWriting: IDataObject = {
	...{ batchSize: 100, bypassLogic: 'none', checkVersion: false, columns: ['name'] },
	...{ confirm: 'whenWritten', createMissing: ['columns', 'key'], detectDuplicates: false },
	...{ keepBookkeepingOut: false, leaveParentsOut: false, onlyIfDifferent: true },
	...{ publisherPrefix: 'contoso', skipFlows: false, solution: '', inactiveStatus: '' },
	...{ updateWith: 'changed', upsertMultiple: false, writeAs: '' },
};

/** The same of the reader. */
const everyReading: IDataObject = {
	...{ adopt: false, allowTwice: false, applyDeletes: true, approve: '' },
	...{ deleteFilteredOut: false, findBy: 'auto', ignoreFields: '', keepBookkeepingOut: false },
	...{ labels: ['industrycode'], leaveOutInactive: false, maxLeavers: 10 },
	...{ maxLeaversPercent: 15, parkAfter: 3, recordsPerRun: 50_000 },
	...{ schema: 'public', tablePrefix: 'crm_sync_' },
};

const account = {
	__rl: true,
	mode: 'list',
	value: 'account',
	cachedResultName: 'Account (account)',
};
const at = (part: INode, name: string, y: number): INode =>
	({ ...part, name, position: [660, y] }) as INode;

/** A preview of two new accounts and one that differs; beside it the writer with all its options. */
function previewLine(world: SyncWorld): WorkflowDefinition {
	const rows = [airport('A00', { name: 'Zurich Airport' }), ...airports(3).slice(1)];
	const settings = { table: account, removedRecords: 'deactivate' };
	const preview = writerNode(world, { ...settings, action: 'preview' });
	const line = chain('Preview', [core.start(), source(rows), diffNode('editor-preview'), preview]);
	const all = writerNode(world, { ...settings, options: everyWriting });
	return { ...line, nodes: [...line.nodes, at(all, 'All Options', 260)] };
}

function changesLine({ credential }: SyncWorld): WorkflowDefinition {
	const type = { authentication: 'crmSyncDynamics365Api', stateStore: 'embedded' };
	const condition = {
		id: 'active',
		leftValue: '={{ $json.statecode }}',
		rightValue: 0,
		operator: { type: 'number', operation: 'equals' },
	};
	const settings = { caseSensitive: false, leftValue: '', typeValidation: 'loose', version: 3 };
	const reading = (syncName: string, options: IDataObject) => ({
		...{ ...type, syncName, table: account, columns: ['name', 'accountnumber', 'industrycode'] },
		conditions: { combinator: 'and', conditions: [condition], options: settings },
		options,
	});
	const reader = (name: string, options: IDataObject) =>
		node(name, `${pack}.dynamics365Changes`, reading(`editor-${name}`, options), uses(credential));
	const trigger = node('Trigger', `${pack}.dynamics365ChangesTrigger`, type, uses(credential));
	const line = chain('Changes', [trigger, reader('Changes', { applyDeletes: true })]);
	const all = reader('All of Reading', everyReading);
	return { ...line, nodes: [...line.nodes, at(all, 'All of Reading', 260)] };
}

interface Shown {
	readonly scrollWidth: number;
	readonly clientWidth: number;
	readonly textContent: string | null;
}

/** Labels of the open panel that end in dots. */
async function cutLabels(): Promise<string[]> {
	const texts = editor.page.locator('[data-test-id="node-parameters"] label *');
	return await texts.evaluateAll((all: readonly Shown[]) =>
		all
			.filter(({ scrollWidth, clientWidth }) => clientWidth > 0 && scrollWidth > clientWidth + 1)
			.map(({ textContent }) => String(textContent).trim()),
	);
}

/** Opens a panel, waits for what it must show, and gives its text and its cut labels. */
async function look(
	name: string,
	picture: string,
	expected: readonly string[] = [],
): Promise<{ text: string; cut: string[] }> {
	await editor.openNode(name);
	await editor.page.mouse.move(5, 5);
	const text = await editor.panelText(expected);
	await editor.screenshot(picture);
	const found = { text, cut: await cutLabels() };
	await editor.closeNode();
	for (const part of expected) expect(text).toContain(part);
	return found;
}

editorTest(
	'design:7 the writer previews field by field, and no label of its options is cut off',
	async () => {
		const n8n = await useN8n();
		world = await startWorld();
		world.org.insert('account', {
			name: 'Zurich',
			accountnumber: 'A00',
			address1_city: 'Somewhere',
		});
		editor = await openEditor(n8n);
		await editor.openWorkflow(previewLine(world));
		await editor.execute();
		const preview = await look('Writer', 'dynamics-365-preview', [
			'Written Branch (3 items)',
			'account: 1 updated, 2 created.',
		]);
		const all = await look('All Options', 'dynamics-365-upsert-options', [
			'Create What Is Missing',
			'Solution',
			'Status Reason',
			'Write As',
		]);
		expect([...preview.cut, ...all.cut]).toEqual([]);
	},
);

editorTest(
	'design:7 the trigger tells why it starts, and Changes shows what it reads',
	async () => {
		if (!world) throw new Error('The test before this one did not open the editor');
		await editor.openWorkflow(changesLine(world));
		await editor.execute();
		await editor.screenshot('dynamics-365-changes-canvas');
		const trigger = await look('Trigger', 'dynamics-365-changes-trigger', [
			'The sync has not read the table yet.',
			'Poll Times',
		]);
		const changes = await look('Changes', 'dynamics-365-changes', ['Changes Branch (1 item)']);
		const order = [
			'Credential',
			'State Store',
			'Sync Name',
			'Table',
			'Column',
			'Conditions',
			'Options',
		];
		const own = changes.text.slice(changes.text.indexOf('\nParameters'));
		const places = order.map((label) => own.indexOf(`\n${label}`));
		expect(places).toEqual([...places].sort((a, b) => a - b));
		expect(places[0]).toBeGreaterThan(0);
		const all = await look('All of Reading', 'dynamics-365-changes-options');
		expect([...trigger.cut, ...changes.cut, ...all.cut]).toEqual([]);
	},
);
