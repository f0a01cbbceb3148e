import type { RecordError } from '../../core/results';
import type { Job } from './plan';
import type { Session } from './session';
import { MODE, OPTION } from './optionNames';

const keyOf = ({ key }: Job): string =>
	key ? `${key.field} = ${JSON.stringify(key.value)}` : 'this key';

/** Why a record that is nowhere is refused. */
export const missingError = (object: string, job: Job): RecordError => ({
	code: 'NOT_FOUND',
	category: 'data',
	message: `${object} has no record with ${keyOf(job)}, and this write never creates one`,
	retryable: false,
	hint: `Use the write mode ${MODE.upsert} to create what is missing, or set ${OPTION.notFound} to Skip.`,
});

/** Salesforce gives ids; nobody else can (4.1). */
export const unknownIdError = (object: string, id: string): RecordError => ({
	code: 'NOT_FOUND',
	category: 'data',
	message: `${object} has no record with Id = ${JSON.stringify(id)}, and Salesforce gives new records ids of its own`,
	retryable: false,
	hint: 'Leave the Id of new records empty, or match on an external id to create what is missing.',
});

/** Why a record that several others match is refused. */
export const severalError = ({ sobject, keyField }: Session, count: number): RecordError => ({
	code: 'AMBIGUOUS_MATCH',
	category: 'duplicate',
	message: `${count} records of ${sobject.name} have this value in ${keyField?.name ?? 'their key'}`,
	retryable: false,
	hint: `Match on a unique field, merge the records, or choose in ${OPTION.severalFound} to write the first or all of them.`,
	...(keyField && { fields: [keyField.name] }),
});
