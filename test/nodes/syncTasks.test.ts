import { passOn } from './engine';
import { dynamicsMapper } from './fieldMapperFixture';
import { airport, airports, diffNode, runLine, writerNode } from './syncFixture';
import { nextStep, thisStore, tooLong, useLookedAfter } from './syncStateFixture';

const { account, answer, ask, name, offered, org, sync } = useLookedAfter();
const plain = {};
const pending = async () => (await answer('listSyncs')).find((row) => row.sync === name())!.pending;

describe('a replay', () => {
	const table = { __rl: true, mode: 'name', value: 'contact' };
	const values = [
		{ destinationField: 'crmsync_externalid', source: '={{ $json.id }}' },
		{ destinationField: 'lastname', source: '={{ $json.last }}' },
		{ destinationField: 'jobtitle', source: '={{ $json.job }}', applyUpdates: false },
	];
	const mapped = () => [
		dynamicsMapper(org, [], { mappings: { values } }),
		diffNode(name(), { parameters: { keyFields: 'crmsync_externalid' } }),
		writerNode(org, { parameters: { table, key: 'crmsync_externalid' } }),
	];
	const contact = () =>
		org.rows('contact').find(({ crmsync_externalid }) => crmsync_externalid === 'R1')!;

	it('sync:T3 writes a field with Apply Updates off once more, and only then', async () => {
		await runLine(mapped(), [{ id: 'R1', last: 'a', job: 'one' }]);
		await runLine(mapped(), [{ id: 'R1', last: 'b', job: 'two' }]);
		expect(contact()).toMatchObject({ lastname: 'b', jobtitle: 'one' });
		const { contactid } = contact();
		expect(await answer('replay')).toEqual([{ sync: name(), action: 'replay', replayed: 1 }]);
		const run = await runLine(mapped(), [{ id: 'R1', last: 'b', job: 'two' }]);
		expect(run.records('Diff')).toMatchObject([{ _sync: { change: 'changed', replay: true } }]);
		expect(run.hints('Diff').at(-1)!.message).toContain('A replay was asked for');
		expect(contact()).toMatchObject({ lastname: 'b', jobtitle: 'two', contactid });
		const after = await runLine(mapped(), [{ id: 'R1', last: 'c', job: 'three' }]);
		expect(after.records('Diff')).toMatchObject([{ _sync: { changedFields: ['lastname'] } }]);
		expect(contact()).toMatchObject({ jobtitle: 'two' });
	});

	it('is asked for once, shown until runs have confirmed it, and refused a second time', async () => {
		await sync(airports(5), plain);
		await ask('replay');
		expect(await pending()).toBe('replay');
		const second = await ask('replay');
		expect(second.error?.message).toMatch(/A replay of the sync ".*" is pending since 20/);
		expect(nextStep(second)).toContain('Resend Everything');
		const three = { parameters: { options: { changesPerRun: 3 } } };
		expect(await offered(airports(5), three)).toHaveLength(3);
		expect(await pending()).toBe('replay');
		expect(await offered(airports(5), three)).toHaveLength(2);
		expect(await pending()).toBeNull();
		expect(await offered(airports(5), three)).toEqual([]);
		expect((await ask('replay')).error).toBeUndefined();
	});

	it('is not lost with a record that is refused: it comes back as a replay', async () => {
		await sync([airport('AAA')], plain);
		await ask('replay');
		await sync([tooLong('AAA')], plain);
		expect(await pending()).toBeNull();
		const back = await sync([airport('AAA')], plain);
		expect(back.records('Diff')).toMatchObject([{ _sync: { replay: true } }]);
		expect((await sync([airport('AAA')], plain)).items('Diff')).toEqual([]);
	});
});

describe('a rebaseline', () => {
	it('takes the next input as accepted and sends nothing; then changes are found again', async () => {
		await sync([airport('AAA'), airport('LEFT')], plain);
		expect(await answer('rebaseline')).toMatchObject([{ action: 'rebaseline' }]);
		expect(await pending()).toBe('rebaseline');
		const requests = org.log.length;
		const run = await sync([airport('AAA', { name: 'other' }), airport('NEW')], plain);
		expect(run.items('Diff')).toEqual([]);
		expect(run.hints('Diff')[0]!.message).toContain(
			'2 taken as accepted as they are, 0 accepted before, 1 that left forgotten. Nothing was sent.',
		);
		expect(org.log).toHaveLength(requests);
		expect(account('AAA')[0]!.name).toBe('Airport AAA');
		expect(account('LEFT')).toHaveLength(1);
		expect(await pending()).toBeNull();
		expect(await offered([airport('AAA', { name: 'third' }), airport('NEW')], plain)).toEqual([
			['AAA', 'changed'],
		]);
	});

	it('ends failures and waits for no grace period', async () => {
		const graced = { parameters: { options: { graceRuns: 5, parkAfter: 1 } } };
		await sync([airport('AAA'), airport('LEFT'), tooLong('BBB')], graced);
		await ask('rebaseline');
		await sync([airport('AAA'), tooLong('BBB')], graced);
		expect(await answer('listFailedRecords')).toEqual([]);
		expect(await offered([airport('AAA'), tooLong('BBB')], graced)).toEqual([]);
		expect((await thisStore().load((await thisStore().find(name()))!)).members.size).toBe(2);
	});

	it('takes as many as a run may hand out, and goes on in the next', async () => {
		const two = { parameters: { options: { changesPerRun: 2 } } };
		await sync([airport('AAA')], two);
		await ask('rebaseline');
		const run = await sync([airport('AAA'), ...airports(3)], two);
		expect(run.hints('Diff')[0]!.message).toContain('1 more follow in the next runs');
		expect(await pending()).toBe('rebaseline');
		await sync([airport('AAA'), ...airports(3)], two);
		expect(await pending()).toBeNull();
		expect(await offered([airport('AAA'), ...airports(3)], two)).toEqual([]);
	});

	it('is guarded like a removal (design:R9), and taken back by Resend Everything', async () => {
		await sync(airports(20), plain);
		await ask('rebaseline');
		expect((await sync([airport('C100')], plain)).error?.message).toContain('left the segment');
		await ask('resendEverything');
		expect(await pending()).toBeNull();
		expect(await offered(airports(20), plain)).toHaveLength(20);
	});
});

describe('the configuration of a sync', () => {
	const mapper = (fields: readonly string[]) =>
		dynamicsMapper(
			org,
			fields.map((field) => [field, `={{ $json.${field} }}`]),
			{
				destinationObject: { __rl: true, mode: 'list', value: 'account' },
				keyFields: 'accountnumber',
			},
		);
	const rows = [
		airport('AAA', { telephone1: '1' }),
		airport('BBB', { telephone1: null }),
		airport('CCC'),
	];
	const warnings = (run: Awaited<ReturnType<typeof runLine>>) =>
		run.hints('Diff').flatMap(({ message, type }) => (type === 'warning' ? [message] : []));

	it('sync:T17 a changed mapping sends what comes out different, and is named with both hashes', async () => {
		const before = [mapper(['accountnumber', 'name']), diffNode(name()), writerNode(org)];
		const after = [
			mapper(['accountnumber', 'name', 'telephone1']),
			diffNode(name()),
			writerNode(org),
		];
		expect(warnings(await runLine(before, rows))).toEqual([]);
		const run = await runLine(after, rows);
		const [warning] = warnings(run);
		expect(warning).toMatch(/\(configuration [0-9A-F]{8}, now [0-9A-F]{8}\)/);
		const sent = run.records('Diff').map(({ accountnumber }) => accountnumber);
		expect(warning).toContain(
			`${sent.length} differ from what was accepted, ${3 - sent.length} do`,
		);
		expect(sent).toContain('AAA');
		expect(warnings(await runLine(after, rows))).toEqual([]);
	});

	it('sync:T17 a changed mapping behind Segment Diff sends nothing, and says how to', async () => {
		const behind = (fields: readonly string[]) => [
			diffNode(name()),
			mapper(fields),
			writerNode(org),
		];
		await runLine(behind(['accountnumber', 'name']), rows);
		const run = await runLine(behind(['accountnumber', 'name', 'telephone1']), rows);
		expect(run.items('Diff')).toEqual([]);
		expect(warnings(run)[0]).toMatch(/behind this node changed.*3 records keep.*Resend Everything/);
	});

	it('is known by its source in the list of syncs, in the direction of the wires', async () => {
		const source = { name: 'Export', type: passOn() };
		await runLine([source, diffNode(name()), writerNode(org)], airports(1));
		const [row] = (await answer('listSyncs')).filter((shown) => shown.sync === name());
		expect(row).toMatchObject({
			source: 'Seed → Export',
			destination: expect.stringContaining('account'),
		});
	});
});

describe('the shards of a segment', () => {
	const part = (shard: string) => [
		diffNode(`${name()} ${shard}`, { parameters: { options: { shard } } }),
		writerNode(org),
	];

	it('are syncs of their own that write every record once and remove only their own', async () => {
		const rows = airports(30);
		const first = await Promise.all(
			['1/3', '2/3', '3/3'].map(async (shard) => await runLine(part(shard), rows)),
		);
		const sizes = first.map((run) => run.records('Writer').length);
		expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(30);
		expect(rows.flatMap(({ accountnumber }) => account(accountnumber))).toHaveLength(30);
		const gone = rows.slice(0, 2);
		for (const shard of ['1/3', '2/3', '3/3']) await runLine(part(shard), rows.slice(2));
		expect(gone.flatMap(({ accountnumber }) => account(accountnumber))).toEqual([]);
		expect(rows.flatMap(({ accountnumber }) => account(accountnumber))).toHaveLength(28);
	});

	it('design:R14 are bound to their part, and say how a part is written', async () => {
		await runLine(part('1/3'), airports(5));
		const other = [
			diffNode(`${name()} 1/3`, { parameters: { options: { shard: '1/4' } } }),
			writerNode(org),
		];
		const run = await runLine(other, airports(5));
		expect(run.error?.message).toContain('looks after shard 1/3 of its segment, not shard 1/4');
		const wrong = await runLine(part('4/3'), airports(5));
		expect(wrong.error?.message).toContain('Shard is "4/3"');
		expect(nextStep(wrong)).toContain('such as 1/4');
	});
});
