import type { SyncError } from '../../core/errors';
import type { RecordResult } from '../../core/results';
import type { IndexedResult } from '../connector';
import { isObject } from '../json';
import { followConverted } from './convertedLeads';
import type { Call } from './collectionCalls';
import { fieldOf } from './compare';
import { classify, recordError, stopFor, type FaultClass } from './errorClasses';
import { rowFault, type Fault } from './errors';
import { longId } from './ids';
import { lookUp } from './lookUp';
import type { Sending } from './plan';
import { resultOf, type Session } from './session';

/** What the rows of one answer come to. */
export interface Verdicts {
	readonly known: readonly IndexedResult[];
	/** Failed for a passing reason: to be sent once more. */
	readonly again: readonly Sending[];
	/** To be sent once more with fewer values. */
	readonly changed: readonly Sending[];
	/** Why nothing more may be sent; rows that met it have no result, because they were not written. */
	readonly stop?: SyncError;
}

/** A row Salesforce refused, and why. */
export interface Refused {
	readonly step: Sending;
	readonly fault: Fault;
	readonly kind: FaultClass;
}

/** Tries of a row that failed for a passing reason, the first one not counted (salesforce section 5). */
const ROW_TRIES = 3;

/** What Salesforce cannot explain is not likely to pass: one more try (section 5). */
const triesOf = ({ fault }: Refused): number =>
	fault.code === 'UNKNOWN_EXCEPTION' ? 1 : ROW_TRIES;

/** Each row by its entry, in the order they were sent (T2, T3). */
export function sortRows(
	{ steps }: Call,
	entries: readonly unknown[],
): { readonly written: readonly IndexedResult[]; readonly refused: readonly Refused[] } {
	const written: IndexedResult[] = [];
	const refused: Refused[] = [];
	steps.forEach((step, index) => {
		const entry = isObject(entries[index]) ? entries[index] : {};
		if (entry.success === true) written.push(resultOf(step, successOf(step, entry)));
		else refused.push(refusalOf(step, entry));
	});
	return { written, refused };
}

/** What becomes of the refused rows of a call; all of them refused for the mapping end the run. */
export async function judgeCall(
	session: Session,
	{ steps }: Call,
	refused: readonly Refused[],
	tries: number,
): Promise<Verdicts> {
	const verdicts = await judgeRefused(session, refused, tries);
	const stop = verdicts.stop ? undefined : misconfigured(session, refused, steps.length);
	return stop ? { ...verdicts, known: [], stop } : verdicts;
}

/** What a row that was written came to. */
export function successOf(
	{ kind, id }: Pick<Sending, 'kind' | 'id'>,
	entry: Readonly<Record<string, unknown>>,
): RecordResult {
	const told = typeof entry.id === 'string' ? (longId(entry.id) ?? entry.id) : id;
	const own = told === undefined ? {} : { id: told };
	if (kind === 'delete') return { status: 'deleted', ...own };
	const isNew = kind === 'create' || (kind === 'upsert' && entry.created === true);
	return { status: isNew ? 'created' : 'updated', ...own };
}

/** Several errors of one row: the first decides, all are told. */
function refusalOf(step: Sending, entry: Readonly<Record<string, unknown>>): Refused {
	const errors = Array.isArray(entry.errors) ? entry.errors.map(rowFault) : [];
	const first = errors.at(0) ?? rowFault(entry);
	const fault = {
		...first,
		message: errors.map(({ message }) => message).join('; ') || first.message,
		fields: [...new Set(errors.flatMap(({ fields }) => fields))],
	};
	return { step, fault, kind: classify(fault) };
}

/** What becomes of refused rows: told, sent again as they are or with fewer values, or the end of the run. */
export async function judgeRefused(
	session: Session,
	refused: readonly Refused[],
	tries: number,
): Promise<Verdicts> {
	const known: IndexedResult[] = [];
	const again: Sending[] = [];
	const changed: Sending[] = [];
	const converted: Refused[] = [];
	const gone = await goneIds(session, refused);
	let stop: SyncError | undefined;
	for (const one of refused) {
		const { step, fault, kind } = one;
		const fewer = kind === 'mapping' ? withoutUnwritable(session, one) : undefined;
		if (kind === 'quota' || kind === 'auth') {
			stop ??= stopFor(fault, `write to the object "${session.sobject.name}"`);
		} else if (fewer) changed.push(fewer);
		else if (isPassing(one) && tries < triesOf(one)) again.push(step);
		else if (isConverted(session, one)) converted.push(one);
		else known.push(resultOf(step, rejection(one, gone)));
	}
	known.push(...(await followConverted(session, converted)));
	return { known, again, changed, ...(stop && { stop }) };
}

/** An unexplained failure may have come after the commit, so an insert is not tried again for it. */
const isPassing = ({ step, kind }: Refused): boolean =>
	kind === 'transientRow' || (kind === 'transientRequest' && step.kind !== 'create');

/** A contact is no row of the call, so it cannot be written together with the others or not at all. */
const isConverted = ({ options, sobject }: Session, { fault }: Refused): boolean =>
	options.redirectConverted === true &&
	options.allOrNone !== true &&
	sobject.name === 'Lead' &&
	fault.code === 'CANNOT_UPDATE_CONVERTED_LEAD';

/** The result of a refused row; `gone` are the ids whose records are not there. */
export function rejection({ step, fault }: Refused, gone: ReadonlySet<string>): RecordResult {
	const { id } = step;
	if (id !== undefined && gone.has(id)) {
		if (step.kind === 'update') return { status: 'skipped', reason: 'notFound' };
		if (step.kind === 'delete') return { status: 'skipped', reason: 'gone' };
	}
	return { status: 'rejected', ...(id !== undefined && { id }), error: recordError(fault) };
}

/**
 * Not there may mean the row itself or one a lookup points at: where there are lookups, only a look tells.
 */
async function goneIds(
	{ api, sobject }: Session,
	refused: readonly Refused[],
): Promise<ReadonlySet<string>> {
	const suspects = refused.filter(
		({ step, kind, fault: { code, fields } }) =>
			step.id !== undefined &&
			(kind === 'notFound' || (code === 'INVALID_CROSS_REFERENCE_KEY' && fields.length === 0)),
	);
	const isClear = ({ values }: Sending) =>
		Object.keys(values).every((name) => fieldOf(sobject, name)?.type !== 'reference');
	const idsOf = (list: readonly Refused[]) => list.map(({ step }) => step.id ?? '');
	const clear = suspects.filter(({ step }) => isClear(step));
	const doubtful = idsOf(suspects.filter(({ step }) => !isClear(step)));
	if (doubtful.length === 0) return new Set(idsOf(clear));
	const matches = await lookUp(api, sobject, 'Id', { values: doubtful });
	const lost = doubtful.filter((_, index) => matches[index].found.length === 0);
	return new Set([...idsOf(clear), ...lost]);
}

/** The row without the fields Salesforce named, where they may be left out. */
function withoutUnwritable(session: Session, one: Refused): Sending | undefined {
	const named = unwritable(session, one);
	if (named.length === 0) return undefined;
	for (const field of named) session.values.drop(field);
	return without(one.step, named);
}

/** The fields Salesforce named that may be left out of a row (option Leave Out Unwritable Fields). */
const unwritable = ({ options }: Session, { step, fault }: Refused): readonly string[] =>
	options.dropUnwritable ? fault.fields.filter((field) => field in step.values) : [];

/** A step that leaves fields out, and says so. */
export function without(step: Sending, fields: readonly string[]): Sending {
	const values = Object.fromEntries(
		Object.entries(step.values).filter(([field]) => !fields.includes(field)),
	);
	const warning = `${fields.join(', ')} left out: the user of the credential may not write it`;
	return { ...step, values, job: { ...step.job, warnings: [...step.job.warnings, warning] } };
}

/** So many rows, and each refused for the same fault of the mapping: no record is to blame. */
const ENOUGH = 10;

/** Why the run must stop when all rows of a request were refused for its mapping. */
export function misconfigured(
	session: Session,
	refused: readonly Refused[],
	count: number,
): SyncError | undefined {
	if (count < ENOUGH || refused.length < count) return undefined;
	if (refused.some((one) => unwritable(session, one).length > 0)) return undefined;
	const [{ fault }] = refused;
	const isSame = refused.every(
		({ kind, fault: { code, fields } }) =>
			kind === 'mapping' && code === fault.code && fields.join() === fault.fields.join(),
	);
	return isSame ? stopFor(fault, `write to the object "${session.sobject.name}"`) : undefined;
}
