import type { CrashDatabase } from './crashDatabase';
import type { CrashDestination, CrashSystem, Writing } from './crashDestination';
import { CrashLink } from './crashLink';
import type { CrashPlan } from './crashPoint';
import { offersLeftOpen } from './crashPoints';
import { makeFileOlder } from './crashOlder';
import { CrashProcess, type Workshop } from './crashProcess';
import { CrashSource, seededRandom } from './crashSource';
import { CrashState } from './crashState';
import type { RunOutcome, StateFailpoint, Target } from './crashWire';
import { CrashWitness, type Damage } from './crashWitness';

export interface CrashResult extends Damage {
	readonly kills: number;
	/** Runs after a kill that waited for the dead run's lease (design R13). */
	readonly waits: number;
	/** Confirms that a server which died no longer knew. */
	readonly forgotten: number;
	/** Versions of records that are parked because nobody knows whether they arrived. */
	readonly parked: number;
}

/** Runs that a sync may need to come to rest: one that sends, one that finds nothing, and one to spare. */
const mostRuns = 3;
/** The same, where a run reads a part of what changed. */
const mostParts = 12;

/** One organisation and one process at a time: works off cases, several kills on one state each. */
export class CrashLane {
	private constructor(
		private readonly workshop: Workshop,
		private readonly destination: CrashDestination,
		private readonly database?: CrashDatabase,
		private readonly link?: CrashLink,
	) {}

	/** Without a database the state is in a file. */
	static async open(
		workshop: Workshop,
		system: CrashSystem,
		database?: CrashDatabase,
	): Promise<CrashLane> {
		const link = database && (await CrashLink.open(database.access));
		return new CrashLane(workshop, await system.open(), database, link);
	}

	async close(): Promise<void> {
		await this.link?.close();
		await this.destination.close();
	}

	/** A state gets its tables once, so every kill around that needs a sync of its own. */
	async work(plan: CrashPlan): Promise<CrashResult> {
		const { point, kills, seed } = plan;
		if (!point.isFirstRun) return await this.live(plan);
		const lives: CrashResult[] = [];
		while (lives.length < kills) {
			lives.push(await this.live({ point, kills: 1, seed: seed + lives.length * 1e6 }));
		}
		return {
			kills,
			waits: lives.reduce((sum, { waits }) => sum + waits, 0),
			forgotten: lives.reduce((sum, { forgotten }) => sum + forgotten, 0),
			parked: lives.reduce((sum, { parked }) => sum + parked, 0),
			lost: lives.flatMap(({ lost }) => lost),
			doubled: lives.flatMap(({ doubled }) => doubled),
			removed: lives.flatMap(({ removed }) => removed),
		};
	}

	private async live(plan: CrashPlan): Promise<CrashResult> {
		const { database, link, destination } = this;
		destination.begin(plan);
		const state = link && new CrashState(database!, link);
		const story = new Story(plan, this.workshop, destination, state);
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
	private writing: Writing;
	private process: CrashProcess | undefined;
	private executions = 0;
	private waits = 0;

	constructor(
		private readonly plan: CrashPlan,
		private readonly workshop: Workshop,
		private readonly destination: CrashDestination,
		private readonly state: CrashState | undefined,
	) {
		const { point, seed } = plan;
		this.random = seededRandom(seed);
		this.source = new CrashSource(this.random, point.size ?? 24);
		const [path] = point.paths;
		this.writing = destination.use(path);
		this.witness = new CrashWitness(destination.accounts, path.mode, path.parks);
		this.userFolder = workshop.userFolder();
	}

	async tell(): Promise<CrashResult> {
		const { kills, point, seed } = this.plan;
		let sinceRest = 0;
		for (let kill = 0; kill < kills; kill++, sinceRest++) {
			// Leavers of runs that never offered add up, and the guard would stop the run (design R9).
			if (point.rests ?? (this.random() < 0.6 || sinceRest > 2)) {
				await this.rest();
				sinceRest = 0;
			}
			this.writing = this.destination.use(point.paths[(seed + kill) % point.paths.length]!);
			if (this.executions > 0) this.source.move(point.share, point.added);
			if (point.findsOlder) await this.makeOlder();
			if (point.takesOver) await this.die(offersLeftOpen);
			await this.die(point.state);
			if (this.random() < 0.5) this.source.moveBack();
		}
		this.source.heal();
		await this.rest();
		const { damage, forgotten, parked } = this.witness;
		return { ...damage, kills, waits: this.waits, forgotten, parked };
	}

	async end(): Promise<void> {
		this.witness.stop();
		await this.process?.close();
	}

	/** The process that comes next finds the state of an older version. */
	private async makeOlder(): Promise<void> {
		await this.process?.close();
		this.process = undefined;
		if (this.state) await this.state.makeOlder();
		else makeFileOlder(this.userFolder);
	}

	/** Clean runs until nothing is offered; then the destination must be the source. */
	private async rest(): Promise<void> {
		const most = this.plan.point.reading ? mostParts : mostRuns;
		for (let runs = 0; runs <= most; runs++) {
			const outcome = await this.run();
			if (!outcome) throw new Error('The process was killed in a run that should end');
			const { error, hints, emitted, rejected } = outcome;
			if (error !== undefined) throw new Error(`A clean run failed: ${error}`);
			const refusal = hints.find((hint) => hint.includes('is at work'));
			if (refusal) throw new Error(refusal);
			const refused = this.destination.keyOf(this.source.refused);
			const isFinal = (key: string) =>
				rejected.includes(key) && this.witness.mayReject(key, refused);
			const goesOn = hints.some((hint) => hint.includes('Records per Run is reached'));
			if (!goesOn && emitted.every(isFinal)) {
				await this.destination.goOn(false);
				this.witness.compare(refused);
				return;
			}
		}
		throw new Error(`The sync did not come to rest in ${most} runs`);
	}

	/** A run that is killed at the failpoint of the case, or at another one of the state. */
	private async die(state: StateFailpoint | undefined): Promise<void> {
		const { target = 'process' } = state ?? {};
		if (state && target !== 'process') {
			await this.survive(state, target);
			return;
		}
		const { point } = this.plan;
		const { name } = point;
		const disarm = state ? undefined : this.destination.arm(point, () => this.process?.kill());
		const outcome = await this.run(state);
		disarm?.();
		if (outcome) {
			throw new Error(`The run ended and never was "${name}": ${JSON.stringify(outcome)}`);
		}
		this.process = undefined;
		await this.destination.goOn(true);
	}

	/** A run whose state is struck: the process lives on, says so where it can, and works with the next run. */
	private async survive(failpoint: StateFailpoint, target: Exclude<Target, 'process'>) {
		const { name } = this.plan.point;
		const state = this.state!;
		const isBackAtOnce = this.random() < 0.5;
		const outcome = await this.run(failpoint, async () => await state.strike(target, isBackAtOnce));
		if (!outcome) throw new Error(`The process was killed where it should live: "${name}"`);
		if (!state.isStruck) {
			throw new Error(`The run ended and never was "${name}": ${JSON.stringify(outcome)}`);
		}
		const isSilent = outcome.error?.includes('The state database "postgres" on') !== true;
		// Before a transaction a new connection will do; what fails when the run is closed, n8n keeps to itself.
		const mustSay =
			['midway', 'within'].includes(failpoint.phase) &&
			!['end', 'compact'].includes(failpoint.step);
		if (mustSay && isSilent) {
			throw new Error(`The run did not say what had happened: ${JSON.stringify(outcome)}`);
		}
		await state.recover(this.witness);
	}

	private async run(
		failpoint?: StateFailpoint,
		strike?: () => Promise<void>,
	): Promise<RunOutcome | undefined> {
		const mode = this.state ? 'queue' : 'regular';
		this.process ??= new CrashProcess(this.workshop.script, this.userFolder, mode);
		const { process } = this;
		const { rows, given } = await this.destination.show(this.source.rows());
		this.witness.begin(rows);
		const { reading } = this.plan.point;
		let striking: Promise<void> | undefined;
		const outcome = await process.run(
			{
				execution: String((this.executions += 1)),
				...this.writing,
				rows: given,
				...(reading && { reading }),
				...(this.state && { postgres: this.state.postgres }),
				...(failpoint && { failpoint }),
			},
			(report) => {
				this.witness.hear(report);
				if (report.kind === 'reached') striking = strike!().finally(() => process.resume());
			},
		);
		await striking;
		this.waits += outcome?.waits ?? 0;
		return outcome;
	}
}
