import type { DataverseSandbox } from './dataverse';

/** What a person enters into the credential form for the stand-in. */
export function credentialData(org: DataverseSandbox) {
	return {
		environmentUrl: org.url,
		tenantId: org.tenant,
		clientId: org.clientId,
		credentialType: 'clientSecret',
		clientSecret: org.clientSecret,
		cloud: 'auto',
		signInEndpoint: org.tokenUrl,
	};
}
