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

testRules('salesforce', {
	S15: {
		'the same external id twice fails all its rows and no other': async () => {
			const rows = [
				{ Reference__c: 'A', Name: '1' },
				{ Reference__c: 'B', Name: '2' },
				{ Reference__c: 'a', Name: '3' },
			];
			const results = (await upsert(rows)).json<RowResult[]>();
			expect(codesOf(results)).toEqual(['DUPLICATE_VALUE', 'ok', 'DUPLICATE_VALUE']);
			expect(results[0]?.errors[0]?.message).toBe('Duplicate external id specified');
			expect(names()).toEqual(['2']);
		},
		'case makes a difference where the key minds it': async () => {
			const rows = ['A', 'a'].map((Code__c) => ({ Code__c, Name: Code__c }));
			expect(codesOf((await upsert(rows, 'Code__c')).json<RowResult[]>())).toEqual(['ok', 'ok']);
		},
		'allOrNone takes everything back and marks the victims': async () => {
			const rows = [{ Name: 'a' }, { Name: null }, { Name: 'c' }];
			const results = await create('Booking__c', rows, { allOrNone: true });
			expect(codesOf(results)).toEqual([
				'ALL_OR_NONE_OPERATION_ROLLED_BACK',
				'REQUIRED_FIELD_MISSING',
				'ALL_OR_NONE_OPERATION_ROLLED_BACK',
			]);
			expect(names()).toEqual([]);
			expect(sandbox.history('Booking__c')).toEqual([]);
			const again = await create('Booking__c', [{ Name: 'a', Reference__c: 'R' }]);
			expect(codesOf(again)).toEqual(['ok']);
		},
		'allOrNone on a deletion': async () => {
			const id = sandbox.insert('Booking__c', { Name: 'a' });
			const path = `composite/sobjects?ids=${id},a015e0000000zzz&allOrNone=true`;
			const results = (await client.call(path, { method: 'DELETE' })).json<RowResult[]>();
			expect(codesOf(results)[0]).toBe('ALL_OR_NONE_OPERATION_ROLLED_BACK');
			expect(names()).toEqual(['a']);
		},
	},
	S16: {
		'updateOnly on Collections never creates': async () => {
			sandbox.insert('Booking__c', { Name: 'a', Reference__c: 'R1' });
			const rows = ['R1', 'R2'].map((Reference__c) => ({ Reference__c, Name: 'b' }));
			const results = (await upsert(rows, 'Reference__c?updateOnly=true')).json<RowResult[]>();
			expect(codesOf(results)).toEqual(['ok', 'NOT_FOUND']);
			expect(names()).toEqual(['b']);
			const old = await client.call(
				'/services/data/v60.0/composite/sobjects/Booking__c/Reference__c?updateOnly=true',
				{ method: 'PATCH', body: { records: typed('Booking__c', rows) } },
			);
			expect(codesOf(old.json<RowResult[]>())).toEqual(['ok', 'ok']);
		},
	},
	U1: {
		'the row error of an updateOnly miss': async () => {
			const miss = async () =>
				(await upsert([{ Reference__c: 'R', Name: 'b' }], 'Reference__c?updateOnly=true')).json<
					RowResult[]
				>()[0]!.errors[0]!;
			expect((await miss()).statusCode).toBe('NOT_FOUND');
			sandbox.switches.updateOnlyMiss = 'ENTITY_IS_DELETED';
			expect((await miss()).statusCode).toBe('ENTITY_IS_DELETED');
			sandbox.switches.updateOnlyMiss = 'INVALID_FIELD';
			expect(await miss()).toMatchObject({
				statusCode: 'INVALID_FIELD',
				message: expect.stringContaining('not found') as string,
			});
		},
	},
	U11: {
		'id as the field of the upsert URL': async () => {
			const id = sandbox.insert('Booking__c', { Name: 'a' });
			const rows = [{ id, Name: 'b' }];
			expect((await upsert(rows, 'id/?updateOnly=true')).status).toBe(400);
			sandbox.switches.upsertById = 'accept';
			expect(codesOf((await upsert(rows, 'id/?updateOnly=true')).json<RowResult[]>())).toEqual([
				'ok',
			]);
			expect(names()).toEqual(['b']);
		},
	},
	U19: {
		'a key twice fails all its rows, or all but the first': async () => {
			const rows = ['1', '2', '3'].map((Name) => ({ Reference__c: 'A', Name }));
			const run = async () => codesOf((await upsert(rows)).json<RowResult[]>());
			const twice = 'DUPLICATE_VALUE';
			expect(await run()).toEqual([twice, twice, twice]);
			sandbox.switches.dupKeyInCall = 'allButFirst';
			expect(await run()).toEqual(['ok', twice, twice]);
			expect(names()).toEqual(['1']);
		},
	},
});
