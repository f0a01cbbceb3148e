import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';
import type { Cloud } from '../connectors/dynamics365/clouds';
import type { AppCredential, TokenTransport } from '../connectors/dynamics365/token';

const CLOUDS: readonly Cloud[] = ['auto', 'global', 'usgov', 'dod', 'china'];

/** The fields of the credential form as the token provider wants them. */
export function appCredential(data: ICredentialDataDecryptedObject): AppCredential {
	const text = (name: string) => (typeof data[name] === 'string' ? data[name] : '');
	return {
		environmentUrl: text('environmentUrl'),
		tenantId: text('tenantId'),
		clientId: text('clientId'),
		secret:
			text('credentialType') === 'certificate'
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
