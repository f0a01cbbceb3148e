import * as fc from 'fast-check';
import path from 'node:path';

import { rebaseline, replay, resendEverything } from '../../shared/n8n/syncStateChanges';
import { usePostgres } from '../sandbox/postgres';
import { temporaryFolder } from './builders';
import { fates, type FateName } from './protocolDestination';
import { change, edit, forget, release, voidAll } from './protocolPerson';
import { startProcess, type ProtocolProcess } from './protocolProcess';
import { recordOf, type Mark } from './protocolSource';
import { answerAgain, confirmLater, takeUpNext, write } from './protocolWriter';
import { World, type WorldSettings } from './protocolWorld';

const slot = fc.nat({ max: 4 });
const pick = fc.nat({ max: 20 });
const value = fc.nat({ max: 1 });
const spelling = fc.nat({ max: 2 });
const count = fc.constantFrom(1, 2, 3, 10);
const fate = fc.oneof(
	{ weight: 3, arbitrary: fc.constant<FateName>('taken') },
	{ weight: 5, arbitrary: fc.constantFrom(...(Object.keys(fates) as FateName[])) },
);
const ends = fc.constantFrom('refused' as const, 'noAnswer' as const);
const confirms = fc.constantFrom('batch' as const, 'batch' as const, 'later' as const);
const again = fc.constantFrom(false, false, true);
const drawn = fc.array(fate, { minLength: 1, maxLength: 4 });

/** Every step as data: how often it is drawn, what it draws, what it does. */
const step = <T>(
	weight: number,
	name: string,
	draws: fc.Arbitrary<T>,
	run: (world: World, drawn: T) => unknown,
) => ({
	weight,
	arbitrary: draws.map((values) => ({
		run: async (world: World) => void (await run(world, values)),
		toString: () => `${name}(${fc.stringify(values)})`,
	})),
});
const steps = [
	step(6, 'put', fc.tuple(slot, value, fc.option(value)), ({ source }, [at, a, b]) =>
		source.put(at, { a, b }),
	),
	step(2, 'delete', slot, ({ source }, at) => source.delete(at)),
	step(2, 'rename', fc.tuple(slot, spelling), ({ source }, [at, to]) => source.rename(at, to)),
	step(1, 'duplicate', slot, ({ source }, at) => source.duplicate(at)),
	step(1, 'blank', slot, ({ source }, at) => source.blank(at)),
	step(
		2,
		'mark',
		fc.tuple(slot, fc.constantFrom<Mark>('none', 'hold', 'removed')),
		({ source }, [at, mark]) => source.put(at, { mark }),
	),
	step(8, 'open', fc.boolean(), async (world, approves) => await world.open(approves)),
	step(
		8,
		'write',
		fc.tuple(count, drawn, fc.record({ when: confirms, isAgain: again })),
		async (world, [size, outcomes, how]) => await write(world, size, outcomes, how),
	),
	step(2, 'takeUp', fc.tuple(count, ends, again), async (world, [size, end, isAgain]) => {
		await takeUpNext(world, size, end, isAgain);
	}),
	step(2, 'fail', fc.tuple(fc.constantFrom(1, 1, 2, 4), fc.boolean()), (world, [times, isStored]) =>
		world.fail(times, isStored),
	),
	step(2, 'endEarly', fc.tuple(slot, value, ends), async (world, [at, a, end]) => {
		world.source.put(at, { a });
		await world.open(true);
		await takeUpNext(world, Infinity, end);
		await world.end();
	}),
	step(2, 'confirmLater', count, async (world, size) => await confirmLater(world, size)),
	step(
		2,
		'answerAgain',
		fc.tuple(pick, fate, fc.option(fate, { nil: undefined })),
		async (world, [at, second, first]) => await answerAgain(world, at, second, first),
	),
	step(6, 'end', fc.constant(undefined), async (world) => await world.end()),
	step(2, 'crash', fc.constant(undefined), (world) => world.crash()),
	step(2, 'zombieWrites', pick, async (world, at) => await world.zombieWrites(at)),
	step(2, 'confirmStale', pick, async (world, at) => await world.confirmStale(at)),
	step(2, 'takeOver', fc.tuple(slot, value, pick), async (world, [at, a, which]) => {
		await world.open(true);
		world.crash();
		world.source.put(at, { a });
		await world.open(true);
		await write(world, Infinity, ['taken']);
		await world.zombieWrites(which);
	}),
	step(
		2,
		'leaveAndReturn',
		fc.tuple(slot, fate, fc.boolean()),
		async (world, [at, outcome, isRead]) => {
			const { source } = world;
			const away = source.delete(at);
			await world.open(true);
			await write(world, Infinity, [outcome]);
			await world.end();
			if (away) source.put(at, away);
			if (isRead) await world.open(true);
		},
	),
	step(1, 'replay', fc.constant(undefined), async (world) => await voidAll(world, replay)),
	step(
		1,
		'resend',
		fc.constant(undefined),
		async (world) => await voidAll(world, resendEverything),
	),
	step(
		1,
		'rebaseline',
		fc.constant(undefined),
		async (world) => void (await change(world, rebaseline)),
	),
	step(1, 'release', fc.constant(undefined), async (world) => await release(world)),
	step(
		1,
		'forget',
		fc.tuple(slot, spelling),
		async (world, [at, as]) => await forget(world, at, as),
	),
	step(2, 'edit', fc.tuple(slot, spelling, fc.option(value, { nil: undefined })), (world, drawn) =>
		edit(world, ...drawn),
	),
	step(1, 'ignore', fc.constantFrom('b', undefined), (world, field) => world.ignore(field)),
	step(1, 'wait', fc.constantFrom(1, 25), (world, hours) => world.wait(hours)),
];

const settings: fc.Arbitrary<WorldSettings> = fc.record({
	comparison: fc.constantFrom('fold', 'exact'),
	input: fc.constantFrom('complete', 'complete', 'feed', 'partial'),
	leavers: fc.constantFrom('leave', 'send', 'send'),
	limit: fc.constantFrom(undefined, undefined, 1, 2),
	graceRuns: fc.constantFrom(undefined, undefined, 2),
	graceHours: fc.constantFrom(undefined, undefined, 2),
	closesUnsent: fc.boolean(),
});

/** The same sequences in every run, so that a red one is about the change. PROTOCOL_RUNS hunts: so many others. */
const seed = 20_261_122;
const hunt = process.env.PROTOCOL_RUNS;

/** The stores to run on (PROTOCOL_STORE chooses one), with what their speed allows. */
const stores = [
	{ name: 'sqlite', runs: 800, useState: () => stateFile() },
	{ name: 'postgres', runs: 40, useState: () => stateDatabase() },
].filter(({ name }) => [undefined, name].includes(process.env.PROTOCOL_STORE));

const stateFile = () => {
	const folder = temporaryFolder();
	return () => path.join(folder, 'state.sqlite');
};
const stateDatabase = () => {
	const server = usePostgres();
	return () => server.admin;
};

describe.each(stores)(
	'the protocol on $name, whatever happens (design:R1 to design:R13)',
	(chosen) => {
		let processes: ProtocolProcess[] = [];
		let worlds = 0;

		afterAll(async () => {
			for (const { store } of processes) await store.close();
		});
		const state = chosen.useState();
		beforeAll(() => {
			processes = [0, 1, 2, 3].map(() => startProcess(state()));
		});

		it(
			'two clean runs make the destination what the source is, a third has nothing to do',
			async () => {
				await fc.assert(
					fc.asyncProperty(
						settings,
						fc.array(fc.oneof(...steps), { maxLength: 25, size: 'max' }),
						async (drawnSettings, sequence) => {
							const world = new World(`sync ${++worlds}`, drawnSettings, processes);
							await world.bind();
							for (const { run } of sequence) await run(world);
							await world.cleanRun();
							await world.cleanRun();
							// With a limit or a grace period it takes some more.
							for (let runs = 0; runs < 40 && (await world.cleanRun()) > 0; runs++);
							expectInStep(world);
							expect(await world.cleanRun()).toBe(0);
						},
					),
					hunt === undefined ? { numRuns: chosen.runs, seed } : { numRuns: Number(hunt) },
				);
			},
			hunt === undefined ? 120_000 : 3_600_000,
		);
	},
);

function expectInStep({ source, destination, ledger, settings: { leavers } }: World): void {
	const { wanted, held } = source.demands();
	const tainted = new Set([...ledger.tainted, ...ledger.edited]);
	const there = new Map(
		[...destination.records.values()].map((record) => [destination.keyOf(record), record]),
	);
	const keysThere = [...destination.records.values()].map((record) => destination.keyOf(record));
	expect(new Set(keysThere).size).toBe(keysThere.length);
	for (const row of wanted) {
		const key = source.keyOf(row) ?? '';
		if (!tainted.has(key)) expect(there.get(key)).toEqual(recordOf(row));
	}
	if (leavers === 'leave') return;
	const keys = new Set(wanted.map((row) => source.keyOf(row)));
	for (const key of there.keys()) {
		if (key !== undefined && !held.has(key) && !tainted.has(key)) expect([...keys]).toContain(key);
	}
}
