import { inspect, isDeepStrictEqual } from 'node:util';

import type { DataverseOptions } from '../sandbox/dataverse';
import { airport, airports } from './syncFixture';
import { readingOf, type Reading } from './badInputText';
import { openWorld, type BadLine, type Row, type World } from './badInputWorld';

/** The parts every message has: where it happened, why, and what to do next. */
interface Says {
	readonly where: RegExp;
	readonly cause: RegExp;
	readonly next: RegExp;
}

/** One bad input and what is expected of it. */
export interface BadInput {
	readonly what: string;
	/** The rule it guards. */
	readonly rule: string;
	/** The segment of the run before; default {@link known}. Empty: there was none. */
	readonly before?: readonly Row[];
	/** The segment as it is right; default {@link moved}. */
	readonly source?: readonly Row[];
	readonly options?: DataverseOptions;
	/** Makes it bad. */
	arrange?(world: World): BadLine | undefined | void;
	/** Runs into it, where one plain run is not it. */
	act?(world: World, line: BadLine): Promise<Reading>;
	/** Puts right what is not put right for all. */
	repair?(world: World): void | Promise<void>;
	/** What a person reads; `heals`: the run comes through by itself and says what it did. */
	readonly says: Says | { readonly heals: RegExp };
}

/** The segment before: 20 airports. */
export const known: readonly Row[] = airports(20);
/** The segment since: C100 changed, C119 left, C120 is new. */
export const moved: readonly Row[] = [
	airport('C100', { telephone1: '+41 1' }),
	...airports(18, 101),
	airport('C120'),
];
/** The segment with other values in its new row. */
export const movedWith = (values: Row): readonly Row[] =>
	moved.map((row) => (row.accountnumber === 'C120' ? { ...row, ...values } : row));

/**
 * Runs into one bad input, then repairs it: nothing may be lost, nothing created twice, nothing confirmed written
 * again, nobody deleted who is still there. Returns what the person read.
 */
export async function prove(bad: BadInput): Promise<Reading> {
	const world = await openWorld(bad.source ?? moved, bad.options);
	try {
		const before = bad.before ?? known;
		if (before.length > 0) expect((await world.run({ rows: before })).error).toBeUndefined();
		const start = world.commits();
		const line = bad.arrange?.(world) ?? {};
		const reading = await (bad.act ?? plainRun)(world, line);
		expectSaid(reading, bad.says);
		expectOnce(world, before, start);
		await repair(world, bad);
		await expectNothingLost(world);
		expectUntouched(world, before);
		expectNoSecret(world, reading);
		return reading;
	} finally {
		await world.close();
	}
}

async function plainRun(world: World, line: BadLine): Promise<Reading> {
	return readingOf(await world.run(line));
}

function expectSaid({ all }: Reading, says: BadInput['says']): void {
	for (const part of Object.values(says) as RegExp[]) expect(all).toMatch(part);
}

/** No run writes a row twice, or one that has not changed, whatever it met. */
function expectOnce(world: World, before: readonly Row[], start: number): void {
	const commits = Object.values(world.org.history('account'))
		.flat()
		.sort((a, b) => a.version - b.version)
		.slice(start);
	const ids = commits.map(({ id }) => id);
	expect(ids).toHaveLength(new Set(ids).size);
	const touched = new Set(ids.map((id) => keyOf(world, id)));
	expect(unchanged(world, before).filter((key) => touched.has(key))).toEqual([]);
}

const keyOf = ({ org }: World, id: string) =>
	String(org.history('account')[id]?.[0]?.values.accountnumber);

/** Keys whose row was accepted before and has not changed since. */
const unchanged = ({ source }: World, before: readonly Row[]): string[] =>
	before
		.filter((row) => source.some((one) => isDeepStrictEqual(one, row)))
		.map(({ accountnumber }) => String(accountnumber));

async function repair(world: World, bad: BadInput): Promise<void> {
	const { org } = world;
	org.faults.clear();
	org.identity.missingPrivileges.clear();
	Object.assign(org.identity, { applicationUser: true, securityRole: true });
	await bad.repair?.(world);
}

/** One clean run brings the destination to the source; the one after it finds nothing to do. */
async function expectNothingLost(world: World): Promise<void> {
	const settled = await confirmedRows(world);
	const versions = (id: string) => world.org.history('account')[id]?.length;
	const before = settled.map(versions);
	const clean = await world.run();
	expect(clean.error).toBeUndefined();
	expect(destination(world)).toEqual(sorted(world.source));
	expect(settled.map(versions)).toEqual(before);
	const commits = world.commits();
	const quiet = await world.run();
	expect(quiet.error).toBeUndefined();
	expect(quiet.items('Diff')).toEqual([]);
	expect(world.commits()).toBe(commits);
	expectCreatedOnce(world);
}

/** Ids of rows the store knows as accepted and which are as the source has them: writing them again is one write too many. */
async function confirmedRows(world: World): Promise<string[]> {
	const store = world.store();
	const sync = await store.find(world.sync);
	if (!sync) return [];
	const { members, offers } = await store.load(sync);
	const wanted = new Map(world.source.map((row) => [row.accountnumber, row]));
	const rows = accounts(world).filter((row) => matches(row, wanted.get(row.accountnumber)));
	const folded = (row: Row) => JSON.stringify([String(row.accountnumber).toLowerCase()]);
	const found = await members.load(rows.map(folded));
	return rows
		.filter((row) => found.get(folded(row))?.fingerprint !== undefined && !offers.has(folded(row)))
		.map((row) => String(row.accountid));
}

const accounts = ({ org }: World): Row[] =>
	org.rows('account').filter(({ accountnumber }) => typeof accountnumber === 'string');

const matches = (row: Row, wanted: Row | undefined): boolean =>
	wanted !== undefined && Object.entries(wanted).every(([name, value]) => row[name] === value);

const sorted = (rows: readonly Row[]): Row[] =>
	[...rows].sort((a, b) => String(a.accountnumber).localeCompare(String(b.accountnumber)));

/** The destination's rows, cut to the fields this sync ever wrote. */
function destination(world: World): Row[] {
	const fields = [...new Set(['accountnumber', ...world.source.flatMap(Object.keys)])];
	const cut = (row: Row) =>
		Object.fromEntries(
			fields.flatMap((name) =>
				row[name] === null || row[name] === undefined ? [] : [[name, row[name]]],
			),
		);
	return sorted(accounts(world).map(cut));
}

/** A key is created once, unless it was deleted in between, and who stayed in the segment is never deleted. */
function expectCreatedOnce(world: World): void {
	const created = Object.values(world.org.history('account')).map((commits) => ({
		key: String(commits[0]?.values.accountnumber).toLowerCase(),
		isDeleted: commits.at(-1)?.operation === 'delete',
	}));
	const keys = created.map(({ key }) => key);
	expect(keys).toHaveLength(new Set(keys).size);
	const staying = new Set(world.source.map((row) => String(row.accountnumber).toLowerCase()));
	expect(created.filter(({ key, isDeleted }) => isDeleted && staying.has(key))).toEqual([]);
}

/** A row that never changed was written once: when it was new. */
function expectUntouched(world: World, before: readonly Row[]): void {
	const { org } = world;
	const writes = Object.entries(org.history('account')).map(
		([id, commits]) => [keyOf(world, id), commits.length] as const,
	);
	const counts = new Map(writes);
	const keys = unchanged(world, before);
	expect(keys.map((key) => counts.get(key))).toEqual(keys.map(() => 1));
}

/** Neither the message nor anything n8n would store of the run holds a secret or a token. */
function expectNoSecret({ org, runs }: World, { all }: Reading): void {
	const stored = runs.map(({ run }) => inspect(run, { depth: 30, maxArrayLength: 50 })).join('\n');
	for (const secret of [org.clientSecret, 'hunter2', 'stand-in.', 'Bearer ', 'client_secret=']) {
		expect(all).not.toContain(secret);
		expect(stored).not.toContain(secret);
	}
}
