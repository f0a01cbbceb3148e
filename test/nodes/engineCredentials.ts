import type {
	ICredentialDataDecryptedObject,
	ICredentials,
	ICredentialType,
	IHttpRequestHelper,
	IHttpRequestOptions,
	INodeCredentialsDetails,
	INodeProperties,
} from 'n8n-workflow';
import { Expression, ICredentialsHelper } from 'n8n-workflow';

import type { EngineNode } from './engine';

/** Keeps credentials in memory and treats them as n8n does: token first, then the request's headers. */
export class StubCredentials extends ICredentialsHelper {
	private readonly stored = new Map<string, ICredentialDataDecryptedObject>();
	private readonly types: ReadonlyMap<string, ICredentialType>;

	constructor(nodes: readonly EngineNode[], types: readonly ICredentialType[]) {
		super();
		this.types = new Map(types.map((type) => [type.name, type]));
		for (const node of nodes) {
			for (const [type, data] of Object.entries(node.credentials ?? {})) {
				this.stored.set(`${node.name}/${type}`, { ...data });
			}
		}
	}

	getParentTypes(name: string): string[] {
		const parents = this.types.get(name)?.extends ?? [];
		return parents.flatMap((parent) => [parent, ...this.getParentTypes(parent)]);
	}

	isCredentialUsableByNode(): boolean {
		return true;
	}

	async getDecrypted(
		_additionalData: unknown,
		details: INodeCredentialsDetails,
	): Promise<ICredentialDataDecryptedObject> {
		const data = this.stored.get(String(details.id));
		if (!data) throw new Error(`The test workflow has no credential "${details.name}"`);
		return { ...data };
	}

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		typeName: string,
		requestOptions: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		const authenticate = this.types.get(typeName)?.authenticate;
		if (authenticate === undefined) return requestOptions;
		if (typeof authenticate === 'function') return await authenticate(credentials, requestOptions);
		const { headers, qs } = authenticate.properties;
		return {
			...requestOptions,
			headers: { ...requestOptions.headers, ...resolved(headers, credentials) },
			qs: { ...requestOptions.qs, ...resolved(qs, credentials) },
		};
	}

	async preAuthentication(
		...[helpers, credentials, typeName, node, expired]: Parameters<
			ICredentialsHelper['preAuthentication']
		>
	): Promise<ICredentialDataDecryptedObject | undefined> {
		const expirable = this.types
			.get(typeName)
			?.properties.find(({ typeOptions }) => typeOptions?.expirable === true);
		if (!expirable) return undefined;
		if (credentials[expirable.name] !== '' && !expired) return undefined;
		const answer = await this.runPreAuthentication(helpers, credentials, typeName);
		const id = String(node.credentials?.[typeName]?.id);
		this.stored.set(id, { ...credentials, ...answer });
		return answer;
	}

	async runPreAuthentication(
		helpers: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
		typeName: string,
	): Promise<ICredentialDataDecryptedObject | undefined> {
		const answer = await this.types.get(typeName)?.preAuthentication?.call(helpers, credentials);
		return answer as ICredentialDataDecryptedObject | undefined;
	}

	async getCredentials(): Promise<ICredentials> {
		throw new Error('Stored credentials do not exist in tests');
	}

	async updateCredentials(
		details: INodeCredentialsDetails,
		_type: string,
		data: ICredentialDataDecryptedObject,
	): Promise<void> {
		this.stored.set(String(details.id), data);
	}

	async updateCredentialsOauthTokenData(
		details: INodeCredentialsDetails,
		_type: string,
		data: ICredentialDataDecryptedObject,
	): Promise<void> {
		this.stored.set(String(details.id), { ...this.stored.get(String(details.id)), ...data });
	}

	getCredentialsProperties(type: string): INodeProperties[] {
		return this.types.get(type)?.properties ?? [];
	}
}

/** `={{ $credentials.x }}` in the generic form of `authenticate`. */
function resolved(
	values: object | undefined,
	credentials: ICredentialDataDecryptedObject,
): Record<string, string> {
	return Object.fromEntries(
		Object.entries(values ?? {}).map(([name, value]) => {
			const text = String(value);
			if (!text.startsWith('=')) return [name, text];
			const expression = new Expression('UTC');
			return [
				name,
				String(
					expression.resolveSimpleParameterValue(text, { $credentials: credentials } as never),
				),
			];
		}),
	);
}
