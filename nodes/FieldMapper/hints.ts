import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { FieldWarning } from '../../shared/core/mapping';
import { count } from '../../shared/core/words';
import { isBehindSegmentDiff } from '../../shared/n8n/upstream';

/** What became of the records of one run. */
export class MappingTally {
	mapped = 0;
	held = 0;
	refused = 0;
	private readonly warnings = new Map<string, { number: number; readonly first: string }>();

	/** Counts warnings by field and keeps the first one of each. */
	warn(warnings: readonly FieldWarning[]): void {
		for (const { field, text } of warnings) {
			const known = this.warnings.get(field);
			if (known) known.number++;
			else this.warnings.set(field, { number: 1, first: text });
		}
	}

	/** One sentence for all warnings; undefined when there are none. */
	warningText(): string | undefined {
		if (this.warnings.size === 0) return undefined;
		const fields = [...this.warnings.entries()].sort(([, a], [, b]) => b.number - a.number);
		const total = fields.reduce((sum, [, { number }]) => sum + number, 0);
		const shown = fields
			.slice(0, SHOWN_FIELDS)
			.map(([field, { number, first }]) => `"${field}" ${count(number)}, the first: ${first}`);
		const rest = fields.length - shown.length;
		const more = rest > 0 ? ` And ${count(rest)} more fields.` : '';
		const values = total === 1 ? '1 value was' : `${count(total)} values were`;
		return `${values} changed or left out. ${shown.join(' ')}${more}`;
	}
}

const SHOWN_FIELDS = 5;

/** People take the holds on Mapped for records that went through in spite of all. */
const aboutRejected = (behindSegmentDiff: boolean): string => {
	const why = behindSegmentDiff
		? 'and stay due: the next run hands them out again'
		: 'so that Segment Diff does not take them for removed';
	return `Rejected records also pass through Mapped as holds, ${why}; they are not written. To let a value through, translate it with Field Replacement before this node, or choose another When a Value Does Not Fit.`;
};

/** Says on the node what became of the records. */
export function addHints(
	context: IExecuteFunctions,
	tally: MappingTally,
	rejected: readonly INodeExecutionData[],
	cautions: readonly string[],
): void {
	const { mapped, held, refused } = tally;
	const before = held > 0 ? `, ${count(held)} held before` : '';
	const counts = `${count(mapped)} mapped, ${count(refused)} rejected${before}.`;
	const first = rejected.length > 0 ? ` The first: ${String(rejected[0].json.reason)}` : '';
	hint(context, refused === 0 ? 'info' : 'warning', counts + first);
	if (refused > 0) hint(context, 'info', aboutRejected(isBehindSegmentDiff(context)));
	const warnings = tally.warningText();
	if (warnings !== undefined) hint(context, 'warning', warnings);
	for (const caution of cautions) hint(context, 'warning', caution);
}

/** A hint in the output panel. */
export function hint(context: IExecuteFunctions, type: 'info' | 'warning', message: string): void {
	context.addExecutionHints({ message, type, location: 'outputPane' });
}
