import { SyncError } from '../../core/errors';
import type { CheckResult } from '../connector';
import type { HttpResponse } from '../http';
import { isObject, parseJson } from '../json';
import type { Api } from './api';
import { signInHint } from './errorHints';
import { faultOf } from './errors';
import { LIMITS } from './limits';
import { readUser, type User } from './user';

/** Who is signed in, told by `userinfo`; the list of objects proves that the API itself is open (1.3, U20). */
export async function checkSignIn(api: Api, origin: string): Promise<CheckResult> {
	try {
		const user = await readUser(api);
		const objects = await get(api, 'sobjects');
		const list = objects.status === 200 ? parseJson(objects.body) : undefined;
		if (!isObject(list)) return { ok: false, message: await refusal(api, objects) };
		return { ok: true, message: `Signed in to ${origin}${signedInAs(user)}` };
	} catch (error) {
		return { ok: false, message: failure(error, origin) };
	}
}

const get = async (api: Api, path: string): Promise<HttpResponse> =>
	await api.exchange({ method: 'GET', path, repeatable: true, timeoutMs: 60_000 });

function signedInAs({ name, id }: User): string {
	const user = name ?? id;
	return user === undefined ? '' : ` as ${user}`;
}

async function refusal(api: Api, response: HttpResponse): Promise<string> {
	const fault = faultOf(response);
	if (!fault.spoken || (response.status >= 300 && response.status < 400)) return NO_API;
	if (response.status === 404) return (await newestVersion(api)) ?? NO_API;
	const code = fault.code ? ` (${fault.code})` : '';
	return `Salesforce refused the sign-in: ${fault.message}${code}. ${signInHint(fault)}`;
}

const NO_API =
	'No Salesforce API answers at the instance URL. It looks like https://yourcompany.my.salesforce.com, without a path';

/** `/services/data` lists the versions an instance speaks. */
async function newestVersion(api: Api): Promise<string | undefined> {
	const versions = parseJson((await get(api, '/services/data')).body);
	if (!Array.isArray(versions)) return undefined;
	const numbers = versions.filter(isObject).map(({ version }) => Number(version));
	const newest = Math.max(0, ...numbers.filter(Number.isFinite));
	return newest === 0
		? undefined
		: `The instance speaks versions up to ${newest.toFixed(1)} of the API, not ${api.version}. Choose a version from ${LIMITS.lowestVersion}.0 on that it speaks`;
}

function failure(error: unknown, origin: string): string {
	if (error instanceof SyncError && error.code !== 'unavailable') {
		return [error.message, error.details.hint].filter(Boolean).join('. ');
	}
	const reason = error instanceof Error ? error.message : 'unknown reason';
	return `${origin} cannot be reached: ${reason}. Check the instance URL and the network`;
}
