import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { CrmSyncDynamics365Api } from '../../credentials/CrmSyncDynamics365Api.credentials';
import { CrmSyncSalesforceOAuth2Api } from '../../credentials/CrmSyncSalesforceOAuth2Api.credentials';
import { storeOfSync } from '../../shared/state/registry';
import { useDataverse } from '../sandbox/useDataverse';
import { useSalesforce } from '../sandbox/useSalesforce';
import { salesforceNode } from './crashSalesforceNode';
import { map } from './droppedFixture';
import { testNode } from './engine';
import { codeDiff, createLedger, insertNode } from './insertFixture';
import { airports, confirmNode, diffNode, runLine, writerNode } from './syncFixture';

const org = useDataverse();
const sf = useSalesforce();
let name = '';
let count = 0;
beforeEach(() => {
	name = `unsent-${(count += 1)}`;
	org.reset();
});

const accounts = () => org.rows('account').filter(({ accountnumber }) => Boolean(accountnumber));
const account = (code: string) => accounts().find(({ accountnumber }) => accountnumber === code);
const throwing = () => ({
	name: 'Boom',
	type: testNode('boom', async () => {
		throw new Error('mail server down');
	}),
});
const line = () => [diffNode(name), writerNode(org)];
const preview = () => writerNode(org, { parameters: { action: 'preview' } });
const lastRun = async () => {
	const store = storeOfSync(name)!;
	return (await store.runs((await store.find(name))!, 1))[0]!;
};

describe('what was never handed to the destination is not in doubt (design:R3)', () => {
	const edited = { accountnumber: 'C100', address1_city: 'Lyon, says a CRM user' };
	const rows = airports(3).map((row) => ({ ...row, address1_city: 'Paris' }));
	const next = rows.map((row, index) => (index === 0 ? { ...row, name: 'New' } : row));
	const begin = async () => {
		await runLine(line(), rows);
		await runLine([writerNode(org)], [edited]);
	};
	const expectKept = () =>
		expect(account('C100')).toMatchObject({ name: 'New', address1_city: edited.address1_city });

	it('after a preview only the changed field is sent', async () => {
		await begin();
		await runLine([diffNode(name), preview()], next);
		expect(await lastRun()).toMatchObject({
			state: 'incomplete',
			message: '1 not sent come back in the next run',
			counts: { changed: 1, notAttempted: 1 },
		});
		const run = await runLine(line(), next);
		expect(run.records('Diff')[0]?._sync).toMatchObject({
			change: 'changed',
			changedFields: ['name'],
		});
		expectKept();
	});

	it('after a node that threw before the writer only the changed field is sent', async () => {
		await begin();
		await runLine([diffNode(name), throwing(), writerNode(org)], next);
		await runLine(line(), next);
		expectKept();
	});

	it.each(['stopWorkflow', 'continueRegularOutput'] as const)(
		'after a refused sign-in only the changed field is sent (%s)',
		async (onError) => {
			await begin();
			org.identity.securityRole = false;
			await runLine([diffNode(name), writerNode(org, { onError })], next);
			org.identity.securityRole = true;
			await runLine(line(), next);
			expectKept();
		},
	);

	it('what a node before the writer held, when the writer is refused before any request, is not overwritten', async () => {
		await begin();
		const hold = map('Hold', (items) =>
			items.map(({ json }, item) => {
				const _sync = { ...(json._sync as IDataObject), change: 'hold', reason: 'not yet' };
				return { json: { ...json, _sync }, pairedItem: { item } };
			}),
		);
		const { credentials, ...writer } = writerNode(org);
		const { crmSyncDynamics365Api: own } = credentials!;
		const elsewhere = { ...own, environmentUrl: 'https://another.crm.dynamics.com' };
		const refused = { ...writer, credentials: { crmSyncDynamics365Api: elsewhere } };
		const run = await runLine([diffNode(name), hold, refused], next);
		expect(run.error?.message).toContain('points at https://another.crm.dynamics.com');
		expect(await lastRun()).toMatchObject({ message: '1 not sent come back in the next run' });
		await runLine(line(), next);
		expectKept();
	});

	it('what a writer had not sent when it was refused in the middle comes back as it was', async () => {
		org.faults.add({
			url: /CreateMultiple/,
			nth: 2,
			effect: { kind: 'privilegeLoss', privilege: 'prvCreateaccount' },
		});
		const options = { batchSize: 2 };
		await runLine([diffNode(name), writerNode(org, { parameters: { options } })], airports(6));
		org.identity.missingPrivileges.clear();
		const run = await runLine(line(), airports(6));
		const envelopes = run.records('Diff').map(({ _sync }) => _sync);
		expect(envelopes.length).toBeGreaterThan(0);
		for (const each of envelopes) expect(each).not.toHaveProperty('redelivered');
		expect(accounts()).toHaveLength(6);
	});

	it('leavers that only previews showed are counted by the guard when they are to be removed (design:R9)', async () => {
		await runLine(line(), airports(100));
		for (let left = 90; left >= 40; left -= 10)
			await runLine([diffNode(name), preview()], airports(left));
		const run = await runLine(line(), airports(40));
		expect(run.error?.message).toContain('60 of 100 records');
		expect(accounts()).toHaveLength(100);
	});

	it('a kept record of a feed comes again as it was (design:R12)', async () => {
		const feed = () => diffNode(name, { parameters: { inputIs: 'feed' } });
		await runLine([feed(), writerNode(org)], rows);
		await runLine([writerNode(org)], [edited]);
		await runLine([feed(), preview()], next.slice(0, 1));
		const run = await runLine([feed(), writerNode(org)], rows.slice(1, 2));
		expect(run.records('Diff')[0]?._sync).toMatchObject({ changedFields: ['name'] });
		expectKept();
	});

	it('a removal that a feed named once is sent after a preview', async () => {
		const feed = () => diffNode(name, { parameters: { inputIs: 'feed' } });
		await runLine([feed(), writerNode(org)], rows);
		const removed: INodeExecutionData[] = [
			{ json: { accountnumber: 'C100', _sync: { change: 'removed' } } },
		];
		await runLine([feed(), preview()], removed);
		await runLine([feed(), writerNode(org)], airports(1, 200));
		expect(account('C100')).toBeUndefined();
	});
});

describe('what may have been sent stays in doubt (design:R3)', () => {
	/** A writer of ours that gets nothing: it is why the run closes what was not sent. */
	const idleWriter = () => writerNode(org);
	const behindBroken = { from: 'Broken', output: 2, to: 'Writer' };
	const redelivered = async (nodes: Parameters<typeof runLine>[0]) => {
		await runLine(nodes, airports(2));
		const run = await runLine(line(), airports(2));
		return run.records('Diff').map(({ _sync }) => (_sync as { redelivered?: true }).redelivered);
	};

	it('a node that is not ours may deliver before Confirm Delivery', async () => {
		const nodes = [diffNode(name), throwing(), writerNode(org), confirmNode()];
		expect(await redelivered(nodes)).toEqual([true, true]);
	});

	it('a sub-workflow may hold a node that delivers', async () => {
		const type = testNode('executeWorkflow', async function () {
			return [this.getInputData()];
		});
		const nodes = [diffNode(name), { name: 'Sub', type }, throwing(), writerNode(org)];
		expect(await redelivered(nodes)).toEqual([true, true]);
	});

	it('a disabled writer sends nothing, so another node may be meant to', async () => {
		const off = { ...writerNode(org), disabled: true };
		expect(await redelivered([diffNode(name), off, throwing()])).toEqual([true, true]);
	});

	it('a writer broke off without saying what it had sent', async () => {
		const ledger = createLedger();
		ledger.answer = () => {
			throw new TypeError('a bug');
		};
		const broken = { ...insertNode(ledger), name: 'Broken' };
		const nodes = (writer: typeof broken) => [codeDiff(name), writer, idleWriter()];
		const wires = ['Diff', 'Broken'].map((to, at) => ({ from: ['Seed', 'Diff'][at]!, to }));
		await runLine(nodes(broken), [{ code: 'A' }], { wires: [...wires, behindBroken] });
		const run = await runLine(nodes(broken), [{ code: 'A' }], { wires: [...wires, behindBroken] });
		expect(run.records('Diff')[0]?._sync).toMatchObject({ redelivered: true });
	});
});

describe('Salesforce, Create Always (design:R11)', () => {
	const types = {
		credentialTypes: [new CrmSyncDynamics365Api(), new CrmSyncSalesforceOAuth2Api()],
	};
	const companies = ['K1', 'K2'].map((code) => ({ Name: `Company ${code}`, code }));
	const strip = () => ({
		name: 'Strip',
		type: testNode('strip', async function () {
			const bare = ({ json: { code: _, ...json } }: INodeExecutionData, item: number) => ({
				json,
				pairedItem: { item },
			});
			return [this.getInputData().map(bare)];
		}),
	});
	const insert = (parameters: Partial<Parameters<typeof salesforceNode>[1]> = {}) => [
		codeDiff(name),
		strip(),
		salesforceNode(sf, { writeMode: 'insert', ...parameters } as never),
	];

	it('a preview does not park the first run', async () => {
		await runLine(insert({ action: 'preview' } as never), companies, types);
		const run = await runLine(insert(), companies, types);
		expect(run.records('Writer', 2)[0]).toMatchObject({ created: 2 });
	});

	it('a refused sign-in does not park the next run', async () => {
		const body =
			'[{"errorCode":"API_DISABLED_FOR_ORG","message":"API is not enabled for this Organization"}]';
		const headers = { 'content-type': 'application/json' };
		const effect = { kind: 'respond', status: 403, body, headers } as const;
		const repair = sf.faults.add({ url: /token|services/, times: Infinity, effect });
		expect((await runLine(insert(), companies, types)).error).toBeDefined();
		repair();
		const run = await runLine(insert(), companies, types);
		expect(run.records('Writer', 2)[0]).toMatchObject({ created: 2 });
	});
});
