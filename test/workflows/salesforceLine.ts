/** The line of the Salesforce tests: rows → Segment Diff → Salesforce Write, on the real n8n. */
import type { IDataObject, INode } from 'n8n-workflow';
import { useN8n, type SharedN8n } from '../n8n/useN8n';
import { chain, core, node, uses, type StoredCredential } from '../n8n/workflow';
import type { WorkflowDefinition } from '../n8n/workflow';
import { startSalesforce, type SalesforceSandbox } from '../sandbox/salesforce';
import { diffNode, freshName, pack, source } from './syncLine';

const type = 'crmSyncSalesforceOAuth2Api';

/** A server, an organisation and the credential that connects them. */
export interface SalesforceWorld {
	readonly n8n: SharedN8n;
	readonly org: SalesforceSandbox;
	readonly credential: StoredCredential;
}

/** What a person enters into the credential form for the stand-in. */
export const salesforceCredential = ({ url, clientId, clientSecret }: SalesforceSandbox) => ({
	myDomainUrl: url,
	clientId,
	clientSecret,
});

/** Starts an organisation of its own and connects the shared n8n to it. */
export async function startSalesforceWorld(): Promise<SalesforceWorld> {
	const [n8n, org] = [await useN8n(), await startSalesforce()];
	const data = salesforceCredential(org);
	return { n8n, org, credential: await n8n.createCredential(type, `Sandbox ${org.url}`, data) };
}

/** A company by its external key. */
export const company = (key: string, more: IDataObject = {}): IDataObject => ({
	Ext__c: key,
	Name: `Company ${key}`,
	...more,
});

/** Salesforce Write on accounts by their external key. */
export const salesforceNode = (
	{ credential }: SalesforceWorld,
	parameters: IDataObject = {},
	rest: Partial<INode> = {},
): INode =>
	node(
		'Writer',
		`${pack}.salesforceWrite`,
		{
			authentication: type,
			action: 'write',
			object: { __rl: true, mode: 'name', value: 'Account' },
			...{ writeMode: 'upsert', matchField: 'Ext__c', removedRecords: 'skip', options: {} },
			...parameters,
		},
		{ ...uses(credential), ...rest },
	);

/** Start → Source → Diff → Writer. */
export function salesforceLine(
	world: SalesforceWorld,
	rows: readonly IDataObject[],
	parameters: IDataObject = {},
): WorkflowDefinition {
	const name = freshName();
	return chain(`Salesforce ${name}`, [
		core.start(),
		source(rows),
		diffNode(name, { keyFields: 'Ext__c' }),
		salesforceNode(world, parameters),
	]);
}
