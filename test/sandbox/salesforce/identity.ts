import type { Incoming } from '../httpServer';
import { invalidSession } from './effects';
import { errorAnswer } from './errorAnswer';
import type { OAuthContext } from './oauth';
import type { ApiResponse, Org } from './org';
import { ORG_ID, json } from './org';
import { Refusal } from './refusal';

/** Where the instance is, by U8. */
function urls({ url, switches }: Org): Record<string, string> {
	const rest = {
		enterprise: `${url}/services/Soap/c/{version}/${ORG_ID}`,
		metadata: `${url}/services/Soap/m/{version}/${ORG_ID}`,
		partner: `${url}/services/Soap/u/{version}/${ORG_ID}`,
		rest: `${url}/services/data/v{version}/`,
		sobjects: `${url}/services/data/v{version}/sobjects/`,
		search: `${url}/services/data/v{version}/search/`,
		query: `${url}/services/data/v{version}/query/`,
	};
	const domain = { custom_domain: url };
	if (switches.identityUrls === 'rest') return rest;
	return switches.identityUrls === 'custom_domain' ? domain : { ...rest, ...domain };
}

/** `/services/oauth2/userinfo` and `/id/{org}/{user}`: who the token stands for. */
export function serveIdentity(
	{ org, tokens, app }: OAuthContext,
	request: Incoming,
	path: string,
): ApiResponse {
	// jsforce's identity() sends its token in the query (1.3).
	const [, inQuery] = /[?&]oauth_token=([^&]+)/.exec(request.url) ?? [];
	const header = inQuery === undefined ? undefined : `Bearer ${decodeURIComponent(inQuery)}`;
	const grant = tokens.accept(request.headers.authorization ?? header);
	if (grant === undefined) return errorAnswer(invalidSession());
	const isUserinfo = path.endsWith('/userinfo');
	if (isUserinfo && grant.type === 'client_credentials' && org.switches.ccUserinfo === 'refused') {
		return errorAnswer(
			new Refusal(403, 'FORBIDDEN', 'The token has no access to user information.'),
		);
	}
	const asked = path.split('/').at(-1);
	if (!isUserinfo && path !== `/id/${ORG_ID}/${grant.userId}`) {
		return errorAnswer(new Refusal(403, 'BAD_ID', `The token does not belong to ${asked}.`));
	}
	const [username = ''] = Object.entries(app.users).find(([, id]) => id === grant.userId) ?? [];
	const id = `${org.url}/id/${ORG_ID}/${grant.userId}`;
	return json(200, {
		...(isUserinfo ? { sub: id, preferred_username: username } : { id, username }),
		user_id: grant.userId,
		organization_id: ORG_ID,
		name: username,
		email: username,
		active: true,
		user_type: 'STANDARD',
		urls: { ...urls(org), profile: `${org.url}/${grant.userId}` },
	});
}
