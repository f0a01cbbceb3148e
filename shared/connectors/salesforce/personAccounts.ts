import type { SyncRecord } from '../../core/record';
import type { SObject } from './describe';

/** How persons are told from companies among the accounts of an organisation that has both (salesforce 2.2). */
export interface PersonRule {
	/** The mapped field that holds a person's last name, as the records name it. */
	readonly lastName: string;
}

const PERSON_PARTS = new Set(['FirstName', 'LastName', 'MiddleName', 'Suffix', 'Salutation']);

/** True for fields only persons have: those of the contact behind the account. */
export const isPersonOnly = (name: string): boolean =>
	PERSON_PARTS.has(name) || /^Person[A-Z]/.test(name) || /__pc$/i.test(name);

/** The rule for a write that maps last names to accounts; undefined for all others. */
export function personRule(sobject: SObject, names: ReadonlySet<string>): PersonRule | undefined {
	if (sobject.name !== 'Account' || !sobject.field('IsPersonAccount')) return undefined;
	const lastName = [...names].find((name) => sobject.field(name)?.name === 'LastName');
	return lastName === undefined ? undefined : { lastName };
}

/** Only a person has a last name. */
export function isPersonAccount(whole: SyncRecord, { lastName }: PersonRule): boolean {
	const value = whole[lastName];
	return value !== null && value !== undefined && String(value).trim() !== '';
}
