import type { IExecuteFunctions } from 'n8n-workflow';

import type { ChangedRecord, ChangePage, ChangeReader } from '../connectors/changes';
import type { Row } from '../core/census';
import type { Comparison } from '../core/diff';
import type { LiveRun } from '../state/liveRun';
import { packChangeCursor, type ChangeCursor } from './changeCursor';
import { dueKeys } from './changeDue';
import { explainReading, type ReadingTally } from './changeHints';
import { ChangeMarks, foldedKey, type MarkSettings } from './changeMarks';
import type { ReadOutcome, SegmentRows } from './segmentRows';

export interface ReadingSettings extends MarkSettings {
	readonly recordsPerRun: number;
}

/**
 * What changed at the source, as rows of a comparison. A run reads pages up to its limit, then again by their id
 * the records that were not delivered before (design R12), and at the end of a whole table looks for members
 * that are not there any more.
 */
export class ChangeRows implements SegmentRows {
	readonly rows: AsyncIterable<readonly Row[]>;
	readonly insertOnly: ReadonlySet<string> = new Set();
	private readonly tally: ReadingTally = {
		records: 0,
		again: 0,
		pages: 0,
		filteredOut: 0,
		dropped: 0,
		ms: 0,
	};
	private readonly seen = new Set<string>();
	private readonly marks: ChangeMarks;
	private cursor: ChangeCursor;
	private begunHere = false;
	private last?: ChangePage;
	private isWhole = false;
	/** Whether a reading of the whole that ends here has to look for deleted records. */
	private mustSweep = false;
	private lookedFor = 0;

	constructor(
		private readonly context: IExecuteFunctions,
		private readonly run: LiveRun,
		private readonly reader: ChangeReader,
		private readonly settings: ReadingSettings & { readonly cursor: ChangeCursor },
	) {
		this.cursor = settings.cursor;
		this.marks = new ChangeMarks(settings, this.tally, reader.keyField);
		this.rows = this.read();
	}

	envelopeOf(): undefined {
		return undefined;
	}

	/** The item that started the run stands for all records. */
	itemOf(): number {
		return 0;
	}

	recordOf(): undefined {
		return undefined;
	}

	outcome(): ReadOutcome {
		const { recordsPerRun } = this.settings;
		const goesOn = this.last?.isLast !== true;
		const { records: total } = this.cursor;
		return {
			input: this.isWhole ? 'complete' : 'feed',
			cursor: packChangeCursor(this.cursor),
			goesOn,
			lookedFor: this.lookedFor,
			isForgotten: (folded) => this.marks.isForgotten(folded),
			explain: (comparison: Comparison) => {
				const progress = {
					goesOn,
					whole: this.last?.whole === true,
					...(total !== undefined && { total }),
					perRun: recordsPerRun,
					deleted: this.marks.forgotten,
				};
				explainReading(this.context, comparison, this.tally, progress);
			},
		};
	}

	private async *read(): AsyncGenerator<readonly Row[]> {
		await this.marks.begin(this.run.state.members);
		yield* this.readPages();
		const isRead = this.last?.isLast === true;
		const isAllHere = isRead && this.begunHere && this.last?.filtered === false;
		if (!isAllHere) yield* this.readDue(isRead && this.last?.whole === false);
		if (isRead) yield* this.lookForDeleted(isAllHere);
		await this.noteRecords(isAllHere);
	}

	/** Pages up to the limit of a run. A record that comes a second time begins the next run: its newest version counts. */
	private async *readPages(): AsyncGenerator<readonly Row[]> {
		let started = Date.now();
		for await (const page of this.reader.pages()) {
			this.tally.ms += Date.now() - started;
			const records = newest(page.records);
			if (records.some(({ id }) => this.seen.has(id))) return;
			this.takePage(page, records);
			yield this.marks.rowsOf(records, false);
			if (this.tally.records >= this.settings.recordsPerRun) return;
			started = Date.now();
		}
	}

	private takePage(page: ChangePage, records: readonly ChangedRecord[]): void {
		const { tally, run } = this;
		if (page.begins) {
			this.begunHere = true;
			tally.begins = page.begins;
			if (page.advice !== undefined) tally.advice = page.advice;
			const sweep = run.state.members.size > 0 || !page.tellsDeleted;
			this.cursor = { ...this.cursor, sweep };
		}
		this.last = page;
		tally.isBlind ||= isBlind(page) && !this.settings.applyDeletes;
		const { sweep, records: total } = this.cursor;
		this.cursor = {
			...(page.cursor !== undefined && { from: page.cursor }),
			...(!page.isLast && sweep && { sweep }),
			...(total !== undefined && { records: total }),
		};
		tally.pages++;
		tally.records += records.length;
		for (const { id } of records) this.seen.add(id);
		this.mustSweep = sweep === true;
	}

	/** Records that were offered and not delivered, as they are now; those that are gone count as deleted (design R12). */
	private async *readDue(withDirty: boolean): AsyncGenerator<readonly Row[]> {
		const { recordsPerRun } = this.settings;
		const due = await dueKeys(this.run, { withDirty, now: Date.now() });
		const ids = due.filter((id) => !this.seen.has(id)).slice(0, recordsPerRun);
		if (ids.length === 0) return;
		const found = await this.reader.byId(ids);
		const records = ids.map((id, position): ChangedRecord => found[position] ?? { id });
		this.tally.again += ids.length;
		for (const id of ids) this.seen.add(id);
		yield this.marks.rowsOf(records, true);
	}

	/** Members without a row count as deleted from here on: the pages, or the ids of all records, have told who is there. */
	private async *lookForDeleted(isAllHere: boolean): AsyncGenerator<readonly Row[]> {
		const { members, failures } = this.run.state;
		const { whole, tellsDeleted = true } = this.last ?? {};
		const isWanted = whole === true ? this.mustSweep : !tellsDeleted && this.settings.applyDeletes;
		const isAsked = isWanted && members.size > 0;
		this.isWhole = isAllHere || isAsked;
		if (isAllHere || !isAsked) return;
		for await (const ids of this.reader.ids()) {
			this.lookedFor += ids.length;
			const held: Row[] = [];
			for (const id of ids) {
				if (this.seen.has(id)) continue;
				const folded = foldedKey(id);
				if (members.rowOf(folded) === undefined) members.visit(folded);
				// A failure without a member has nothing else to show that its record is there.
				if (failures.has(folded)) held.push(this.marks.held(id));
			}
			yield held;
		}
	}

	private async noteRecords(isAllHere: boolean): Promise<void> {
		if (!this.begunHere) return;
		const records = isAllHere ? this.tally.records : await this.reader.count();
		if (records !== undefined) this.cursor = { ...this.cursor, records };
	}
}

/** Told once, when such a reading begins: a table that is read whole every time has no need of it. */
const isBlind = ({ begins, tellsDeleted }: ChangePage): boolean =>
	begins !== undefined && begins !== 'untracked' && !tellsDeleted;

/** One per record: the last one counts, and it was deleted where the page says so at all. */
function newest(records: readonly ChangedRecord[]): ChangedRecord[] {
	const byId = new Map<string, ChangedRecord>();
	for (const record of records) {
		if (byId.get(record.id)?.record || !byId.has(record.id)) byId.set(record.id, record);
	}
	return [...byId.values()];
}
