import { useSalesforce } from '../sandbox/useSalesforce';
import type { Client } from '../sandbox/salesforce/client';
import { openClient } from '../sandbox/salesforce/client';
import { testRules } from '../sandbox/ruleTable';

const sandbox = useSalesforce();
let client: Client;

beforeEach(async () => {
	client = await openClient(sandbox);
});

interface Page {
	totalSize: number;
	records: Array<Record<string, unknown>>;
}

const ask = (soql: string, path = 'query') => client.call(`${path}?q=${encodeURIComponent(soql)}`);
const book = (Name: string) => sandbox.insert('Booking__c', { Name });
const minutes = (offset: number) =>
	encodeURIComponent(new Date(sandbox.clock.now() + offset * 60_000).toISOString());

testRules('salesforce', {
	S11: {
		'retrieve answers in the order of the ids, null for a missing row': async () => {
			const [a, b] = [book('a'), book('b')];
			const body = { ids: [b, 'a015e0000000zzz', a.slice(0, 15)], fields: ['Name'] };
			const answer = await client.call('composite/sobjects/Booking__c', { method: 'POST', body });
			expect(answer.json()).toMatchObject([{ Id: b, Name: 'b' }, null, { Id: a, Name: 'a' }]);
		},
		'updated and deleted tell ids and how far they are complete': async () => {
			sandbox.clock.freeze();
			const [kept, gone] = [book('kept'), book('gone')];
			await client.call(`sobjects/Booking__c/${gone}`, { method: 'DELETE' });
			const window = `start=${minutes(-5)}&end=${minutes(5)}`;
			const updated = await client.call(`sobjects/Booking__c/updated/?${window}`);
			const covered = new Date(Math.floor(sandbox.clock.now() / 60_000) * 60_000);
			const latestDateCovered = covered.toISOString().replace('Z', '+0000');
			expect(updated.json()).toEqual({ ids: [kept], latestDateCovered });
			const deleted = await client.call(`sobjects/Booking__c/deleted?${window}`);
			expect(deleted.json()).toMatchObject({
				deletedRecords: [{ id: gone, deletedDate: expect.stringMatching(/\+0000$/) as string }],
				earliestDateAvailable: expect.stringMatching(/\+0000$/) as string,
				latestDateCovered,
			});
			sandbox.clock.advance(20 * 60_000);
			const later = `start=${minutes(-5)}&end=${minutes(0)}`;
			expect(
				(await client.call(`sobjects/Booking__c/updated?${later}`)).json<{ ids: [] }>().ids,
			).toEqual([]);
		},
		'a long transaction holds back what is covered': async () => {
			sandbox.settings.longTransactionMs = 10 * 60_000;
			const end = Math.floor(sandbox.clock.now() / 60_000) * 60_000;
			const answer = await client.call(
				`sobjects/Account/updated?start=${minutes(-60)}&end=${encodeURIComponent(new Date(end).toISOString())}`,
			);
			const { latestDateCovered } = answer.json<{ latestDateCovered: string }>();
			expect(new Date(latestDateCovered).getTime()).toBeLessThan(end);
		},
		'windows that are turned round or too old are refused': async () => {
			const codes = [];
			for (const [what, start, end] of [
				['updated', 5, 0],
				['updated', 0, 0],
				['updated', -31 * 1440, 0],
				['deleted', -16 * 1440, 0],
			] as const) {
				const url = `sobjects/Account/${what}?start=${minutes(start)}&end=${minutes(end)}`;
				codes.push((await client.call(url)).code);
			}
			expect(codes).toEqual(Array(4).fill('INVALID_REPLICATION_DATE'));
			const fine = `start=${minutes(-29 * 1440)}&end=${minutes(0)}`;
			expect((await client.call(`sobjects/Account/updated?${fine}`)).status).toBe(200);
		},
		'queryAll finds deleted rows, query does not': async () => {
			const id = book('gone');
			await client.call(`composite/sobjects?ids=${id}`, { method: 'DELETE' });
			const soql = 'SELECT Name, IsDeleted FROM Booking__c';
			expect((await ask(soql)).json<Page>().totalSize).toBe(0);
			expect((await ask(soql, 'queryAll')).json<Page>().records).toMatchObject([
				{ Name: 'gone', IsDeleted: true },
			]);
		},
	},
	U12: {
		'how many ids one retrieve takes, and what stands for a missing row': async () => {
			const id = book('a');
			const retrieve = (ids: string[]) =>
				client.call('composite/sobjects/Booking__c', {
					method: 'POST',
					body: { ids, fields: ['Id'] },
				});
			const many = (count: number) => Array.from({ length: count }, () => id);
			expect((await retrieve(many(2000))).status).toBe(200);
			expect((await retrieve(many(2001))).status).toBe(400);
			sandbox.switches.retrieveMax = 200;
			expect((await retrieve(many(201))).code).toBe('EXCEEDED_ID_LIMIT');
			sandbox.switches.retrieveMissing = 'omitted';
			const answer = await retrieve(['a015e0000000zzz', id]);
			expect(answer.json<unknown[]>()).toHaveLength(1);
		},
	},
});
