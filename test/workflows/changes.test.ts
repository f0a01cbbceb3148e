/** The templates from Dynamics 365 to any node, on the real n8n: runs by hand, their trigger, and a replay. */
import type { Run } from '../n8n/execution';
import type { WorkflowDefinition } from '../n8n/workflow';
import {
	asSomebody,
	importTemplate,
	startChangesWorld,
	type ChangesWorld,
} from './changesTemplates';
import { nodeOf, offered, sync } from './syncLine';

jest.setTimeout(240_000);

let world: ChangesWorld;
beforeAll(async () => {
	world = await startChangesWorld();
});
afterAll(async () => await world.close());
beforeEach(() => {
	world.org.reset();
	world.foreign.reset();
});

const contact = (firstname: string, lastname: string) =>
	world.org.insert('contact', { firstname, lastname, address1_city: 'Bath' });
const rename = async (id: string, firstname: string) =>
	await asSomebody(world.org, 'PATCH', `contacts(${id})`, { firstname });
const posted = () => world.foreign.bodies.splice(0).map(({ firstName }) => firstName);

describe('dynamics365-to-any-node.json by hand', () => {
	const run = async (workflow: WorkflowDefinition): Promise<Run> => {
		const done = await world.n8n.run(workflow, 'Run by Hand');
		expect(done.error).toBeUndefined();
		return done;
	};

	test('design:R1 design:R7 posts what is new, then nothing, then what changed or was refused', async () => {
		const workflow = importTemplate(world, 'dynamics365-to-any-node.json');
		const [ann, bob] = [contact('Ann', 'Archer'), contact('Bob', 'Baker')];
		world.foreign.refused.add(bob);
		const first = await run(workflow);
		expect(world.foreign.bodies).toContainEqual({
			...{ externalId: ann, email: null, firstName: 'Ann', lastName: 'Archer', city: 'Bath' },
		});
		expect(posted()).toEqual(['Ann', 'Bob']);
		expect(first.records('Alert')).toHaveLength(1);
		world.foreign.refused.clear();
		await run(workflow);
		expect(posted()).toEqual(['Bob']);
		const idle = await run(workflow);
		expect(idle.items('Changed Contacts')).toEqual([]);
		expect(idle.ran('Post to the API')).toBe(false);
		expect(idle.hints('Changed Contacts')[0].message).toContain('0 records read');
		await rename(ann, 'Anna');
		await run(workflow);
		expect(posted()).toEqual(['Anna']);
	});

	test('sync:T9 a deleted contact is passed on with Apply Deletes, and once only', async () => {
		const workflow = importTemplate(world, 'dynamics365-to-any-node.json');
		nodeOf(workflow, 'Changed Contacts').parameters.options = { applyDeletes: true };
		const [ann] = [contact('Ann', 'Archer'), contact('Bob', 'Baker')];
		await run(workflow);
		await asSomebody(world.org, 'DELETE', `contacts(${ann})`);
		const removal = await run(workflow);
		expect(offered(removal, 'Changed Contacts')).toEqual([expect.stringContaining('removed')]);
		expect(removal.records('Changed Contacts').map((record) => sync(record).change)).toEqual([
			'removed',
		]);
		expect(world.foreign.bodies.at(-1)).toMatchObject({ externalId: ann });
		expect((await run(workflow)).items('Changed Contacts')).toEqual([]);
	});
});

describe('dynamics365-replay.json', () => {
	test('design:R6 design:R7 sends every record once more, until each has arrived', async () => {
		const workflow = importTemplate(world, 'dynamics365-replay.json');
		const [ann] = [contact('Ann', 'Archer'), contact('Bob', 'Baker')];
		const first = await world.n8n.run(workflow, 'When Contacts Change');
		expect(first.error).toBeUndefined();
		expect(posted()).toEqual(['Ann', 'Bob']);
		await rename(ann, 'Anna');
		const changed = await world.n8n.run(workflow, 'When Contacts Change');
		expect(changed.error).toBeUndefined();
		expect(posted()).toEqual(['Anna']);

		world.foreign.refused.add(ann);
		const replay = await world.n8n.run(workflow, 'Replay by Hand');
		expect(replay.error).toBeUndefined();
		expect(replay.records('Changed Contacts').map((record) => sync(record))).toMatchObject([
			{ replay: true },
			{ replay: true },
		]);
		expect(posted().sort()).toEqual(['Anna', 'Bob']);
		world.foreign.refused.clear();
		await world.n8n.run(workflow, 'When Contacts Change');
		expect(world.foreign.bodies).toMatchObject([{ externalId: ann }]);
		expect(posted()).toEqual(['Anna']);
		const idle = await world.n8n.run(workflow, 'When Contacts Change');
		expect(idle.items('Changed Contacts')).toEqual([]);
		expect((await world.n8n.run(workflow, 'Replay by Hand')).error).toBeUndefined();
	});
});
