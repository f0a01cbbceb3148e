import { homedir } from 'node:os';
import path from 'node:path';
import type { IExecuteFunctions } from 'n8n-workflow';

import { SyncError } from '../core/errors';
import type { PostgresPlace } from '../state/postgresAccess';
import { storeAt, storeIn, storeOfSync } from '../state/registry';
import type { Store } from '../state/store';
import { postgresAccess } from './postgresCredential';

/** Where a node keeps its state; schema and prefix count for Postgres only. */
export interface StoreSettings extends PostgresPlace {
	readonly kind: 'embedded' | 'postgres';
}

/** The store a node has chosen. Throws SyncError `config` for a choice that cannot work here. */
export async function stateStore(
	context: Pick<IExecuteFunctions, 'getCredentials'>,
	{ kind, schema, prefix }: StoreSettings,
): Promise<Store> {
	if (kind === 'embedded') return embeddedStore();
	return storeIn(await postgresAccess(context, 'The state'), { schema, prefix });
}

/**
 * The store for a receipt whose run is over (design R4): the one this process last opened the sync in, else the
 * embedded one. Undefined where that cannot be known.
 */
export function storeOfReceipt(sync: string): Store | undefined {
	return storeOfSync(sync) ?? (isQueueMode() ? undefined : embeddedStore());
}

/** The embedded store in n8n's user folder. Throws SyncError `config` in queue mode, where workers share no disk. */
function embeddedStore(): Store {
	if (isQueueMode()) {
		throw new SyncError(
			'config',
			'The embedded state store does not work in queue mode (EXECUTIONS_MODE=queue)',
			{
				hint: 'Workers would each remember something else. Set State Store of this node to Postgres: all workers then share what is remembered. Run n8n in regular mode to keep it in a file.',
			},
		);
	}
	const userFolder = process.env.N8N_USER_FOLDER ?? homedir();
	return storeAt(path.join(userFolder, '.n8n', 'crm-sync', 'state.sqlite'));
}

function isQueueMode(): boolean {
	return process.env.EXECUTIONS_MODE === 'queue';
}
