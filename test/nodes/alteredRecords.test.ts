/** Nodes of others between the comparison and the writer may rename, compute and overwrite fields. */
import type { INodeExecutionData } from 'n8n-workflow';

import { useDataverse } from '../sandbox/useDataverse';
import { testNode } from './engine';
import { airport, diffNode, runLine, writerNode } from './syncFixture';

const org = useDataverse();
const other = useDataverse();
let name = '';
let count = 0;
beforeEach(() => {
	name = `altered-${(count += 1)}`;
	org.reset();
	other.reset();
});

type Row = INodeExecutionData['json'];

const account = (where = org) =>
	where.rows('account').find(({ accountnumber }) => accountnumber === 'A');
const between = (alter: (row: Row) => Row) => ({
	name: 'Between',
	type: testNode('between', async function () {
		return [
			this.getInputData().map(({ json }, item) => ({
				json: alter(json),
				pairedItem: { item },
			})),
		];
	}),
});
const throwing = () => ({
	name: 'Boom',
	type: testNode('boom', async () => {
		throw new Error('mail server down');
	}),
});
const renamed = <T extends { name: string }>(node: T, to: string): T => ({ ...node, name: to });

describe('what changed is sent, whatever stands before the writer', () => {
	it.each<[string, (row: Row) => Row]>([
		['renamed', ({ town, ...row }) => ({ ...row, address1_city: town })],
		['computed', ({ town, ...row }) => ({ ...row, address1_city: String(town).trim() })],
		[
			'put in the place of one that did not change',
			({ town, ...row }) => ({ ...row, address1_city: town }),
		],
	])('design:3 a field that a node %s is sent when it changes', async (_, alter) => {
		const rows = (town: string) => [airport('A', { town, address1_city: 'always the same' })];
		const run = async (town: string) =>
			await runLine([diffNode(name), between(alter), writerNode(org)], rows(town));
		await run('one');
		expect(account()?.address1_city).toBe('one');
		await run('two');
		expect((await run('two')).items('Diff')).toEqual([]);
		expect(account()?.address1_city).toBe('two');
	});

	it('design:3 what did not change is not sent, so that edits of people there stay', async () => {
		const run = async (town: string) =>
			await runLine(
				[
					diffNode(name),
					between(({ town: city, ...row }) => ({ ...row, address1_city: city })),
					writerNode(org),
				],
				[airport('A', { town, description: 'ours' })],
			);
		await run('one');
		const before = org.log.length;
		await run('two');
		expect(account()).toMatchObject({ address1_city: 'two' });
		const sent = JSON.stringify(org.log.slice(before).map(({ body }) => body));
		expect(sent).toContain('two');
		expect(sent).not.toContain('ours');
	});

	it('design:3 Compare Fields names a version column: the others travel with a record that is sent', async () => {
		const diff = () =>
			diffNode(name, { parameters: { options: { compareFields: 'description' } } });
		const run = async (more: object) =>
			await runLine([diff(), writerNode(org)], [airport('A', { ...more })]);
		await run({ address1_city: 'one', description: 'v1' });
		await run({ address1_city: 'two', description: 'v2' });
		expect((await run({ address1_city: 'two', description: 'v2' })).items('Diff')).toEqual([]);
		expect(account()).toMatchObject({ address1_city: 'two', description: 'v2' });
	});

	it('design:R3 a second sync behind the first sends all of a record in doubt, not what the first saw change', async () => {
		const second = { parameters: { inputIs: 'feed' }, settings: { id: 'diff-2' } };
		const line = (...failing: Array<ReturnType<typeof throwing>>) => [
			renamed(diffNode(`${name}-1`), 'Diff 1'),
			renamed(writerNode(org), 'Writer 1'),
			renamed(diffNode(`${name}-2`, second), 'Diff 2'),
			...failing,
			renamed(writerNode(other), 'Writer 2'),
		];
		const a = (text: string, city: string) => [airport('A', { name: text, address1_city: city })];
		await runLine(line(), a('n1', 'c1'));
		await runLine(line(throwing()), a('n2', 'c1'));
		await runLine(line(), a('n2', 'c2'));
		await runLine(line(), a('n2', 'c2'));
		expect(account(other)).toMatchObject({ name: 'n2', address1_city: 'c2' });
	});
});
