import type { SyncRecord } from '../../core/record';
import type { HttpResponse } from '../http';
import { OutcomeUnknownError } from '../retry';
import { isObject, parseJson } from '../json';
import { faultOf, isCarriedOut, isLost } from './errors';
import { keyPart } from './keyMatch';
import { comparesFields, type Job } from './plan';
import { settleUnknown, type Outcomes, type Session } from './session';

/**
 * Sends what can be sent by UpsertMultiple: one message, no look-up before it, and no word about which row was
 * created (T-01). Returns the jobs left for the usual way: those that need to know their row, and all of a call
 * that was refused or not answered, which the look-up of the usual way makes harmless to repeat.
 */
export async function sendUpserts(
	session: Session,
	jobs: readonly Job[],
	outcomes: Outcomes,
): Promise<readonly Job[]> {
	const { api, table, options, bulk } = session;
	if (session.preview || !options.upsertMultiple || !bulk.allows('UpsertMultiple')) return jobs;
	const targets = new Map<Job, object>();
	for (const job of jobs) {
		const address = isFree(session, job) ? addressOf(session, job.record.key) : undefined;
		if (address) targets.set(job, targetOf(session, job, address));
	}
	if (targets.size === 0) return jobs;
	const path = `${table.entitySet}/Microsoft.Dynamics.CRM.UpsertMultiple`;
	const response = await api
		.post(path, { Targets: [...targets.values()] }, session.headers)
		.catch((error: unknown) => unanswered(error));
	if (!response || !isCarriedOut(response)) {
		if (response) learn(session, response);
		// Until the look-up says more: should it fail, they were sent all the same.
		if (!response || isLost(faultOf(response)))
			for (const job of targets.keys()) settleUnknown(outcomes, { job });
		return jobs;
	}
	const ids = idsOf(response, targets.size);
	[...targets.keys()].forEach((job, position) => {
		const id = ids?.[position] ?? ownId(session, job);
		outcomes.set(job.index, { status: 'updated', ...(id && { id }), warnings: [UNTOLD] });
	});
	session.written += targets.size;
	bulk.count(false);
	return jobs.filter((job) => !targets.has(job));
}

const UNTOLD = 'Created or updated: UpsertMultiple does not tell which';

/** Whether a record can be written without knowing whether, and as what, its row exists. */
function isFree({ target, states }: Session, { record, spelledTwice, round }: Job): boolean {
	const { change, previousKey, onlyIfEmpty, redelivered, values, update } = record;
	return (
		target.writeMode === 'upsert' &&
		change !== 'removed' &&
		!(change === 'added' && states) &&
		!target.checkVersion &&
		!comparesFields(record, target) &&
		previousKey === undefined &&
		// Its row may have the key in the spelling of a rename that was taken back (U-25).
		!redelivered &&
		onlyIfEmpty === undefined &&
		// A created row needs every value, an existing one takes only its update: here they must be the same.
		Object.keys(values).every((field) => field in update) &&
		// Two spellings of one key in one call fail it as a whole (T-04).
		!spelledTwice &&
		round === 0
	);
}

/** Characters a key may hold in `@odata.id` whatever the server decodes there (T-08, U-02, U-03). */
const PLAIN = /^[\p{L}\p{N} _.@-]+$/u;
const LONGEST_KEY = 200;

/** How a target says which row it is, or undefined where its key cannot be written plainly. */
function addressOf({ table, target }: Session, key: SyncRecord): object | undefined {
	const { keyFields } = target;
	const parts = keyFields.map((field) => {
		const column = table.columns.get(field);
		const text = keyPart(key[field], column);
		switch (column?.type) {
			case 'string':
				return PLAIN.test(text) ? `${field}='${text}'` : undefined;
			case 'integer':
			case 'decimal':
			case 'choice':
				return Number.isFinite(Number(text)) ? `${field}=${text}` : undefined;
			case 'lookup':
				return `_${field}_value=${text}`;
			default:
				return undefined;
		}
	});
	if (keyFields.length === 1 && keyFields[0] === table.primaryId) {
		return { [table.primaryId]: keyPart(key[table.primaryId], { type: 'id' }) };
	}
	const text = parts.join(',');
	if (parts.includes(undefined) || text.length > LONGEST_KEY) return undefined;
	return { '@odata.id': `${table.entitySet}(${text})` };
}

/** The key stays out of the body: repeated there it fails the call on the first new row (T-02). */
const targetOf = ({ table, columns }: Session, { record }: Job, address: object): object => ({
	'@odata.type': `Microsoft.Dynamics.CRM.${table.name}`,
	...columns.of({ ...record.values, ...record.update }),
	...address,
});

function unanswered(error: unknown): undefined {
	if (!(error instanceof OutcomeUnknownError)) throw error;
	return undefined;
}

/** A table that has no such message is not asked again in this run; a bad row may be in the next chunk or not. */
function learn({ bulk }: Session, { status }: HttpResponse): void {
	if ([404, 405, 501].includes(status)) bulk.refuse('UpsertMultiple');
	else bulk.count(true);
}

/** Some environments answer with ids after all (U-13). */
function idsOf({ body }: HttpResponse, count: number): readonly string[] | undefined {
	const parsed = parseJson(body);
	const ids = isObject(parsed) && Array.isArray(parsed.Ids) ? parsed.Ids.map(String) : [];
	return ids.length === count ? ids.map((id) => id.toLowerCase()) : undefined;
}

function ownId({ table, target }: Session, { record }: Job): string | undefined {
	const isOwn = target.keyFields.length === 1 && target.keyFields[0] === table.primaryId;
	return isOwn ? keyPart(record.key[table.primaryId], { type: 'id' }) : undefined;
}
