import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { Replacer } from '../../shared/core/replacement';
import { count } from '../../shared/core/words';
import { isBehindSegmentDiff } from '../../shared/n8n/upstream';

/** Values by what became of them; `refused` are records with a `_sync` that is not ours. */
export type Tally = Record<'replaced' | 'unmatched' | 'leftOut' | 'refused', number>;

interface Outcome {
	readonly tally: Tally;
	readonly run: Replacer;
	readonly unmatched: readonly INodeExecutionData[];
}

/** Says on the node what became of the values, and which common mistake the rules or the wires show. */
export function addHints(context: IExecuteFunctions, { tally, run, unmatched }: Outcome): void {
	const add = (type: 'info' | 'warning', message: string) =>
		context.addExecutionHints({ message, type, location: 'outputPane' });
	const parts = [
		`${count(tally.replaced)} ${tally.replaced === 1 ? 'value' : 'values'} replaced`,
		`${count(tally.unmatched)} unmatched`,
		`${count(tally.leftOut)} left out`,
		...(tally.refused > 0
			? [`${count(tally.refused)} ${tally.refused === 1 ? 'record' : 'records'} refused (held)`]
			: []),
	];
	const [first] = unmatched;
	const why = first === undefined ? '' : ` The first: ${String(first.json.reason)}`;
	add(first === undefined ? 'info' : 'warning', `${parts.join(', ')}.${why}`);
	if (tally.replaced === 0 && tally.unmatched > 0) {
		add(
			'warning',
			'No rule matched any value. Compare the spelling of Existing Value with the input, labels with technical values, or set Match to Ignore Case.',
		);
	}
	for (const remark of run.remarks) add('warning', remark);
	for (const field of run.unseenFields()) {
		add('warning', `No record of this run has the field "${field}", which a rule names.`);
	}
	if (isBehindSegmentDiff(context)) {
		add(
			'warning',
			'These rules stand behind Segment Diff: editing one will not re-send records the destination already accepted. Put the node before Segment Diff, or resend everything with Sync State.',
		);
	}
}
