import type { Effect } from '../sandbox/dataverse';

/** What can go wrong with a request that reads, by name (dataverse:S-33). */
export const readingKnobs: ReadonlyArray<readonly [string, Effect]> = [
	['503', { kind: 'respond', status: 503, body: '<html></html>' }],
	['a gateway 502', { kind: 'gateway', status: 502 }],
	['a gateway 504', { kind: 'gateway', status: 504 }],
	['a reset connection', { kind: 'reset', when: 'beforeCommit' }],
	['a slow answer', { kind: 'slow', ms: 5 }],
	['half an answer', { kind: 'truncate' }],
	['an empty answer', { kind: 'truncate', keep: 0 }],
	['a cut answer', { kind: 'truncate', abort: true }],
	['a sign-in page', { kind: 'respond', status: 200, body: '<html>Sign in</html>' }],
	['too many requests', { kind: 'throttle', limit: 'requests' }],
	['too much time', { kind: 'throttle', limit: 'time', retryAfter: 3 }],
	['too many at once', { kind: 'throttle', limit: 'concurrency' }],
	['a deadlock', { kind: 'sqlDeadlock' }],
	['an SQL timeout', { kind: 'sqlTimeout' }],
	['a lost privilege', { kind: 'privilegeLoss', privilege: 'prvReadaccount' }],
	['a revoked token', { kind: 'revokedToken' }],
	['an expired link', { kind: 'error', status: 400, code: '0x80044352', message: 'Expired.' }],
	['an expired link, 410', { kind: 'respond', status: 410 }],
	[
		'tracking switched off',
		{ kind: 'error', status: 400, code: '0x80072491', message: 'Change tracking is not enabled.' },
	],
];
