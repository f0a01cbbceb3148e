import { startDataverse, type DataverseSandbox } from '../sandbox/dataverse';
import { offersLeftOpen, type Point } from './crashPoints';
import { CrashProcess, type Workshop } from './crashProcess';
import { armRequest } from './crashRequest';
import { CrashSource, seededRandom } from './crashSource';
import type { RunOutcome, StateFailpoint } from './crashWire';
import { CrashWitness, type Damage } from './crashWitness';

export interface CrashCase {
	readonly point: Point;
	readonly kills: number;
	readonly seed: number;
}

export interface CrashResult extends Damage {
	readonly kills: number;
	/** Runs after a kill that waited for the dead run's lease (design R13). */
	readonly waits: number;
}

/** Runs that a sync may need to come to rest: one that sends, one that finds nothing, and one to spare. */
const mostRuns = 3;

/** One organisation and one process at a time: works off cases, several kills on one state each. */
export class CrashLane {
	private constructor(
		private readonly workshop: Workshop,
		private readonly org: DataverseSandbox,
	) {}

	static async open(workshop: Workshop): Promise<CrashLane> {
		return new CrashLane(workshop, await startDataverse());
	}

	async close(): Promise<void> {
		await this.org.close();
	}

	/** A file gets its tables once, so every kill around that needs a sync of its own. */
	async work(crashCase: CrashCase): Promise<CrashResult> {
		const { point, kills, seed } = crashCase;
		if (!point.isFirstRun) return await this.live(crashCase);
		const lives: CrashResult[] = [];
		while (lives.length < kills) {
			lives.push(await this.live({ point, kills: 1, seed: seed + lives.length * 1e6 }));
		}
		return {
			kills,
			waits: lives.reduce((sum, { waits }) => sum + waits, 0),
			lost: lives.flatMap(({ lost }) => lost),
			doubled: lives.flatMap(({ doubled }) => doubled),
			removed: lives.flatMap(({ removed }) => removed),
		};
	}

	private async live(crashCase: CrashCase): Promise<CrashResult> {
		this.org.reset();
		const story = new Story(crashCase, this.workshop, this.org);
		try {
			return await story.tell();
		} finally {
			await story.end();
		}
	}
}

/** One case: a segment that lives on while the process that syncs it is killed again and again. */
class Story {
	private readonly random;
	private readonly source;
	private readonly witness;
	private readonly userFolder;
	private path;
	private process: CrashProcess | undefined;
	private executions = 0;
	private waits = 0;

	constructor(
		private readonly crashCase: CrashCase,
		private readonly workshop: Workshop,
		private readonly org: DataverseSandbox,
	) {
		const { point, seed } = crashCase;
		this.random = seededRandom(seed);
		this.source = new CrashSource(this.random, point.size ?? 24);
		this.path = point.paths[0]!;
		this.witness = new CrashWitness(org, this.path.mode);
		this.userFolder = workshop.userFolder();
	}

	async tell(): Promise<CrashResult> {
		const { kills, point, seed } = this.crashCase;
		this.org.setSwitches(this.path.switches);
		for (let kill = 0; kill < kills; kill++) {
			if (point.rests ?? this.random() < 0.6) await this.rest();
			this.path = point.paths[(seed + kill) % point.paths.length]!;
			this.org.setSwitches(this.path.switches);
			if (this.executions > 0) this.source.move(point.share, point.added);
			if (point.takesOver) await this.die(offersLeftOpen);
			await this.die(point.state);
			if (this.random() < 0.5) this.source.moveBack();
		}
		this.source.heal();
		await this.rest();
		return { ...this.witness.damage, kills, waits: this.waits };
	}

	async end(): Promise<void> {
		this.witness.stop();
		await this.process?.close();
	}

	/** Clean runs until nothing is offered; then the destination must be the source. */
	private async rest(): Promise<void> {
		for (let runs = 0; runs <= mostRuns; runs++) {
			const outcome = await this.run();
			if (!outcome) throw new Error('The process was killed in a run that should end');
			const { error, hints, emitted, rejected } = outcome;
			if (error !== undefined) throw new Error(`A clean run failed: ${error}`);
			const refusal = hints.find((hint) => hint.includes('is at work'));
			if (refusal) throw new Error(refusal);
			const { refused } = this.source;
			const isFinal = (key: string) =>
				rejected.includes(key) && this.witness.mayReject(key, refused);
			if (emitted.every(isFinal)) {
				this.witness.compare(refused);
				return;
			}
		}
		throw new Error(`The sync did not come to rest in ${mostRuns} runs`);
	}

	/** A run that is killed at the failpoint of the case, or at another one of the state. */
	private async die(state: StateFailpoint | undefined): Promise<void> {
		const { request, name } = this.crashCase.point;
		const disarm =
			request && !state ? armRequest(this.org, request, () => this.process?.kill()) : undefined;
		const outcome = await this.run(state);
		disarm?.();
		if (outcome) {
			throw new Error(`The run ended and never was "${name}": ${JSON.stringify(outcome)}`);
		}
		this.process = undefined;
	}

	private async run(failpoint?: StateFailpoint): Promise<RunOutcome | undefined> {
		this.process ??= new CrashProcess(this.workshop.script, this.userFolder);
		const rows = this.source.rows();
		this.witness.begin(rows);
		const { url, tenant, clientId, clientSecret, tokenUrl } = this.org;
		const outcome = await this.process.run(
			{
				execution: String((this.executions += 1)),
				org: { url, tenant, clientId, clientSecret, tokenUrl },
				rows,
				writer: this.path.writer,
				...(failpoint && { failpoint }),
			},
			(report) => this.witness.hear(report),
		);
		this.waits += outcome?.waits ?? 0;
		return outcome;
	}
}
