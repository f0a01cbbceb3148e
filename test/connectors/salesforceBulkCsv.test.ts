import fc from 'fast-check';
import { cellText, writeCsv } from '../../shared/connectors/salesforce/bulkCsv';
import { groupForBulk } from '../../shared/connectors/salesforce/bulkGroups';
import { csvRows } from '../../shared/connectors/salesforce/csv';
import type { Sending } from '../../shared/connectors/salesforce/plan';
import { readTable } from '../sandbox/salesforce/csvReader';
import { CONTACT, create, remove, update, upsert } from './salesforceBulkSteps';

const MOST = { rows: 50_000, bytes: 45_000_000 };
const FORMAT = { columnDelimiter: 'COMMA', lineEnding: 'LF' } as const;

const cellsOf = (text: string) => [...csvRows(text)].map(({ cells }) => cells);

/** The CSV of steps that fit into one job. */
async function csvOf(...steps: Sending[]): Promise<string> {
	const { groups, aside } = await groupForBulk(CONTACT, steps);
	expect([groups.length, aside.length]).toEqual([1, 0]);
	return (await writeCsv(groups[0].columns, groups[0].steps, 0, MOST)).text;
}

describe('what is written', () => {
	it('salesforce:J1 has the columns of all records, not those of the first', async () => {
		const csv = await csvOf(
			create(0, { LastName: 'A' }),
			create(1, { Title: 'B' }),
			create(2, { LastName: 'C', Phone: '1' }),
		);
		expect(cellsOf(csv)).toEqual([
			['LastName', 'Title', 'Phone'],
			['A', '', ''],
			['', 'B', ''],
			['C', '', '1'],
		]);
	});

	it('salesforce:J2 has one column for a parent named by its external id', async () => {
		const csv = await csvOf(create(0, { LastName: 'A', Account: { Ext__c: 'A1' } }));
		expect(csv).toBe('"LastName","Account.Ext__c"\n"A","A1"\n');
	});

	it('salesforce 4.6 puts the object before a relation only where there are several', async () => {
		const csv = await csvOf(
			create(0, {
				Who: { attributes: { type: 'Lead' }, Email: 'a@b.example' },
				Account: { attributes: { type: 'Account' }, Ext__c: 'A1' },
			}),
		);
		expect(cellsOf(csv)[0]).toEqual(['Lead:Who.Email', 'Account.Ext__c']);
	});

	it('salesforce:J3 salesforce:T5 clears with #N/A and leaves alone with nothing', async () => {
		const csv = await csvOf(
			update(0, '003000000000001AAA', { LastName: null, Title: 'T' }),
			update(1, '003000000000002AAA', { Title: undefined, Phone: '1' }),
		);
		expect(csv.split('\n').slice(1, 3)).toEqual([
			'"003000000000001AAA","#N/A","T",',
			'"003000000000002AAA",,,"1"',
		]);
	});

	it('salesforce:J4 has no Id in an upsert, and keeps fields named type and attributes', async () => {
		const csv = await csvOf(upsert(0, 'E1', { type: 'x', attributes__c: 'y' }));
		expect(csv).toBe('"Ext__c","type","attributes__c"\n"E1","x","y"\n');
	});

	it('writes the key once, however the values spell it', async () => {
		const csv = await csvOf(upsert(0, 'E1', { EXT__C: 'other', LastName: 'A' }));
		expect(cellsOf(csv)[0]).toEqual(['Ext__c', 'LastName']);
	});

	it('deletes by id alone', async () => {
		expect(await csvOf(remove(0, '003000000000001AAA'))).toBe('"Id"\n"003000000000001AAA"\n');
	});

	it('writes booleans and numbers as Salesforce reads them', () => {
		expect([true, false, 0, 1.5, 1e21, '', undefined, null].map(cellText)).toEqual([
			'true',
			'false',
			'0',
			'1.5',
			'1e+21',
			'',
			'',
			'#N/A',
		]);
	});

	it('salesforce:S22 is what a strict reader takes, whatever the values hold', async () => {
		const cell = fc.string({ unit: 'grapheme', maxLength: 20 });
		const odd = fc.constantFrom('"', '""', ',', '\n', '\r\n', '\r', ' ', ' "x" ', ';', '\t', 'é😀');
		const values = fc.record({ LastName: fc.oneof(cell, odd), Title: fc.oneof(cell, odd) });
		await fc.assert(
			fc.asyncProperty(fc.array(values, { minLength: 1, maxLength: 20 }), async (rows) => {
				const kept = rows.filter((row) => !Object.values(row).includes(''));
				fc.pre(kept.length > 0 && kept.every((row) => !Object.values(row).includes('#N/A')));
				const csv = await csvOf(...kept.map((row, index) => create(index, row)));
				const table = readTable(csv, FORMAT);
				const read = kept.map((_, index) => table.row(index));
				expect(read).toEqual(kept.map(({ LastName, Title }) => ({ cells: [LastName, Title] })));
				// There and back by our own reader.
				expect(cellsOf(csv).slice(1)).toEqual(read.map(({ cells }) => cells));
			}),
		);
	});
});

describe('how it is cut', () => {
	const steps = Array.from({ length: 10 }, (_, index) =>
		create(index, { LastName: 'é'.repeat(10) }),
	);
	const columnsOf = async () => (await groupForBulk(CONTACT, steps)).groups[0].columns;

	it('salesforce 4.4 by rows', async () => {
		const columns = await columnsOf();
		const first = await writeCsv(columns, steps, 0, { ...MOST, rows: 4 });
		expect([first.until, cellsOf(first.text).length]).toEqual([4, 5]);
		const last = await writeCsv(columns, steps, 8, { ...MOST, rows: 4 });
		expect([last.until, cellsOf(last.text).length]).toEqual([10, 3]);
	});

	it('salesforce 4.4 by bytes, not characters, the header counted', async () => {
		const columns = await columnsOf();
		const whole = await writeCsv(columns, steps, 0, MOST);
		const bytes = Buffer.byteLength(whole.text);
		expect((await writeCsv(columns, steps, 0, { ...MOST, bytes })).until).toBe(10);
		const cut = await writeCsv(columns, steps, 0, { ...MOST, bytes: bytes - 1 });
		expect(cut.until).toBe(9);
		expect(Buffer.byteLength(cut.text)).toBeLessThan(bytes);
	});

	it('sends a row alone that is too big for any job', async () => {
		expect((await writeCsv(await columnsOf(), steps, 3, { ...MOST, bytes: 5 })).until).toBe(4);
	});
});

describe('what goes where', () => {
	it('salesforce 4.5 a text that would clear a field goes as JSON', async () => {
		const literal = create(1, { LastName: '#N/A' });
		const key = upsert(2, '#N/A', { LastName: 'B' });
		const parent = create(3, { Account: { Ext__c: '#N/A' } });
		const { groups, aside } = await groupForBulk(CONTACT, [create(0, { LastName: null }), literal]);
		expect(groups.map((group) => group.steps.length)).toEqual([1]);
		expect(aside).toEqual([literal]);
		expect((await groupForBulk(CONTACT, [key])).aside).toEqual([key]);
		expect((await groupForBulk(CONTACT, [parent])).aside).toEqual([parent]);
	});

	it('salesforce 6 fields and rows too long for the Bulk API go as JSON', async () => {
		const fits = create(0, { Description: 'x'.repeat(32_000) });
		const field = create(1, { Description: 'x'.repeat(32_001) });
		const names = Array.from({ length: 13 }, (_, index) => `Long${index}__c`);
		const row = create(2, Object.fromEntries(names.map((name) => [name, 'x'.repeat(31_000)])));
		const { groups, aside } = await groupForBulk(CONTACT, [fits, field, row]);
		expect(groups.flatMap((group) => group.steps)).toEqual([fits]);
		expect(aside).toEqual([field, row]);
	});

	it('salesforce 4.5 an empty text that is meant goes as JSON, a row without a cell too', async () => {
		const steps = [create(0, { LastName: 'A', Title: '' }), create(1, {})];
		expect((await groupForBulk(CONTACT, steps)).aside).toEqual(steps);
	});

	it('salesforce:T18 parents by id and by external id never share a CSV', async () => {
		const byId = update(0, '003000000000001AAA', { AccountId: '001000000000001AAA' });
		const byKey = update(1, '003000000000002AAA', { Account: { Ext__c: 'A1' } });
		const cleared = update(2, '003000000000003AAA', { AccountId: null });
		const none = update(3, '003000000000004AAA', { LastName: 'D' });
		const byName = update(4, '003000000000005AAA', { Account: { Name: 'Acme' } });
		const { groups } = await groupForBulk(CONTACT, [byId, byKey, cleared, none, byName]);
		expect(groups.map(({ columns }) => columns.map(({ header }) => header))).toEqual([
			['Id', 'AccountId', 'LastName'],
			['Id', 'Account.Ext__c'],
			['Id', 'Account.Name'],
		]);
		expect(groups.map((group) => group.steps.map(({ job }) => job.index))).toEqual([
			[0, 2, 3],
			[1],
			[4],
		]);
	});

	it('salesforce:U6 no cell under a relation is ever empty', async () => {
		const parent = fc.option(fc.constantFrom('A1', 'A2'), { nil: undefined });
		const row = fc.record({ account: parent, boss: parent });
		await fc.assert(
			fc.asyncProperty(fc.array(row, { minLength: 1 }), async (rows) => {
				const steps = rows.map(({ account, boss }, index) =>
					create(index, {
						LastName: 'A',
						...(account && { Account: { Ext__c: account } }),
						...(boss && { ReportsTo: { Ext__c: boss } }),
					}),
				);
				const { groups } = await groupForBulk(CONTACT, steps);
				expect(groups.flatMap((group) => group.steps)).toHaveLength(steps.length);
				for (const { columns, steps: own } of groups) {
					const { text } = await writeCsv(columns, own, 0, MOST);
					expect(cellsOf(text).flat()).not.toContain('');
				}
			}),
		);
	});
});
