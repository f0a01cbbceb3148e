/** What Dynamics 365 Changes Trigger takes from the nodes behind it, and what it refuses. */
import { credentialData } from '../sandbox/dynamicsCredential';
import { changesNode } from './changesFixture';
import { passOn, type EngineNode } from './engine';
import { poll } from './poll';
import { useTrigger } from './triggerFixture';

const { add, look, name, notes, org, run, trigger } = useTrigger();

const refusal = async (nodes: readonly EngineNode[]): Promise<Error> =>
	await poll(nodes).then(
		() => Promise.reject(new Error('It was not refused')),
		(error: Error) => error,
	);

it('reads expressions of the node behind it, and has words for those that need an item', async () => {
	add('a');
	const table = { __rl: true, mode: 'name', value: '={{ ["acc", "ount"].join("") }}' };
	await run({ table });
	expect(await look({ table })).toBeUndefined();
	expect((await notes()).source).toContain('account');
	const needy = changesNode(org, name(), { columns: '={{ $("Seed").first().json.columns }}' });
	const error = await refusal([trigger(), needy]);
	expect(error.message).toContain('"Changes" has an expression without a value before a run');
	expect(error.message).toContain('Schedule Trigger');
});

describe('set up wrongly', () => {
	it('names what is missing behind it', async () => {
		const other = { name: 'Other', type: passOn() };
		const disabled = { ...changesNode(org, name()), disabled: true };
		for (const nodes of [[trigger()], [trigger(), other], [trigger(), disabled]]) {
			expect((await refusal(nodes)).message).toContain('no Dynamics 365 Changes node behind');
		}
	});

	it('refuses another state store, and another environment', async () => {
		const postgres = changesNode(org, name(), { stateStore: 'postgres' });
		const error = await refusal([trigger(), postgres]);
		expect(error.message).toContain(
			'State Store of this trigger is not that of the node "Changes"',
		);
		add('a');
		await run();
		const elsewhere = trigger();
		const data = {
			...credentialData(org),
			accessToken: '',
			environmentUrl: 'https://x.crm.dynamics.com',
		};
		const moved = { ...elsewhere, credentials: { crmSyncDynamics365Api: data } };
		const refused = await refusal([moved, changesNode(org, name())]);
		expect(refused.message).toContain('the credential now points at x.crm.dynamics.com');
	});

	it('looks at each of several nodes, and tells which has something', async () => {
		add('a');
		await run();
		const second = { ...changesNode(org, `${name()}-second`), name: 'Second' };
		const found = await poll([trigger(), changesNode(org, name()), second]);
		expect(found?.map(({ syncName }) => syncName)).toEqual([`${name()}-second`]);
	});
});
