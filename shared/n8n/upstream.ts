import type { IExecuteFunctions } from 'n8n-workflow';

import { rolesBefore } from './roles';

/** Whether the items come from Segment Diff, or from another node that compares: they are offers, and holding one back keeps it due (design R6). */
export function isBehindSegmentDiff(context: IExecuteFunctions): boolean {
	return [...rolesBefore(context).values()].includes('offers');
}
