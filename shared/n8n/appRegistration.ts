import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';
import type { Cloud } from '../connectors/dynamics365/clouds';
import type { AppCredential, TokenTransport } from '../connectors/dynamics365/token';
import { appToken } from '../connectors/dynamics365/token';
import { SyncError } from '../core/errors';
import { errorText } from './errors';

const CLOUDS: readonly Cloud[] = ['auto', 'global', 'usgov', 'dod', 'china'];

/** Fields of the form that MSAL refuses in words of its own when they are empty. */
const NEEDED = [
	['tenantId', 'Tenant ID', 'Copy the Directory (tenant) ID of the app registration.'],
	['clientId', 'Client ID', 'Copy the Application (client) ID of the app registration.'],
	[
		'clientSecret',
		'Client Secret',
		'Copy the secret’s Value (not its ID) from the app registration.',
	],
] as const;

/**
 * The token of a filled-in credential form. n8n's credential test shows the `code` of an error in place of its
 * text, so the error has none; a node finds the original along `cause`. A text that names a code such as
 * ECONNREFUSED would be replaced as well (n8n:T-27).
 */
export async function formToken(
	data: ICredentialDataDecryptedObject,
	transport: TokenTransport,
): Promise<string> {
	// n8n asks again after a 401: the token it held was then refused.
	const refused = Boolean(data.accessToken);
	const ask = async () => await appToken(appCredential(data), transport, refused);
	const outcome: unknown = await ask().catch((error: unknown) => error);
	if (typeof outcome === 'string') return outcome;
	throw new Error(errorText(outcome).replace(/ \(E[A-Z_]+\)/u, ''), { cause: outcome });
}

/** The fields of the credential form as the token provider wants them. */
function appCredential(data: ICredentialDataDecryptedObject): AppCredential {
	const text = (name: string) => (typeof data[name] === 'string' ? data[name] : '');
	const certificate = text('credentialType') === 'certificate';
	for (const [name, label, hint] of NEEDED) {
		if (text(name).trim() !== '' || (certificate && name === 'clientSecret')) continue;
		throw new SyncError('config', `${label} of the Dynamics 365 credential is empty`, { hint });
	}
	return {
		environmentUrl: text('environmentUrl'),
		tenantId: text('tenantId'),
		clientId: text('clientId'),
		secret: certificate
			? {
					type: 'certificate',
					certificate: text('certificate'),
					privateKey: text('privateKey'),
					...(text('passphrase') ? { passphrase: text('passphrase') } : {}),
				}
			: { type: 'clientSecret', clientSecret: text('clientSecret') },
		cloud: CLOUDS.find((cloud) => cloud === data.cloud) ?? 'auto',
		...(text('signInEndpoint').trim() ? { tokenEndpoint: text('signInEndpoint').trim() } : {}),
	};
}

/** Token requests over n8n's own request function, so that its proxy and egress rules hold. */
export function tokenTransport(
	httpRequest: (options: IHttpRequestOptions) => Promise<unknown>,
): TokenTransport {
	return async ({ method, url, headers, body }) => {
		const response = (await httpRequest({
			method,
			url,
			headers: { ...headers },
			...(body === undefined ? {} : { body }),
			encoding: 'text',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
		})) as { statusCode: number; headers: Record<string, unknown>; body: unknown };
		return {
			status: response.statusCode,
			headers: textHeaders(response.headers),
			body: typeof response.body === 'string' ? response.body : JSON.stringify(response.body),
		};
	};
}

/** Headers as lower-case names with one text each. */
export function textHeaders(headers: Readonly<Record<string, unknown>>): Record<string, string> {
	return Object.fromEntries(
		Object.entries(headers ?? {}).map(([name, value]) => [
			name.toLowerCase(),
			Array.isArray(value) ? value.join(', ') : String(value),
		]),
	);
}
