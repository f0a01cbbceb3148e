import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

import type { LeaseClock } from '../../shared/state/lease';
import { openRun } from '../../shared/state/registry';
import type { Store } from '../../shared/state/store';
import { identity, keyText, member, owner } from './builders';
import type { Errand } from './postgresChild';
import { everyone, moves, postgresFixture } from './storeFixture';

const { newFile, openStore, server } = postgresFixture();

const root = path.join(__dirname, '../..');
let folder = '';
const workers: Worker[] = [];

beforeAll(async () => {
	mkdirSync(path.join(root, '.work'), { recursive: true });
	folder = mkdtempSync(path.join(root, '.work/postgres-'));
	await build({
		entryPoints: [path.join(__dirname, 'postgresChild.ts')],
		outfile: path.join(folder, 'child.cjs'),
		bundle: true,
		platform: 'node',
		target: 'node24',
		packages: 'external',
		logLevel: 'error',
		tsconfig: path.join(root, 'test/tsconfig.json'),
	});
});
afterEach(async () => {
	for (const worker of workers.splice(0)) await worker.kill();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A process of its own, as a worker in queue mode is. */
class Worker {
	private readonly child: ChildProcess;

	constructor() {
		this.child = fork(path.join(folder, 'child.cjs'), [], { execArgv: [] });
		workers.push(this);
	}

	async ask(errand: Errand): Promise<string> {
		const answered = once(this.child, 'message');
		this.child.send(errand);
		const [text] = (await answered) as [string];
		return text;
	}

	async kill(): Promise<void> {
		if (this.child.exitCode !== null || this.child.signalCode !== null) return;
		const ended = once(this.child, 'exit');
		this.child.kill('SIGKILL');
		await ended;
	}
}

const bound = async () => {
	const prefix = newFile();
	const store = openStore(prefix);
	const sync = await store.bind('people', owner, identity());
	return { prefix, store, sync, errand: { do: 'open', access: server.admin, prefix } as const };
};

/** A clock whose seconds pass while somebody sleeps; `each` sees them pass. */
const clockOf = (each: () => Promise<unknown> = async () => undefined): LeaseClock => {
	let now = 0;
	return {
		monotonic: () => now,
		async sleep(ms) {
			now += ms;
			await each();
		},
	};
};

const openHere = async (store: Store, clock: LeaseClock) =>
	await openRun({
		store,
		sync: 'people',
		execution: '9',
		keepRecords: false,
		parkAfter: 3,
		now: () => 0,
		onEnd: () => undefined,
		clock,
	});

const neverWait = clockOf(async () => await Promise.reject(new Error('It waited')));

describe('workers on one Postgres database (design:R13)', () => {
	it('refuses a second run while the first one beats in another process', async () => {
		const { store, errand } = await bound();
		const worker = new Worker();
		const run = await worker.ask(errand);
		const clock = clockOf(async () => await worker.ask({ do: 'beat' }));
		expect(await openHere(store, clock)).toBeUndefined();
		expect((await store.find('people'))?.lease?.run).toBe(run);
	});

	it('gives a free lease to exactly one of many that ask at once', async () => {
		const { prefix, sync } = await bound();
		const taken = await Promise.all(
			Array.from({ length: 8 }, async (_, index) =>
				openStore(prefix).takeLease(sync, `r${index}`, 'process'),
			),
		);
		expect(taken.filter((won) => won)).toHaveLength(1);
	});

	it('takes over when the beat stands still; what the first one writes then is refused (design:R2)', async () => {
		const { store, sync, errand } = await bound();
		const worker = new Worker();
		await worker.ask(errand);
		expect(await worker.ask({ do: 'write', keys: [keyText('ann')] })).toBe('done');
		const run = await openHere(store, clockOf());
		expect((await store.find('people'))?.lease?.run).toBe(run?.id);
		expect(await worker.ask({ do: 'write', keys: [keyText('bob')] })).toBe('lost');
		expect(await worker.ask({ do: 'beat' })).toBe('lost');
		const left = await everyone(await store.load(sync));
		expect(left.map(({ key }) => key)).toEqual([keyText('ann')]);
	});

	it('rolls back what a killed process was writing, and the next run starts at once (design:R1)', async () => {
		const { prefix, store, sync, errand } = await bound();
		const worker = new Worker();
		await worker.ask(errand);
		await worker.ask({ do: 'write', keys: [keyText('ann')] });
		// The rows are on their way, the sync is locked, and the commit never comes.
		const lock = await server.lock(server.admin, `${prefix}journal`);
		const writing = worker.ask({ do: 'write', keys: [keyText('bob'), keyText('cid')] });
		await lock.isWanted();
		await worker.kill();
		await lock.release();
		const run = await openHere(store, neverWait);
		expect(run).toBeDefined();
		expect(await everyone(run!.state)).toEqual([member('ann', { fields: new Map([['a', 1]]) })]);
		await store.write(sync, run!.id, { members: moves(member('bob')) });
		expect((await store.load(sync)).members.size).toBe(2);
		void writing;
	});
});

describe('a sync whose blocks were packed anew (design:R13)', () => {
	it('is told to the run that still reads the old ones, as a lost lease', async () => {
		const { prefix, store, sync } = await bound();
		const many = Array.from({ length: 4_000 }, (_, index) => member(`p${index}`));
		const fill = async (run: string) => {
			await store.write(sync, run, { members: moves(...many) });
			await store.write(sync, run, { members: moves(...many) });
			const { members } = await store.load(sync);
			await store.compact(sync, run, members);
		};
		await store.takeLease(sync, 'r1', 'process');
		await fill('r1');
		const before = await openStore(prefix).load(sync);
		expect(await before.members.load([keyText('p1')])).toHaveProperty('size', 1);
		await fill('r1');
		await expect(before.members.load([keyText('p1')])).rejects.toThrow('has taken over');
	});
});
