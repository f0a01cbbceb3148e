import { gzipSync } from 'node:zlib';
import type { INodeExecutionData } from 'n8n-workflow';

import { testNode } from './engine';
import { airport, airports, diffNode, runLine, writerNode } from './syncFixture';
import { nextStep, thisStore, tooLong, useLookedAfter } from './syncStateFixture';

const { account, answer, name, offered, org, sync } = useLookedAfter();
const lastRun = async () => (await thisStore().runs((await thisStore().find(name()))!, 1))[0]!;

const fileItem = (content: Buffer, fileName = 'airports.csv'): INodeExecutionData => ({
	json: {},
	binary: { data: { data: content.toString('base64'), mimeType: 'text/csv', fileName } },
});
const csv = (rows: ReturnType<typeof airports>) =>
	Buffer.from(
		['accountnumber,name', ...rows.map((row) => `${row.accountnumber},${row.name}`)].join('\n'),
	);
const fromFile = async (content: Buffer, fileName?: string) =>
	await runLine(
		[diffNode(name(), { parameters: { source: 'file', binaryField: 'data' } }), writerNode(org)],
		[fileItem(content, fileName)],
	);

describe('nothing is removed that might still be there', () => {
	it('sync:T8 stops before the first delete: over the guard, when the file breaks off, on a first run', async () => {
		const rows = airports(20);
		expect((await fromFile(csv(rows))).records('Writer')).toHaveLength(20);
		const many = await fromFile(csv(rows.slice(0, 5)));
		expect(many.error?.message).toContain('15 of 20 records (75.0 %) left the segment');
		const whole = gzipSync(csv(rows));
		const cut = await fromFile(whole.subarray(0, whole.length - 12), 'airports.csv.gz');
		expect(cut.error?.message).toContain('airports.csv.gz');
		expect(nextStep(cut)).toContain('Nothing was compared and nothing was sent');
		expect(await lastRun()).toMatchObject({ state: 'stopped' });
		expect(rows.flatMap(({ accountnumber }) => account(accountnumber))).toHaveLength(20);
		expect((await fromFile(whole, 'airports.csv.gz')).items('Diff')).toEqual([]);
		const first = await runLine([diffNode(`${name()}-new`), writerNode(org)], [airport('C100')]);
		expect(first.records('Diff')).toMatchObject([{ _sync: { change: 'added' } }]);
		expect(rows.flatMap(({ accountnumber }) => account(accountnumber))).toHaveLength(20);
	});

	it('design:R8 a line that cannot be read holds its record, and withholds removals when it has no key', async () => {
		const rows = airports(3);
		await fromFile(csv(rows));
		const broken = Buffer.from('accountnumber,name\nC100,Airport C100,extra\nC102,Airport C102\n');
		const run = await fromFile(broken);
		expect(run.items('Diff')).toEqual([]);
		expect(run.records('Diff', 1)[0]!.reason).toContain('3 columns');
		expect(run.hints('Diff').some(({ type }) => type === 'warning')).toBe(true);
		expect(rows.flatMap(({ accountnumber }) => account(accountnumber))).toHaveLength(3);
	});
});

describe('what failed comes back', () => {
	it('sync:T18 a run cut off in a batch says so, its numbers add up, and the next one resumes', async () => {
		const rows = airports(250);
		org.faults.add({
			url: /CreateMultiple/,
			nth: 2,
			effect: { kind: 'privilegeLoss', privilege: 'prvCreateaccount' },
		});
		const line = [
			diffNode(name()),
			writerNode(org, { parameters: { options: { batchSize: 100 } } }),
		];
		expect((await runLine(line, rows)).error).toBeDefined();
		const { state, counts, message } = await lastRun();
		const created = counts.created ?? 0;
		expect(state).toBe('incomplete');
		expect(counts).toMatchObject({ read: 250, added: 250 });
		expect(message).toContain(`${250 - created} not sent come back`);
		const there = () =>
			org.rows('account').filter(({ accountnumber }) => /^C\d+$/.test(String(accountnumber)));
		expect(there()).toHaveLength(created);
		org.identity.missingPrivileges.clear();
		const resumed = await runLine(line, rows);
		expect(resumed.records('Diff')).toHaveLength(250 - created);
		expect(there()).toHaveLength(250);
		expect(await lastRun()).toMatchObject({ state: 'completed' });
	});

	it('sync:T56 parks after the same error in three runs; another error between starts the count anew', async () => {
		const options = { parameters: { options: { parkAfter: 3 } } };
		const long = tooLong('BBB');
		const illegal = airport('BBB', { name: 'a\u0000b' });
		expect(await offered([long], options)).toEqual([['BBB', 'added']]);
		expect(await offered([long], options)).toEqual([['BBB', 'added']]);
		expect(await answer('listFailedRecords')).toMatchObject([{ attempts: 2, state: 'due' }]);
		await sync([illegal], options);
		expect(await answer('listFailedRecords')).toMatchObject([{ attempts: 1, state: 'due' }]);
		for (const attempts of [1, 2, 3]) {
			await sync([long], options);
			expect(await answer('listFailedRecords')).toMatchObject([{ attempts }]);
		}
		expect(await answer('listFailedRecords')).toMatchObject([{ state: 'parked' }]);
		expect(await offered([long], options)).toEqual([]);
	});

	it('sync:T57 a parked record whose row is edited goes out at once', async () => {
		await sync([tooLong('BBB')]);
		expect(await offered([tooLong('BBB')])).toEqual([]);
		expect(await offered([airport('BBB')])).toEqual([['BBB', 'added']]);
		expect(account('BBB')).toHaveLength(1);
		expect(await answer('listFailedRecords')).toEqual([]);
	});

	it('sync:T59 a failed record that left is dropped from the ledger, with a note', async () => {
		await sync([airport('AAA'), tooLong('BBB')]);
		expect(await answer('listFailedRecords')).toHaveLength(1);
		const run = await sync([airport('AAA')]);
		expect(run.items('Diff')).toEqual([]);
		expect(run.hints('Diff')[0]!.message).toContain('1 failed before and need nothing any more');
		expect(await answer('listFailedRecords')).toEqual([]);
	});

	it('sync:T59 a failed record of a feed is retried although the feed has moved on', async () => {
		const feed = { parameters: { inputIs: 'feed' } };
		await sync([tooLong('BBB')], feed);
		expect(await offered([airport('CCC')], feed)).toEqual([
			['CCC', 'added'],
			['BBB', 'added'],
		]);
	});

	it('design:R12 a feed larger than Changes per Run is handed out whole: it does not come again', async () => {
		const feed = { parameters: { inputIs: 'feed', options: { changesPerRun: 2 } } };
		expect(await offered(airports(5), feed)).toHaveLength(5);
	});
});

describe('one sync, one run (design:R13)', () => {
	it('sync:T51 a second run is refused while the first lives, and allowed once it has ended', async () => {
		const inner: string[] = [];
		const again = testNode('again', async function () {
			const second = await sync([airport('AAA')]);
			inner.push(second.hints('Diff')[0]!.message);
			return [this.getInputData()];
		});
		await runLine(
			[diffNode(name()), { name: 'Again', type: again }, writerNode(org)],
			[airport('AAA')],
		);
		expect(inner).toEqual([expect.stringContaining('Another run of the sync')]);
		expect(await offered([airport('BBB'), airport('AAA')])).toEqual([['BBB', 'added']]);
	});
});
