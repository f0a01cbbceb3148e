import { NodeHelpers, type ICredentialDataDecryptedObject } from 'n8n-workflow';

import { SegmentDiff } from '../../nodes/SegmentDiff/SegmentDiff.node';
import { storeIn, storeOfSync } from '../../shared/state/registry';
import { usePostgres } from '../sandbox/postgres';
import { useDataverse } from '../sandbox/useDataverse';
import type { EngineRun } from './engine';
import { airport, airports, confirmNode, diffNode, runLine, writerNode } from './syncFixture';

const place = { schema: 'public', prefix: 'crm_sync_' };
// Before the server, so that the connections are closed when it ends.
afterAll(async () => await storeIn(server.admin, place).close());
const server = usePostgres();
const org = useDataverse();
let name = '';
let count = 0;

beforeEach(() => {
	name = `shared-${(count += 1)}`;
	process.env.EXECUTIONS_MODE = 'queue';
});
afterEach(() => {
	delete process.env.EXECUTIONS_MODE;
});

/** n8n's Postgres credential as its form fills it. */
const credential = (changes: ICredentialDataDecryptedObject = {}) => {
	const { host, port, database, user, password } = server.admin;
	return {
		host,
		port,
		database,
		user,
		password,
		maxConnections: 100,
		allowUnauthorizedCerts: false,
		ssl: 'disable',
		sshTunnel: false,
		...changes,
	};
};
const nextStep = ({ error }: EngineRun) => (error as { description?: string }).description;
const diff = (changes: ICredentialDataDecryptedObject = {}, options = {}) => ({
	...diffNode(name, { parameters: { stateStore: 'postgres', options } }),
	credentials: { postgres: credential(changes) },
});

describe('Segment Diff with its state in Postgres', () => {
	it('design:8 syncs in queue mode: first everything, then nothing, then what changed', async () => {
		const line = () => [diff(), writerNode(org)];
		const first = await runLine(line(), airports(30));
		expect(first.error).toBeUndefined();
		expect(first.items('Diff')).toHaveLength(30);
		expect((await runLine(line(), airports(30))).items('Diff')).toEqual([]);
		const changed = [...airports(29), airport('C129', { name: 'Renamed' })];
		expect((await runLine(line(), changed)).records('Diff')).toMatchObject([
			{ accountnumber: 'C129', _sync: { change: 'changed' } },
		]);
		const states = await server.query(server.admin, 'SELECT state FROM crm_sync_run ORDER BY seq');
		expect(states.map(({ state }) => state)).toEqual(Array(3).fill('completed'));
	});

	it('design:8 refuses the embedded store in queue mode and names the cure', async () => {
		const run = await runLine([diffNode(name), writerNode(org)], airports(2));
		expect(run.error?.message).toContain('does not work in queue mode');
		expect(nextStep(run)).toContain('Set State Store of this node to Postgres');
	});

	it('design:R4 notes in Postgres what a stale receipt delivered', async () => {
		const offered = await runLine([diff(), writerNode(org)], [airport('AAA')]);
		const stale = offered.items('Diff').map(({ json }) => json);
		const confirmed = await runLine([confirmNode()], stale);
		expect(confirmed.records('Confirm', 1)[0]).toMatchObject({ stale: 1 });
		expect(confirmed.hints('Confirm')[0]?.message).toContain('sent again next time');
		const again = await runLine([diff(), writerNode(org)], [airport('AAA')]);
		expect(again.items('Diff')).toHaveLength(1);
	});

	it('design:R4 says so when it is not known where the state of a stale receipt is', async () => {
		const receipt = { scope: 'never opened here', run: `3-${'0'.repeat(36)}`, key: '["AAA"]' };
		expect(storeOfSync(receipt.scope)).toBeUndefined();
		const run = await runLine(
			[confirmNode()],
			[{ accountnumber: 'AAA', _sync: { change: 'added', receipt } }],
		);
		expect(run.error).toBeUndefined();
		expect(run.hints('Confirm')[0]?.message).toContain('has not opened their state');
	});

	it.each([
		['an SSH tunnel', { sshTunnel: true }, {}, 'SSH tunnel', 'run a tunnel beside n8n'],
		['SSL the server does not offer', { ssl: 'require' }, {}, 'offers no TLS', 'SSL to Disable'],
		['Allow, as the Postgres node does', { ssl: 'allow' }, {}, 'offers no TLS', 'SSL to Disable'],
		['Ignore SSL Issues', { allowUnauthorizedCerts: true }, {}, 'offers no TLS', 'SSL to Disable'],
		['a wrong password', { password: 'wrong' }, {}, 'refuses the credential', 'user and password'],
		['a schema that is not there', {}, { schema: 'none' }, 'no such schema', 'option Schema'],
		['a prefix that cannot be one', {}, { tablePrefix: 'a-' }, '"a-"', 'option Table Prefix'],
	])('design:9 stops with %s, says why and what to do', async (...row) => {
		const [, changes, options, why, next] = row;
		const run = await runLine([diff(changes, options), writerNode(org)], airports(2));
		expect(run.error?.message).toContain(why);
		expect(nextStep(run)).toContain(next);
		expect(JSON.stringify(run.error)).not.toContain(server.admin.password);
		expect(org.rows('account').some(({ accountnumber }) => accountnumber === 'C100')).toBe(false);
	});

	it('design:7 shows the credential and the table options for Postgres only, and six parameters at most', () => {
		const { description } = new SegmentDiff();
		const shownFor = (stateStore: string) => {
			const { properties } = description;
			const values = NodeHelpers.getNodeParameters(
				properties,
				{ stateStore },
				true,
				false,
				null,
				description,
			);
			const shows = (entry: Parameters<typeof NodeHelpers.displayParameter>[1]) =>
				NodeHelpers.displayParameter(values ?? {}, entry, null, description);
			const tables = ['schema', 'tablePrefix'].filter((option) =>
				description.properties
					.flatMap(({ options }) => options ?? [])
					.some(
						(entry) =>
							'displayName' in entry && entry.name === option && 'type' in entry && shows(entry),
					),
			);
			return {
				tables,
				credentials: (description.credentials ?? []).filter(shows).map(({ name: type }) => type),
				parameters: description.properties.filter(
					({ type, ...property }) =>
						type !== 'hidden' && property.name !== 'options' && shows({ type, ...property }),
				).length,
			};
		};
		expect(shownFor('embedded')).toEqual({ tables: [], credentials: [], parameters: 6 });
		expect(shownFor('postgres')).toEqual({
			tables: ['schema', 'tablePrefix'],
			credentials: ['postgres'],
			parameters: 6,
		});
	});
});
