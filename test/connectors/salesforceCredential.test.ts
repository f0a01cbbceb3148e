import { Expression } from 'n8n-workflow';

import { CrmSyncSalesforceOAuth2Api } from '../../credentials/CrmSyncSalesforceOAuth2Api.credentials';

describe('the client credentials credential', () => {
	const credential = new CrmSyncSalesforceOAuth2Api();
	const propertyOf = (name: string) =>
		credential.properties.find((property) => property.name === name);
	const resolve = (text: unknown, keys: object) =>
		new Expression('UTC').resolveSimpleParameterValue(String(text), keys as never);

	test.each(['https://acme.my.salesforce.com', ' https://acme.my.salesforce.com// '])(
		'salesforce:1.4 asks for its token at the My Domain "%s"',
		(myDomainUrl) => {
			const { default: url } = propertyOf('accessTokenUrl') ?? {};
			expect(resolve(url, { $self: { myDomainUrl } })).toBe(
				'https://acme.my.salesforce.com/services/oauth2/token',
			);
			const { baseURL } = credential.test.request;
			expect(resolve(baseURL, { $credentials: { myDomainUrl } })).toBe(
				'https://acme.my.salesforce.com',
			);
		},
	);

	test('salesforce:1.4 sends the client in the body, and no scope', () => {
		expect(credential.extends).toEqual(['oAuth2Api']);
		expect(propertyOf('grantType')).toMatchObject({ type: 'hidden', default: 'clientCredentials' });
		expect(propertyOf('authentication')).toMatchObject({ type: 'hidden', default: 'body' });
		expect(propertyOf('scope')).toMatchObject({ type: 'hidden', default: '' });
	});

	test('salesforce:1.6 every refusal of its test names the next step', () => {
		const messages = new Map(
			(credential.test.rules ?? []).map(({ properties }) => [
				(properties as { value: number }).value,
				properties.message,
			]),
		);
		expect(messages.get(401)).toContain('API Enabled');
		expect(messages.get(403)).toContain('scope');
		expect(messages.get(404)).toContain('https://yourcompany.my.salesforce.com');
		expect(messages.get(302)).toContain('redirect');
	});
});
