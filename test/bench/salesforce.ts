import type { ICredentialType } from 'n8n-workflow';

import { CrmSyncSalesforceOAuth2Api } from '../../credentials/CrmSyncSalesforceOAuth2Api.credentials';
import { SalesforceWrite } from '../../nodes/SalesforceWrite/SalesforceWrite.node';
import type { SyncRecord } from '../../shared/core/record';
import { stored, OURS } from '../connectors/salesforceEngine';
import { runWorkflow, type EngineNode } from '../nodes/engine';
import type { SalesforceSandbox } from '../sandbox/salesforce';
import { line, scaled, type Bench, type Figures, type ReadFigure } from './bench';
import { cityAccounts } from './cities';
import { timed } from './engineTime';
import { n8nNode } from './peers';
import { ask, withStandIn, type SalesforceAddress } from './sandbox';
import { rowsAlone, writeByJsforce, writeByOurs, bulkRows } from './salesforceBulk';
import { expectCount } from './segment';

const latencyMs = 100;
const ours = 10_000;
const theirs = 300;

/** Cities as accounts of Salesforce, named by an external id. */
const accounts = (count: number): SyncRecord[] =>
	cityAccounts(count).map((city) => ({
		Ext__c: city.accountnumber,
		Name: city.name,
		NumberOfEmployees: city.numberofemployees,
		BillingCity: city.address1_city,
		BillingCountry: city.address1_country,
		BillingState: city.address1_stateorprovince,
	}));

const oAuth2: ICredentialType = { name: 'oAuth2Api', displayName: '', properties: [] };

/** n8n's own credential, with a token that is there already: fetching it is not counted. */
const jwt = {
	name: 'salesforceJwtApi',
	displayName: 'A token, without asking for it',
	properties: [],
	authenticate: async (data: Record<string, unknown>, request: Record<string, unknown>) => ({
		...request,
		baseURL: data.instanceUrl,
		headers: { ...(request.headers as object), Authorization: `Bearer ${String(data.token)}` },
	}),
} as unknown as ICredentialType;

/** Runs one node over accounts, and accounts for every record: in the answers, and at the destination. */
async function measure(
	count: number,
	nodeFor: (address: SalesforceAddress) => Promise<EngineNode>,
	isWritten: (record: SyncRecord) => boolean,
): Promise<Figures> {
	return await withStandIn('salesforce', latencyMs, async (address) => {
		const { type, ...node } = await nodeFor(address);
		const timing = timed(type);
		const run = await runWorkflow({
			seed: accounts(count),
			credentialTypes: [new CrmSyncSalesforceOAuth2Api(), oAuth2, jwt],
			nodes: [{ ...node, type: timing.type }],
		});
		const { seconds, cpu } = timing.last(run);
		expectCount('written', run.records(node.name).filter(isWritten).length, count);
		const rows = (await ask(address, 'rows/Account')) as unknown[];
		expectCount('rows at the destination', rows.length, count);
		const log = (await ask(address, 'log')) as Array<{ readonly url: string }>;
		const requests = log.filter(({ url }) => url.startsWith('/services/data/')).length;
		return { seconds, cpu, requests };
	});
}

const writer = async (address: SalesforceAddress): Promise<EngineNode> => ({
	name: 'Writer',
	type: new SalesforceWrite(),
	parameters: {
		authentication: OURS,
		action: 'write',
		object: { __rl: true, mode: 'name', value: 'Account' },
		writeMode: 'upsert',
		matchField: 'Ext__c',
		removedRecords: 'skip',
		options: {},
	},
	credentials: { [OURS]: stored(address as SalesforceSandbox, OURS) },
});

async function salesforceNode({ url, ...app }: SalesforceAddress): Promise<EngineNode> {
	const body = new URLSearchParams({
		grant_type: 'client_credentials',
		client_id: app.clientId,
		client_secret: app.clientSecret,
	});
	const answer = await fetch(app.tokenUrl, { method: 'POST', body });
	const { access_token: token } = (await answer.json()) as { access_token: string };
	return {
		name: 'Salesforce',
		type: n8nNode('Salesforce/Salesforce.node.js'),
		parameters: {
			authentication: 'jwt',
			resource: 'account',
			operation: 'upsert',
			externalId: 'Ext__c',
			externalIdValue: '={{ $json.Ext__c }}',
			name: '={{ $json.Name }}',
			additionalFields: {
				numberOfEmployees: '={{ $json.NumberOfEmployees }}',
				billingCity: '={{ $json.BillingCity }}',
				billingCountry: '={{ $json.BillingCountry }}',
				billingState: '={{ $json.BillingState }}',
			},
		},
		credentials: { [jwt.name]: { instanceUrl: url, token } },
	};
}

/** Peak memory of a measurement without that of the rows themselves. */
function above(read: ReadFigure, measure: string) {
	const figure = read(measure, 'peakMB');
	return { ...figure, value: figure.value - read('rows', 'peakMB').value };
}

/** Writing to Salesforce: the time beside n8n's own node, the memory of big loads beside jsforce. */
export const bench: Bench = {
	measures: {
		ours: {
			rounds: 3,
			run: async () => await measure(ours, writer, ({ Ext__c }) => Ext__c != null),
		},
		theirs: {
			rounds: 2,
			run: async () => await measure(theirs, salesforceNode, ({ id }) => id != null),
		},
		rows: { rounds: 2, run: rowsAlone },
		bulkOurs: { rounds: 1, run: writeByOurs },
		bulkTheirs: { rounds: 1, run: writeByJsforce },
	},
	lines(read) {
		const perRecord = (measure: string, figure: string, unit = 1) =>
			scaled(read(measure, figure), unit / (measure === 'theirs' ? theirs : ours));
		const requests = (measure: string) => `${read(measure, 'requests').value} requests`;
		const { value: seconds } = read('ours', 'seconds');
		const minutes = (measure: string) => `${read(measure, 'seconds').value.toFixed(0)} s`;
		return [
			line('Salesforce Write, 10k upserts at 100 ms', perRecord('ours', 'seconds', 1000), {
				unit: 'ms/record',
				against: perRecord('theirs', 'seconds', 1000),
				target: { kind: 'timesFaster', number: 200 },
				note: `peer: n8n's Salesforce node, ${theirs} records; ${seconds.toFixed(1)} s, by a bulk job that is done when first asked`,
			}),
			line('requests of it', perRecord('ours', 'requests'), {
				unit: 'requests/record',
				against: perRecord('theirs', 'requests'),
				note: `${requests('ours')} for ${ours} records; theirs ${requests('theirs')} for ${theirs}`,
			}),
			line(`${bulkRows / 1000}k rows by bulk, memory above the rows`, above(read, 'bulkOurs'), {
				unit: 'MB',
				target: { kind: 'atMost', number: 600 },
				note: `peer: jsforce, ${above(read, 'bulkTheirs').value.toFixed(0)} MB; ${minutes('bulkOurs')}, theirs ${minutes('bulkTheirs')}`,
			}),
		];
	},
};
