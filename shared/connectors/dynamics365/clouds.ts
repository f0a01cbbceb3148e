import { SyncError } from '../../core/errors';

/** A Microsoft cloud; `auto` follows the host of the environment URL. */
export type Cloud = 'auto' | 'global' | 'usgov' | 'dod' | 'china';

const LOGIN_HOSTS: Readonly<Record<Exclude<Cloud, 'auto'>, string>> = {
	global: 'login.microsoftonline.com',
	usgov: 'login.microsoftonline.us',
	dod: 'login.microsoftonline.us',
	china: 'login.partner.microsoftonline.cn',
};

/** Host suffixes outside the global cloud (dataverse 1.1). */
const SUFFIXES: ReadonlyArray<readonly [string, Exclude<Cloud, 'auto'>]> = [
	['.crm.microsoftdynamics.us', 'usgov'],
	['.crm.appsplatform.us', 'dod'],
	['.crm.dynamics.cn', 'china'],
];

/** The Entra login host for an environment. */
export function loginHost(cloud: Cloud, environmentUrl: string): string {
	if (cloud !== 'auto') return LOGIN_HOSTS[cloud];
	const { hostname } = new URL(environmentOrigin(environmentUrl));
	const suffix = SUFFIXES.find(([ending]) => hostname.endsWith(ending));
	return LOGIN_HOSTS[suffix?.[1] ?? 'global'];
}

/** The environment's address without path or trailing slash: base of every request and of the token's scope. */
export function environmentOrigin(environmentUrl: string): string {
	const text = environmentUrl.trim();
	const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
	const url = URL.canParse(withScheme) ? new URL(withScheme) : undefined;
	if (url && text !== '' && /^https?:$/.test(url.protocol) && url.username === '') {
		return url.origin;
	}
	throw new SyncError('config', 'The environment URL of the Dynamics 365 credential is not a URL', {
		hint: 'It looks like https://yourorg.crm4.dynamics.com',
	});
}
