/** The panels of the nodes that shape records, as a builder sees them with a destination at hand. */
import type { IDataObject } from 'n8n-workflow';
import { useN8n } from '../n8n/useN8n';
import { chain, core, node, uses, type WorkflowDefinition } from '../n8n/workflow';
import { nodeOf, pack, source, startWorld, type SyncWorld } from '../workflows/syncLine';
import { editorTest } from './chromium';
import { openEditor, type Editor } from './editor';

jest.setTimeout(300_000);

let editor: Editor | undefined;
let world: SyncWorld | undefined;
afterAll(async () => {
	await editor?.close();
	await world?.org.close();
});

const account = {
	__rl: true,
	mode: 'list',
	value: 'account',
	cachedResultName: 'Account (account)',
};
const listed = (value: number, label: string) => ({
	__rl: true,
	mode: 'list',
	value,
	cachedResultName: `${label} (${value})`,
});
const typed = (value: string) => ({ __rl: true, mode: 'value', value });

const rows: IDataObject[] = [
	{ code: 'ZRH', name: 'Zurich', kind: 'airport', height: '1416', open: true },
	{ code: 'LSZ', name: 'Lake Base', kind: 'water', height: '1300', open: true },
	{ code: 'OLD', name: 'Closed Field', kind: 'airport', height: '300', open: false },
	{ code: 'ODD', name: 'Odd One', kind: 'balloon port', height: '12', open: true },
];

const rule = (existing: string, value: number, label: string) => ({
	field: 'kind',
	match: 'exact',
	existingValue: typed(existing),
	newValue: listed(value, label),
	destinationField: 'crmsync_kind',
	enabled: true,
});

const condition = (field: string, type: string, operation: string, rightValue: unknown) => ({
	id: field,
	leftValue: `={{ $json.${field} }}`,
	rightValue,
	operator: { type, operation },
});

function shapingLine({ credential }: SyncWorld): WorkflowDefinition {
	const destination = { destination: 'dynamics365', destinationObject: account };
	const replacement = {
		...destination,
		authentication: 'crmSyncDynamics365Api',
		source: 'any',
		rules: {
			values: [
				rule('airport', 935_350_000, 'Airport'),
				rule('water', 935_350_002, 'Seaplane Base'),
			],
		},
		whenUnmatched: 'keep',
	};
	const conditions = {
		combinator: 'and',
		options: { caseSensitive: true, leftValue: '', typeValidation: 'strict', version: 3 },
		conditions: [
			condition('open', 'boolean', 'equals', true),
			condition('code', 'string', 'notEmpty', ''),
		],
	};
	const mapping = {
		...destination,
		authentication: 'crmSyncDynamics365Api',
		keyFields: 'accountnumber',
		mappings: {
			values: [
				['accountnumber', 'code'],
				['name', 'name'],
				['crmsync_altitude', 'height'],
				['crmsync_kind', 'kind'],
			].map(([destinationField, field]) => ({
				destinationField,
				source: `={{ $json.${field} }}`,
				applyUpdates: true,
			})),
		},
	};
	return chain('Shaping', [
		core.start(),
		source(rows),
		node('Kinds', `${pack}.fieldReplacement`, replacement, uses(credential)),
		node('Open Ones', `${pack}.recordFilter`, { conditions } as unknown as IDataObject),
		node('To Account', `${pack}.fieldMapper`, mapping, uses(credential)),
		node(
			'Suggest',
			`${pack}.fieldMapper`,
			{ ...mapping, action: 'suggest', mappings: {} },
			uses(credential),
		),
	]);
}

/** Node → labels its panel must show at once. */
const panels: Record<string, readonly string[]> = {
	Kinds: ['Source', 'Destination', 'Rules', 'Existing Value', 'New Value', 'When Unmatched'],
	'Open Ones': ['Conditions', 'how values compare', 'Delete Filtered-Out Records', 'Options'],
	'To Account': ['Action', 'Destination', 'Destination Object', 'Key Name or ID', 'Mappings'],
	Suggest: ['Action', 'Destination Object', 'Suggestions'],
};

editorTest('design:7 every shaping node shows its controls and what it did', async () => {
	const n8n = await useN8n();
	world = await startWorld();
	editor = await openEditor(n8n);
	const workflow = shapingLine(world);
	expect(nodeOf(workflow, 'Kinds').credentials).toBeDefined();
	await editor.openWorkflow(workflow);
	await editor.execute();
	await editor.screenshot('shaping-canvas');
	for (const [name, labels] of Object.entries(panels)) {
		await editor.openNode(name);
		const text = await editor.panelText(labels);
		expect({ name, missing: labels.filter((label) => !text.includes(label)) }).toEqual({
			name,
			missing: [],
		});
		await editor.screenshot(`shaping-${name.toLowerCase().replaceAll(' ', '-')}`);
		await editor.closeNode();
	}
	const hints = {
		'Open Ones': '3 kept, 1 discarded (held)',
		'To Account': '3 mapped, 0 rejected, 1 held before.',
	};
	for (const [name, hint] of Object.entries(hints)) {
		await editor.openNode(name);
		expect(await editor.panelText([hint])).toContain(hint);
		await editor.closeNode();
	}
});
