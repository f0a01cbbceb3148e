import type { IExecuteFunctions } from 'n8n-workflow';

import { count } from '../../shared/core/words';
import type { Verdict } from '../../shared/n8n/compiledFilter';
import type { Settings } from './settings';
import type { Wiring } from './wiring';

/** Records by what became of them; `hold` and `removed` were so before the filter and are not judged. */
export type Tally = Record<Verdict['kind'] | 'hold' | 'removed', number>;

interface Outcome {
	readonly tally: Tally;
	readonly settings: Settings;
	readonly wiring: Wiring;
	/** Why the first record was refused. */
	readonly refusal?: string;
	/** Fields named in conditions that no record has. */
	readonly absent: readonly string[];
}

/** Says on the node what became of the records, and which common mistake the numbers or the wires show. */
export function addHints(context: IExecuteFunctions, outcome: Outcome): void {
	const add = (type: 'info' | 'warning', message: string) =>
		context.addExecutionHints({ message, type, location: 'outputPane' });
	add(outcome.tally.unclear > 0 ? 'warning' : 'info', countsText(outcome));
	for (const message of conditionMistakes(outcome)) add('warning', message);
	for (const message of wiringMistakes(outcome)) add('warning', message);
	const { passes, fails, unclear } = outcome.tally;
	if (hasConditions(outcome) && passes > 0 && fails + unclear === 0) {
		add('info', 'Every record passed. If that is unexpected, look at the conditions.');
	}
}

function countsText({ tally, settings, refusal }: Outcome): string {
	const fate = settings.deleteFilteredOut ? 'passed on as removed' : 'held';
	const parts = [
		`${count(tally.passes)} kept`,
		`${count(tally.fails)} discarded${tally.fails > 0 ? ` (${fate})` : ''}`,
		...(tally.unclear > 0 ? [`${count(tally.unclear)} refused (held)`] : []),
		...(tally.hold > 0 ? [`${count(tally.hold)} held before`] : []),
		...(tally.removed > 0 ? [`${count(tally.removed)} removed before`] : []),
	];
	const why = refusal === undefined ? '' : ` The first: ${refusal}`;
	return `${parts.join(', ')}.${why}`;
}

function conditionMistakes({ tally, settings, absent }: Outcome): string[] {
	const fixed = settings.filter.conditions.flatMap(({ name, left }) =>
		left.kind === 'constant' && typeof left.value === 'string'
			? [
					`${name} compares the fixed text "${left.value}" and no field, so it says the same for every record. Drag the field into its first box.`,
				]
			: [],
	);
	const misnamed = absent.map(
		(field) =>
			`No record has the field "${field}", which a condition names. Check its spelling: upper and lower case count.`,
	);
	const nonePassed =
		settings.filter.conditions.length > 0 && tally.passes === 0 && tally.fails > 0
			? ['No record passed. If that is unexpected, look at the conditions.']
			: [];
	return [...nonePassed, ...misnamed, ...fixed];
}

function wiringMistakes({ tally, settings, wiring }: Outcome): string[] {
	const { diffThatLeaves } = wiring;
	const marked = tally.fails + tally.unclear + tally.hold + tally.removed;
	const isRead = wiring.hasSegmentDiff || wiring.hasWriter;
	if (wiring.isBehindSegmentDiff) {
		return [
			'This filter stands behind Segment Diff: what it holds stays due and comes back in every run, and a record that stops passing is never removed. Put the filter before Segment Diff.',
		];
	}
	if (settings.deleteFilteredOut && diffThatLeaves !== undefined) {
		return [
			`"${diffThatLeaves}" removes nothing: set its Records That Leave to Send as Removed, or switch Delete Filtered-Out Records off.`,
		];
	}
	if (!isRead && marked > 0) {
		return [
			'Kept also carries held and removed records, marked in "_sync". No node behind this filter leaves them out: add Segment Diff or a writer of this pack, or use n8n\'s own Filter.',
		];
	}
	return [];
}

function hasConditions({ settings }: Outcome): boolean {
	return settings.filter.conditions.length > 0;
}
