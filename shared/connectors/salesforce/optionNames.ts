import type { WriteMode } from '../connector';
import type { SalesforceWriteOptions } from './options';

/** The options as the panel names them, for hints that tell people to change one. */
export const OPTION = {
	allowDuplicates: 'Allow Duplicates',
	allOrNone: 'All or None',
	assignmentRule: 'Assignment Rule',
	cutText: 'Cut Long Text',
	dropUnwritable: 'Leave Out Unwritable Fields',
	duplicateKeys: 'Same Key Twice',
	findDoubtfulBy: 'Find Doubtful Inserts By',
	jobRows: 'Job Size (Records)',
	maxCalls: 'Max API Calls',
	maxWaitMs: 'Max Wait',
	notFound: 'When Not Found',
	redirectConverted: 'Follow Converted Leads',
	severalFound: 'When Several Are Found',
	stopAtUsage: 'Stop at API Usage',
	typePolicy: 'When a Value Does Not Fit',
} as const satisfies Partial<Record<keyof SalesforceWriteOptions, string>>;

/** The write modes as the panel names them. */
export const MODE = {
	insert: 'Create Always',
	update: 'Update Only',
	upsert: 'Create or Update',
	delete: 'Delete',
} as const satisfies Record<WriteMode, string>;
