import { takeLease, type LeaseClock, type LeaseRequest } from '../../shared/state/lease';
import { hasEnded, processName } from '../../shared/state/process';
import { storeFixture } from './storeFixture';

const { leased } = storeFixture();

/** A process on this host that surely runs, and is not this one. */
const parentProcess = () => {
	const [host] = JSON.parse(processName()) as [string];
	return JSON.stringify([host, process.ppid, '', 'another instance']);
};
/** A process of this host with a number nobody has. */
const endedProcess = () => {
	const [host] = JSON.parse(processName()) as [string];
	return JSON.stringify([host, 2 ** 22 + 1, '', 'another instance']);
};
const elsewhere = JSON.stringify(['another host', 1, '', 'x']);

/** A clock whose seconds pass while somebody sleeps; `each` sees them pass. */
const clockOf = (each: (second: number) => Promise<void> = async () => {}): LeaseClock => {
	// A process has run for a while before anybody waits.
	const since = 5_000_000;
	let now = since;
	return {
		monotonic: () => now,
		async sleep(ms) {
			now += ms;
			await each((now - since) / 1_000);
		},
	};
};

const held = async (holder?: string) => {
	const { store, sync } = await leased();
	await store.endRun(sync, {
		id: 'r1',
		execution: '1',
		startedAt: 0,
		endedAt: 0,
		state: 'completed',
		message: '',
		counts: {},
	});
	if (holder) await store.takeLease((await store.find('people'))!, 'old', holder);
	const take = async (changes: Partial<LeaseRequest> = {}) =>
		await takeLease({
			store,
			sync: 'people',
			run: 'new',
			clock: clockOf(),
			isLiveHere: () => false,
			...changes,
		});
	return { store, sync, take };
};

const refuseToWait = clockOf(async () => await Promise.reject(new Error('It waited')));

describe('the lease of a sync (design:R13)', () => {
	it.each([
		['that is free', () => undefined],
		['of a process on this host that has ended', endedProcess],
		['of this process, whose run is over', processName],
	])('is taken at once when it is one %s', async (_, holder) => {
		const { take } = await held(holder());
		const sync = await take({ clock: refuseToWait });
		expect(sync?.lease).toMatchObject({ run: 'new', process: processName() });
	});

	it('is refused at once while a run of this process lives', async () => {
		const { take, store } = await held(processName());
		expect(await take({ clock: refuseToWait, isLiveHere: (run) => run === 'old' })).toBeUndefined();
		expect((await store.find('people'))?.lease?.run).toBe('old');
	});

	it.each([
		['another host', () => elsewhere],
		['a running process of this host', parentProcess],
	])('is taken from %s once the beat stood still for 60 s', async (_, holder) => {
		let seconds = 0;
		const { take } = await held(holder());
		const clock = clockOf(async (second) => void (seconds = second));
		expect((await take({ clock }))?.lease?.run).toBe('new');
		expect(seconds).toBe(60);
	});

	it('is refused as soon as the beat moves', async () => {
		let seconds = 0;
		const { take, store, sync } = await held(elsewhere);
		const clock = clockOf(async (second) => {
			seconds = second;
			if (second === 59) await store.beat(sync, 'old');
		});
		expect(await take({ clock })).toBeUndefined();
		expect(seconds).toBe(59);
	});

	it('is refused when a third run was faster', async () => {
		const { take, store } = await held(elsewhere);
		const clock = clockOf(async (second) => {
			if (second === 5) await store.takeLease((await store.find('people'))!, 'third', elsewhere);
		});
		expect(await take({ clock })).toBeUndefined();
	});

	it('is taken when the holder gives it back while somebody waits', async () => {
		const { take, store, sync } = await held(elsewhere);
		const row = { id: 'old', execution: '1', startedAt: 0, endedAt: 0, message: '', counts: {} };
		const clock = clockOf(async (second) => {
			if (second === 3) await store.endRun(sync, { ...row, state: 'completed' });
		});
		expect((await take({ clock }))?.lease?.run).toBe('new');
	});

	it('is not waited for after a cancel, nor for a sync nobody bound', async () => {
		const { take } = await held(elsewhere);
		const cancel = new AbortController();
		const clock = clockOf(async () => cancel.abort());
		expect(await take({ clock, signal: cancel.signal })).toBeUndefined();
		expect(await take({ sync: 'nobody' })).toBeUndefined();
	});
});

/** The same place but for its last part: on Linux another namespace of process numbers, elsewhere another host. */
const elsewhereOn = (place: string) =>
	JSON.stringify([`${place.split(' ').slice(0, -1).join(' ')} pid:[1]`, 2 ** 22 + 1, '', 'x']);

describe('the name of a process (design:R13)', () => {
	const [host, pid, started] = JSON.parse(processName()) as [string, number, string];
	it.each([
		['this very process', processName(), false],
		['a process that runs', parentProcess(), false],
		['another host, where nobody can look', elsewhere, false],
		['a number nobody has in a container of the same host name', elsewhereOn(host), false],
		['the same number in a process before a restart', [host, pid, started, 'before'], true],
		// Only where the system tells when a process started.
		['a number of a later process', [host, process.ppid, '1', 'before'], started !== ''],
		['a number nobody has', endedProcess(), true],
	])('tells whether it has ended: %s', (_, name, expected) => {
		expect(hasEnded(typeof name === 'string' ? name : JSON.stringify(name))).toBe(expected);
	});
});
