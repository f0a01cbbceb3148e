/** The two Salesforce templates as a person imports them: a model to accounts and contacts, and the alert. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from '../n8n/places';
import type { Run } from '../n8n/execution';
import { chain, node, readTemplate, type WorkflowDefinition } from '../n8n/workflow';
import { freshName, nodeOf, summary, sync } from './syncLine';
import {
	company,
	salesforceLine,
	startSalesforceWorld,
	type SalesforceWorld,
} from './salesforceLine';

jest.setTimeout(180_000);

let world: SalesforceWorld;
beforeAll(async () => {
	world = await startSalesforceWorld();
});
afterAll(async () => await world.org.close());

const template = (name: string) =>
	readTemplate(path.join(root, 'workflows', name), [world.credential]);

const companies = [
	['code', 'name', 'industry', 'website', 'employees', 'city', 'country'],
	['C1', 'Alpine Air', 'Travel', 'https://alpine.example', '120', 'Zurich', 'Switzerland'],
	['C2', 'Bergbank', 'Banking', 'https://berg.example', '45', 'Bern', 'Switzerland'],
];
const people = [
	['id', 'first_name', 'last_name', 'email', 'title', 'company'],
	['P1', 'Ada', 'Moser', 'ada@alpine.example', 'Pilot', 'C1'],
	['P2', 'Beat', 'Frei', 'beat@berg.example', '', 'C2'],
	['P3', 'Cleo', 'Egli', 'cleo@nowhere.example', '', 'C9'],
	['P4', 'Dario', 'Weber', 'dario@alone.example', '', ''],
];

/** The file a node of the template reads. */
function write(name: string, rows: readonly string[][]): void {
	const file = path.join(world.n8n.filesFolder, name);
	writeFileSync(file, rows.map((row) => row.join(';')).join('\n'));
}

/** The template on our files, under Sync Names of its own. */
function imported(): WorkflowDefinition {
	const workflow = template('model-to-salesforce.json');
	for (const [what, file] of [
		['Companies', 'companies.csv'],
		['People', 'people.csv'],
	]) {
		const place = path.join(world.n8n.filesFolder, file);
		nodeOf(workflow, `Read ${what}`).parameters.fileSelector = place;
		nodeOf(workflow, `Rows of ${what}`).parameters.options = { delimiter: ';' };
		nodeOf(workflow, `${what} That Changed`).parameters.syncName = freshName();
	}
	return workflow;
}

const contact = (key: string) => world.org.rows('Contact').find(({ Ext__c }) => Ext__c === key);
const account = (key: string) => world.org.rows('Account').find(({ Ext__c }) => Ext__c === key);

describe('Model to Salesforce', () => {
	let workflow: WorkflowDefinition;
	beforeAll(() => {
		world.org.reset();
		workflow = imported();
		write('companies.csv', companies);
		write('people.csv', people);
	});
	const run = async (): Promise<Run> => {
		const done = await world.n8n.run(workflow, 'Run by Hand');
		expect(done.error).toBeUndefined();
		return done;
	};

	test('salesforce:4.6 accounts first, then contacts under them by the key of their account', async () => {
		const first = await run();
		expect(summary(first, 'Write Accounts')).toMatchObject({ created: 2, sendWarnings: false });
		expect(account('C1')).toMatchObject({ Name: 'Alpine Air', NumberOfEmployees: 120 });
		expect(summary(first, 'Write Contacts')).toMatchObject({ created: 3, rejected: 1 });
		expect(contact('P1')).toMatchObject({ LastName: 'Moser', AccountId: account('C1')?.Id });
		expect(contact('P2')).toMatchObject({ AccountId: account('C2')?.Id });
		expect(contact('P4')?.AccountId ?? null).toBeNull();
	});

	test('issue 7: only the run with a problem asks for the mail, and its text is ready', async () => {
		const again = await run();
		expect(again.ran('Write Accounts')).toBe(false);
		expect(summary(again, 'Write Contacts')).toMatchObject({ read: 1, rejected: 1 });
		const [told] = again.records('Send the Warning');
		expect(told).toMatchObject({ object: 'Contact', sendWarnings: true });
		expect(told.message).toContain('Contact: 1 rejected.');
		expect(again.items('Log')).toEqual([]);
		expect(sync(again.records('Rejected')[0]).result?.error?.message).toMatch(/Ext__c|C9|found/);
	});

	test('design:R1 design:R7 the parent comes, the child follows; then nothing is written', async () => {
		write('companies.csv', [...companies, ['C9', 'Nowhere', '', '', '', '', '']]);
		const third = await run();
		expect(summary(third, 'Write Accounts')).toMatchObject({ read: 1, created: 1 });
		expect(summary(third, 'Write Contacts')).toMatchObject({ read: 1, created: 1 });
		expect(third.items('Log')).toHaveLength(2);
		expect(contact('P3')).toMatchObject({ AccountId: account('C9')?.Id });
		const sent = world.org.count('(POST|PATCH|DELETE) /services/data');
		const fourth = await run();
		expect(fourth.ran('Write Accounts')).toBe(false);
		expect(fourth.ran('Write Contacts')).toBe(false);
		expect(world.org.count('(POST|PATCH|DELETE) /services/data')).toBe(sent);
	});

	test('design:3 one edited cell sends one field', async () => {
		write('people.csv', [
			people[0],
			['P1', 'Ada', 'Moser', 'ada@alpine.example', 'Captain', 'C1'],
			...people.slice(2),
		]);
		const run5 = await run();
		expect(summary(run5, 'Write Contacts')).toMatchObject({ read: 1, updated: 1 });
		const [{ body }] = world.org.log.filter(({ method }) => method === 'PATCH').slice(-1);
		expect(body).toContain('Captain');
		expect(body).not.toContain('Moser');
	});
});

test('issue 7: a run that stops is told by Alert When a Sync Stops', async () => {
	const { n8n, org } = world;
	org.reset();
	const alert = template('alert-when-a-sync-stops.json');
	alert.settings = { ...alert.settings, saveDataSuccessExecution: 'all' };
	const alertId = await n8n.save(alert);
	// One that is not published is never started, and nobody is told so.
	await n8n.activate(alert);
	const line = salesforceLine(world, [company('A')], {
		object: { __rl: true, mode: 'name', value: 'Nowhere__c' },
	});
	const every = node(
		'Every Second',
		'n8n-nodes-base.scheduleTrigger',
		{ rule: { interval: [{ field: 'seconds', secondsInterval: 1 }] } },
		{ typeVersion: 1.2 },
	);
	const scheduled = chain(line.name, [every, ...line.nodes.slice(1)]);
	scheduled.settings = { ...scheduled.settings, errorWorkflow: alertId };
	await n8n.activate(scheduled);
	let told: Array<{ id: string; status: string }> = [];
	while (told.every(({ status }) => status !== 'success')) {
		await sleep(300);
		told = await n8n.executions(alert);
	}
	await n8n.deactivate(scheduled);
	const done = await n8n.result(told.find(({ status }) => status === 'success')!.id);
	expect(done.records('Send the Alert')[0]).toMatchObject({
		workflow: line.name,
		node: 'Writer',
		reason: expect.stringContaining('Nowhere__c') as string,
		nextStep: expect.stringContaining('Choose the object') as string,
		link: expect.stringContaining('/execution') as string,
	});
});
