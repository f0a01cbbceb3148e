import { DAILY_QUERY_JOBS, bulkUsage } from './bulkUsage';
import type { ApiResponse, Org, Route, Session } from './org';
import { json } from './org';
import { Refusal } from './refusal';

function limitsOf(org: Org): Record<string, { Max: number; Remaining: number }> {
	const { dailyApiRequests, dailyBulkBatches } = org.settings;
	const limit = (Max: number, used: number) => ({ Max, Remaining: Math.max(0, Max - used) });
	const { batchesLeft, queryJobsLeft } = bulkUsage(org);
	return {
		DailyApiRequests: limit(dailyApiRequests, org.usage.calls),
		[org.switches.limitsKeys]: { Max: dailyBulkBatches, Remaining: batchesLeft },
		DailyBulkV2QueryFileStorageMB: limit(976_562, 0),
		DailyBulkV2QueryJobs: { Max: DAILY_QUERY_JOBS, Remaining: queryJobsLeft },
	};
}

function serveLimits({ org }: Session): ApiResponse {
	if (org.permissions.viewSetup) return json(200, limitsOf(org));
	throw new Refusal(403, 'INSUFFICIENT_ACCESS', 'View Setup and Configuration is required.');
}

/** `GET /limits` (S5). */
export const limitRoutes: readonly Route[] = [
	{ method: 'GET', path: /^\/limits$/, handle: serveLimits },
];
