import type { Clock } from '../../shared/connectors/clock';
import { ConnectionError, type HttpClient } from '../../shared/connectors/http';
import { bindApi, type Api, type Place } from '../../shared/connectors/salesforce/api';
import type { SalesforceWriteOptions } from '../../shared/connectors/salesforce/options';
import { salesforceSend } from '../../shared/connectors/salesforce/pacing';
import { createUsage } from '../../shared/connectors/salesforce/usage';
import { SyncError } from '../../shared/core/errors';
import type { SalesforceSandbox } from '../sandbox/salesforce';
import { tokenForm } from '../sandbox/salesforce/client';
import { fastClock } from './dynamics365Client';

/** An HttpClient over fetch that signs in to the stand-in and renews its token once, as the contract asks. */
export function salesforceHttp(org: SalesforceSandbox): HttpClient {
	let token: Promise<string> | undefined;
	const signIn = async () => {
		const form = new URLSearchParams(tokenForm(org));
		const response = await fetch(org.tokenUrl, { method: 'POST', body: form });
		return ((await response.json()) as { access_token: string }).access_token;
	};
	const send: HttpClient = async ({ method, url, headers, body, signal }) => {
		token ??= signIn();
		const all = { ...headers, Authorization: `Bearer ${await token}` };
		const answer = await fetch(url, { method, headers: all, body, signal, redirect: 'manual' })
			.then(async (response) => ({
				status: response.status,
				headers: Object.fromEntries(response.headers),
				body: await response.text(),
			}))
			.catch((cause: unknown) => ({ cause }));
		if ('cause' in answer) throw new ConnectionError('no answer', true, answer);
		return answer;
	};
	return async (request) => {
		const first = await send(request);
		if (first.status !== 401) return first;
		token = undefined;
		const second = await send(request);
		if (second.status !== 401) return second;
		throw new SyncError('auth', 'The token was refused, also after it was renewed');
	};
}

let places = 0;

/** The API of a stand-in, with nothing remembered of any other test. */
export function openApi(
	org: SalesforceSandbox,
	options: SalesforceWriteOptions = {},
	http: HttpClient = salesforceHttp(org),
): {
	readonly api: Api;
	readonly place: Place;
	readonly clock: Clock & { readonly slept: number[] };
} {
	const clock = fastClock();
	const place: Place = {
		origin: org.url,
		scope: `${org.url} ${(places += 1)}`,
		version: '66.0',
		clock,
		usage: createUsage(options),
	};
	return { api: bindApi(salesforceSend(http, place), place), place, clock };
}

/** What was thrown, as people read it. */
export async function refusalOf(
	work: Promise<unknown>,
): Promise<SyncError & { readonly told: string }> {
	const error: unknown = await work.then(
		() => undefined,
		(reason: unknown) => reason,
	);
	if (!(error instanceof SyncError)) throw error ?? new Error('Nothing was refused');
	return Object.assign(error, { told: `${error.message}. ${error.details.hint ?? ''}` });
}
