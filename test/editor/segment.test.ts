/** The panels of Segment Diff for each source, and of Sync State, as a builder sees them around a run. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { IDataObject, INode } from 'n8n-workflow';
import { useN8n } from '../n8n/useN8n';
import { chain, core, node, uses, type WorkflowDefinition } from '../n8n/workflow';
import { diffNode, pack, startWorld, writerNode, type SyncWorld } from '../workflows/syncLine';
import { editorTest } from './chromium';
import { openEditor, type Editor } from './editor';

jest.setTimeout(300_000);

let editor: Editor | undefined;
let world: SyncWorld | undefined;
afterAll(async () => {
	await editor?.close();
	await world?.org.close();
});

/** The third line has a cell too few, the fourth a number that is none, the fifth no key. */
const csv = [
	'code;name;opened;seats',
	'ZRH;Zurich;1948-06-14;12',
	'BAD;Too Short;1950-01-01',
	'ODD;Odd Number;1951-01-01;many',
	';No Key;1952-01-01;3',
].join('\n');

const every: IDataObject = {
	...{ adopt: false, approve: '', changesPerRun: 50_000, compareFields: '', expectedRows: 0 },
	...{ graceHours: 24, graceRuns: 3, ignoreFields: '', keepBookkeepingOut: false },
	...{ keepRecords: true, keyComparison: 'fold', parkAfter: 3, maxLeavers: 10 },
	...{ maxLeaversPercent: 15, schema: 'public', tablePrefix: 'crm_sync_', delimiter: '' },
	...{ encoding: 'utf8', fileFormat: 'auto', otherColumns: 'text' },
	columnTypes: { columns: [{ column: 'seats', type: 'wholeNumber' }] },
};

const named = (name: string, part: INode): INode => ({ ...part, name });
const state = (name: string, action: string) => node(name, `${pack}.syncState`, { action });

function fileLine(at: SyncWorld, file: string): WorkflowDefinition {
	const values = [
		['accountnumber', 'code'],
		['name', 'name'],
		['numberofemployees', 'seats'],
	].map(([destinationField, field]) => ({
		destinationField,
		source: `={{ $json.${field} }}`,
		applyUpdates: true,
	}));
	const account = { __rl: true, mode: 'name', value: 'account' };
	const mapping = {
		...{ destination: 'dynamics365', authentication: 'crmSyncDynamics365Api' },
		...{ destinationObject: account, keyFields: 'accountnumber', mappings: { values } },
	};
	const read = { operation: 'read', fileSelector: file, options: {} };
	const line = chain('Sources', [
		core.start(),
		node('Read the File', 'n8n-nodes-base.readWriteFile', read, { typeVersion: 1.1 }),
		diffNode('editor-file', { source: 'file', keyFields: 'code', options: every }),
		node('To Account', `${pack}.fieldMapper`, mapping, uses(at.credential)),
		writerNode(at),
		state('Syncs', 'listSyncs'),
	]);
	const others = [
		named('Items', diffNode('editor-items', { source: 'items', options: every })),
		named('Query', diffNode('editor-query', { source: 'postgres', options: every })),
		named('Feed', diffNode('editor-feed', { inputIs: 'feed', leavers: 'leave', options: every })),
		state('Replay', 'replay'),
	];
	const placed = others.map((part, index) => ({ ...part, position: [index * 220, 260] }) as INode);
	return { ...line, nodes: [...line.nodes, ...placed] };
}

const ofFiles = ['Input Binary Field', 'Delimiter', 'Encoding', 'File Format', 'Columns Without'];
const ofLeavers = ['Grace Period (Hours)', 'Grace Period (Runs)', 'Allowed Leavers (%)'];
const always = ['Read From', 'Approve', 'Adopt Existing Records', 'Column Types', 'Park After'];
const credential = 'Credential for Postgres';

/** Node → labels its panel must show at once, and labels of what has no effect there. */
const panels: Record<string, readonly [readonly string[], readonly string[]]> = {
	Diff: [
		[...always, ...ofFiles, ...ofLeavers, 'Changes per Run'],
		[credential, 'Query', 'Table Prefix', 'Keep Records'],
	],
	Items: [
		[...always, ...ofLeavers],
		[...ofFiles, credential, 'Query'],
	],
	Query: [
		[...always, ...ofLeavers, credential, 'Query'],
		[...ofFiles, 'Table Prefix'],
	],
	Feed: [
		[...always, 'Keep Records Until Accepted'],
		[...ofLeavers, 'Changes per Run'],
	],
	Replay: [
		['Action', 'Sync Name', 'State Store'],
		[credential, 'Limit', 'Confirm Name'],
	],
};

editorTest(
	'design:7 every source shows its controls and its outcome, and no control without effect',
	async () => {
		const n8n = await useN8n();
		world = await startWorld();
		editor = await openEditor(n8n);
		const file = path.join(n8n.filesFolder, 'airports.csv');
		writeFileSync(file, csv);
		await editor.openWorkflow(fileLine(world, file));
		await editor.execute();
		const texts: Record<string, string> = {};
		const told: Record<string, readonly string[]> = {
			Diff: ['4 records compared: 1 added', 'Invalid Branch (3 items)'],
			Syncs: ['file "airports.csv"'],
		};
		for (const name of [...Object.keys(panels), 'Syncs']) {
			await editor.openNode(name);
			texts[name] = await editor.panelText([...(panels[name]?.[0] ?? []), ...(told[name] ?? [])]);
			await editor.closeNode();
		}
		for (const [name, [there, absent]] of Object.entries(panels)) {
			const has = (label: string) =>
				texts[name]?.split('\n').some((line) => line.startsWith(label));
			const missing = there.filter((label) => !has(label));
			const idle = absent.filter((label) => has(label));
			expect({ name, missing, idle }).toEqual({ name, missing: [], idle: [] });
		}
		for (const [name, parts] of Object.entries(told)) {
			for (const part of parts) expect(texts[name]).toContain(part);
		}
		expect(world.accounts()).toMatchObject([{ accountnumber: 'ZRH', numberofemployees: 12 }]);
	},
);

editorTest('design:7 Invalid tells the line, and the actions tell what they are for', async () => {
	if (!editor) throw new Error('The test before this one did not open the editor');
	await editor.openNode('Diff');
	await editor.page.getByText('Invalid Branch').click();
	await editor.page.getByText('Line 3 of the file "airports.csv"').waitFor();
	expect(await editor.panelText(['"seats" is "many"'])).toContain('"seats" is "many"');
	await editor.screenshot('sources-invalid');
	await editor.closeNode();
	const syncs = await editor.openNode('Syncs');
	await syncs.locator('[data-test-id="parameter-input-action"] input').first().click();
	await editor.page.getByText('Take what the next run reads as accepted').first().waitFor();
	await editor.page.getByText('Send all of the input once more').first().waitFor();
	await editor.screenshot('sources-actions');
});
