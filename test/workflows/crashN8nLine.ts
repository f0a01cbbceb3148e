/** One sync on the n8n that is killed: a segment that lives on, its workflow and its organisation. */
import { foldKey } from '../../shared/core/key';
import type { Run } from '../n8n/execution';
import { chain, core, type WorkflowDefinition } from '../n8n/workflow';
import type { Point } from '../nodes/crashPoints';
import { armRequest } from '../nodes/crashRequest';
import { CrashSource, seededRandom } from '../nodes/crashSource';
import { CrashWitness, type Damage } from '../nodes/crashWitness';
import { startDataverse, type DataverseSandbox } from '../sandbox/dataverse';
import { credentialData } from '../sandbox/dynamicsCredential';
import type { MortalN8n } from './crashN8nServer';
import { diffNode, nodeOf, setRows, source, writerNode, type SyncWorld } from './syncLine';

/** Runs that a sync may need to come to rest: one that sends, one that finds nothing, and one to spare. */
const mostRuns = 3;
/** The lease of a dead process of this host is taken at once (design R13); another host's after 60 s. */
const mostSeconds = 30;

/** What a line has outside the process that is killed, or stored inside. */
interface Stored {
	readonly org: DataverseSandbox;
	readonly workflow: WorkflowDefinition;
	readonly id: string;
}

export class CrashN8nLine {
	private readonly org;
	private readonly workflow;
	private readonly random;
	private readonly source;
	private readonly witness;
	private runs = 0;

	private constructor(
		private readonly server: MortalN8n,
		private readonly point: Point,
		private readonly stored: Stored,
		seed: number,
	) {
		this.org = stored.org;
		this.workflow = stored.workflow;
		this.random = seededRandom(seed);
		this.source = new CrashSource(this.random, point.size ?? 24);
		this.witness = new CrashWitness(this.org, point.paths[0]!.mode);
	}

	static async open(server: MortalN8n, point: Point, seed: number): Promise<CrashN8nLine> {
		const org = await startDataverse();
		const type = 'crmSyncDynamics365Api';
		const credential = await server.rest.createCredential(type, point.name, credentialData(org));
		// The node needs nothing of the world but its credential.
		const writer = writerNode({ credential } as SyncWorld);
		const nodes = [core.start(), source([]), diffNode(point.name), writer];
		const workflow = chain(point.name, nodes);
		const id = await server.rest.save(workflow);
		return new CrashN8nLine(server, point, { org, workflow, id }, seed);
	}

	/** Kills n8n so many times in the line's runs, lets the sync come to rest and tells what went wrong. */
	async suffer(kills: number): Promise<Damage> {
		for (let kill = 0; kill < kills; kill++) {
			if (this.point.rests ?? this.random() < 0.6) await this.comeToRest();
			this.writeBy(kill);
			if (this.runs > 0) this.source.move(this.point.share, this.point.added);
			await this.die();
			if (this.random() < 0.5) this.source.moveBack();
		}
		this.source.heal();
		await this.comeToRest();
		return this.witness.damage;
	}

	async close(): Promise<void> {
		this.witness.stop();
		await this.org.close();
	}

	private writeBy(kill: number): void {
		const { paths } = this.point;
		const { switches, writer } = paths[kill % paths.length]!;
		this.org.setSwitches(switches);
		Object.assign(nodeOf(this.workflow, 'Writer').parameters, writer);
	}

	/** Clean runs until nothing is offered; then the destination must be the source. */
	private async comeToRest(): Promise<void> {
		if (this.runs === 0) this.writeBy(0);
		for (let runs = 0; runs <= mostRuns; runs++) {
			const run = await this.run();
			const said = run.hints('Diff').find(({ message }) => message.includes('is at work'));
			if (run.error || said) throw new Error(`A clean run failed: ${(run.error ?? said)?.message}`);
			if (run.seconds > mostSeconds) throw new Error(`A clean run took ${run.seconds} s`);
			this.hearWritten(run);
			const { refused } = this.source;
			const rejected = new Set(keysOf(run, 'Writer', 1));
			const isFinal = (key: string) => rejected.has(key) && this.witness.mayReject(key, refused);
			if (keysOf(run, 'Diff', 0).every(isFinal)) {
				this.witness.compare(refused);
				return;
			}
		}
		throw new Error(`The sync did not come to rest in ${mostRuns} runs`);
	}

	private async run(): Promise<Run> {
		const rows = this.source.rows();
		this.runs++;
		this.witness.begin(rows);
		this.witness.expectOffers();
		setRows(this.workflow, rows);
		return await this.server.rest.run(this.workflow);
	}

	/** What stands on Written is confirmed (design R5). */
	private hearWritten(run: Run): void {
		const removed = keysOf(run, 'Writer', 0, (change) => change === 'removed');
		const written = keysOf(run, 'Writer', 0, (change) => change !== 'removed');
		this.witness.hearConfirmed(written, removed);
	}

	private async die(): Promise<void> {
		const { name, request } = this.point;
		let isKilled = false;
		const disarm = armRequest(this.org, request!, () => {
			isKilled = true;
			this.server.kill();
		});
		await this.run().catch((error: unknown) => {
			if (!isKilled) throw error;
		});
		disarm();
		if (!isKilled) throw new Error(`The run ended and never was "${name}"`);
		await this.hearState();
		await this.server.restart();
		await this.server.rest.adopt(this.workflow, this.stored.id);
	}

	/** A killed process does not tell what it confirmed; its state does. */
	private async hearState(): Promise<void> {
		const { members, offers } = await this.server.stateLeft(this.point.name);
		const settled = [...this.witness.written].filter(([key]) => !offers.has(key));
		const known = await members.load(settled.map(([key]) => key));
		const accepted = settled.filter(([key]) => known.get(key)?.fingerprint !== undefined);
		const forgotten = settled.filter(([key]) => !known.has(key));
		const keys = (list: typeof settled) => list.map(([key]) => key);
		this.witness.hearConfirmed(keys(accepted), keys(forgotten));
	}
}

interface Bookkeeping {
	readonly change: string;
	readonly receipt: { readonly key: string };
}

/** Folded keys of the items on an output. */
function keysOf(
	run: Run,
	node: string,
	output: number,
	isWanted: (change: string) => boolean = () => true,
): string[] {
	return run
		.records(node, output)
		.map(({ _sync }) => _sync as unknown as Bookkeeping)
		.filter(({ change }) => isWanted(change))
		.map(({ receipt }) => foldKey(receipt.key, 'fold'));
}
