import type { INodeParameters } from 'n8n-workflow';

import { systemClock } from '../../shared/connectors/clock';
import type { DataverseSandbox, Effect } from '../sandbox/dataverse';
import { changesNode, destination, patchRow } from './changesFixture';
import type { EngineNode, EngineRun } from './engine';
import { confirmNode, runLine } from './syncFixture';

type Row = Record<string, unknown>;

/** A way to find changes, and what happens before the struck run. */
export interface Manner {
	readonly name: string;
	readonly options: INodeParameters;
	/** The link of the run before is too old. */
	readonly isExpired?: boolean;
}

const day = 86_400_000;

export const manners: readonly Manner[] = [
	{ name: 'change tracking', options: {} },
	{ name: 'an expired link', options: {}, isExpired: true },
	{ name: 'windows', options: { findBy: 'modified' } },
	{ name: 'parts of it', options: { recordsPerRun: 4 } },
];

/** Where the state is: parameters and credential of the node. */
export interface StatePlace {
	readonly parameters: INodeParameters;
	readonly credentials: NonNullable<EngineNode['credentials']>;
}

export const embedded: StatePlace = {
	parameters: { stateStore: 'embedded', options: {} },
	credentials: {},
};

/** Time that passes by sleeping only, so that no retry is waited for. */
export function hurry(): void {
	let passed = 0;
	const { now } = systemClock;
	jest.spyOn(systemClock, 'now').mockImplementation(() => now() + passed);
	jest.spyOn(systemClock, 'sleep').mockImplementation(async (ms) => {
		passed += ms;
		await new Promise((resolve) => setImmediate(resolve));
	});
}

/** What a struck run and the clean ones after it came to. */
export interface Outcome {
	readonly problems: readonly string[];
	readonly struck: boolean;
	readonly stopped: boolean;
}

/** Runs that a table in parts may need to be read to its end, twice over. */
const mostRuns = 12;

/** One sync of accounts to a destination that keeps what it is told; it is struck once and then left in peace. */
export class StruckSync {
	private readonly there = new Map<string, unknown>();
	/** Every delivery, as often as it was made. */
	private readonly deliveries: string[] = [];
	private isRefusing = true;

	constructor(
		private readonly org: DataverseSandbox,
		private readonly syncName: string,
		private readonly manner: Manner,
		private readonly place: StatePlace,
	) {}

	async strike(effect: Effect, nth: number): Promise<Outcome> {
		const { org } = this;
		const move = this.begin();
		await this.rest();
		this.isRefusing = false;
		await move();
		if (this.manner.isExpired) org.clock.advance(8 * day);
		this.deliveries.length = 0;
		let struck = false;
		org.faults.add({
			url: /\/api\//,
			nth,
			get effect() {
				struck = true;
				return effect;
			},
		});
		const stopped = (await this.run()).error !== undefined;
		const told = stopped ? [...this.deliveries] : [];
		org.faults.clear();
		org.identity.missingPrivileges.clear();
		await this.rest();
		const problems = told.map((each) => `delivered by a run that stopped: ${each}`);
		return { problems: [...problems, ...this.differences()], struck, stopped };
	}

	/** Accounts before the first run; the result is what happens to them before the struck one. */
	private begin(): () => Promise<void> {
		const { org } = this;
		// Several pages of everything.
		org.settings.largestPage = 4;
		const add = (names: readonly string[]) => names.map((name) => org.insert('account', { name }));
		const [a = '', b = '', c = '', d = '', e = ''] = add('a b c d e f g h refused'.split(' '));
		return async () => {
			for (const id of [a, b, c])
				await patchRow(org, 'PATCH', `accounts(${id})`, { name: `new ${id}` });
			add(['i', 'j', 'k']);
			for (const id of [d, e]) await patchRow(org, 'DELETE', `accounts(${id})`);
		};
	}

	/** Clean runs until nothing more comes. */
	private async rest(): Promise<void> {
		for (let runs = 0; runs < mostRuns; runs++) {
			const { error, items, hints } = await this.run();
			if (error) throw error;
			const goesOn = hints('Changes').some(({ message }) => message.includes('Records per Run'));
			const isFinal = this.isRefusing
				? items('Changes').length <= 1
				: items('Changes').length === 0;
			if (isFinal && !goesOn) return;
		}
		throw new Error(`The sync did not come to rest in ${mostRuns} runs`);
	}

	private async run(): Promise<EngineRun> {
		const { parameters, credentials } = this.place;
		const options = {
			applyDeletes: true,
			maxLeaversPercent: 100,
			...(parameters.options as INodeParameters),
			...this.manner.options,
		};
		const node = changesNode(this.org, this.syncName, { ...parameters, options });
		const took: Row[] = [];
		const refuses = ({ name }: Row) =>
			this.isRefusing && name === 'refused' ? 'not yet' : undefined;
		const run = await runLine(
			[
				{ ...node, credentials: { ...node.credentials, ...credentials } },
				destination(took, refuses),
				confirmNode(),
			],
			[{}],
		);
		for (const record of took) this.take(record);
		return run;
	}

	private take({ accountid, name, _sync }: Row): void {
		const { change, key } = _sync as { change: string; key: Row };
		const id = String(accountid ?? key.accountid);
		this.deliveries.push(change === 'removed' ? `${id} removed` : `${id} ${String(name)}`);
		if (change === 'removed') this.there.delete(id);
		else this.there.set(id, name);
	}

	/** The destination against the table, and what came twice. */
	private differences(): string[] {
		const rows = new Map(
			this.org.rows('account').map(({ accountid, name }) => [String(accountid), name]),
		);
		const lost = [...rows].filter(([id, name]) => this.there.get(id) !== name);
		const left = [...this.there.keys()].filter((id) => !rows.has(id));
		const twice = this.deliveries.filter((each, at) => this.deliveries.indexOf(each) !== at);
		return [
			...lost.map(([id, name]) => `lost: ${id} ${String(name)}`),
			...left.map((id) => `still there: ${id}`),
			...twice.map((each) => `delivered twice: ${each}`),
			// Three renamed, three new, two gone, and the one that was refused.
			...(this.deliveries.length === 9 ? [] : [`${this.deliveries.length} deliveries, not 9`]),
		];
	}
}
