import type { INodeParameters } from 'n8n-workflow';

import { Dynamics365Changes } from '../../nodes/Dynamics365Changes/Dynamics365Changes.node';
import type { DataverseSandbox } from '../sandbox/dataverse';
import { openSession } from '../sandbox/dataverse/session';
import { credentialData } from '../sandbox/dynamicsCredential';
import { useDataverse } from '../sandbox/useDataverse';
import type { EngineNode, EngineRun, EngineSetup } from './engine';
import { passOn, testNode } from './engine';
import { confirmNode, runLine } from './syncFixture';
import { thisStore } from './syncStateFixture';

type Record_ = Record<string, unknown>;

/** How the destination answers a record: nothing, or a reason why it is refused. */
export type Refusal = (record: Record_) => string | undefined;

export function changesNode(
	org: DataverseSandbox,
	syncName: string,
	{ options = {}, ...parameters }: INodeParameters = {},
): EngineNode {
	return {
		name: 'Changes',
		type: new Dynamics365Changes(),
		parameters: {
			authentication: 'crmSyncDynamics365Api',
			syncName,
			table: { __rl: true, mode: 'name', value: 'account' },
			columns: ['name'],
			stateStore: 'embedded',
			options,
			...parameters,
		},
		credentials: { crmSyncDynamics365Api: { ...credentialData(org), accessToken: '' } },
		settings: { id: `changes-${syncName}` },
	};
}

/** A node that is not ours: it takes records, or gives them an error. */
export function destination(took: Record_[], refuses: Refusal = () => undefined): EngineNode {
	return {
		name: 'Destination',
		type: testNode('destination', async function () {
			const items = this.getInputData().map(({ json }, item) => {
				const error = refuses(json);
				if (error === undefined) took.push(json);
				return { json: { ...json, ...(error !== undefined && { error }) }, pairedItem: { item } };
			});
			return [items];
		}),
	};
}

/** A sync with a name of its own for each test: one table, read again and again. */
export function useChanges() {
	const org = useDataverse();
	let name = '';
	let count = 0;
	let took: Record_[] = [];
	beforeEach(() => {
		name = `changes-${(count += 1)}`;
		took = [];
	});
	const change = (id: string, values: object) => patchRow(org, 'PATCH', `accounts(${id})`, values);
	const runWith = async (
		parameters: INodeParameters = {},
		{ refuses, more }: { refuses?: Refusal; more?: Partial<EngineSetup> } = {},
	): Promise<EngineRun> =>
		await runLine(
			[changesNode(org, name, parameters), destination(took, refuses), confirmNode()],
			[{}],
			more,
		);
	return {
		org,
		name: () => name,
		add: (text: string, table = 'account') =>
			text.split(' ').map((each) => org.insert(table, { name: each })),
		rename: async (id: string, to: string) => await change(id, { name: to }),
		change,
		remove: async (id: string) => await patchRow(org, 'DELETE', `accounts(${id})`),
		run: runWith,
		/** `change name` of what a run hands out. */
		offered: async (...asked: Parameters<typeof runWith>) => words(await runWith(...asked)),
		/** A run whose items nobody takes: as if the process had ended behind this node. */
		abandon: async (parameters: INodeParameters = {}) =>
			words(
				await runLine(
					[changesNode(org, name, parameters), { name: 'Nobody', type: passOn() }],
					[{}],
				),
			),
		/** Data requests since a position of the log. */
		requests: (from = 0) =>
			org.log
				.slice(from)
				.filter(({ url }) => url.includes('/api/data/'))
				.map(({ url }) => url),
		notes: async () => (await thisStore().find(name))!.notes,
		state: async () => await thisStore().load((await thisStore().find(name))!),
	};
}

/** What a run handed out, in short. */
export function words(run: EngineRun): string[] {
	if (run.error) throw run.error;
	return run.records('Changes').map(({ name, _sync }) => {
		const { change } = _sync as { change: string };
		return typeof name === 'string' ? `${change} ${name}` : change;
	});
}

export const hints = (run: EngineRun) =>
	run
		.hints('Changes')
		.map(({ message }) => message)
		.join('\n');

/** Changes or deletes a row, `accounts(id)`, as somebody else would. */
export async function patchRow(
	org: DataverseSandbox,
	method: 'PATCH' | 'DELETE',
	row: string,
	body?: object,
): Promise<void> {
	const { call } = await openSession(org);
	const { status, text } = await call(row, { method, body });
	if (status >= 300) throw new Error(text);
}
