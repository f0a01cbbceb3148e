import type { Clock } from '../clock';
import type { HttpClient, HttpResponse } from '../http';
import { limiterFor } from '../limiter';
import { pacedSend, type PacedSend } from '../retry';
import { faultOf } from './errors';
import { LIMITS } from './limits';
import type { Usage } from './usage';

/** Requests to one instance, paced together for all runs of one credential in this process (section 6). */
export function salesforceSend(
	http: HttpClient,
	place: {
		readonly origin: string;
		readonly scope: string;
		readonly clock: Clock;
		readonly usage: Usage;
	},
): PacedSend {
	const { origin, scope, clock, usage } = place;
	const client: HttpClient = async (request) => asThrottle(await http(request));
	return pacedSend(client, {
		system: `Salesforce at ${new URL(origin).host}`,
		limiter: limiterFor(`salesforce ${scope}`, LIMITS.parallelism, clock),
		clock,
		tooManyAtOnce: () => true,
		reasonOf: (response) => faultOf(response).message,
		observe: ({ headers }) => usage.observe(headers),
	});
}

/** Too many long requests at once is a 403, like the day's quota and a missing permission (T14). */
function asThrottle(response: HttpResponse): HttpResponse {
	if (response.status !== 403) return response;
	const { code, message } = faultOf(response);
	const isThrottle = code === 'REQUEST_LIMIT_EXCEEDED' && /Concurrent/i.test(message);
	return isThrottle ? { ...response, status: 429 } : response;
}
