import { SyncError } from '../../core/errors';
import type { CheckResult } from '../connector';
import type { PacedSend } from '../retry';
import { isObject, parseJson } from '../json';
import { faultOf } from './errors';
import { LIMITS } from './limits';

/** What a refused WhoAmI means (dataverse 1.2). */
const WORDS: Readonly<Record<string, string>> = {
	'0x80072560':
		'Signed in, but the environment does not know the application. Create an application user for its client ID (Power Platform admin center → Environment → Settings → Application users)',
	'0x80042f09':
		'Signed in, but the application user has no security role. Give it one with rights on the tables to write',
	'0x80040220': 'Signed in, but the security role of the application user lacks a privilege',
};

/** Only WhoAmI proves a credential: Entra issues tokens even to applications the environment does not know. */
export async function checkSignIn(send: PacedSend, origin: string): Promise<CheckResult> {
	try {
		const response = await send(
			{
				method: 'GET',
				url: `${origin}${LIMITS.apiPath}WhoAmI`,
				headers: { Accept: 'application/json', 'OData-MaxVersion': '4.0', 'OData-Version': '4.0' },
				timeoutMs: 60_000,
			},
			{ repeatable: true },
		);
		const who = response.status === 200 ? parseJson(response.body) : undefined;
		if (isObject(who) && typeof who.UserId === 'string') {
			return { ok: true, message: `Signed in to ${origin} as the application user ${who.UserId}` };
		}
		return { ok: false, message: refusal(response.status, faultOf(response)) };
	} catch (error) {
		return { ok: false, message: failure(error, origin) };
	}
}

function refusal(status: number, fault: ReturnType<typeof faultOf>): string {
	const words = WORDS[fault.code];
	if (words) return `${words}. Dynamics 365 said: ${fault.message} (${fault.code})`;
	if (status === 401)
		return 'Dynamics 365 refused the token. Check the environment URL and the tenant';
	if (status === 404 || (status >= 300 && status < 400) || !fault.spoken) {
		return 'No Dynamics 365 Web API answers at the environment URL. It looks like https://yourorg.crm4.dynamics.com, without a path';
	}
	return `Dynamics 365 refused the sign-in: ${fault.message}${fault.code ? ` (${fault.code})` : ''}`;
}

function failure(error: unknown, origin: string): string {
	if (error instanceof SyncError && error.code !== 'unavailable') {
		return [error.message, error.details.hint].filter(Boolean).join('. ');
	}
	const reason = error instanceof Error ? error.message : 'unknown reason';
	return `${origin} cannot be reached: ${reason}. Check the environment URL and the network`;
}
