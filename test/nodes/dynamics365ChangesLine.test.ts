import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { INodeParameters } from 'n8n-workflow';

import { FieldMapper } from '../../nodes/FieldMapper/FieldMapper.node';
import { changesNode, destination, useChanges, words } from './changesFixture';
import type { EngineNode } from './engine';
import { dynamicsMapper } from './fieldMapperFixture';
import { confirmNode, runLine, writerNode } from './syncFixture';
import { nextStep } from './syncStateFixture';

const { add, name, org, remove, rename, state } = useChanges();

const field = (destinationField: string, source: string) => ({ destinationField, source });
const table = (value: string) => ({ __rl: true, mode: 'name', value });

/** A table of the organisation as another one of it. */
const line = (
	[from, columns, to, key]: readonly [string, string[], string, string],
	fields: Array<ReturnType<typeof field>>,
	{ syncName = name(), options = {}, writer = {} } = {} as {
		syncName?: string;
		options?: INodeParameters;
		writer?: INodeParameters;
	},
) => [
	changesNode(org, syncName, { table: table(from), columns, options }),
	dynamicsMapper(org, [], {
		destinationObject: table(to),
		keyFields: key,
		mappings: { values: fields },
	}),
	writerNode(org, {
		parameters: { table: table(to), key, removedRecords: 'delete', options: writer },
	}),
];
/** Accounts as contacts, each with the account's ID as its external ID. */
const toContacts = (options: INodeParameters = { applyDeletes: true }) =>
	line(
		['account', ['name'], 'contact', 'crmsync_externalid'],
		[field('crmsync_externalid', '={{ $json.accountid }}'), field('lastname', '={{ $json.name }}')],
		// Every test is a sync of its own.
		{ options: { ...options, allowTwice: true } },
	);
/** The way back. */
const toAccounts = (writer: INodeParameters = {}) =>
	line(
		['contact', ['lastname', 'crmsync_externalid'], 'account', 'accountid'],
		[field('accountid', '={{ $json.crmsync_externalid }}'), field('name', '={{ $json.lastname }}')],
		{ syncName: `${name()}-back`, options: { allowTwice: true }, writer },
	);
const lastNames = () => org.rows('contact').map(({ lastname }) => lastname);
const ran = async (nodes: EngineNode[]) => {
	const run = await runLine(nodes, [{}]);
	expect(run.error).toBeUndefined();
	return run;
};
/** What is sent beside reading, singly or in a batch. */
const writes = (from: number) =>
	org.log
		.slice(from)
		.flatMap(({ method, url, parts }) => parts ?? [{ method, url }])
		.filter(({ method, url }) => method !== 'GET' && url.includes('/api/data/'))
		.map(({ method, url }) => `${method} ${url.split('/v9.2/')[1]}`);

describe('behind the changes', () => {
	it('design:R5 a mapper and our writer deliver, confirm and remove', async () => {
		const [a = '', b = ''] = add('a b');
		const first = await runLine(toContacts(), [{}]);
		expect(first.records('Writer')).toHaveLength(2);
		expect(lastNames()).toEqual(['a', 'b']);
		await rename(a, 'a2');
		await remove(b);
		expect(words(await runLine(toContacts(), [{}]))).toEqual(['changed a2', 'removed']);
		expect(lastNames()).toEqual(['a2']);
		expect((await state()).members.size).toBe(1);
		expect(words(await runLine(toContacts(), [{}]))).toEqual([]);
	});

	it.each([true, false])(
		'sync:T9 a deletion at the source, Apply Deletes %s: deleted plainly, or nothing at all',
		async (applyDeletes) => {
			const [a = ''] = add('a b');
			await ran(toContacts({ applyDeletes }));
			const [{ contactid } = {}] = org.rows('contact');
			await remove(a);
			const from = org.log.length;
			await ran(toContacts({ applyDeletes }));
			await ran(toContacts({ applyDeletes }));
			expect(writes(from)).toEqual(applyDeletes ? [`DELETE contacts(${String(contactid)})`] : []);
			expect(lastNames()).toEqual(applyDeletes ? ['b'] : ['a', 'b']);
		},
	);

	it('sync:T66 two syncs, one each way: what one wrote is no change to the other, in any number of runs', async () => {
		const compared = { onlyIfDifferent: true };
		const [a = ''] = add('a b');
		await ran(toContacts());
		const [from, rows] = [org.log.length, org.rows('account')];
		const echo = await ran(toAccounts(compared));
		expect(echo.records('Writer', 2)).toMatchObject([{ unchanged: 2 }]);
		for (let times = 0; times < 3; times += 1) {
			expect(words(await ran(toContacts()))).toEqual([]);
			expect((await ran(toAccounts(compared))).items('Changes')).toEqual([]);
		}
		expect(writes(from)).toEqual([]);
		await rename(a, 'a2');
		expect(words(await ran(toContacts()))).toEqual(['changed a2']);
		const back = await ran(toAccounts(compared));
		expect(back.records('Writer', 2)).toMatchObject([{ unchanged: 1 }]);
		expect(words(await ran(toContacts()))).toEqual([]);
		expect(org.rows('account').length).toBe(rows.length);
		expect(lastNames()).toEqual(['a2', 'b']);
	});

	it('sync:T66 without Only If Different an echo is written once, and goes no further', async () => {
		add('a b');
		await ran(toContacts());
		await ran(toAccounts());
		const from = org.log.length;
		for (let times = 0; times < 3; times += 1) {
			expect(words(await ran(toContacts()))).toEqual([]);
			expect((await ran(toAccounts())).items('Changes')).toEqual([]);
		}
		expect(writes(from)).toEqual([]);
	});

	it('sync:T2 a second sync from the same table to the same object is refused before it reads, naming both', async () => {
		add('a');
		const leads = (syncName: string, options: INodeParameters = {}) =>
			line(
				['account', ['name'], 'lead', 'leadid'],
				[field('leadid', '={{ $json.accountid }}'), field('lastname', '={{ $json.name }}')],
				{ syncName, options },
			);
		const [first, second] = [`${name()}-first`, `${name()}-second`];
		await ran(leads(first));
		const from = org.log.length;
		const refused = await runLine(leads(second), [{}]);
		for (const said of [first, second, 'account', 'lead']) {
			expect(refused.error?.message).toContain(said);
		}
		expect(nextStep(refused)).toContain('Allow Same Table Twice');
		expect(org.log).toHaveLength(from);
		await ran(leads(first));
		await ran(leads(second, { allowTwice: true }));
		expect(org.rows('lead')).toHaveLength(1);
	});

	it('design:R7 a record the writer refuses is read again, until it fits', async () => {
		const [a = ''] = add('a');
		await rename(a, 'x'.repeat(100));
		const refused = await runLine(toContacts(), [{}]);
		expect(refused.records('Writer', 1)).toHaveLength(1);
		await rename(a, 'fits');
		expect(words(await runLine(toContacts(), [{}]))).toEqual(['added fits']);
		expect(lastNames()).toEqual(['fits']);
	});

	it('design:R15 the template for any node: no bookkeeping in the body, and all of it is confirmed', async () => {
		const file = path.join(__dirname, '../../workflows/dynamics365-to-any-node.json');
		const template = JSON.parse(readFileSync(file, 'utf8')) as {
			nodes: Array<{ name: string; parameters: INodeParameters }>;
		};
		const parametersOf = (node: string) =>
			template.nodes.find((each) => each.name === node)!.parameters;
		const mapper: EngineNode = {
			name: 'Mapper',
			type: new FieldMapper(),
			parameters: parametersOf('Map to the API'),
		};
		const bodies: Array<Record<string, unknown>> = [];
		const parameters = { ...parametersOf('Changed Contacts'), syncName: name() };
		const line = () => [
			changesNode(org, name(), parameters),
			mapper,
			destination(bodies),
			confirmNode(),
		];
		const id = org.insert('contact', { firstname: 'Ann', lastname: 'Archer' });
		const run = await runLine(line(), [{}]);
		expect(run.error).toBeUndefined();
		expect(bodies).toEqual([
			{ externalId: id, email: null, firstName: 'Ann', lastName: 'Archer', city: null },
		]);
		expect(run.records('Confirm', 1)).toMatchObject([{ read: 1, unmatched: 0, stale: 0 }]);
		expect((await runLine(line(), [{}])).items('Changes')).toEqual([]);
	});
});
