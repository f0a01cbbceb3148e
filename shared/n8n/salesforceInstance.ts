import type { IAllExecuteFunctions } from 'n8n-workflow';

import type { HttpClient } from '../connectors/http';
import { isObject, parseJson } from '../connectors/json';
import { signInHint } from '../connectors/salesforce/errorHints';
import { faultOf } from '../connectors/salesforce/errors';
import { instanceOrigin } from '../connectors/salesforce/instance';
import { SyncError } from '../core/errors';
import { mustBeChosen } from './chosenCredential';
import { n8nHttpClient } from './httpClient';
import type { SignInRefusal } from './requestFailure';
import type { SalesforceCredentialType } from './salesforce';

type Context = Pick<IAllExecuteFunctions, 'helpers' | 'getCredentials' | 'getNode'>;

/** What the three credential types keep, as far as it says where the organisation answers. */
interface Stored {
	readonly myDomainUrl?: unknown;
	readonly instanceUrl?: unknown;
	readonly environment?: unknown;
	readonly oauthTokenData?: unknown;
}

/** Hosts that Salesforce itself runs: a token may be sent to no other one that a node names. */
const SALESFORCE_HOST = /\.(?:salesforce\.com|salesforce\.mil|sfcrmproducts\.cn)$/i;

/**
 * The origin of the organisation (salesforce 1.5): what the node names, else what the credential or its token
 * answer does, else what Salesforce says of the signed-in user. Never one made up (T12).
 */
export async function salesforceInstance(
	context: Context,
	type: SalesforceCredentialType,
	named: string | undefined,
): Promise<string> {
	mustBeChosen(context, type, 'Salesforce');
	const wanted = named?.trim() ? instanceOrigin(named) : undefined;
	if (wanted !== undefined && SALESFORCE_HOST.test(new URL(wanted).hostname)) {
		// A JWT credential adds its own host: another one would be named in vain.
		if (type !== 'salesforceJwtApi') return wanted;
	}
	const known = await ofCredential(context, type);
	if (wanted === undefined || wanted === known) return known;
	throw new SyncError('config', `Refused to send the token of ${known} to ${wanted}`, {
		hint: 'Leave Instance URL empty: the credential knows where its organisation answers.',
	});
}

async function ofCredential(context: Context, type: SalesforceCredentialType): Promise<string> {
	const stored = await context.getCredentials<Stored & object>(type);
	if (type === 'salesforceJwtApi') return await ofJwt(context, stored);
	// Tokens of a My Domain are used there. Were a stored answer to win, a credential that was pointed at
	// another organisation would go on writing to the one before.
	if (type === 'crmSyncSalesforceOAuth2Api') return instanceOrigin(textOf(stored.myDomainUrl));
	return await ofOAuth(context, stored);
}

async function ofOAuth(context: Context, { oauthTokenData, environment }: Stored): Promise<string> {
	const token = isObject(oauthTokenData) ? oauthTokenData : {};
	if (!textOf(token.access_token)) {
		// Asked for with such a credential, n8n fails with words nobody understands (N3).
		throw new SyncError('auth', 'The Salesforce credential is not connected yet', {
			hint: `Open the credential and choose Connect my account. ${ONLY_LOGIN}`,
		});
	}
	const instance = textOf(token.instance_url) || (await ofIdentity(context, environment));
	if (instance) return instanceOrigin(instance);
	throw new SyncError(
		'auth',
		'The Salesforce credential does not say where its organisation answers',
		{
			hint: `Open the credential and connect it again, or enter the My Domain URL in the options of the node. ${ONLY_LOGIN}`,
		},
	);
}

/** n8n's credential has no field for a My Domain (N4). */
const ONLY_LOGIN =
	'This credential signs in at login.salesforce.com or test.salesforce.com only: where the organisation forbids that, use Salesforce Client Credentials (CRM Sync).';

/** A renewed token may come without its instance (T12); the identity of its user still names it. */
async function ofIdentity(context: Context, environment: unknown): Promise<string> {
	const login = `https://${environment === 'sandbox' ? 'test' : 'login'}.salesforce.com`;
	const http: HttpClient = n8nHttpClient(context, 'salesforceOAuth2Api', login, {
		explain: (refusal) => explainRefusal(refusal, 'salesforceOAuth2Api'),
	});
	const { status, body } = await http({
		method: 'GET',
		url: `${login}/services/oauth2/userinfo`,
		headers: { Accept: 'application/json' },
		timeoutMs: 60_000,
	});
	const who = status === 200 ? parseJson(body) : undefined;
	const urls = isObject(who) && isObject(who.urls) ? who.urls : {};
	return textOf(urls.custom_domain) || textOf(urls.rest);
}

/** n8n signs in with the first request only: one that asks for nothing secret makes it known where (1.4). */
async function ofJwt(context: Context, stored: Stored): Promise<string> {
	const known = textOf(stored.instanceUrl);
	if (known) return instanceOrigin(known);
	const http = n8nHttpClient(context, 'salesforceJwtApi', UNKNOWN, {
		addsHost: true,
		explain: (refusal) => explainRefusal(refusal, 'salesforceJwtApi'),
	});
	await http({ method: 'GET', url: `${UNKNOWN}/services/data`, headers: {}, timeoutMs: 60_000 });
	const { instanceUrl } = await context.getCredentials<Stored & object>('salesforceJwtApi');
	return instanceOrigin(textOf(instanceUrl));
}

/** Stands for the host that the credential is about to learn; nothing is sent to it. */
const UNKNOWN = 'https://instance.invalid';

/** A refused sign-in with Salesforce's own words and the next step; undefined when nobody answered at all. */
export function explainRefusal(
	{ status = 400, body }: SignInRefusal,
	type: SalesforceCredentialType,
): SyncError | undefined {
	if (status >= 500) return undefined;
	const fault = faultOf({ status, body });
	const code = fault.code ? ` (${fault.code})` : '';
	if (!fault.spoken) {
		return new SyncError(
			'auth',
			`No Salesforce sign-in answers at the host of the credential (HTTP ${status})`,
			{
				hint:
					type === 'crmSyncSalesforceOAuth2Api'
						? 'Check the My Domain URL: it looks like https://yourcompany.my.salesforce.com, without a path.'
						: 'Check the environment and, if set, the My Domain URL of the credential.',
			},
		);
	}
	const renewed = status === 401 ? ', also with a new token' : '';
	return new SyncError(
		'auth',
		`Salesforce refused the sign-in${renewed}: ${fault.message}${code}`,
		{
			hint: signInHint(fault),
		},
	);
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');
