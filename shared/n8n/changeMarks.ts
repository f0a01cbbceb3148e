import type { ChangedRecord } from '../connectors/changes';
import type { Row } from '../core/census';
import { foldKey } from '../core/key';
import type { Members } from '../core/member';
import type { ChangeFilter } from './changeFilter';
import type { ReadingTally } from './changeHints';

export interface MarkSettings {
	/** Records deleted at the source are sent as removed, rather than forgotten here. */
	readonly applyDeletes: boolean;
	/** Records that do not meet the conditions any more are sent as removed, rather than left alone. */
	readonly deleteFilteredOut: boolean;
	/** Records whose state is inactive count as not meeting the conditions. */
	readonly leaveOutInactive: boolean;
	readonly filter: ChangeFilter;
}

/** Why a key is named as removed. */
type Fate = 'deleted' | 'filteredOut' | 'dropped';

/** Turns records into rows of a comparison, and knows why a row says that its record left. */
export class ChangeMarks {
	private readonly fates = new Map<string, Fate>();
	/** Members that are forgotten because their records were deleted. */
	private readonly deleted = new Set<string>();
	private leaving: ReadonlySet<string> = new Set();
	private index = 0;

	constructor(
		private readonly settings: MarkSettings,
		private readonly tally: ReadingTally,
		private readonly keyField: string,
	) {}

	/** Notes whose removal was offered before. */
	async begin(members: Members): Promise<void> {
		const leaving = await members.unvisited('leaving');
		this.leaving = new Set(leaving.map(({ key }) => foldKey(key, 'fold')));
	}

	/** `isDue`: the records were offered before and not delivered. */
	rowsOf(records: readonly ChangedRecord[], isDue: boolean): Row[] {
		const present = records.filter(({ values }) => values !== undefined);
		const verdicts = this.settings.filter.judge(present.map(({ values }) => values ?? {}));
		const said = new Map(present.map(({ id }, position) => [id, verdicts[position]]));
		return records.map(({ id, record, values }): Row => {
			if (!record) return this.named(id, 'deleted');
			const verdict = said.get(id);
			const isLeftOut = this.settings.leaveOutInactive && isInactive(values);
			if (verdict?.kind === 'fails' || isLeftOut) return this.filteredOut(id, isDue);
			const row = this.row(id);
			return verdict?.kind === 'unclear' ? { ...row, problem: verdict.reason } : { ...row, record };
		});
	}

	/** A record that is there, and nothing else is known of it. */
	held(id: string): Row {
		return { ...this.row(id), mark: 'hold' };
	}

	/** Whether a removal is not to be sent. What was offered as removed before goes on to be, for whichever reason it was. */
	isForgotten(folded: string): boolean {
		const { applyDeletes, deleteFilteredOut } = this.settings;
		const fate = this.fates.get(folded);
		if (fate === 'dropped') return true;
		if (fate === 'filteredOut') return !deleteFilteredOut;
		if (fate === undefined && this.leaving.has(folded) && deleteFilteredOut) return false;
		if (!applyDeletes) this.deleted.add(folded);
		return !applyDeletes;
	}

	/** How many members are forgotten because their records were deleted. */
	get forgotten(): number {
		return this.deleted.size;
	}

	/** One that waits for delivery is let go of, or it would be read again for ever (sync T59). */
	private filteredOut(id: string, isDue: boolean): Row {
		this.tally.filteredOut++;
		if (this.settings.deleteFilteredOut) return this.named(id, 'filteredOut');
		if (!isDue) return this.held(id);
		this.tally.dropped++;
		return this.named(id, 'dropped');
	}

	private named(id: string, fate: Fate): Row {
		this.fates.set(foldedKey(id), fate);
		return { ...this.row(id), mark: 'removed' };
	}

	private row(id: string): Row {
		return { index: this.index++, record: { [this.keyField]: id } };
	}
}

/** An id as the state folds it. */
export const foldedKey = (id: string): string => foldKey(JSON.stringify([id]), 'fold');

/** The first state is the active one in every table that has states; others have none. */
const isInactive = (values: ChangedRecord['values']): boolean =>
	typeof values?.statecode === 'number' && values.statecode !== 0;
