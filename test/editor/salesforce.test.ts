/** The panel of Salesforce Write in every mode, with all its options, and what it tells after a run. */
import type { IDataObject, INode } from 'n8n-workflow';
import { useN8n } from '../n8n/useN8n';
import { chain, core, node, uses, type WorkflowDefinition } from '../n8n/workflow';
import { pack, source } from '../workflows/syncLine';
import {
	company,
	salesforceNode,
	startSalesforceWorld,
	type SalesforceWorld,
} from '../workflows/salesforceLine';
import { editorTest } from './chromium';
import { openEditor, type Editor } from './editor';

jest.setTimeout(300_000);

let editor: Editor | undefined;
let world: SalesforceWorld | undefined;
afterAll(async () => {
	await editor?.close();
	await world?.org.close();
});

const account = {
	__rl: true,
	mode: 'list',
	value: 'Account',
	cachedResultName: 'Account (Account)',
};

/** All options, each as the panel would first show it. */
const every: IDataObject = {
	...{ allOrNone: false, allowDuplicates: false, api: 'auto', apiVersion: '' },
	...{ assignmentRuleId: '', confirm: 'whenWritten', cutText: false, fields: [] },
	...{ findDoubtfulBy: '', redirectConverted: false, instanceUrl: '', jobMegabytes: 45 },
	...{ jobRows: 50_000, keepBookkeepingOut: false, leaveParentsOut: false },
	...{ dropUnwritable: false, loosePicklists: false, maxCalls: 0, maxWaitMinutes: 30 },
	...{ onlyIfDifferent: false, batchSize: 200, retryUnsafeInserts: false },
	...{ duplicateKeys: 'reject', sendWarnings: 'problems', skipAssignmentRules: false },
	...{ sortByParent: false, stopAtUsage: 90, timeZone: '', updateWith: 'changed' },
	...{ typePolicy: 'convert', notFound: 'skip', severalFound: 'reject', emptyText: 'ignore' },
};

const named = (name: string, part: INode, y: number): INode =>
	({ ...part, name, position: [440, y] }) as INode;

function panelsLine(at: SalesforceWorld): WorkflowDefinition {
	const writer = (name: string, y: number, parameters: IDataObject) =>
		named(name, salesforceNode(at, { object: account, ...parameters }), y);
	const line = chain('Salesforce panels', [
		core.start(),
		source([company('A'), company('B', { Phone: 'x'.repeat(60) })]),
		salesforceNode(at, { object: account, options: { sendWarnings: 'problems' } }),
	]);
	const mapper = node(
		'Mapper',
		`${pack}.fieldMapper`,
		{
			...{ destination: 'salesforce', salesforceAuthentication: 'crmSyncSalesforceOAuth2Api' },
			...{ destinationObject: account, keyFields: 'Ext__c' },
		},
		uses(at.credential),
	);
	const others = [
		writer('Update', 200, { writeMode: 'update', options: every }),
		writer('Insert', 400, { writeMode: 'insert', options: every }),
		writer('Delete', 600, { writeMode: 'delete', options: every }),
		writer('Job', 800, { action: 'bulkResult', jobId: '={{ $json.id }}' }),
		named('Mapper', mapper, 1000),
	];
	return { ...line, nodes: [...line.nodes, ...others] };
}

const always = ['Credential', 'Action', 'Object', 'Write Mode', 'Removed Records', 'Options'];
const match = 'Match Field';
const ofMatching = ['Same Key Twice', 'When Several Are Found', 'Follow Converted Leads'];
const ofInserts = ['Find Doubtful Inserts By', 'Repeat Doubtful Inserts'];
const ofBoth = ['Only If Different', 'Send Warnings', 'Stop at API Usage (%)', 'Job Size (MB)'];

/** Node → labels its panel must show at once, and labels of what has no effect there. */
const panels: Record<string, readonly [readonly string[], readonly string[]]> = {
	Writer: [[...always, match, 'Send Warnings'], ['Job ID']],
	Update: [[...always, match, ...ofMatching, ...ofBoth, 'When Not Found'], ofInserts],
	Insert: [
		[...always, ...ofInserts, 'Send Warnings'],
		[match, ...ofMatching, 'When Not Found', 'Only If Different'],
	],
	Delete: [
		[...always, match, ...ofMatching],
		[...ofInserts, 'When Not Found', 'Only If Different'],
	],
	Job: [
		['Credential', 'Action', 'Job ID', 'Options'],
		['Object', 'Write Mode', match, 'Removed Records'],
	],
};

editorTest('design:7 every mode shows its controls, and no control without effect', async () => {
	const n8n = await useN8n();
	world = await startSalesforceWorld();
	editor = await openEditor(n8n);
	await editor.openWorkflow(panelsLine(world));
	await editor.execute();
	const wrong: unknown[] = [];
	for (const [name, [there, absent]] of Object.entries(panels)) {
		await editor.openNode(name);
		const lines = (await editor.panelText(there)).split('\n');
		const has = (label: string) => lines.some((line) => line.startsWith(label));
		const missing = there.filter((label) => !has(label));
		const idle = absent.filter((label) => has(label));
		await editor.screenshot(`salesforce-${name.toLowerCase()}`);
		if (missing.length + idle.length > 0) wrong.push({ name, missing, idle });
		await editor.closeNode();
	}
	expect(wrong).toEqual([]);
});

editorTest(
	'design:7 the run says what became of the records, and the credential that it works',
	async () => {
		if (!editor || !world) throw new Error('The first test did not open the editor');
		await editor.openNode('Writer');
		const hint = 'Account: 1 created, 1 rejected.';
		expect(await editor.panelText([hint])).toContain(hint);
		await editor.page.getByText('Summary Branch').first().click();
		await editor.screenshot('salesforce-summary');
		await editor.closeNode();
		const { rest } = await useN8n();
		await editor.page.goto(`${rest.url}/home/credentials/${world.credential.id}`);
		const { page } = editor;
		await page.getByText('Connection tested successfully').waitFor();
		await page.locator('label', { hasText: 'My Domain URL' }).first().waitFor();
		await editor.screenshot('salesforce-credential');
		const labels = (await page.locator('label').allInnerTexts()).join();
		expect(labels).toMatch(/Client ID.*Client Secret.*My Domain URL/s);
		expect(labels).not.toContain('Additional Body Properties');
		await page.getByText('The Consumer Key. In Salesforce').waitFor();
		await page.getByText('The Consumer Secret, beside').waitFor();
	},
);

editorTest(
	'design:7 match fields and modes come from lists that say what each is for',
	async () => {
		if (!editor || !world) throw new Error('The first test did not open the editor');
		const { page } = editor;
		await editor.openWorkflow(panelsLine(world));
		await editor.openNode('Writer');
		const open = async (parameter: string) =>
			await page.locator(`[data-test-id="parameter-input-${parameter}"] input`).first().click();
		await open('writeMode');
		await page.getByText('For events and histories').first().waitFor();
		await page.waitForTimeout(500);
		await editor.screenshot('salesforce-write-modes');
		await page.keyboard.press('Escape');
		await open('matchField');
		await page.getByText('Record ID (Id)').first().waitFor();
		await page.getByText('External Key (Ext__c) · external ID').first().waitFor();
		await page.getByText('Searched before writing').first().waitFor();
		await page.waitForTimeout(500);
		await editor.screenshot('salesforce-match-fields');
	},
);
