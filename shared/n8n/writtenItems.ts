import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { envelopeField, omit, withEnvelope, type Envelope } from '../core/envelope';
import type { RecordResult, ResultStatus } from '../core/results';
import { count } from '../core/words';
import { missingNames, type Effort } from './effort';
import type { WriteSettings } from './executeWrite';
import { nothingSent } from './preview';
import { previewTable } from './previewTable';
import { roleOf } from './roles';
import type { WriteJob } from './writeJob';
import { isMessageDue, type SystemReport } from './writeReport';

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

/** What the work cost, and what the system told of it. */
type Account = Effort & {
	readonly seconds: number;
	readonly report?: SystemReport;
	/** Why the work was broken off, under continue on fail. */
	readonly failure?: string;
};

/** Why records were refused, and what to do about it. */
interface Reason {
	readonly count: number;
	/** Of the first of them: the next step. */
	readonly hint?: string;
}

/** What the node says of a run, beside the counts. */
type Told = Account & { readonly unsettled: readonly string[] };

/** What became of the records, counted. */
interface Tally {
	/** Status → records. */
	readonly counts: Record<string, number>;
	/** The same in the words of people. */
	readonly told: Record<string, number>;
	/** By what the system said. */
	readonly reasons: Map<string, Reason>;
	/** Records with a warning of a mapper or of the system. */
	warned: number;
	/** Removals that the settings leave undone. */
	kept: number;
}

/** The outputs Written, Rejected and Summary: every record's outcome is on exactly one of the first two. */
export function writtenItems(
	context: IExecuteFunctions,
	jobs: readonly WriteJob[],
	settings: WriteSettings,
	account: Account,
): INodeExecutionData[][] {
	const outputs: [INodeExecutionData[], INodeExecutionData[]] = [[], []];
	const tally: Tally = { counts: {}, told: {}, reasons: new Map(), warned: 0, kept: 0 };
	for (const { index, record, envelope, result } of jobs) {
		if (!result) continue;
		const outcome = answered(envelope, result);
		const isWritten = written.has(result.status);
		add(tally, outcome, result, isWritten);
		const item = withEnvelope(record, outcome, settings.place) as { json: IDataObject };
		const json = isWritten ? item.json : outcomeFirst(item.json);
		outputs[isWritten ? 0 : 1].push({ ...item, json, pairedItem: { item: index } });
	}
	const broken = brokenOff(tally, account);
	const unsettled = [...broken, ...unconfirmed(context, jobs, settings)];
	const sentences = addHints(context, tally, settings, { ...account, unsettled });
	const summary = summaryOf(tally, settings, { ...account, broken });
	const [sentence = ''] = sentences;
	const table =
		settings.action === 'preview' && previewTable(jobs, settings.target.keyFields, sentence);
	const json: IDataObject = {
		message: sentences.join(' '),
		...{ object: settings.target.objectName, environment: settings.environment },
		...{ action: settings.action, read: jobs.length },
		...summary,
		...(table && { requestsOfWrite: account.requests + account.planned, ...table }),
	};
	return [
		...outputs,
		[{ json, pairedItem: jobs.map(({ index }) => ({ item: index })).slice(0, 1) }],
	];
}

function add(tally: Tally, outcome: Envelope, result: RecordResult, isWritten: boolean): void {
	const { counts, told, reasons } = tally;
	if (outcome.change === 'removed' && result.reason === 'policy') tally.kept += 1;
	counts[result.status] = (counts[result.status] ?? 0) + 1;
	// A removal that updates a row deactivates it.
	const isDeactivated = outcome.change === 'removed' && result.status === 'updated';
	const word = isDeactivated ? 'deactivated' : result.status;
	told[word] = (told[word] ?? 0) + 1;
	if (!isWritten && result.error) {
		const reason = `${result.error.code}: ${result.error.message}`;
		const { hint } = result.error;
		const known = reasons.get(reason) ?? { count: 0, ...(hint && { hint }) };
		reasons.set(reason, { ...known, count: known.count + 1 });
	}
	if (outcome.result?.warnings?.some((warning) => warning !== nothingSent)) tally.warned += 1;
}

function summaryOf(
	{ counts, reasons, warned }: Tally,
	{ action, sendWarnings }: WriteSettings,
	{ report, broken, ...effort }: Account & { readonly broken: readonly string[] },
): IDataObject {
	const warnings = warned + (report?.warnings.length ?? 0) + broken.length;
	return {
		...counts,
		...(warned > 0 && { warned }),
		...spent(effort),
		...report?.summary,
		reasons: [...reasons].slice(0, shownReasons).map(([reason, told]) => ({ reason, ...told })),
		// A preview is looked at by whoever asked for it.
		sendWarnings: action === 'write' && isMessageDue(sendWarnings, counts, warnings),
	};
}

const spent = ({ requests, seconds, missing }: Effort & { readonly seconds: number }) => ({
	requests,
	seconds,
	...(missing.length > 0 && { missing: missing.map((part) => ({ ...part })) }),
});

/** What mappers warned of belongs to the record's outcome. */
function answered(envelope: Envelope, result: RecordResult): Envelope {
	const { warnings } = envelope;
	const told = warnings && { warnings: [...warnings, ...(result.warnings ?? [])] };
	return { result: { ...result, ...told }, ...omit(envelope, 'result', 'warnings', 'unchanged') };
}

/** In a table of refused records, people look for the reason first. */
function outcomeFirst(json: IDataObject): IDataObject {
	const { [envelopeField]: outcome } = json;
	return outcome === undefined ? json : { [envelopeField]: outcome, ...json };
}

/** Says on the node what became of the records, and why the first ones were refused. Returns it, sentence by sentence. */
function addHints(
	context: IExecuteFunctions,
	{ told, reasons, kept }: Tally,
	{ target, action }: WriteSettings,
	account: Told,
): string[] {
	const parts = Object.entries(told).map(
		([status, number]) => `${count(number)} ${words[status] ?? status}`,
	);
	if (parts.length === 0) return [];
	const prefix = action === 'preview' ? 'Preview, nothing was sent. ' : '';
	// A removal may also be left undone because another record lives on in that one.
	const isSkipping = action === 'write' && target.removedRecords === 'skip';
	const isAttempted = Object.keys(told).some((word) => word !== 'notAttempted');
	const sentence = [
		`${prefix}${target.objectName}: ${parts.join(', ')}.`,
		...missingSentence(account, action, isAttempted),
		...(action === 'preview'
			? [`The write would take about ${count(account.requests + account.planned)} requests.`]
			: []),
	].join(' ');
	const troubles = [
		...account.unsettled,
		...(kept > 0 && isSkipping ? [keptSentence(kept, target.objectName)] : []),
		...[...reasons].slice(0, shownInHint).map(reasonSentence),
		...(account.report?.warnings ?? []),
	];
	const sentences = [sentence, ...troubles];
	context.addExecutionHints({
		message: sentences.join(' '),
		type: troubles.length > 0 ? 'warning' : 'info',
		location: 'outputPane',
	});
	return sentences;
}

const reasonSentence = ([reason, { count: number, hint }]: [string, Reason]): string =>
	`${count(number)} × ${reason}${/[.!?]$/.test(reason) ? '' : '.'}${hint ? ` ${hint}` : ''}`;

/** The sync lets go of what left, whatever the writer does with it: nobody would look for it later. */
const keptSentence = (kept: number, objectName: string): string =>
	`${count(kept)} of the records that left stay in ${objectName} (Removed Records: Skip): the sync forgets them, so another choice later will not remove them.`;

/** Where every record had its outcome before, none of them tells of it. */
function brokenOff({ reasons }: Tally, { failure }: Account): string[] {
	if (failure === undefined || [...reasons.keys()].some((reason) => reason.endsWith(failure)))
		return [];
	return [`The node broke off: ${failure.replace(/\.$/u, '')}.`];
}

/** Where nobody tells the sync what was written, it sends everything again in every run (design R5). */
function unconfirmed(
	context: IExecuteFunctions,
	jobs: readonly WriteJob[],
	{ confirm }: WriteSettings,
): string[] {
	if (confirm === 'whenWritten' || !jobs.some(({ run }) => run)) return [];
	const behind = context.getChildNodes(context.getNode().name);
	if (behind.some((node) => !node.disabled && roleOf(node) === 'confirms')) return [];
	return [
		'Nothing of this was confirmed, so all of it is sent again in the next run: the option Confirm leaves it to a Confirm Delivery node, and there is none behind this one. Add one, or choose When Written.',
	];
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
