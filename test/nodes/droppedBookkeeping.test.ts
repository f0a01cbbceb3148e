/** Items that reach a writer without `_sync`, or with that of another record. */
import type { IDataObject } from 'n8n-workflow';

import { useDataverse } from '../sandbox/useDataverse';
import { map, refusals } from './droppedFixture';
import { passOn, testNode } from './engine';
import { codeDiff, createLedger, insertNode } from './insertFixture';
import { airport, airports, diffNode, runLine, writerNode } from './syncFixture';

const org = useDataverse();
let name = '';
let count = 0;
beforeEach(() => {
	name = `dropped-${(count += 1)}`;
	org.reset();
});

const account = (code: string) =>
	org.rows('account').find(({ accountnumber }) => accountnumber === code);
const codes = () =>
	org.rows('account').flatMap(({ accountnumber }) => (accountnumber ? [accountnumber] : []));
const line = () => [diffNode(name), writerNode(org)];

/** What Edit Fields does with its default settings: new fields only, linked to their input. */
const editFields = () =>
	map('Edit', (items) =>
		items.map(({ json }, item) => ({
			json: { accountnumber: json.accountnumber, name: json.name ?? null },
			pairedItem: { item },
		})),
	);
const edited = () => [diffNode(name), editFields(), writerNode(org)];
/** What a Code node does that builds other items than it got. */
const unlinked = () =>
	map('Build', (items) =>
		[...items, ...items].slice(1).map(({ json }) => ({
			json: { accountnumber: json.accountnumber, name: 'built' },
		})),
	);
describe('a node between Segment Diff and the writer that drops _sync', () => {
	it('design:R2 a record that left is removed, not emptied', async () => {
		await runLine(line(), airports(3));
		const run = await runLine(edited(), airports(2));
		expect(run.records('Writer', 2)[0]).toMatchObject({ deleted: 1 });
		expect(codes()).toEqual(['C100', 'C101']);
	});

	it.each([{}, { keepBookkeepingOut: true }])(
		'design:R2 the sync confirms what was written (%j)',
		async (options) => {
			const nodes = () => [
				diffNode(name, { parameters: { options } }),
				editFields(),
				{ name: 'Pass', type: passOn() },
				writerNode(org),
			];
			const first = await runLine(nodes(), airports(3));
			expect(first.records('Writer', 2)[0]).toMatchObject({ created: 3 });
			expect((await runLine(nodes(), airports(3))).items('Diff')).toEqual([]);
		},
	);

	it('design:R2 only the changed fields of a changed record are sent', async () => {
		await runLine(edited(), [airport('A')]);
		await runLine([writerNode(org)], [{ accountnumber: 'A', address1_city: 'by a user' }]);
		await runLine(edited(), [airport('A', { name: 'New', address1_city: 'by the segment' })]);
		expect(account('A')).toMatchObject({ name: 'New', address1_city: 'by a user' });
	});

	it('design:R4 items of a run that has ended are refused before any request', async () => {
		const old = (await runLine([diffNode(name)], airports(2))).items('Diff');
		const requests = org.log.length;
		const pinned = { name: 'Diff', type: testNode('segmentDiff', async () => [old]) };
		const run = await runLine([pinned, editFields(), writerNode(org)], [{}]);
		expect(run.error?.message).toContain('which has ended');
		expect(org.log).toHaveLength(requests);
	});

	it('design:R11 mode insert does not add everything in every run', async () => {
		const ledger = createLedger();
		const strip = () =>
			map('Strip', (items) =>
				items.map(({ json }, item) => ({ json: { code: json.code }, pairedItem: { item } })),
			);
		for (let run = 0; run < 3; run++)
			await runLine([codeDiff(name), strip(), insertNode(ledger)], [{ code: 'A' }]);
		expect(ledger.rows.size).toBe(1);
	});

	it('design:R2 what cannot be traced is refused in words, before any request', async () => {
		const run = await runLine([diffNode(name), unlinked(), writerNode(org)], airports(2));
		expect(codes()).toEqual([]);
		expect(refusals(run)).toEqual(
			Array(3).fill(
				expect.objectContaining({
					code: 'noBookkeeping',
					message: expect.stringContaining('the node "Build" does not say'),
					hint: expect.stringContaining('Include Other Input Fields'),
				}),
			),
		);
		expect((await runLine(line(), airports(2))).items('Diff')).toHaveLength(2);
	});

	it('design:R2 a renamed key still proves the record; a computed one, or none, does not', async () => {
		const by = (json: (code: string) => IDataObject) =>
			map('Edit', (items) =>
				items.map((own, item) => ({
					json: json(String(own.json.code)),
					pairedItem: { item },
				})),
			);
		const diff = () => diffNode(name, { parameters: { keyFields: 'code' } });
		const run = async (node: ReturnType<typeof by>, codes: string[]) =>
			await runLine(
				[diff(), node, writerNode(org)],
				codes.map((code) => ({ code })),
			);
		const renamed = by((accountnumber) => ({ accountnumber }));
		const computed = await run(
			by((code) => ({ accountnumber: `X-${code}` })),
			['A', 'B'],
		);
		expect(refusals(computed)).toMatchObject([
			{ code: 'noBookkeeping', message: expect.stringContaining('(code)') },
			{ code: 'noBookkeeping' },
		]);
		expect(codes()).toEqual([]);
		await run(renamed, ['A', 'B']);
		expect(codes()).toEqual(['A', 'B']);
		expect((await run(renamed, ['A', 'B'])).items('Diff')).toEqual([]);
	});

	it('design:R2 items that n8n links by position do not take the place of others', async () => {
		// A Code node that sorts and sets no links (n8n:4.2).
		const sort = map('Sort', (items) =>
			[...items].reverse().map(({ json: { _sync, ...json } }) => ({ json })),
		);
		const sum = map('Sum', () => [{ json: { accountnumber: 'SUM' } }]);
		const sorted = await runLine([diffNode(name), sort, writerNode(org)], airports(2));
		expect(refusals(sorted)).toMatchObject([{ code: 'noBookkeeping' }, { code: 'noBookkeeping' }]);
		const summed = await runLine([diffNode(name), sum, writerNode(org)], airports(2));
		expect(refusals(summed)).toMatchObject([{ code: 'noBookkeeping' }]);
		expect(codes()).toEqual([]);
	});

	it('design:R2 one item made of several records, or several of one, is refused', async () => {
		const whole = map('All', (items) => [
			{ json: { accountnumber: 'SUM' }, pairedItem: items.map((_, item) => ({ item })) },
		]);
		const all = await runLine([diffNode(name), whole, writerNode(org)], airports(2));
		expect(refusals(all)).toMatchObject([{ code: 'severalRecords' }]);
		const split = map('Split', () =>
			['X', 'Y'].map((name) => ({
				json: { accountnumber: 'C100', name },
				pairedItem: { item: 0 },
			})),
		);
		const parts = await runLine([diffNode(name), split, writerNode(org)], airports(1));
		expect(refusals(parts)).toMatchObject([{ code: 'severalItems' }, { code: 'severalItems' }]);
		expect(codes()).toEqual([]);
	});
});
