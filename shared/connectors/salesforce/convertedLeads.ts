import type { IndexedResult } from '../connector';
import { isObject } from '../json';
import { sendCollections } from './collections';
import { readSObject, type SObject } from './describe';
import { recordError } from './errorClasses';
import type { Fault } from './errors';
import { lookUp } from './lookUp';
import type { Sending } from './plan';
import { resultOf, type Session } from './session';

/** A lead that was converted, and what Salesforce said when it was to be updated. */
interface Converted {
	readonly step: Sending;
	readonly fault: Fault;
}

/**
 * Updates the contacts that converted leads became (salesforce 2.2), as far as contacts have the same fields.
 * A lead without a contact is refused as Salesforce did.
 */
export async function followConverted(
	session: Session,
	converted: readonly Converted[],
): Promise<IndexedResult[]> {
	if (converted.length === 0) return [];
	const { api, sobject } = session;
	const values = converted.map(({ step }) => step.id ?? '');
	const matches = await lookUp(api, sobject, 'Id', { values, select: ['ConvertedContactId'] });
	const contact = await readSObject(api, 'Contact');
	const results: IndexedResult[] = [];
	const steps: Sending[] = [];
	converted.forEach(({ step, fault }, index) => {
		const id = matches[index].found.at(0)?.record.ConvertedContactId;
		if (typeof id === 'string') steps.push(asContact(step, id, contact));
		else results.push(resultOf(step, { status: 'rejected', error: recordError(fault) }));
	});
	for await (const batch of sendCollections({ ...session, sobject: contact }, steps)) {
		results.push(...batch);
	}
	const leads = new Map(converted.map(({ step }) => [step.job.index, step.id]));
	return results.map(({ index, result }) => ({
		index,
		// The state goes on remembering the lead, which is what its key leads to.
		result: { ...result, ...(leads.get(index) !== undefined && { id: leads.get(index) }) },
	}));
}

function asContact(step: Sending, id: string, contact: SObject): Sending {
	const isShared = (name: string, value: unknown) =>
		!isObject(value) && contact.field(name)?.updateable === true;
	const entries = Object.entries(step.values);
	const lost = entries.filter(([name, value]) => !isShared(name, value)).map(([name]) => name);
	const warnings = [
		...step.job.warnings,
		`The lead was converted, so its contact ${id} was updated`,
		...(lost.length > 0
			? [`Left out, because a contact has no such field: ${lost.join(', ')}`]
			: []),
	];
	return {
		...step,
		id,
		values: Object.fromEntries(entries.filter(([name, value]) => isShared(name, value))),
		job: { ...step.job, warnings },
	};
}
