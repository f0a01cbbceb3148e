/** design:R9: an empty or shrunken segment never removes anything a person has not approved. */
import {
	approve,
	airport,
	airports,
	codeIn,
	nodeOf,
	offered,
	quietly,
	setRows,
	summary,
	syncLine,
	useWorld,
} from './syncLine';

jest.setTimeout(120_000);

const world = useWorld();

describe('an empty source', () => {
	test('without Always Output Data the branch ends before Segment Diff, and nothing is removed', async () => {
		const workflow = syncLine(world, airports(5));
		await world.n8n.run(workflow);
		setRows(workflow, []);
		const run = await quietly(world, async () => await world.n8n.run(workflow));
		expect(run.status).toBe('success');
		expect(run.ran('Diff')).toBe(false);
		expect(world.accounts()).toHaveLength(5);
	});

	test('with Always Output Data it stops with a code that lifts it, until the state moves', async () => {
		const workflow = syncLine(world, airports(5));
		nodeOf(workflow, 'Source').alwaysOutputData = true;
		await world.n8n.run(workflow);
		setRows(workflow, []);
		const stopped = await quietly(world, async () => await world.n8n.run(workflow));
		expect(stopped.error).toMatchObject({ node: 'Diff' });
		expect(stopped.error?.message).toContain('The segment is empty');
		expect(stopped.error?.message).toContain('5 of its records');
		expect(stopped.error?.message).toContain('Nothing was offered or changed');
		const code = codeIn(stopped);

		const [, ...rest] = airports(5);
		setRows(workflow, [airport('A00', { name: 'Renamed' }), ...rest]);
		expect(summary(await world.n8n.run(workflow))).toMatchObject({ updated: 1 });
		setRows(workflow, []);
		approve(workflow, code);
		const again = await quietly(world, async () => await world.n8n.run(workflow));
		expect(again.error?.message).toContain('The segment is empty');
		expect(codeIn(again)).not.toBe(code);

		approve(workflow, codeIn(again).toLowerCase());
		const lifted = await world.n8n.run(workflow);
		expect(lifted.error).toBeUndefined();
		expect(summary(lifted)).toMatchObject({ deleted: 5 });
		expect(world.accounts()).toEqual([]);
	});

	test('on the first run there is nothing to stop, and nothing to send', async () => {
		const workflow = syncLine(world, []);
		nodeOf(workflow, 'Source').alwaysOutputData = true;
		const run = await quietly(world, async () => await world.n8n.run(workflow));
		expect(run.error).toBeUndefined();
		expect(run.records('Source')).toEqual([{}]);
		expect(run.items('Diff', 0)).toEqual([]);
		expect(run.items('Diff', 1)).toEqual([]);
		setRows(workflow, airports(2));
		expect(offered(await world.n8n.run(workflow))).toEqual(['added A00', 'added A01']);
	});

	test('n8n:T-01 under continue on fail the stop is an item on Invalid that carries the code', async () => {
		const workflow = syncLine(world, airports(5));
		Object.assign(nodeOf(workflow, 'Source'), { alwaysOutputData: true });
		await world.n8n.run(workflow);
		setRows(workflow, []);
		nodeOf(workflow, 'Diff').onError = 'continueRegularOutput';
		const run = await quietly(world, async () => await world.n8n.run(workflow));
		expect(run.status).toBe('success');
		expect(run.items('Diff', 0)).toEqual([]);
		expect(run.records('Diff', 1)).toEqual([
			{ reason: expect.stringMatching(/segment is empty.*code [0-9A-F]{8}/s) },
		]);
		expect(run.ran('Writer')).toBe(false);
	});
});

describe('more than 15 % and more than 10 records leave', () => {
	test('60 % stop the run, with the numbers and a code; the approved run removes them', async () => {
		const workflow = syncLine(world, airports(20));
		await world.n8n.run(workflow);
		const left = [...airports(8), airport('NEW')];
		setRows(workflow, left);
		const stopped = await quietly(world, async () => await world.n8n.run(workflow));
		expect(stopped.error?.node).toBe('Diff');
		expect(stopped.error?.message).toContain('12 of 20 records (60.0 %)');
		expect(stopped.error?.message).toContain('more than 15 %');
		expect(stopped.ran('Writer')).toBe(false);
		// A stop offers nothing: the same input stops again, with the same numbers and code.
		const again = await quietly(world, async () => await world.n8n.run(workflow));
		expect(again.error?.message).toBe(stopped.error?.message);

		approve(workflow, codeIn(again));
		const approved = await world.n8n.run(workflow);
		expect(approved.error).toBeUndefined();
		expect(summary(approved)).toMatchObject({ created: 1, deleted: 12 });
		expect(world.accounts().map(({ accountnumber }) => accountnumber)).toEqual(
			left.map(({ accountnumber }) => accountnumber),
		);
		expect(offered(await world.n8n.run(workflow))).toEqual([]);
	});

	test('a code for other numbers lifts nothing', async () => {
		const workflow = syncLine(world, airports(20));
		await world.n8n.run(workflow);
		setRows(workflow, airports(8));
		const stopped = await world.n8n.run(workflow);
		approve(workflow, codeIn(stopped));
		setRows(workflow, airports(7));
		const other = await quietly(world, async () => await world.n8n.run(workflow));
		expect(other.error?.message).toContain('13 of 20 records (65.0 %)');
	});

	test('ten may leave whatever their share', async () => {
		const workflow = syncLine(world, airports(20));
		await world.n8n.run(workflow);
		setRows(workflow, airports(10));
		expect(summary(await world.n8n.run(workflow))).toMatchObject({ deleted: 10 });
	});

	test('Leave Them emits nothing, and nothing stops', async () => {
		const workflow = syncLine(world, airports(20));
		nodeOf(workflow, 'Diff').parameters.leavers = 'leave';
		await world.n8n.run(workflow);
		setRows(workflow, airports(8));
		const run = await quietly(world, async () => await world.n8n.run(workflow));
		expect(run.error).toBeUndefined();
		expect(run.hints('Diff')[0].message).toContain('12 left the segment');
	});
});
