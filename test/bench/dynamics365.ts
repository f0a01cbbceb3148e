import type { ICredentialType } from 'n8n-workflow';

import type { SyncRecord } from '../../shared/core/record';
import type { DataverseSandbox } from '../sandbox/dataverse';
import type { EngineNode, EngineRun } from '../nodes/engine';
import { runWorkflow } from '../nodes/engine';
import { diffNode, runLine, writerNode } from '../nodes/syncFixture';
import { line, scaled, type Bench, type Figures } from './bench';
import { cityAccounts } from './cities';
import { timed, type TimedNode } from './engineTime';
import { n8nNode } from './peers';
import { ask, fetchToken, withSandbox, type SandboxAddress } from './sandbox';
import { expectCount } from './segment';

const latencyMs = 100;
const ours = 10_000;
const theirs = 300;
/** Every hundredth record has a value that only the destination knows to refuse, as a plug-in would. */
const badEvery = 100;
const refused = { description: 'Refused by a plug-in' };

const isBad = ({ description }: SyncRecord) => description === refused.description;
const accounts = (count: number): SyncRecord[] =>
	cityAccounts(count).map((account, index) =>
		index % badEvery === badEvery - 1 ? { ...account, ...refused } : account,
	);

interface Answers {
	readonly written: number;
	readonly rejected: number;
}

/** Writes to a destination that refuses the bad records, and accounts for every record: in the answers, and there. */
async function measure(
	records: readonly SyncRecord[],
	work: (address: SandboxAddress) => Promise<{ timing: TimedNode; run: EngineRun } & Answers>,
): Promise<Figures> {
	return await withSandbox(latencyMs, async (address) => {
		const fault = { table: 'account', row: refused, effect: { kind: 'pluginAbort' } };
		await ask(address, 'fault', fault);
		const { timing, run, written, rejected } = await work(address);
		const { seconds, cpu } = timing.last(run);
		const bad = records.filter(isBad).length;
		expectCount('rejected', rejected, bad);
		expectCount('written', written, records.length - bad);
		const rows = (await ask(address, 'rows/account')) as SyncRecord[];
		const there = new Set(rows.map(({ accountnumber }) => accountnumber));
		const missing = records.filter((each) => !isBad(each) && !there.has(each.accountnumber));
		expectCount('missing at the destination', missing.length, 0);
		expectCount('rows at the destination', rows.length, records.length - bad);
		const log = (await ask(address, 'log')) as Array<{ readonly url: string }>;
		const requests = log.filter(({ url }) => url.startsWith('/api/')).length;
		return { seconds, cpu, requests };
	});
}

/** Our writer, as a plain bulk upsert or behind Segment Diff. */
async function write(behindDiff: boolean): Promise<Figures> {
	const records = accounts(ours);
	return await measure(records, async (address) => {
		// The node reads nothing of the organisation but its address.
		const writer = writerNode(address as DataverseSandbox);
		const timing = timed(writer.type);
		const diff = behindDiff ? [diffNode('bench')] : [];
		const run = await runLine([...diff, { ...writer, type: timing.type }], records);
		if (behindDiff) await expectConfirmed([...diff, { ...writer, disabled: true }], records);
		const [written, rejected] = [0, 1].map((output) => run.items('Writer', output).length);
		return { timing, run, written: written ?? 0, rejected: rejected ?? 0 };
	});
}

/** What was written is accepted, what was refused comes back. */
async function expectConfirmed(
	nodes: readonly EngineNode[],
	records: readonly SyncRecord[],
): Promise<void> {
	const again = await runLine(nodes, records);
	if (again.error) throw again.error;
	const due = again.records('Diff').filter(isBad).length;
	expectCount('due again', again.items('Diff').length, due);
	expectCount('refused and due again', due, records.filter(isBad).length);
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

/** n8n's own node on the first of the same records. It is given its token: fetching it is not counted. */
async function dataverseNode(): Promise<Figures> {
	const records = accounts(theirs);
	return await measure(records, async (address) => {
		const token = await fetchToken(address);
		const timing = timed(n8nNode('Microsoft/Dataverse/MicrosoftDataverse.node.js'));
		const node: EngineNode = {
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
			onError: 'continueRegularOutput',
		};
		const run = await runWorkflow({ seed: records, credentialTypes: [bearer], nodes: [node] });
		const written = run.records('Dataverse').filter(({ accountid }) => accountid !== undefined);
		const rejected = run.items('Dataverse').length - written.length;
		return { timing, run, written: written.length, rejected };
	});
}

/** Writing to a destination that takes 100 ms to answer and refuses one record in a hundred. */
export const bench: Bench = {
	measures: {
		ours: { rounds: 3, run: async () => await write(false) },
		behindDiff: { rounds: 3, run: async () => await write(true) },
		theirs: { rounds: 2, run: dataverseNode },
	},
	lines(read) {
		const perRecord = (measure: string, figure: string, unit = 1) =>
			scaled(read(measure, figure), unit / (measure === 'theirs' ? theirs : ours));
		const milliseconds = (measure: string) => perRecord(measure, 'seconds', 1000);
		const peer = `peer: n8n's Microsoft Dataverse node, ${theirs} records`;
		const time = {
			unit: 'ms/record',
			against: milliseconds('theirs'),
			target: { kind: 'timesFaster', number: 200 },
		} as const;
		const { value: seconds } = read('ours', 'seconds');
		const { value: cpu } = read('ours', 'cpu');
		const requests = (measure: string) => `${read(measure, 'requests').value} requests`;
		return [
			line('Dynamics 365 Upsert, 10k records at 100 ms, 1 % refused', milliseconds('ours'), {
				...time,
				note: `${peer}; ${seconds.toFixed(1)} s, ${cpu.toFixed(1)} s CPU`,
			}),
			line('requests of it', perRecord('ours', 'requests'), {
				unit: 'requests/record',
				against: perRecord('theirs', 'requests'),
				note: `${requests('ours')} for ${ours} records; theirs ${requests('theirs')} for ${theirs}`,
			}),
			line('the same behind Segment Diff, confirmed', milliseconds('behindDiff'), {
				...time,
				note: `${peer}; ${requests('behindDiff')}`,
			}),
		];
	},
};
