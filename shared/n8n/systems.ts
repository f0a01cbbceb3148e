import type { IAllExecuteFunctions, IExecuteFunctions } from 'n8n-workflow';

import type { Connector } from '../connectors/connector';
import { SyncError } from '../core/errors';
import type { FieldInfo } from '../core/field';
import { dynamics365Connector, dynamicsCredentialType } from './dynamics365';
import { salesforceAddress, salesforceConnector, salesforceCredentialType } from './salesforce';

type ConnectContext = Pick<IAllExecuteFunctions, 'helpers' | 'getCredentials' | 'getNode'>;

interface System {
	/** As people know it. */
	readonly name: string;
	/** The parameter that says how to sign in, where a node may know several systems. */
	readonly signIn: string;
	/** Whether its writer creates the columns that custom attributes ask for. */
	readonly createsFields: boolean;
	/**
	 * A connector over the node's credential. `authentication`: what that parameter holds. `options`: those of a
	 * node of this system alone, as far as they say how to reach it.
	 */
	connect(context: ConnectContext, authentication: unknown, options?: unknown): Promise<Connector>;
}

/** The systems whose objects and fields a node can look up, by the value its parameters store. */
export const systems: Readonly<Record<string, System>> = {
	dynamics365: {
		name: 'Dynamics 365',
		signIn: 'authentication',
		createsFields: true,
		connect: async (context, authentication) =>
			await dynamics365Connector(context, dynamicsCredentialType(authentication)),
	},
	salesforce: {
		name: 'Salesforce',
		signIn: 'salesforceAuthentication',
		createsFields: false,
		connect: async (context, authentication, options) => {
			const credentialType = salesforceCredentialType(authentication);
			return await salesforceConnector(context, credentialType, salesforceAddress(options));
		},
	},
};

/** What a list depends on beside its object: who may see it. */
export const SIGN_INS: readonly string[] = Object.values(systems).map(({ signIn }) => signIn);

/** Parameter value of a side that no connector knows: its field names are typed in. */
export const ANY_SYSTEM = 'any';

/** The object a run is about, and its fields. */
export interface ObjectFields {
	/** The system's name and the object's, as messages say them. */
	readonly title: string;
	readonly objectName: string;
	readonly fields: readonly FieldInfo[];
	readonly createsFields: boolean;
}

/** The fields of the object that one side of a node names; undefined for a side that is left open. */
export async function objectFields(
	context: IExecuteFunctions,
	side: { readonly system: string; readonly object: string; readonly label: string },
): Promise<ObjectFields | undefined> {
	const name = String(context.getNodeParameter(side.system, 0, ANY_SYSTEM));
	if (!Object.hasOwn(systems, name)) return undefined;
	const object = context.getNodeParameter(side.object, 0, '', { extractValue: true });
	const objectName = typeof object === 'string' ? object.trim() : '';
	if (objectName === '') {
		throw new SyncError('config', `No ${side.label} Object is chosen`, {
			hint: `Choose the object whose fields the lists show, or set ${side.label} to Any ${side.label}.`,
		});
	}
	const authentication: unknown = context.getNodeParameter(systems[name].signIn, 0, '');
	const connector = await systems[name].connect(context, authentication);
	const fields = await connector.fields(objectName);
	const { name: systemName, createsFields } = systems[name];
	return { title: `${systemName} ${objectName}`, objectName, fields, createsFields };
}
