import { SyncError } from '../../core/errors';
import { isId } from './ids';
import { LIMITS } from './limits';
import { OPTION } from './optionNames';

/** How Salesforce carries out a write (salesforce 4.11). What is left out follows the first value named here. */
export interface SalesforceWriteOptions {
	/** `auto`: sObject Collections for up to 2,000 records, Bulk API 2.0 above (4.1). */
	readonly api?: 'auto' | 'collections' | 'bulk';
	/** Rows and bytes of CSV in one Bulk job. */
	readonly jobRows?: number;
	readonly jobBytes?: number;
	/** Milliseconds a Bulk job is waited for. */
	readonly maxWaitMs?: number;
	/** The records of one call are written together or not at all. */
	readonly allOrNone?: boolean;
	/** What an empty text means: nothing, clear the field, or an empty text (4.5). */
	readonly emptyText?: 'ignore' | 'clear' | 'send';
	/** A value of another kind than its field: convert it, leave it out with a warning, or refuse the record. */
	readonly typePolicy?: 'convert' | 'leaveOut' | 'reject';
	/** Cut free text that is longer than its field. */
	readonly cutText?: boolean;
	/** Picklist values are found without regard to case, accents and spaces. */
	readonly loosePicklists?: boolean;
	/** IANA name: the zone of date-times that say none, and of the day of an instant. UTC when left out. */
	readonly timeZone?: string;
	/** Several Salesforce records match one record. */
	readonly severalFound?: 'reject' | 'first' | 'all';
	/** Update only, and no Salesforce record matches. */
	readonly notFound?: 'skip' | 'reject';
	/** A lookup whose parent does not exist is left out, and the record is written without it. */
	readonly leaveParentsOut?: boolean;
	/** Fields that may not be written are left out with a warning, instead of stopping the run. */
	readonly dropUnwritable?: boolean;
	/** Several records of the input have one key: refuse them all, or write the last one. */
	readonly duplicateKeys?: 'reject' | 'last';
	/** Pass duplicate rules that only alert (4.7). */
	readonly allowDuplicates?: boolean;
	/** Active assignment rules are not run, or this one is (4.7). Left out: as Salesforce is set up. */
	readonly assignmentRule?: 'off' | (string & {});
	/** Children of one parent are sent together, against locked rows (section 6). */
	readonly sortByParent?: boolean;
	/** Repeat an insert that got no answer. May create records twice. */
	readonly retryUnsafeInserts?: boolean;
	/** Percentage of the daily API requests at which the run stops. */
	readonly stopAtUsage?: number;
	/** Requests this run may send. */
	readonly maxCalls?: number;
	/** Insert: the field by which a record is looked up whose earlier insert got no answer (design R11). */
	readonly findDoubtfulBy?: string;
	/** A converted lead is not refused: its contact is updated instead. */
	readonly redirectConverted?: boolean;
}

/** Rows of one Bulk job: an expression may give a number that is none. */
export const jobRowsOf = ({ jobRows }: SalesforceWriteOptions): number =>
	Number(jobRows) >= 1 ? Number(jobRows) : LIMITS.bulkJobRows;

/** The headers a Collections call carries (4.7). */
export function writeHeaders(options: SalesforceWriteOptions): Readonly<Record<string, string>> {
	const { allowDuplicates } = options;
	const rule = options.assignmentRule?.trim() ?? '';
	if (rule !== '' && rule !== 'off' && !isId(rule)) {
		throw new SyncError(
			'config',
			`${OPTION.assignmentRule} holds something that is not a Salesforce id`,
			{
				hint: 'Enter the id of the rule (15 or 18 characters; it begins with 01Q), or choose to switch assignment off.',
			},
		);
	}
	return {
		...(rule !== '' && { 'Sforce-Auto-Assign': rule === 'off' ? 'FALSE' : rule }),
		...(allowDuplicates && { 'Sforce-Duplicate-Rule-Header': 'allowSave=true' }),
	};
}
