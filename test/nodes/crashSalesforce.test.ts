import { testCrashes } from './crashCampaign';
import { salesforce } from './crashSalesforce';

/** One of each kind: offer, confirm, end and takeover, calls and jobs of each way to write, removals. */
testCrashes(salesforce, 'SQLite', [
	'after the offers are stored (upsert)',
	'within confirm 1 (upsert, taking over)',
	'within the run is closed (insert)',
	'after call 1 (upsert, Collections)',
	'after it is started (upsert, Bulk)',
	'before poll 2 (upsert, Bulk)',
	'after call 1 (upsert, Collections, removals)',
	'after poll 1 (upsert, Bulk, removals)',
	'after call 3 (upsert by look-up, Collections)',
	'after call 1 (insert, Collections)',
	'after it is started (insert, Bulk)',
	'before look-up 1 (insert, Collections, taking over)',
	'after call 1 (insert that cannot look, Collections)',
	'before poll 2 (insert that cannot look, Bulk)',
]);
