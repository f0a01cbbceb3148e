import { waitMs } from '../../core/retry';
import type { SyncRecord } from '../../core/record';
import type { FoundRecord } from '../connector';
import { lookUp } from './lookUp';
import type { Job, Sending } from './plan';
import { settle, type Outcomes, type Session } from './session';
import { isReadable } from './table';

type StepOf<K extends Sending['kind']> = Extract<Sending, { readonly kind: K }>;

const ofKind = <K extends Sending['kind']>(steps: readonly Sending[], kind: K): Array<StepOf<K>> =>
	steps.filter((step): step is StepOf<K> => step.kind === kind);

/**
 * Looks up records that were sent without an answer. What the destination shows is settled; the rest comes
 * back to be planned anew, once, because the look-up before each write makes repeating it harmless. An
 * insert is never repeated (design R11): it stays `unknown` until a later run finds out.
 */
export async function prove(
	session: Session,
	steps: readonly Sending[],
	outcomes: Outcomes,
): Promise<Job[]> {
	if (steps.length === 0) return [];
	// A request cut off on the way back may still be committing.
	await session.clock.sleep(waitMs(1, session.clock.random(), undefined), session.signal);
	const open = [
		...(await proveCreates(session, ofKind(steps, 'create'), outcomes)),
		...(await proveUpdates(session, ofKind(steps, 'update'), outcomes)),
		...(await proveDeletes(session, ofKind(steps, 'delete'), outcomes)),
	];
	return open.filter((job) => job.round === 0);
}

async function proveCreates(
	session: Session,
	steps: ReadonlyArray<StepOf<'create'>>,
	outcomes: Outcomes,
): Promise<Job[]> {
	const { api, table, target, comparison } = session;
	const keys = steps.map((step) => step.job.record.key);
	const select = sentFields(session, steps);
	const found = await lookUp(api, table, target.keyFields, { keys, select });
	return steps.flatMap((step, index) => {
		const row = found[index].exact ?? (step.job.spelledTwice ? undefined : found[index].folded);
		if (row && target.writeMode !== 'insert' && !comparison.holds(row.record, step.sent))
			// Perhaps a rival's, who was first: written over, as any row that is there.
			return [step.job];
		if (row) settle(outcomes, step, { status: 'created', id: row.id });
		return row || target.writeMode === 'insert' ? [] : [{ ...step.job, createSent: true }];
	});
}

/** What was sent, as far as it can be read. */
function sentFields(
	{ table }: Session,
	steps: ReadonlyArray<{ readonly sent: SyncRecord }>,
): string[] {
	const sent = new Set(steps.flatMap((step) => Object.keys(step.sent)));
	return [...sent].filter((name) => isReadable(table, name));
}

async function proveUpdates(
	session: Session,
	steps: ReadonlyArray<StepOf<'update'>>,
	outcomes: Outcomes,
): Promise<Job[]> {
	const found = await lookUpRows(session, steps, sentFields(session, steps));
	return steps.flatMap((step, index) => {
		const row = found[index];
		if (!row || !session.comparison.holds(row.record, step.sent)) return [step.job];
		settle(outcomes, step, { status: 'updated', id: step.id });
		return [];
	});
}

async function proveDeletes(
	session: Session,
	steps: ReadonlyArray<StepOf<'delete'>>,
	outcomes: Outcomes,
): Promise<Job[]> {
	const found = await lookUpRows(session, steps, []);
	return steps.flatMap((step, index) => {
		if (found[index]) return [step.job];
		settle(outcomes, step, { status: 'deleted', id: step.id });
		return [];
	});
}

async function lookUpRows(
	{ api, table }: Session,
	steps: ReadonlyArray<{ readonly id: string }>,
	select: readonly string[],
): Promise<Array<FoundRecord | undefined>> {
	if (steps.length === 0) return [];
	const keys = steps.map(({ id }) => ({ [table.primaryId]: id }));
	const found = await lookUp(api, table, [table.primaryId], { keys, select });
	return found.map((match) => match.exact);
}
