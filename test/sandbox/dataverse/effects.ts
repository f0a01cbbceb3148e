import { ODataError } from './odataError';
import type { Switches } from './switches';

/** What a fault does (dataverse:S-33). Effects marked row can strike a single written row. */
export type Effect =
	/** Answer without doing anything, or after having done it. */
	| {
			kind: 'respond';
			status: number;
			body?: string;
			headers?: Record<string, string>;
			afterCommit?: boolean;
	  }
	/** 502, 503 or 504 of a gateway, body by U-18. */
	| { kind: 'gateway'; status: 502 | 503 | 504; afterCommit?: boolean }
	/** Close the socket. */
	| { kind: 'reset'; when: 'beforeCommit' | 'afterCommit' }
	/** Do it, and answer late. */
	| { kind: 'slow'; ms: number }
	/** Do it, and send only the first part of the answer (default: half); `abort` drops the connection there. */
	| { kind: 'truncate'; keep?: number; abort?: boolean }
	/** 429 of service protection. */
	| { kind: 'throttle'; limit: ThrottleLimit; retryAfter?: number }
	/** 500 Sql Number 1205 (row). */
	| { kind: 'sqlDeadlock' }
	/** 500 Sql Number -2 (row). */
	| { kind: 'sqlTimeout' }
	/** 400 from a plug-in, with trace annotations (row). */
	| { kind: 'pluginAbort'; message?: string }
	/** Another writer creates the row first: 412 (row). */
	| { kind: 'upsertRace' }
	/** 403 from here on: the application user loses a privilege such as `prvWriteaccount`. */
	| { kind: 'privilegeLoss'; privilege: string }
	/** 401 until a new token is fetched. */
	| { kind: 'revokedToken' }
	/** Any other OData error (row). */
	| { kind: 'error'; status: number; code: string; message: string };

export type ThrottleLimit = 'requests' | 'time' | 'concurrency';

const throttles: Record<ThrottleLimit, { code: string; message(limit: number): string }> = {
	requests: {
		code: '0x80072322',
		message: (limit) =>
			`Number of requests exceeded the limit of ${limit} over time window of 300 seconds.`,
	},
	time: {
		code: '0x80072321',
		message: (limit) =>
			`Combined execution time of incoming requests exceeded limit of ${limit.toLocaleString('en-US')} milliseconds over time ` +
			`window of 300 seconds. Decrease number of concurrent requests or reduce the duration of requests ` +
			`and try again later.`,
	},
	concurrency: {
		code: '0x80072326',
		message: (limit) => `Number of concurrent requests exceeded the limit of ${limit}.`,
	},
};

/** 429 of one of the three service-protection limits, with its Retry-After in seconds (contract 6). */
export function throttled(limit: ThrottleLimit, value: number, retryAfter: number): ODataError {
	const { code, message } = throttles[limit];
	return new ODataError(429, code, message(value), {
		headers: { 'Retry-After': String(Math.ceil(retryAfter)) },
	});
}

const faultLimits: Record<ThrottleLimit, number> = {
	requests: 6000,
	time: 1_200_000,
	concurrency: 52,
};

const pluginText = (message: string) => ({
	annotations: {
		'@Microsoft.PowerApps.CDS.ErrorDetails.OperationStatus': '0',
		'@Microsoft.PowerApps.CDS.ErrorDetails.SubErrorCode': '-2146233088',
		'@Microsoft.PowerApps.CDS.TraceText': `[Sandbox.Plugins: Sandbox.Plugins.Validate]\r\n${message}`,
		'@Microsoft.PowerApps.CDS.InnerError.Message': message,
	},
});

/** The error an effect stands for, or undefined for effects on the connection. */
export function effectError(effect: Effect): ODataError | undefined {
	switch (effect.kind) {
		case 'throttle':
			return throttled(effect.limit, faultLimits[effect.limit], effect.retryAfter ?? 1);
		case 'sqlDeadlock':
			return new ODataError(
				500,
				'0x80044150',
				'Generic SQL error. CRM ErrorCode: -2147204784 Sql ErrorCode: -2146232060 Sql Number: 1205',
			);
		case 'sqlTimeout':
			return new ODataError(
				500,
				'0x80044151',
				'SQL timeout expired. CRM ErrorCode: -2147204783 Sql ErrorCode: -2146232060 Sql Number: -2',
			);
		case 'pluginAbort': {
			const message = effect.message ?? 'The record was refused by a plug-in.';
			return new ODataError(400, '0x80040265', message, pluginText(message));
		}
		case 'upsertRace':
			return matchingRecordExists('');
		case 'error':
			return new ODataError(effect.status, effect.code, effect.message);
		default:
			return undefined;
	}
}

/** 412 of `If-None-Match: *` and of lost upsert races, the same text for both (contract 4.1). */
export const matchingRecordExists = (code: string): ODataError =>
	new ODataError(412, code, 'A record with matching key values already exists.');

/** The body behind a gateway's status, by U-18. */
export function gatewayBody(
	status: number,
	form: Switches['U-18'],
): { headers: Record<string, string>; body: string } {
	if (form === 'empty') return { headers: {}, body: '' };
	if (form === 'json') {
		return {
			headers: { 'Content-Type': 'application/json' },
			body: JSON.stringify({ error: { code: '0x80040216', message: 'Service Unavailable' } }),
		};
	}
	return {
		headers: { 'Content-Type': 'text/html' },
		body: `<html><head><title>${status}</title></head><body><center><h1>${status}</h1></center></body></html>`,
	};
}
