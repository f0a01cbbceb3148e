import { SyncError } from '../core/errors';
import type { Failure } from '../core/failures';
import { fingerprintVersion } from '../core/fingerprint';
import type { Identity, Owner, RunRow, RunState, Sync } from './store';

/** A row by column name, as any of the stores reads it. */
export type Row = Readonly<Record<string, unknown>>;

/** The journal is packed into the blocks once it has so many bytes, and a quarter of theirs. */
const compactAfter = 128 * 1024;

/** Whether so many bytes of journal are worth packing into so many bytes of blocks. */
export function isWorthPacking(journal: number, blocks: number): boolean {
	return journal > Math.max(compactAfter, blocks / 4);
}

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
		...(row.leaseRun !== null && {
			lease: {
				run: String(row.leaseRun),
				process: String(row.leaseProcess),
				beat: Number(row.beat),
			},
		}),
	};
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

/** The names of a sync's fields, as they are stored: one JSON list. */
export function fieldNamesFrom(row: Row | undefined): string[] {
	return JSON.parse(String(row?.fields)) as string[];
}
