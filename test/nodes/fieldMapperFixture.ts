import type { INodeParameters, OnError } from 'n8n-workflow';

import { CrmSyncDynamics365Api } from '../../credentials/CrmSyncDynamics365Api.credentials';
import { FieldMapper } from '../../nodes/FieldMapper/FieldMapper.node';
import type { DataverseSandbox } from '../sandbox/dataverse';
import { credentialData } from '../sandbox/dynamicsCredential';
import type { EngineNode, EngineRun } from './engine';
import { runWorkflow } from './engine';

/** Rows of Mappings: destination field, source, and what else the row says. */
export type MapperRow = [field: string, source: string, options?: INodeParameters];

/** A Field Mapper that goes to a table of the stand-in. */
export function dynamicsMapper(
	org: DataverseSandbox,
	rows: readonly MapperRow[],
	more: INodeParameters = {},
	onError?: OnError,
): EngineNode {
	return {
		name: 'Mapper',
		type: new FieldMapper(),
		parameters: {
			destination: 'dynamics365',
			authentication: 'crmSyncDynamics365Api',
			destinationObject: { __rl: true, mode: 'list', value: 'contact' },
			keyFields: 'crmsync_externalid',
			mappings: {
				values: rows.map(([destinationField, source, options = {}]) => ({
					destinationField,
					source,
					options,
				})),
			},
			...more,
		},
		credentials: { crmSyncDynamics365Api: { ...credentialData(org), accessToken: '' } },
		onError,
	};
}

/** Runs a mapper on records. */
export async function runMapper(
	mapper: EngineNode,
	seed: Array<Record<string, unknown>>,
): Promise<EngineRun> {
	return await runWorkflow({
		seed,
		nodes: [mapper],
		credentialTypes: [new CrmSyncDynamics365Api()],
	});
}

/** The texts of a mapper's hints. */
export const hintTexts = (run: EngineRun): string[] =>
	run.hints('Mapper').map(({ message }) => message);
