import type { RecordResult } from '../../shared/core/results';
import type { WriteRecord, WriteTarget } from '../../shared/connectors/connector';
import type { Fault, Faults } from '../sandbox/faults';
import { record, type Written } from './dynamics365Client';

/** A stand-in and the connector to it, as a campaign sees them. */
export interface World<Effect, Kind extends Lane = Lane> {
	readonly faults: Faults<Effect>;
	/** Back to an empty organisation. */
	reset(): void;
	insert(object: string, row: Readonly<Record<string, unknown>>): unknown;
	rows(object: string): ReadonlyArray<Readonly<Record<string, unknown>>>;
	/** Rows ever created, those inserted by the test included. */
	created(object: string): number;
	/** Writes with a connector of its own. */
	write(lane: Kind, records: readonly WriteRecord[]): Promise<Written>;
	/** Takes back what a fault left behind. */
	heal(): void;
}

type Rows = Pick<World<never>, 'rows' | 'created'>;

/** One kind of write over one transport. */
export interface Lane {
	readonly name: string;
	readonly target: WriteTarget;
	/** The field that tells rows apart; in the key, or among the values where the mode has no key. */
	readonly key: string;
	/** The text field that is written. */
	readonly text: string;
	/** Other values a new row needs. */
	readonly needs?: Readonly<Record<string, unknown>>;
	/** A value that is refused whatever happens. */
	readonly bad: string;
	/** Rows it writes, for faults of single rows. */
	readonly operations: ReadonlyArray<'create' | 'update' | 'delete'>;
	/** Nothing tells an earlier insert from another record: what got no answer stays unknown, and is not repeated. */
	readonly blind?: boolean;
}

const EXISTING = ['e0', 'e1', 'e2'];
const NEW = ['n0', 'n1', 'n2', 'n3', 'n4', 'n5'];
/** Refused whatever happens. */
const BAD = 'bad';
const GOOD: ReadonlySet<string> = new Set(['created', 'updated', 'unchanged', 'deleted']);

/** A blind lane would add a second record for each that is there. */
const keysOf = ({ blind }: Lane): readonly string[] =>
	blind ? [...NEW, BAD] : [...EXISTING.slice(0, 1), ...NEW, BAD, ...EXISTING.slice(1)];

/** What is wrong after a run with a fault and a clean one; empty when all is well. */
async function strike<Effect, Kind extends Lane>(
	world: World<Effect, Kind>,
	lane: Kind,
	fault: Fault<Effect>,
): Promise<{
	readonly problems: readonly string[];
	readonly struck: boolean;
	readonly ended: 'stopped' | 'finished';
}> {
	const { target, text, key: keyField, needs } = lane;
	world.reset();
	for (const key of EXISTING) {
		world.insert(target.objectName, { ...needs, [keyField]: key, [text]: 'Old' });
	}
	const records = recordsOf(lane);
	let struck = false;
	world.faults.add(watched(fault, () => void (struck = true)));
	const first = await world.write(lane, records);
	const problems = liesOf(world, lane, first.results);
	world.faults.clear();
	world.heal();
	const open = records
		.map((each, index) => ({ index, record: each, result: first.results[index] }))
		.filter(({ result }) => !result || !(GOOD.has(result.status) || result.status === 'skipped'));
	const again = await world.write(
		lane,
		// What was sent without an answer comes back marked (design R3).
		open.map(({ record: each, result }) => ({
			...each,
			redelivered: result?.status === 'unknown',
		})),
	);
	if (again.error) problems.push(`the clean run stopped: ${String(again.error)}`);
	const final = [...first.results];
	open.forEach(({ index }, position) => (final[index] = again.results[position]));
	problems.push(...liesOf(world, lane, final), ...missed(world, lane, final));
	return { problems, struck, ended: first.error ? 'stopped' : 'finished' };
}

/** The fault, and a note that it struck: one that never does proves nothing. */
const watched = <Effect>(fault: Fault<Effect>, note: () => void): Fault<Effect> => ({
	...fault,
	get effect() {
		note();
		return fault.effect;
	},
});

function recordsOf(lane: Lane): WriteRecord[] {
	const { target, key: keyField, text, bad, needs } = lane;
	return keysOf(lane).map((key) => {
		const named = { [keyField]: key };
		const values = { ...needs, [text]: key === BAD ? bad : `New ${key}` };
		return target.keyFields.length > 0
			? record(named, values, { change: 'added' })
			: record({}, { ...values, ...named }, { change: 'added' });
	});
}

/** Results that claim what the rows do not show. */
function liesOf(world: Rows, lane: Lane, results: readonly RecordResult[]): string[] {
	const { target, key: keyField, text } = lane;
	const rows = new Map(world.rows(target.objectName).map((row) => [row[keyField], row]));
	return keysOf(lane).flatMap((key, index) => {
		const result = results[index];
		if (!result || !GOOD.has(result.status)) return [];
		const row = rows.get(key);
		const isTrue = result.status === 'deleted' ? !row : row?.[text] === `New ${key}`;
		return isTrue ? [] : [`${key}: "${result.status}" is not true`];
	});
}

/** Rows that differ from what a run without faults leaves, and records without an outcome. */
function missed(world: Rows, lane: Lane, final: readonly RecordResult[]): string[] {
	const { target, key: keyField, text, blind } = lane;
	const problems: string[] = [];
	const rows = world
		.rows(target.objectName)
		.map((row) => `${String(row[keyField])}=${String(row[text])}`);
	const wanted = oracle(target.writeMode).map((row) => afterRace(row, lane, final));
	const isUnknown = (row: string) =>
		final[keysOf(lane).indexOf(row.split('=')[0])]?.status === 'unknown';
	for (const row of wanted) {
		if (!rows.includes(row) && !(blind && isUnknown(row))) problems.push(`missing: ${row}`);
	}
	for (const row of rows) if (!wanted.includes(row)) problems.push(`too much: ${row}`);
	if (new Set(rows).size < rows.length) problems.push('doubled rows');
	if (world.created(target.objectName) > EXISTING.length + NEW.length) {
		problems.push('a row was created twice');
	}
	const unaccounted = keysOf(lane).filter((_, index) => {
		const status = final[index]?.status;
		return status === undefined || status === 'notAttempted' || (status === 'unknown' && !blind);
	});
	if (unaccounted.length > 0) problems.push(`${unaccounted.length} records without an outcome`);
	return problems;
}

/** Create Only, and a rival was first: its row stays as it is, and the record is told to exist. */
function afterRace(row: string, lane: Lane, final: readonly RecordResult[]): string {
	const [key] = row.split('=');
	const { error } = final[keysOf(lane).indexOf(key)] ?? {};
	const isInsert = lane.target.writeMode === 'insert';
	const isLost = isInsert && NEW.includes(key) && error?.code !== undefined;
	return isLost && error.category === 'duplicate' ? `${key}=undefined` : row;
}

function oracle(mode: WriteTarget['writeMode']): string[] {
	const old = EXISTING.map((key) => `${key}=Old`);
	const changed = EXISTING.map((key) => `${key}=New ${key}`);
	const created = NEW.map((key) => `${key}=New ${key}`);
	switch (mode) {
		case 'insert':
			return [...old, ...created];
		case 'update':
			return changed;
		case 'delete':
			return [];
		default:
			return [...changed, ...created];
	}
}

/** One fault knob of a stand-in, and the places it strikes at. */
export interface Knob<Effect> {
	readonly name: string;
	readonly faults: ReadonlyArray<Fault<Effect>>;
	/** Strikes before the first write, where all kinds of write are the same: one of them is enough. */
	readonly reads?: ReadonlyArray<Fault<Effect>>;
}

/** Strikes one knob at each of its places in all lanes; the cells are for the campaign's table. */
export async function strikeAll<Effect, Kind extends Lane>(
	world: World<Effect, Kind>,
	lanes: readonly Kind[],
	{ name, faults, reads = [] }: Knob<Effect>,
): Promise<{ readonly problems: string[]; readonly strikes: number; readonly row: string[] }> {
	const row = [name];
	const problems: string[] = [];
	let strikes = 0;
	for (const lane of lanes) {
		let [struck, stopped] = [0, 0];
		const met = [...(lane === lanes[0] ? reads : []), ...faults].filter(
			({ operation }) => !operation || lane.operations.includes(operation),
		);
		for (const fault of met) {
			const run = await strike(world, lane, fault);
			const place = `${lane.name}, ${fault.operation ?? 'request'} ${fault.nth ?? 1}`;
			problems.push(...run.problems.map((problem) => `${place}: ${problem}`));
			if (run.struck) struck += 1;
			if (run.ended === 'stopped') stopped += 1;
		}
		strikes += struck;
		row.push(struck === 0 ? '–' : `${struck} struck, ${stopped} stopped`);
	}
	return { problems, strikes, row };
}

/** Struck runs, and how many of them stopped; a knob that a kind of write never meets has none. */
export function printTable(table: readonly string[][]): void {
	const widths = table[0].map((_, at) => Math.max(...table.map((row) => row[at].length)));
	const lines = table.map((row) => row.map((cell, at) => cell.padEnd(widths[at])).join('  '));
	process.stdout.write(`${lines.join('\n')}\n`);
}
