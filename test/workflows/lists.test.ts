/** design:7: what a builder chooses from lists in the panel of Dynamics 365 Upsert, asked for as the editor does. */
import { pack, useWorld } from './syncLine';

jest.setTimeout(120_000);

const world = useWorld();

interface Choice {
	readonly name: string;
	readonly value: string;
}

async function ask<T>(list: 'options' | 'resource-locator-results', more: object): Promise<T> {
	const { id, name, type } = world.credential;
	return await world.n8n.rest.post<T>(`/dynamic-node-parameters/${list}`, {
		nodeTypeAndVersion: { name: `${pack}.dynamics365Upsert`, version: 1 },
		path: 'parameters',
		currentNodeParameters: {
			authentication: type,
			table: { __rl: true, mode: 'list', value: 'account' },
		},
		credentials: { [type]: { id, name } },
		...more,
	});
}

test('design:7 tables are searched by name and label', async () => {
	const { results } = await ask<{ results: Choice[] }>('resource-locator-results', {
		methodName: 'searchTables',
		filter: 'acc',
	});
	expect(results).toContainEqual(
		expect.objectContaining({ name: 'Account (account)', value: 'account' }),
	);
	expect(results.every(({ name }) => name.toLowerCase().includes('acc'))).toBe(true);
});

test('design:7 keys: the row id and every active alternate key, the composite one included', async () => {
	const keys = await ask<Choice[]>('options', { methodName: 'loadKeys' });
	expect(keys.map(({ value }) => value)).toEqual([
		'accountid',
		'accountnumber',
		'address1_country,crmsync_airportcode',
	]);
});

test('design:7 columns: those that can be written', async () => {
	const columns = await ask<Choice[]>('options', { methodName: 'loadColumns' });
	const names = columns.map(({ value }) => value);
	expect(names).toContain('telephone1');
	expect(names).not.toContain('versionnumber');
});

test('design:9 a list that stays empty names the missing privilege', async () => {
	world.org.faults.add({
		url: /EntityDefinitions/,
		effect: { kind: 'respond', status: 200, body: '{"value":[]}' },
	});
	const answer = await ask('resource-locator-results', { methodName: 'searchTables' }).then(
		() => 'a list',
		(error: Error) => error.message,
	);
	expect(answer).toContain('prvReadEntity');
});
