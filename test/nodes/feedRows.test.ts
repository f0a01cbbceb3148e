import { omit } from '../../shared/core/envelope';
import { testNode } from './engine';
import { conditions, filterNode, swiss } from './recordFilterFixture';
import { airport, diffNode, runLine, writerNode } from './syncFixture';
import { tooLong, useLookedAfter } from './syncStateFixture';

const { org, name, answer, account } = useLookedAfter();

const feed = () => diffNode(name(), { parameters: { inputIs: 'feed' } });
const send = async (...rows: object[]) =>
	await runLine([feed(), writerNode(org)], rows as Array<Record<string, unknown>>);
const failed = async () => await answer('listFailedRecords', { records: 'all' });

/** What a mapper before the diff makes of a record it refuses. */
const held = (code: string, reason: string) => ({
	accountnumber: code,
	_sync: { change: 'hold', reason },
});

describe('a feed with one key twice (design:R12)', () => {
	it('delivers the later version, also of a record that was refused before', async () => {
		await send(tooLong('A'));
		const run = await send(airport('A', { name: 'v1' }), airport('A', { name: 'v2' }));
		expect(run.records('Diff', 1)).toEqual([]);
		expect(run.items('Diff')).toHaveLength(1);
		expect(account('A')).toMatchObject([{ name: 'v2' }]);
		expect(await failed()).toEqual([]);
	});

	it('delivers together what its rows say of a record', async () => {
		await send(
			{ accountnumber: 'B', name: 'Basel' },
			{ accountnumber: 'B', address1_city: 'Basel' },
			{ accountnumber: 'b', name: 'EuroAirport' },
		);
		expect(account('B').length + account('b').length).toBe(1);
		expect([...account('B'), ...account('b')]).toMatchObject([
			{ name: 'EuroAirport', address1_city: 'Basel' },
		]);
	});
});

describe('a record of a feed that is held before the diff (design:R7, design:R8)', () => {
	it('is in the failure ledger with the reason, until a version comes that can be sent', async () => {
		const run = await send(held('C', 'The field "name" is too long'), airport('D'));
		expect(JSON.stringify(run.hints('Diff'))).toContain('1 record came in a version that cannot');
		expect(account('D')).toHaveLength(1);
		const [entry] = await failed();
		expect(entry).toMatchObject({ change: 'added', attempts: 1 });
		expect(JSON.stringify(entry)).toContain('The field \\"name\\" is too long');
		await send({});
		expect(await failed()).toHaveLength(1);
		await send(airport('C'));
		expect(account('C')).toHaveLength(1);
		expect(await failed()).toEqual([]);
	});

	it('takes the place of an earlier failure, whose version is outdated and not sent', async () => {
		await send(tooLong('E'));
		await send(airport('E', { name: 'newer' }), held('E', 'No such country'));
		const entries = await failed();
		expect(entries).toHaveLength(1);
		expect(JSON.stringify(entries)).toContain('No such country');
		const next = await send({});
		expect(next.items('Diff')).toEqual([]);
		expect(await failed()).toHaveLength(1);
	});

	it('keeps the values of the record out of the ledger (design:8)', async () => {
		const stub = { ...held('F', 'Secret Street 5 is no town'), street: 'Secret Street 5' };
		await send(stub);
		expect(JSON.stringify(await failed())).not.toContain('Secret Street');
	});

	it('is no failure where a filter leaves it out on purpose', async () => {
		const filter = filterNode(conditions([swiss]));
		const rows = [airport('G', { country: 'FR' }), airport('H', { country: 'CH' })];
		const bare = testNode('bare', async function () {
			return [this.getInputData().map((item) => ({ ...item, json: omit(item.json, 'country') }))];
		});
		const run = await runLine(
			[filter, { name: 'Bare', type: bare }, feed(), writerNode(org)],
			rows,
		);
		expect(run.error).toBeUndefined();
		expect([account('G'), account('H')].map(({ length }) => length)).toEqual([0, 1]);
		expect(await failed()).toEqual([]);
	});
});
