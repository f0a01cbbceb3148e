import type { BulkSteps } from '../sandbox/salesforce/bulkSteps';
import { bulkSteps } from '../sandbox/salesforce/bulkSteps';
import type { Client } from '../sandbox/salesforce/client';
import { openClient } from '../sandbox/salesforce/client';
import { testRules } from '../sandbox/ruleTable';
import { useSalesforce } from '../sandbox/useSalesforce';

const sandbox = useSalesforce();
let client: Client;
let bulk: BulkSteps;

beforeEach(async () => {
	client = await openClient(sandbox);
	bulk = bulkSteps(client);
});

const CONTACTS = { object: 'Contact', operation: 'insert' };
const csv = (...lines: string[]) => `${lines.join('\n')}\n`;
const lastNames = () => sandbox.rows('Contact').map((row) => row.LastName);

testRules('salesforce', {
	S24: {
		'a failed job keeps its succeeded and failed rows; the rest is unprocessed': async () => {
			sandbox.faults.add({
				method: 'PATCH',
				effect: { kind: 'jobFailed', message: 'ApexError : too slow', afterRows: 3 },
			});
			const rows = csv('LastName', 'a', `"${'x'.repeat(81)}"`, 'c', 'd', 'e');
			const { job, succeeded, failed, unprocessed } = await bulk.run(CONTACTS, rows);
			expect(job).toMatchObject({
				state: 'Failed',
				errorMessage: 'ApexError : too slow',
				numberRecordsProcessed: 3,
				numberRecordsFailed: 1,
			});
			expect(succeeded.map((row) => row.LastName).sort()).toEqual(['a', 'c']);
			expect(failed.map((row) => row.sf__Error?.slice(0, 15))).toEqual(['STRING_TOO_LONG']);
			expect(unprocessed.map((row) => row.LastName).sort()).toEqual(['d', 'e']);
			expect(lastNames()).toEqual(['a', 'c']);
		},
		'hardDelete needs its permission and leaves nothing in the recycle bin': async () => {
			const id = sandbox.insert('Contact', { LastName: 'gone' });
			const job = { object: 'Contact', operation: 'hardDelete' };
			sandbox.permissions.hardDelete = false;
			const refused = await bulk.create(job);
			expect([refused.status, refused.code]).toEqual([400, 'FEATURENOTENABLED']);
			sandbox.permissions.hardDelete = true;
			const { succeeded } = await bulk.run(job, csv('Id', id));
			expect(succeeded).toEqual([{ sf__Id: id, sf__Created: 'false', Id: id }]);
			const all = await client.call(`queryAll?q=${encodeURIComponent('SELECT Id FROM Contact')}`);
			expect(all.json<{ totalSize: number }>().totalSize).toBe(0);
		},
		'an object without Bulk support is refused when the job is created': async () => {
			const answer = await bulk.create({ object: 'AccountHistory', operation: 'insert' });
			expect([answer.status, answer.message]).toEqual([
				400,
				"Entity 'AccountHistory' is not supported by the Bulk API.",
			]);
		},
		'each 10,000 rows take one batch of the daily allocation': async () => {
			sandbox.settings.dailyBulkBatches = 2;
			const over = csv('LastName,Phone', ...Array.from({ length: 20_001 }, () => 'a,'));
			const { job, unprocessed } = await bulk.run(CONTACTS, over);
			expect(job).toMatchObject({
				state: 'Failed',
				errorMessage: 'ExceededQuota : ApiBatchItems Limit exceeded.',
				numberRecordsProcessed: 20_000,
			});
			expect(unprocessed).toEqual([{ LastName: 'a', Phone: '' }]);
			const limits = (await client.call('limits')).json<Record<string, object>>();
			expect(limits.DailyBulkApiBatches).toEqual({ Max: 2, Remaining: 0 });
			const next = await bulk.create(CONTACTS);
			expect([next.status, next.code]).toEqual([400, 'LIMIT_EXCEEDED']);
			sandbox.clock.advance(24 * 3_600_000);
			bulk = bulkSteps(await openClient(sandbox));
			expect((await bulk.create(CONTACTS)).status).toBe(200);
		},
	},
});
