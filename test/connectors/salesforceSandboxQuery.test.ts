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
	done: boolean;
	nextRecordsUrl?: string;
	records: Array<Record<string, unknown>>;
}

const ask = (soql: string, path = 'query') => client.call(`${path}?q=${encodeURIComponent(soql)}`);
const query = async (soql: string) => (await ask(soql)).json<Page>();
const names = async (where: string) =>
	(await query(`SELECT Name FROM Booking__c ${where}`)).records.map(({ Name }) => Name);
const refusal = async (soql: string) => {
	const { status, code } = await ask(soql);
	return [status, code];
};
const book = (Name: string, more: Record<string, unknown> = {}) =>
	sandbox.insert('Booking__c', { Name, ...more });

testRules('salesforce', {
	S9: {
		'comparisons, lists, LIKE and their combinations': async () => {
			book('a', { Price__c: 10, Channel__c: 'web', Travel_Date__c: '2026-01-01' });
			book('b', { Price__c: 20, Channel__c: 'shop', Travel_Date__c: '2026-02-01' });
			book('c', { Confirmed__c: true });
			const cases: Array<[string, string[]]> = [
				['WHERE Price__c = 10', ['a']],
				['WHERE Price__c != 10', ['b', 'c']],
				['WHERE Price__c <> 10', ['b', 'c']],
				['WHERE Price__c < 20', ['a']],
				['WHERE Price__c >= 10 AND Price__c <= 20', ['a', 'b']],
				['WHERE Price__c > 10', ['b']],
				['WHERE Price__c = null', ['c']],
				['WHERE Price__c != null', ['a', 'b']],
				["WHERE Channel__c IN ('web','shop')", ['a', 'b']],
				["WHERE Channel__c NOT IN ('web')", ['b', 'c']],
				["WHERE Channel__c LIKE 'w%'", ['a']],
				["WHERE Channel__c LIKE '_hop'", ['b']],
				["WHERE NOT Channel__c = 'web'", ['b', 'c']],
				["WHERE (Name = 'a' OR Name = 'b') AND (NOT Price__c = 10)", ['b']],
				['WHERE Travel_Date__c > 2026-01-15', ['b']],
				['WHERE Confirmed__c = true', ['c']],
				['WHERE CreatedDate > 2000-01-01T00:00:00Z', ['a', 'b', 'c']],
				['WHERE CreatedDate > 2000-01-01T00:00:00+01:00 LIMIT 1', ['a']],
			];
			for (const [where, expected] of cases)
				expect([where, await names(where)]).toEqual([where, expected]);
		},
		'ORDER BY, LIMIT, OFFSET and COUNT()': async () => {
			for (const name of ['b', 'C', 'a']) book(name, { Price__c: name === 'a' ? null : 1 });
			expect(await names('ORDER BY Name')).toEqual(['a', 'b', 'C']);
			expect(await names('ORDER BY Price__c, Name DESC')).toEqual(['a', 'C', 'b']);
			expect(await names('ORDER BY Price__c NULLS LAST, Name')).toEqual(['b', 'C', 'a']);
			expect(await names('ORDER BY Name DESC LIMIT 1 OFFSET 1')).toEqual(['b']);
			expect(await query('SELECT COUNT() FROM Booking__c')).toEqual({
				totalSize: 3,
				done: true,
				records: [],
			});
		},
		'text ignores case unless its field minds it; quotes are escaped': async () => {
			book("O'Neill \\ Co", { Reference__c: 'Ref', Code__c: 'Code' });
			expect(await names("WHERE Name = 'o\\'neill \\\\ co'")).toHaveLength(1);
			expect(await names("WHERE Reference__c IN ('REF')")).toHaveLength(1);
			expect(await names("WHERE Code__c IN ('CODE')")).toHaveLength(0);
			expect(await names("WHERE Code__c = 'Code'")).toHaveLength(1);
			expect(await names("WHERE Code__c = 'CODE' OR Name = 'x'")).toHaveLength(0);
			expect(await names("WHERE Reference__c = 'REF' OR Name = 'x'")).toHaveLength(1);
		},
		'parents are reached over one level': async () => {
			const AccountId = sandbox.insert('Account', { Name: 'Acme', Ext__c: 'A1' });
			sandbox.insert('Contact', { LastName: 'In', AccountId });
			sandbox.insert('Contact', { LastName: 'Out' });
			const { records } = await query('SELECT Id, LastName, Account.Name FROM Contact');
			expect(records.map(({ Account }) => Account)).toEqual([
				{
					attributes: {
						type: 'Account',
						url: `/services/data/v66.0/sobjects/Account/${AccountId}`,
					},
					Name: 'Acme',
				},
				null,
			]);
			const found = await query("SELECT LastName FROM Contact WHERE Account.Ext__c = 'A1'");
			expect(found.records).toMatchObject([{ LastName: 'In' }]);
		},
		'records carry type and URL, dates their recorded form': async () => {
			sandbox.clock.set('2021-12-02T18:23:39Z');
			sandbox.clock.freeze();
			client = await openClient(sandbox);
			const id = book('a', {
				Booked_At__c: '2026-03-01T12:00:00+02:00',
				Check_In__c: '08:15:00.000Z',
			});
			const { records } = await query(
				'SELECT Id, CreatedDate, Booked_At__c, Check_In__c FROM Booking__c',
			);
			expect(records).toEqual([
				{
					attributes: { type: 'Booking__c', url: `/services/data/v66.0/sobjects/Booking__c/${id}` },
					Id: id,
					CreatedDate: '2021-12-02T18:23:39.000+0000',
					Booked_At__c: '2026-03-01T10:00:00.000+0000',
					Check_In__c: '08:15:00.000Z',
				},
			]);
		},
		'ids are found by 15 and by 18 characters': async () => {
			const id = book('a');
			book('b');
			expect(await names(`WHERE Id IN ('${id.slice(0, 15)}')`)).toEqual(['a']);
			expect(await names(`WHERE Id = '${id}'`)).toEqual(['a']);
		},
		'unreadable queries, unknown fields and objects, literals of another type': async () => {
			for (const soql of [
				'SELECT FROM Account',
				'SELECT Id Account',
				"SELECT Id FROM Account WHERE Name = 'open",
				"SELECT Id FROM Account WHERE Name = 'a' AND Name = 'b' OR Name = 'c'",
				'SELECT Id FROM Account LIMIT many',
				'',
			]) {
				expect([soql, await refusal(soql)]).toEqual([soql, [400, 'MALFORMED_QUERY']]);
			}
			for (const soql of [
				'SELECT Nope FROM Account',
				'SELECT Id FROM Account WHERE Nope = 1',
				'SELECT Nope.Name FROM Contact',
				'SELECT Id FROM Account WHERE Name = 5',
				"SELECT Id FROM Account WHERE NumberOfEmployees = '5'",
				"SELECT Id FROM Account WHERE CreatedDate > '2026-01-01'",
				'SELECT Id FROM Booking__c WHERE Booked_At__c > 2026-01-01',
				"SELECT Id FROM Account WHERE Description = 'x'",
				'SELECT Id, Id FROM Account',
			]) {
				expect([soql, await refusal(soql)]).toEqual([soql, [400, 'INVALID_FIELD']]);
			}
			expect(await refusal('SELECT Id FROM Nope')).toEqual([400, 'INVALID_TYPE']);
		},
	},
	S10: {
		'pages of the configured size, each naming the next': async () => {
			for (let row = 0; row < 120; row += 1) book(`b${row}`);
			const sizes = [];
			let page = await query('SELECT Name FROM Booking__c');
			expect(page.totalSize).toBe(120);
			for (;;) {
				sizes.push(page.records.length);
				if (page.done) break;
				expect(page.nextRecordsUrl).toMatch(/^\/services\/data\/v66\.0\/query\/01g\w{15}-\d+$/);
				page = (await client.call(page.nextRecordsUrl ?? '')).json<Page>();
			}
			expect(sizes).toEqual([50, 50, 20]);
			expect(page).not.toHaveProperty('nextRecordsUrl');
		},
		'stale and foreign locators are INVALID_QUERY_LOCATOR': async () => {
			sandbox.settings.pageSize = 1;
			book('a');
			book('b');
			const { nextRecordsUrl = '' } = await query('SELECT Id FROM Booking__c');
			sandbox.clock.advance(16 * 60_000);
			for (const url of [nextRecordsUrl, 'query/01g000000000000-5']) {
				const answer = await client.call(url);
				expect([answer.status, answer.code]).toEqual([400, 'INVALID_QUERY_LOCATOR']);
			}
		},
		'414 and 431 above 16,384 bytes': async () => {
			const list = (count: number) =>
				ask(`SELECT Id FROM Account WHERE Name = '${'x'.repeat(count)}'`);
			expect((await list(15_000)).status).toBe(200);
			expect((await list(16_250)).status).toBe(431);
			expect((await list(17_000)).status).toBe(414);
		},
	},
	U4: {
		'the form of a time': async () => {
			const write = async (Check_In__c: string) =>
				(
					await client.call('sobjects/Booking__c', {
						method: 'POST',
						body: { Name: 'a', Check_In__c },
					})
				).status;
			expect([await write('08:15:00.000Z'), await write('08:15:00.000')]).toEqual([201, 400]);
			sandbox.switches.timeFormat = 'HH:mm:ss.SSS';
			expect([await write('08:15:00.000Z'), await write('08:15:00.000')]).toEqual([400, 201]);
			const { records } = await query('SELECT Check_In__c FROM Booking__c');
			expect(records.map((record) => record.Check_In__c)).toEqual(['08:15:00.000', '08:15:00.000']);
		},
	},
	U14: {
		'how text compares': async () => {
			book('a', { Channel__c: 'Web ' });
			const hits = async () => [
				(await names("WHERE Channel__c IN ('web ')")).length,
				(await names("WHERE Channel__c IN ('Web')")).length,
				(await names("WHERE Channel__c = 'Web '")).length,
			];
			expect(await hits()).toEqual([1, 0, 1]);
			sandbox.switches.soqlFold = 'insensitiveTrimmed';
			expect(await hits()).toEqual([1, 1, 1]);
			sandbox.switches.soqlFold = 'sensitive';
			expect(await hits()).toEqual([0, 0, 1]);
		},
	},
});
