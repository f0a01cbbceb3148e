import type { ILoadOptionsFunctions } from 'n8n-workflow';

import { Dynamics365Upsert } from '../../nodes/Dynamics365Upsert/Dynamics365Upsert.node';
import { inNode } from '../connectors/dynamics365Engine';
import { startDataverse } from '../sandbox/dataverse';
import { credentialData } from '../sandbox/dynamicsCredential';
import { movedWith, type BadInput } from './badInputProof';
import { errorLine, readingOf, type Reading } from './badInputText';
import type { BadLine, World } from './badInputWorld';

const { listSearch, loadOptions } = new Dynamics365Upsert().methods;

const writing = (parameters: Record<string, string | object>): BadLine => ({
	writer: { parameters: parameters as never },
});
const toTable = (name: string): BadLine =>
	writing({ table: { __rl: true, mode: 'name', value: name } });

const lacking =
	(privilege: string): BadInput['arrange'] =>
	({ org }) =>
		void org.identity.missingPrivileges.add(privilege);

/** n8n itself refuses to start a workflow whose node lacks a required parameter. */
async function refused(world: World, line: BadLine): Promise<Reading> {
	const said = await world.run(line).then(() => 'It ran', errorLine);
	return { shown: said, all: said };
}

/** Metadata that a role may not see comes as empty lists. */
const emptyList = { kind: 'respond' as const, status: 200, body: '{"value":[]}' };

const listed =
	(ask: (context: ILoadOptionsFunctions) => Promise<unknown>) =>
	async ({ org }: World): Promise<Reading> => {
		const values: Record<string, string> = {
			table: 'account',
			authentication: 'crmSyncDynamics365Api',
		};
		const said = await inNode(org, async (context) => {
			const editor = Object.assign(Object.create(context) as object, {
				getCurrentNodeParameter: (name: string) => values[name],
			});
			return await ask(editor as ILoadOptionsFunctions);
		}).catch(errorLine);
		return { shown: String(said), all: String(said) };
	};

const keyStatus =
	(status: 'InProgress' | 'Failed' | 'Active') =>
	({ org }: World) =>
		org.setKeyStatus('account', 'crmsync_AccountNumber', status);

/** Tables, keys, columns and privileges. */
export const target: readonly BadInput[] = [
	{
		what: 'unknown table',
		rule: 'design:9',
		before: [],
		arrange: () => toTable('acount'),
		says: {
			where: /Dynamics 365/,
			cause: /no table .*"acount"/,
			next: /Pick the table from the list/,
		},
	},
	{
		what: 'no table chosen',
		rule: 'design:9',
		before: [],
		arrange: () => toTable(''),
		act: refused,
		says: { where: /'Writer' node/, cause: /Parameter "Table"/, next: /is required/ },
	},
	{
		what: 'no key chosen',
		rule: 'design:9',
		before: [],
		arrange: () => writing({ key: '' }),
		act: refused,
		says: { where: /'Writer' node/, cause: /Parameter "Key Name or ID"/, next: /is required/ },
	},
	{
		what: 'key that is none',
		rule: 'dataverse:T-21',
		before: [],
		arrange: () => writing({ key: 'name' }),
		says: {
			where: /table "account"/,
			cause: /name is not a key/,
			next: /Usable keys: .*accountnumber/,
		},
	},
	{
		what: 'key without an active index',
		rule: 'dataverse:T-21',
		arrange: (world) => keyStatus('InProgress')(world),
		repair: keyStatus('Active'),
		says: {
			where: /table "account"/,
			cause: /crmsync_accountnumber .*not active/,
			next: /still building its index/,
		},
	},
	{
		what: 'key whose index failed',
		rule: 'dataverse:T-21',
		arrange: (world) => keyStatus('Failed')(world),
		repair: keyStatus('Active'),
		says: {
			where: /table "account"/,
			cause: /crmsync_accountnumber .*not active/,
			next: /or failed to: see/,
		},
	},
	{
		what: 'unknown column',
		rule: 'design:9',
		arrange: () => ({ rows: movedWith({ colour: 'red' }) }),
		says: { where: /table "account"/, cause: /no column "colour"/, next: /Correct the mapping/ },
	},
	...[
		{ privilege: 'prvCreateaccount', means: 'create' },
		{ privilege: 'prvWriteaccount', means: 'update' },
		{ privilege: 'prvDeleteaccount', means: 'delete' },
		{ privilege: 'prvReadaccount', means: 'read' },
	].map(({ privilege, means }): BadInput => ({
		what: `missing privilege: ${means}`,
		rule: 'dataverse:5.3',
		arrange: lacking(privilege),
		says: {
			where: /account/,
			cause: new RegExp(`missing ${privilege} privilege`),
			next: /security role/,
		},
	})),
	{
		what: 'missing privilege: empty table list in the editor',
		rule: 'design:6',
		arrange: ({ org }) => void org.faults.add({ url: /EntityDefinitions/, effect: emptyList }),
		act: listed(async (context) => await listSearch.searchTables.call(context)),
		says: { where: /Dynamics 365/, cause: /no tables/, next: /prvReadEntity/ },
	},
	{
		what: 'missing privilege: empty column list in the editor',
		rule: 'design:6',
		arrange: ({ org }) =>
			void org.faults.add({ url: /Attributes/, part: true, times: 99, effect: emptyList }),
		act: listed(async (context) => await loadOptions.loadColumns.call(context)),
		says: { where: /"account"/, cause: /no columns/, next: /prvReadAttribute/ },
	},
	{
		what: 'missing privilege: no table visible in a run',
		rule: 'design:6',
		arrange: ({ org }) => void org.faults.add({ url: /EntityDefinitions/, effect: emptyList }),
		says: { where: /"account"/, cause: /no table/, next: /prvReadEntity/ },
	},
	{
		what: 'missing privilege: no column visible in a run',
		rule: 'design:6',
		// What an earlier run has read of the table is still known.
		before: [],
		arrange: ({ org }) =>
			void org.faults.add({ url: /Attributes/, part: true, times: 99, effect: emptyList }),
		says: { where: /"account"/, cause: /no columns/, next: /prvReadAttribute/ },
	},
	{
		what: 'the credential of another organisation',
		rule: 'design:R14',
		async act(world) {
			const other = await startDataverse();
			try {
				const run = await world.run({
					writer: {
						credentials: { crmSyncDynamics365Api: { ...credentialData(other), accessToken: '' } },
					},
				});
				expect(other.rows('account')).toEqual([]);
				return readingOf(run);
			} finally {
				await other.close();
			}
		},
		says: { where: /127\.0\.0\.1/, cause: /credential points at/, next: /Set the credential back/ },
	},
	{
		what: 'another table than the sync was built with',
		rule: 'design:R14',
		arrange: () => toTable('contact'),
		says: {
			where: /account by accountnumber/,
			cause: /writer downstream is now/,
			next: /new Sync Name/,
		},
	},
	{
		what: 'other key fields than the sync was built with',
		rule: 'design:R14',
		arrange: () => ({ diff: { parameters: { keyFields: 'name' } } }),
		says: { where: /The sync "bad-/, cause: /key accountnumber, not name/, next: /Set it back/ },
	},
	{
		what: 'a copied workflow with the same Sync Name',
		rule: 'design:R14',
		arrange: () => ({ more: { workflowId: 'copy' } }),
		says: {
			where: /belongs to the node "Diff"/,
			cause: /copied workflow/,
			next: /Sync Name of its own/,
		},
	},
	{
		what: 'Sync Name left empty',
		rule: 'design:R14',
		arrange: () => ({ diff: { parameters: { syncName: ' ' } } }),
		says: { where: /Sync Name/, cause: /is empty/, next: /Give this sync a name/ },
	},
];
