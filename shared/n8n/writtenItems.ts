import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { omit, withEnvelope, type Envelope } from '../core/envelope';
import type { RecordResult, ResultStatus } from '../core/results';
import { count } from '../core/words';
import { missingNames, type Effort } from './effort';
import type { WriteSettings } from './executeWrite';
import { previewTable } from './previewTable';
import type { WriteJob } from './writeJob';

const written: ReadonlySet<ResultStatus> = new Set([
	'created',
	'updated',
	'unchanged',
	'deleted',
	'skipped',
]);
/** Different refusals shown in the summary; the rest is counted. */
const shownReasons = 10;
const shownInHint = 3;

/** The outputs Written, Rejected and Summary: every record's outcome is on exactly one of the first two. */
export function writtenItems(
	context: IExecuteFunctions,
	jobs: readonly WriteJob[],
	settings: WriteSettings,
	effort: Effort & { readonly seconds: number },
): INodeExecutionData[][] {
	const outputs: [INodeExecutionData[], INodeExecutionData[]] = [[], []];
	const counts: Record<string, number> = {};
	const told: Record<string, number> = {};
	const reasons = new Map<string, number>();
	let warned = 0;
	for (const { index, record, envelope, result } of jobs) {
		if (!result) continue;
		counts[result.status] = (counts[result.status] ?? 0) + 1;
		// A removal that updates a row deactivates it.
		const word =
			envelope.change === 'removed' && result.status === 'updated' ? 'deactivated' : result.status;
		told[word] = (told[word] ?? 0) + 1;
		const isWritten = written.has(result.status);
		if (!isWritten && result.error) {
			const reason = `${result.error.code}: ${result.error.message}`;
			reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
		}
		warned += envelope.warnings ? 1 : 0;
		outputs[isWritten ? 0 : 1].push({
			...(withEnvelope(record, answered(envelope, result), settings.place) as {
				json: IDataObject;
			}),
			pairedItem: { item: index },
		});
	}
	const sentence = addHints(context, told, reasons, { settings, effort });
	const summary: IDataObject = {
		object: settings.target.objectName,
		environment: settings.environment,
		action: settings.action,
		read: jobs.length,
		...counts,
		...(warned > 0 && { warned }),
		...spent(effort),
		reasons: [...reasons].slice(0, shownReasons).map(([reason, count]) => ({ reason, count })),
		...(settings.action === 'preview' && {
			requestsOfWrite: effort.requests + effort.planned,
			...previewTable(jobs, settings.target.keyFields, sentence),
		}),
	};
	return [
		...outputs,
		[{ json: summary, pairedItem: jobs.map(({ index }) => ({ item: index })).slice(0, 1) }],
	];
}

const spent = ({ requests, seconds, missing }: Effort & { readonly seconds: number }) => ({
	requests,
	seconds,
	...(missing.length > 0 && { missing: missing.map((part) => ({ ...part })) }),
});

/** What mappers warned of belongs to the record's outcome. */
function answered(envelope: Envelope, result: RecordResult): Envelope {
	const { warnings } = envelope;
	if (!warnings) return { ...envelope, result };
	return {
		...omit(envelope, 'warnings'),
		result: { ...result, warnings: [...warnings, ...(result.warnings ?? [])] },
	};
}

/** Says on the node what became of the records, and why the first ones were refused. Returns its first sentences. */
function addHints(
	context: IExecuteFunctions,
	counts: Readonly<Record<string, number>>,
	reasons: ReadonlyMap<string, number>,
	{ settings, effort }: { readonly settings: WriteSettings; readonly effort: Effort },
): string {
	const { target, action } = settings;
	const parts = Object.entries(counts).map(
		([status, number]) => `${count(number)} ${words[status] ?? status}`,
	);
	if (parts.length === 0) return '';
	const prefix = action === 'preview' ? 'Preview, nothing was sent. ' : '';
	const sentence = [
		`${prefix}${target.objectName}: ${parts.join(', ')}.`,
		...missingSentence(
			effort,
			action,
			Object.keys(counts).some((word) => word !== 'notAttempted'),
		),
		...(action === 'preview'
			? [`The write would take about ${count(effort.requests + effort.planned)} requests.`]
			: []),
	].join(' ');
	const refused = [...reasons]
		.slice(0, shownInHint)
		.map(([reason, number]) => `${count(number)} × ${reason}`);
	context.addExecutionHints({
		message: [sentence, ...refused].join(' '),
		type: refused.length > 0 ? 'warning' : 'info',
		location: 'outputPane',
	});
	return sentence;
}

function missingSentence(
	{ missing }: Effort,
	action: WriteSettings['action'],
	isWritten: boolean,
): string[] {
	if (missing.length === 0 || (action === 'write' && !isWritten)) return [];
	const verb = action === 'preview' ? 'Would create' : 'Created';
	return [`${verb}: ${missingNames(missing).join(', ')}.`];
}

const words: Readonly<Record<string, string>> = {
	notAttempted: 'not attempted',
	unknown: 'without a known outcome',
};
