import fc from 'fast-check';
import { groupForBulk } from '../../shared/connectors/salesforce/bulkGroups';
import { pairing } from '../../shared/connectors/salesforce/bulkPairing';
import { cellText } from '../../shared/connectors/salesforce/bulkCsv';
import type { Sending } from '../../shared/connectors/salesforce/plan';
import { CONTACT, create, remove, sobjectOf, update, upsert } from './salesforceBulkSteps';

/** Pairs rows of one file; undefined where a row belongs to no step. */
async function pair(
	steps: readonly Sending[],
	header: readonly string[],
	rows: ReadonlyArray<readonly string[]>,
	sobject = CONTACT,
) {
	const { groups } = await groupForBulk(sobject, steps);
	const pairs = pairing(sobject, groups[0]);
	const find = await pairs.reader(header);
	const found = rows.map((cells) => find(cells)?.job.index);
	return { found, left: pairs.left().map(({ job }) => job.index) };
}

const A = '003000000000001';
const B = '003000000000002AAA';

describe('salesforce 4.9', () => {
	it('salesforce:T13 updates and deletes by id, of 15 or 18 characters', async () => {
		const updates = [update(0, `${A}AAA`, { LastName: 'A' }), update(1, B, { LastName: 'B' })];
		const rows = [
			[B, 'false', B, 'B'],
			[A, 'false', A, 'A'],
		];
		const header = ['sf__Id', 'sf__Created', 'Id', 'LastName'];
		expect((await pair(updates, header, rows)).found).toEqual([1, 0]);
		const deletes = [remove(0, `${A}AAA`), remove(1, B)];
		expect((await pair(deletes, ['sf__Id', 'sf__Error', 'ID'], [['', 'x', A]])).left).toEqual([1]);
	});

	it('upserts by external id: case folds unless the field tells cases apart', async () => {
		const steps = [upsert(0, 'abc', { LastName: 'A' }), upsert(1, 'DEF', { LastName: 'B' })];
		const rows = [
			['x', 'true', 'def', 'B'],
			['y', 'true', 'ABC', 'A'],
		];
		const header = ['sf__Id', 'sf__Created', 'ext__c', 'LastName'];
		expect((await pair(steps, header, rows)).found).toEqual([1, 0]);
		const tells = steps.map((step) => ({
			...step,
			key: { field: 'Code__c', value: step.key!.value },
		}));
		const strict = ['sf__Id', 'sf__Created', 'Code__c'];
		expect((await pair(tells, strict, [['x', 'true', 'ABC']])).found).toEqual([undefined]);
		expect((await pair(tells, strict, [['x', 'true', 'abc']])).found).toEqual([0]);
	});

	it('upserts by a number, however it is written', async () => {
		const steps = [5, 1e21, 0.5].map((value, index) => ({
			...upsert(index, value, { LastName: 'A' }),
			key: { field: 'Number__c', value },
		}));
		const rows = [['0.50'], ['5.0'], ['1000000000000000000000']];
		expect((await pair(steps, ['Number__c'], rows)).found).toEqual([2, 0, 1]);
	});

	it('keys that fold alike go to the one that is spelled so', async () => {
		const steps = [upsert(0, 'abc', { LastName: 'A' }), upsert(1, 'ABC', { LastName: 'B' })];
		expect((await pair(steps, ['Ext__c'], [['ABC'], ['abc']])).found).toEqual([1, 0]);
	});

	it('salesforce:S31 new records by their cells, also when only some columns come back', async () => {
		const steps = [
			create(0, { LastName: 'A', Title: 'x' }),
			create(1, { LastName: 'B', Title: 'x' }),
			create(2, { LastName: 'B', Title: 'y' }),
		];
		const rows = [
			['i', 'true', 'y', 'B'],
			['j', 'true', 'x', 'A'],
		];
		const all = await pair(steps, ['sf__Id', 'sf__Created', 'Title', 'LastName'], rows);
		expect(all).toEqual({ found: [2, 0], left: [1] });
		const some = await pair(
			steps,
			['sf__Id', 'LastName'],
			[
				['i', 'B'],
				['j', 'A'],
				['k', 'A'],
			],
		);
		expect(some).toEqual({ found: [1, 0, undefined], left: [2] });
	});

	it('salesforce:U7 new records whose cells come back in another form', async () => {
		const sobject = sobjectOf({
			Amount__c: { type: 'currency' },
			At__c: { type: 'datetime' },
			Is__c: { type: 'boolean' },
			LastName: {},
		});
		const steps = [
			create(0, { Amount__c: 5, At__c: '2026-01-31T10:00:00.000Z', Is__c: true, LastName: ' A ' }),
			create(1, { Amount__c: null, At__c: null, Is__c: false, LastName: 'B\r\nC' }),
		];
		const rows = [
			['', '', 'FALSE', 'B\nC'],
			['5.00', '2026-01-31T10:00:00.000+0000', 'TRUE', 'A'],
		];
		const header = ['Amount__c', 'At__c', 'Is__c', 'LastName'];
		expect((await pair(steps, header, rows, sobject)).found).toEqual([1, 0]);
	});

	it('salesforce:S31 pairs any shuffled files: each row once, identical rows in any order', async () => {
		const name = fc.constantFrom('A', 'B', 'C');
		const row = fc.record({ LastName: name, Title: fc.option(name, { nil: undefined }) });
		await fc.assert(
			fc.asyncProperty(
				fc.array(row, { minLength: 1 }),
				fc.infiniteStream(fc.nat()),
				async (rows, random) => {
					const steps = rows.map((values, index) => create(index, values));
					const order = rows
						.map((values) => ({ values, at: random.next().value as number }))
						.sort((a, b) => a.at - b.at)
						.map(({ values }) => values);
					const { groups } = await groupForBulk(CONTACT, steps);
					const pairs = pairing(CONTACT, groups[0]);
					const header = groups[0].columns.map((column) => column.header);
					const half = Math.floor(order.length / 2);
					const found: Array<Sending | undefined> = [];
					for (const file of [order.slice(0, half), order.slice(half)]) {
						const find = await pairs.reader(header);
						for (const values of file) {
							const cells = header.map((column) => cellText(Reflect.get(values, column)));
							const step = find(cells);
							expect(step?.values).toEqual(values);
							found.push(step);
						}
					}
					expect(new Set(found).size).toBe(rows.length);
					expect(pairs.left()).toEqual([]);
				},
			),
		);
	});
});
