import path from 'node:path';
import type { INodeParameters } from 'n8n-workflow';

import { SyncState } from '../../nodes/SyncState/SyncState.node';
import { storeAt } from '../../shared/state/registry';
import { useDataverse } from '../sandbox/useDataverse';
import type { EngineNode, EngineRun, EngineSetup } from './engine';
import { userFolder } from './engine';
import type { NodeChange } from './syncFixture';
import { airport, diffNode, runLine, writerNode } from './syncFixture';

type Records = Array<Record<string, unknown>>;

/** A row the destination refuses. */
export const tooLong = (code: string) => airport(code, { name: 'x'.repeat(5_000) });
/** Segment Diff that parks at the first refusal. */
export const parking: NodeChange = { parameters: { options: { parkAfter: 1 } } };
export const parkingFeed: NodeChange = {
	parameters: { inputIs: 'feed', options: { parkAfter: 1 } },
};
export const nextStep = (run: { error?: Error }) =>
	(run.error as { description?: string }).description;
export const thisStore = () => storeAt(path.join(userFolder, '.n8n', 'crm-sync', 'state.sqlite'));

/** A sync with a name of its own for each test of the file, and ways to look after it. */
export const useLookedAfter = () => {
	const org = useDataverse();
	let name = '';
	let count = 0;
	beforeEach(() => {
		name = `looked-after-${(count += 1)}`;
	});

	const stateNode = (
		action: string,
		parameters: INodeParameters = {},
		more: NodeChange = {},
	): EngineNode => ({
		name: 'State',
		type: new SyncState(),
		parameters: {
			action,
			syncName: { __rl: true, mode: 'name', value: name },
			stateStore: 'embedded',
			...parameters,
		},
		...more,
	});
	const ask = async (
		action: string,
		parameters: INodeParameters = {},
		seed: EngineSetup['seed'] = [{}],
	): Promise<EngineRun> => await runLine([stateNode(action, parameters)], seed);
	const sync = async (rows: Records, change = parking): Promise<EngineRun> =>
		await runLine([diffNode(name, change), writerNode(org)], rows);
	return {
		org,
		name: () => name,
		stateNode,
		ask,
		answer: async (...asked: Parameters<typeof ask>): Promise<Records> =>
			(await ask(...asked)).records('State'),
		sync,
		/** Key and change of what a run hands out. */
		offered: async (...rows: Parameters<typeof sync>) =>
			(await sync(...rows))
				.records('Diff')
				.map(({ accountnumber, _sync }) => [accountnumber, (_sync as { change: string }).change]),
		account: (code: string) =>
			org.rows('account').filter(({ accountnumber }) => accountnumber === code),
		version: async () => (await thisStore().find(name))!.version,
	};
};
