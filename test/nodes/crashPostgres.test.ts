import { testCrashes } from './crashCampaign';
import { dataverse } from './crashDataverse';

/** One of each kind: steps of a run, a reading of changes, a COPY, a takeover, and whatever else than the process is struck. */
testCrashes(dataverse, 'Postgres', [
	'within the state has its tables',
	'within the lease is taken (taking over)',
	'midway the offers are stored',
	'after confirm 1',
	'between two pages of changes',
	'within the offers are stored (changes)',
	'midway the state is packed (the connection breaks)',
	'within confirm 1 (the connection breaks)',
	'within the offers are stored (the answer is lost)',
	'within confirm 3 (insert, the answer is lost)',
	'within the offers are stored (the server dies)',
	'before confirm 1 (the server dies)',
	'after confirm 1 (the server dies)',
	'within the run is closed (the server dies)',
]);
