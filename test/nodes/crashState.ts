import { PostgresStore } from '../../shared/state/postgresStore';
import type { CrashDatabase } from './crashDatabase';
import type { CrashLink } from './crashLink';
import { olderTables } from './crashOlder';
import type { PostgresState, Target } from './crashWire';
import type { CrashWitness } from './crashWitness';

/** The state of one case in the database, and what befalls it. */
export class CrashState {
	readonly postgres: PostgresState;
	private struck: Target | undefined;
	private isDown = false;

	constructor(
		private readonly database: CrashDatabase,
		private readonly link: CrashLink,
	) {
		this.postgres = { access: link.access, place: database.newPlace() };
	}

	/** Whether the last strike hit: an answer is lost only once a commit was sent. */
	get isStruck(): boolean {
		return this.struck !== undefined && !(this.struck === 'answer' && this.link.isWaiting);
	}

	/** Strikes while the process stands still. A server that is not back at once stays down until `recover`. */
	async strike(target: Exclude<Target, 'process'>, isBackAtOnce: boolean): Promise<void> {
		this.struck = target;
		if (target === 'connection') this.link.cut();
		if (target === 'answer') this.link.loseAnswer();
		if (target !== 'server') return;
		await this.database.kill();
		this.isDown = !isBackAtOnce;
		if (isBackAtOnce) await this.database.restart();
	}

	/** As an older version of the package left it. */
	async makeOlder(): Promise<void> {
		await this.database.query(olderTables(this.postgres.place.prefix));
	}

	/** Has the server up again, and tells the witness what the process cannot know: what is stored. */
	async recover(witness: CrashWitness): Promise<void> {
		const isForgetful = this.struck === 'server';
		if (this.isDown) await this.database.restart();
		this.isDown = false;
		const { access, place } = this.postgres;
		const store = new PostgresStore(access, place);
		try {
			const sync = await store.find('crash');
			if (!sync) return;
			const { members, offers } = await store.load(sync);
			witness.hearOffered(offers.keys());
			if (!isForgetful) return;
			const known = await members.load(witness.confirmedKeys);
			witness.hearForgot((key, hasLeft) => {
				const isKept = hasLeft ? !known.has(key) : known.get(key)?.fingerprint !== undefined;
				return isKept && !offers.has(key);
			});
		} finally {
			await store.close();
		}
	}
}
