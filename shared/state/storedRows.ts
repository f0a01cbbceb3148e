import { setImmediate } from 'node:timers/promises';

import { eachInSlices } from '../core/breathe';
import { SyncError } from '../core/errors';
import type { Failure } from '../core/failures';
import type { Absence } from '../core/grace';
import { fingerprintVersion } from '../core/fingerprint';
import { foldKey, isKeyText } from '../core/key';
import { doubt } from '../core/protocol';
import { unpacker, type FieldList } from './codec';
import { memberOf } from './entry';
import type { Replayed } from './journal';
import { blockPacker, type MemberBlocks, type PackedBlock } from './memberBlocks';
import type { MemberTable } from './memberTable';
import type { Backlog, Identity, Notes, Owner, RunRow, RunState, StateChange, Sync } from './store';

/** A row by column name, as any of the stores reads it. */
export type Row = Readonly<Record<string, unknown>>;

/** The journal is packed into the blocks once it has so many bytes, and a quarter of theirs. */
const compactAfter = 128 * 1024;

/** Whether so many bytes of journal are worth packing into so many bytes of blocks. */
export function isWorthPacking(journal: number, blocks: number): boolean {
	return journal > Math.max(compactAfter, blocks / 4);
}

const noNotes: Notes = { source: '', configuration: '', behind: '', comparisons: 0 };

/** A sync from its row. Throws SyncError `config` for fingerprints that this version cannot compare with. */
export function syncFrom(row: Row): Sync {
	const name = String(row.name);
	if (Number(row.fingerprints) !== fingerprintVersion) {
		throw new SyncError(
			'config',
			`The sync "${name}" was compared by another version of this package`,
			{
				hint: 'Install that version again, or choose a new Sync Name.',
			},
		);
	}
	return {
		id: Number(row.id),
		name,
		owner: JSON.parse(String(row.owner)) as Owner,
		identity: JSON.parse(String(row.identity)) as Identity,
		environment: String(row.environment),
		version: Number(row.version),
		keyless: Number(row.keyless),
		notes: { ...noNotes, ...(JSON.parse(String(row.notes)) as Partial<Notes>) },
		...(row.leaseRun !== null && {
			lease: {
				run: String(row.leaseRun),
				process: String(row.leaseProcess),
				beat: Number(row.beat),
			},
		}),
	};
}

/** A sync's blocks, and what its journal adds to them. */
export interface PackedState extends Replayed {
	readonly blocks: MemberBlocks;
}

/** How the keys of a sync are compared. */
export function foldingOf({ identity }: Sync): (key: string) => string {
	return (key) => foldKey(key, identity.keyComparison);
}

/** What there is to do. Looks at the flags in memory only, so it needs no lease: packed members are not read. */
export async function backlogOf(
	sync: Sync,
	{ blocks, moved, offers }: PackedState,
	failures: Backlog['failures'],
	doubts: readonly string[],
): Promise<Backlog> {
	const open = new Set<string>();
	let members = blocks.count;
	let unconfirmed = 0;
	await eachInSlices(offers.keys(), (folded) => open.add(folded));
	await eachInSlices(moved, ([folded, member]) => {
		const slot = blocks.find(folded);
		if (slot >= 0) members--;
		if (slot >= 0 && !blocks.isSettled(slot)) unconfirmed--;
		if (member) members++;
		if (member && (member.fingerprint === undefined || member.leaving)) open.add(folded);
	});
	await eachInSlices(slotsOf(blocks), (slot) => {
		if (!blocks.isSettled(slot)) unconfirmed++;
	});
	const isOpenInBlocks = (folded: string) => {
		const slot = moved.has(folded) ? -1 : blocks.find(folded);
		return slot >= 0 && !blocks.isSettled(slot);
	};
	const { length: parts } = sync.identity.keyFields;
	for (const key of doubts) if (isKeyText(key, parts)) open.add(foldingOf(sync)(key));
	await eachInSlices(open, (folded) => {
		if (!isOpenInBlocks(folded)) unconfirmed++;
	});
	await eachInSlices(failures.keys(), (folded) => {
		if (open.has(folded) || isOpenInBlocks(folded)) unconfirmed--;
	});
	return { members, unconfirmed, failures };
}

/**
 * All members with their fingerprints void, packed block by block: a large segment is never unpacked as a whole.
 * Marked for a replay when these notes ask for one.
 */
export async function* voidedBlocks(
	sync: Sync,
	members: MemberTable,
	fields: FieldList,
	{ notes }: Pick<StateChange, 'notes'>,
): AsyncGenerator<PackedBlock> {
	const mark = notes?.task?.kind === 'replay' ? { replay: true } : {};
	const fold = foldingOf(sync);
	const pack = blockPacker(fields);
	const unpack = unpacker(fields.names);
	for await (const { cold } of members.repack(fields)) {
		for (const entry of unpack(cold)) {
			const member = { ...doubt(memberOf(entry), entry.key), ...mark };
			const full = pack.add(fold(entry.key), member);
			if (full) yield full;
		}
		await setImmediate();
	}
	const last = pack.finish();
	if (last) yield last;
}

function* slotsOf({ count }: MemberBlocks): Generator<number> {
	for (let slot = 0; slot < count; slot++) yield slot;
}

/** A run's numbers from its row. */
export function runFrom(row: Row): RunRow {
	return {
		id: String(row.id),
		execution: String(row.execution),
		startedAt: Number(row.startedAt),
		endedAt: Number(row.endedAt),
		state: String(row.state) as RunState,
		message: String(row.message),
		counts: JSON.parse(String(row.counts)) as Record<string, number>,
	};
}

/** A failure as text: JSON has no big integers. */
export function packFailure(failure: Failure): string {
	return JSON.stringify({ ...failure, fingerprint: String(failure.fingerprint) });
}

export function unpackFailure(text: string): Failure {
	const stored = JSON.parse(text) as Omit<Failure, 'fingerprint'> & { fingerprint: string };
	return { ...stored, fingerprint: BigInt(stored.fingerprint) };
}

export function unpackAbsence(text: string): Absence {
	return JSON.parse(text) as Absence;
}

/** The names of a sync's fields, as they are stored: one JSON list. */
export function fieldNamesFrom(row: Row | undefined): string[] {
	return JSON.parse(String(row?.fields)) as string[];
}
