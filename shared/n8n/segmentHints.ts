import type { IExecuteFunctions } from 'n8n-workflow';

import type { Comparison } from '../core/diff';
import { count, counted } from '../core/words';
import type { Notes } from '../state/store';
import type { ComparisonSettings } from './compareSegment';

type Hint = Parameters<IExecuteFunctions['addExecutionHints']>[number];

const hint = (type: Hint['type'], message: string): Hint => ({
	message,
	type,
	location: 'outputPane',
});

/** Says in numbers what a comparison found, and what waits. */
export function explain(
	context: IExecuteFunctions,
	comparison: Comparison,
	settings: ComparisonSettings,
): void {
	const { read, unchanged, held, waiting, left, keyless, remaining, graced } = comparison.counts;
	const { length: settled } = comparison.resolved;
	const offers = (change: string) => count(offersOf(comparison, change));
	const parts = [
		`${offers('added')} added, ${offers('changed')} changed, ${offers('removed')} removed, ${count(unchanged)} unchanged`,
		...(remaining > 0 ? [`${count(remaining)} more wait for the next runs`] : []),
		...(held > 0 ? [`${count(held)} held`] : []),
		...(waiting > 0
			? [
					`${count(waiting)} refused before and waiting (Sync State: List Failed Records says why and until when, Release Records ends the wait)`,
				]
			: []),
		...(settled > 0 ? [`${count(settled)} failed before and need nothing any more`] : []),
		...(keyless > 0 ? [`${count(keyless)} without a key that can be read`] : []),
		...(graced > 0 ? [`${count(graced)} missing, in their grace period`] : []),
		...(left > 0 && settings.leavers === 'leave'
			? [`${count(left)} left the segment and stay at the destination (Records That Leave)`]
			: []),
	];
	const { invalid } = comparison;
	const reasons =
		invalid.length > 0 ? ` Invalid shows ${counted(invalid.length, 'row')} with the reason.` : '';
	context.addExecutionHints(
		hint(
			waiting > 0 ? 'warning' : 'info',
			`${counted(read, 'record')} compared: ${parts.join(', ')}.${reasons}`,
		),
		...notShown(comparison),
	);
}

/** What a rebaseline did instead of sending. */
export function explainRebaseline(context: IExecuteFunctions, comparison: Comparison): void {
	const { read, remaining, unchanged } = comparison.counts;
	const gone = offersOf(comparison, 'removed');
	const taken = comparison.offers.length - gone;
	const rest =
		remaining > 0
			? `${count(remaining)} more follow in the next runs: raise Changes per Run to take more at once`
			: 'The rebaseline is over: the next run compares as always';
	const message = `Rebaseline of ${counted(read, 'record')}: ${count(taken)} taken as accepted as they are, ${count(unchanged)} accepted before, ${count(gone)} that left forgotten. Nothing was sent. ${rest}.`;
	context.addExecutionHints(hint('warning', message), ...notShown(comparison));
}

/** Names a configuration that is not the one of the last run, and what that means for the records (sync:T17). */
export function explainConfiguration(
	context: IExecuteFunctions,
	before: Notes,
	{ now, comparison }: { readonly now: Notes; readonly comparison: Comparison },
): void {
	const { counts } = comparison;
	const isNew = (was: string, is: string) => was !== '' && was !== is;
	if (isNew(before.configuration, now.configuration)) {
		const differ = count(offersOf(comparison, 'changed') + counts.remaining);
		context.addExecutionHints(
			hint(
				'warning',
				`What shapes the records before this node changed since the last run (configuration ${before.configuration}, now ${now.configuration}). Only records that come out different are sent again: ${differ} differ from what was accepted, ${count(counts.unchanged)} do not.`,
			),
		);
	}
	if (isNew(before.behind, now.behind)) {
		context.addExecutionHints(
			hint(
				'warning',
				`What shapes the records behind this node changed since the last run (configuration ${before.behind}, now ${now.behind}). That alone sends nothing again: ${count(counts.unchanged)} records keep what was written before. Sync State, Resend Everything, brings all of them up to date.`,
			),
		);
	}
}

/** Says that a replay is under way, for as long as it is. */
export function explainReplay(
	context: IExecuteFunctions,
	{ task }: Notes,
	{ counts }: Comparison,
): void {
	if (task?.kind !== 'replay') return;
	const rest = counts.remaining > 0 ? `, ${count(counts.remaining)} follow in the next runs` : '';
	const since = new Date(task.since).toISOString();
	const message = `A replay was asked for at ${since}: every record goes out once more, with all its fields${rest}.`;
	context.addExecutionHints(hint('info', message));
}

function notShown({ notShown, invalid }: Comparison): Hint[] {
	if (notShown === 0) return [];
	const message = `Invalid shows the first ${count(invalid.length)} rows of ${count(invalid.length + notShown)} that could not be compared.`;
	return [hint('warning', message)];
}

function offersOf({ offers }: Comparison, change: string): number {
	return offers.filter(({ offer }) => offer.change === change).length;
}
