import type { ICredentialType } from 'n8n-workflow';

import type { DataverseSandbox } from '../sandbox/dataverse';
import { runWorkflow } from '../nodes/engine';
import { diffNode, runLine, writerNode } from '../nodes/syncFixture';
import { line, scaled, type Bench, type Figures } from './bench';
import { cityAccounts } from './cities';
import { timed } from './engineTime';
import { n8nNode } from './peers';
import { fetchToken, withSandbox } from './sandbox';
import { expectCount } from './segment';

const latencyMs = 100;
const ours = 10_000;
const theirs = 300;

/** Our writer, as a plain bulk upsert or behind Segment Diff. */
async function write(behindDiff: boolean): Promise<Figures> {
	return await withSandbox(latencyMs, async (address) => {
		// The node reads nothing of the organisation but its address.
		const node = writerNode(address as DataverseSandbox);
		const timing = timed(node.type);
		const writer = { ...node, type: timing.type };
		const run = await runLine(
			behindDiff ? [diffNode('writers'), writer] : [writer],
			cityAccounts(ours),
		);
		const { seconds, cpu } = timing.last(run);
		const [summary] = run.records('Writer', 2);
		expectCount('created', Number(summary?.created), ours);
		return { seconds, cpu, requests: Number(summary?.requests) };
	});
}

const bearer: ICredentialType = {
	name: 'microsoftDataverseOAuth2Api',
	displayName: 'A token, without asking for it',
	properties: [],
	authenticate: {
		type: 'generic',
		properties: { headers: { Authorization: '=Bearer {{ $credentials.token }}' } },
	},
};

/** n8n's own node, which is given its token: fetching it is not counted. */
async function dataverseNode(): Promise<Figures> {
	return await withSandbox(latencyMs, async (address) => {
		const token = await fetchToken(address);
		const timing = timed(n8nNode('Microsoft/Dataverse/MicrosoftDataverse.node.js'));
		const run = await runWorkflow({
			seed: cityAccounts(theirs),
			credentialTypes: [bearer],
			nodes: [
				{
					name: 'Dataverse',
					type: timing.type,
					parameters: {
						resource: 'row',
						operation: 'upsert',
						entitySet: { __rl: true, mode: 'id', value: 'accounts' },
						identifierType: 'alternateKey',
						alternateKey: `={{ "accountnumber='" + $json.accountnumber + "'" }}`,
						inputMode: 'json',
						fieldsJson: '={{ $json }}',
						upsertOptions: {},
					},
					credentials: { [bearer.name]: { environmentUrl: address.url, token } },
				},
			],
		});
		const { seconds } = timing.last(run);
		const written = run.records('Dataverse').filter(({ accountid }) => accountid !== undefined);
		expectCount('written', written.length, theirs);
		return { seconds };
	});
}

/** Writing to a destination that takes 100 ms to answer. */
export const bench: Bench = {
	measures: {
		ours: { rounds: 3, run: async () => await write(false) },
		behindDiff: { rounds: 3, run: async () => await write(true) },
		theirs: { rounds: 2, run: dataverseNode },
	},
	lines(read) {
		const against = scaled(read('theirs', 'seconds'), 1000 / theirs);
		const perRecord = (measure: string) => scaled(read(measure, 'seconds'), 1000 / ours);
		const peer = `peer: n8n's Microsoft Dataverse node, ${theirs} records`;
		const comparison = { unit: 'ms/record', against } as const;
		return [
			line('Dynamics 365 Upsert, 10k records at 100 ms', perRecord('ours'), {
				...comparison,
				target: { kind: 'timesFaster', number: 200 },
				note: `${peer}; ${read('ours', 'requests').value} requests in ${read('ours', 'seconds').value.toFixed(1)} s, ${read('ours', 'cpu').value.toFixed(1)} s CPU`,
			}),
			line('the same behind Segment Diff, confirmed', perRecord('behindDiff'), {
				...comparison,
				target: { kind: 'timesFaster', number: 200 },
				note: peer,
			}),
		];
	},
};
