/** design:R3, R6: two writers behind one Segment Diff, and what a preview leaves, on the real n8n. */
import {
	airport,
	airports,
	nodeOf,
	setRows,
	summary,
	sync,
	syncLine,
	wire,
	useWorld,
} from './syncLine';

jest.setTimeout(180_000);

const world = useWorld();

test('design:R6 under continue on fail the second writer says what happened, and the next run is red', async () => {
	const rows = airports(3).map((row) => ({
		...row,
		emailaddress1: `${String(row.name)}@x.example`,
	}));
	const workflow = syncLine(world, rows);
	nodeOf(workflow, 'Writer').onError = 'continueRegularOutput';
	const second = structuredClone(nodeOf(workflow, 'Writer'));
	const table = { __rl: true, mode: 'name', value: 'contact' };
	const parameters = { ...second.parameters, table, key: 'emailaddress1' };
	const rest = { id: 'second', name: 'Contacts', parameters };
	workflow.nodes.push({ ...second, ...rest, position: [660, 300] });
	wire(workflow, ['Diff', 0], 'Contacts');
	const run = await world.n8n.run(workflow);
	expect(world.org.rows('contact')).toEqual([]);
	expect(summary(run, 'Contacts')).toMatchObject({ notAttempted: 3 });
	const next = await world.n8n.run(workflow);
	expect(next.status).toBe('error');
	expect(next.error?.message).toContain('the node "Contacts" was refused the records of');
});

test('design:R3 after a preview the change comes again as it was, and not whole', async () => {
	const workflow = syncLine(world, [airport('A00')]);
	await world.n8n.run(workflow);
	setRows(workflow, [airport('A00', { name: 'New' })]);
	const writer = nodeOf(workflow, 'Writer');
	writer.parameters.action = 'preview';
	expect(summary(await world.n8n.run(workflow))).toMatchObject({ updated: 1 });
	writer.parameters.action = 'write';
	const run = await world.n8n.run(workflow);
	const envelope = sync(run.records('Diff')[0] ?? {});
	expect(envelope).toMatchObject({ change: 'changed', changedFields: ['name'] });
	expect(envelope).not.toHaveProperty('redelivered');
	expect(world.accounts()).toMatchObject([{ name: 'New' }]);
});
