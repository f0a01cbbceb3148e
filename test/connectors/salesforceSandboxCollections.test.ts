import { useSalesforce } from '../sandbox/useSalesforce';
import type { Client, RowResult } from '../sandbox/salesforce/client';
import { codesOf, openClient, typed } from '../sandbox/salesforce/client';
import { testRules } from '../sandbox/ruleTable';

const sandbox = useSalesforce();
let client: Client;

beforeEach(async () => {
	client = await openClient(sandbox);
});

type Values = Record<string, unknown>;

const send = (method: string, path: string, records: unknown, more: Values = {}) =>
	client.call(`composite/sobjects${path}`, { method, body: { ...more, records } });
const create = async (type: string, rows: readonly Values[], more?: Values) =>
	(await send('POST', '', typed(type, rows), more)).json<RowResult[]>();
const upsert = (rows: readonly Values[], path = 'Reference__c', more?: Values) =>
	send('PATCH', `/Booking__c/${path}`, typed('Booking__c', rows), more);
const names = () => sandbox.rows('Booking__c').map(({ Name }) => Name);
const many = (count: number) => Array.from({ length: count }, (_, at) => ({ Name: `n${at}` }));

testRules('salesforce', {
	S12: {
		'results stand in request order, with the keys in theirs': async () => {
			const answer = await send(
				'POST',
				'',
				typed('Account', [{ Name: 'a' }, { Name: null }, { Name: 'c', email_field__c: 'badone' }]),
			);
			const [first, ...failed] = answer.json<RowResult[]>();
			expect(JSON.stringify(first)).toBe(`{"id":"${first?.id}","success":true,"errors":[]}`);
			expect(JSON.stringify(failed)).toBe(
				JSON.stringify([
					{
						success: false,
						errors: [
							{
								statusCode: 'REQUIRED_FIELD_MISSING',
								message: 'Required fields are missing: [Name]',
								fields: ['Name'],
							},
						],
					},
					{
						success: false,
						errors: [
							{
								statusCode: 'INVALID_EMAIL_ADDRESS',
								message: 'email_field: invalid email address: badone',
								fields: ['email_field__c'],
							},
						],
					},
				]),
			);
		},
		'upserts say whether they created': async () => {
			sandbox.insert('Booking__c', { Name: 'old', Reference__c: 'R1' });
			const results = (
				await upsert([
					{ Reference__c: 'r1', Name: 'new' },
					{ Reference__c: 'R2', Name: 'b' },
				])
			).json<RowResult[]>();
			expect(results.map(({ created }) => created)).toEqual([false, true]);
			expect(Object.keys(results[0]!)).toEqual(['id', 'success', 'errors', 'created']);
			expect(names()).toEqual(['new', 'b']);
		},
		'update by id and delete': async () => {
			const ids = ['a', 'b'].map((Name) => sandbox.insert('Booking__c', { Name }));
			const rows = [
				{ id: ids[1]!.slice(0, 15), Name: 'B' },
				{ id: 'a015e0000000zzz', Name: 'x' },
				{ id: 'nonsense', Name: 'x' },
				{ Name: 'x' },
			];
			const updated = (await send('PATCH', '', typed('Booking__c', rows))).json<RowResult[]>();
			expect(codesOf(updated)).toEqual([
				'ok',
				'INVALID_CROSS_REFERENCE_KEY',
				'MALFORMED_ID',
				'MISSING_ARGUMENT',
			]);
			expect(updated[0]?.id).toBe(ids[1]);
			expect(names()).toEqual(['a', 'B']);
			const path = `composite/sobjects?ids=${ids[0]},${ids[0]},nonsense&allOrNone=false`;
			const deleted = (await client.call(path, { method: 'DELETE' })).json<RowResult[]>();
			expect(codesOf(deleted)).toEqual(['ok', 'ENTITY_IS_DELETED', 'MALFORMED_ID']);
			expect(names()).toEqual(['B']);
		},
		'200 records are taken, 201 refuse the call': async () => {
			expect((await send('POST', '', typed('Account', many(200)))).status).toBe(200);
			const over = await send('POST', '', typed('Account', many(201)));
			expect([over.status, over.code]).toEqual([400, 'EXCEEDED_ID_LIMIT']);
			const ids = sandbox.rows('Account').map(({ Id }) => Id);
			const path = `composite/sobjects?ids=${[...ids, ids[0]].join(',')}`;
			expect((await client.call(path, { method: 'DELETE' })).status).toBe(400);
			expect(sandbox.rows('Account')).toHaveLength(200);
		},
		'ten runs of one type are taken, eleven are not; setup objects stay among themselves':
			async () => {
				const runs = (count: number) =>
					Array.from({ length: count }, (_, at) => ({
						attributes: { type: at % 2 === 0 ? 'Account' : 'Campaign' },
						Name: 'x',
					}));
				expect((await send('POST', '', runs(10))).status).toBe(200);
				expect((await send('POST', '', runs(11))).status).toBe(400);
				const mixed = [...typed('Account', [{ Name: 'a' }]), ...typed('User', [{ Alias: 'b' }])];
				expect((await send('POST', '', mixed)).status).toBe(400);
				expect(sandbox.rows('Account')).toHaveLength(5);
			},
		'a missing or unknown type, an id or a foreign type in an upsert refuse the call': async () => {
			const calls = [
				await send('POST', '', [{ Name: 'a' }]),
				await send('POST', '', typed('Nope', [{ Name: 'a' }])),
				await send('POST', '', undefined),
				await upsert([{ Reference__c: 'R1', Name: 'a', id: 'a015e0000000zzz' }]),
				await send('PATCH', '/Booking__c/Reference__c', typed('Account', [{ Name: 'a' }])),
			];
			expect(calls.map(({ status }) => status)).toEqual([400, 400, 400, 400, 400]);
			expect([names(), sandbox.rows('Account')]).toEqual([[], []]);
			expect((await upsert([{ Name: 'a' }], 'Name')).status).toBe(404);
		},
	},
	S13: {
		'a JSON type mismatch refuses the call and tells the column': async () => {
			const rows = [{ Name: 'fine' }, { Name: 'é bad', Confirmed__c: '0' }];
			const answer = await send('POST', '', typed('Booking__c', rows));
			expect([answer.status, answer.code]).toEqual([400, 'JSON_PARSER_ERROR']);
			const body = JSON.stringify({ records: typed('Booking__c', rows) });
			const column = body.indexOf('"0"') + 1;
			expect(answer.message).toBe(
				`Cannot deserialize instance of boolean from VALUE_STRING value 0 or request may be missing a required field at [line:1, column:${column}]`,
			);
			expect(names()).toEqual([]);
		},
		'every type refuses what JSON cannot turn into it': async () => {
			const bad: Array<[string, unknown]> = [
				['Name', 5],
				['Name', ['a']],
				['Confirmed__c', 1],
				['Price__c', '5'],
				['Seats__c', {}],
				['Travel_Date__c', '2026-13-01'],
				['Travel_Date__c', '2026-02-30'],
				['Booked_At__c', '2026-01-01'],
				['Check_In__c', '25:00:00.000Z'],
				['Extras__c', ['meal']],
				['Traveller__r', 'text'],
			];
			for (const [field, value] of bad) {
				const answer = await send('POST', '', typed('Booking__c', [{ Name: 'a', [field]: value }]));
				expect([field, value, answer.code]).toEqual([field, value, 'JSON_PARSER_ERROR']);
			}
			const whole = await send(
				'POST',
				'',
				typed('Account', [{ Name: 'a', NumberOfEmployees: 1.5 }]),
			);
			expect(whole.code).toBe('JSON_PARSER_ERROR');
		},
		'an unknown field refuses the call and names itself': async () => {
			const answer = await send('POST', '', typed('Booking__c', [{ Name: 'a', Nope__c: 1 }]));
			expect([answer.status, answer.code, answer.message]).toEqual([
				400,
				'INVALID_FIELD',
				"No such column 'Nope__c' on sobject of type Booking__c",
			]);
		},
	},
	U2: {
		'a type mismatch refuses the call, or the row alone': async () => {
			const rows = [{ Name: 'fine' }, { Name: 'bad', Price__c: 'x' }];
			expect((await send('POST', '', typed('Booking__c', rows))).status).toBe(400);
			expect(names()).toEqual([]);
			sandbox.switches.jsonTypeErrorScope = 'row';
			expect(codesOf(await create('Booking__c', rows))).toEqual(['ok', 'JSON_PARSER_ERROR']);
			expect(names()).toEqual(['fine']);
		},
		'the column counts characters or bytes': async () => {
			const rows = [{ Name: 'ééé', Price__c: 'x' }];
			const column = async () =>
				Number(
					/column:(\d+)/.exec(
						(await send('POST', '', typed('Booking__c', rows))).message ?? '',
					)?.[1],
				);
			const chars = await column();
			sandbox.switches.columnUnit = 'bytes';
			expect((await column()) - chars).toBe(3);
		},
	},
});
