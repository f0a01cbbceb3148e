import { homedir } from 'node:os';
import path from 'node:path';

import { SyncError } from '../core/errors';
import { storeAt } from '../state/registry';
import type { Store } from '../state/store';

/** The embedded store in n8n's user folder. Throws SyncError `config` in queue mode, where workers share no disk. */
export function embeddedStore(): Store {
	if (process.env.EXECUTIONS_MODE === 'queue') {
		throw new SyncError(
			'config',
			'The embedded state store does not work in queue mode (EXECUTIONS_MODE=queue)',
			{
				hint: 'Workers would each remember something else. Run n8n in regular mode; a store shared by all workers comes with a later version.',
			},
		);
	}
	const userFolder = process.env.N8N_USER_FOLDER ?? homedir();
	return storeAt(path.join(userFolder, '.n8n', 'crm-sync', 'state.sqlite'));
}
