import type { PostgresAccess } from '../../shared/state/postgresAccess';
import type * as PostgresModule from '../../shared/state/postgresStore';
import type * as RegistryModule from '../../shared/state/registry';
import type * as SqliteModule from '../../shared/state/sqliteStore';
import type { Store } from '../../shared/state/store';
import { unreliable, type Trouble } from './protocolStore';

/** One process of n8n, as the state sees it: its own live runs, its own connection, its own name in a lease. */
export interface ProtocolProcess {
	readonly registry: typeof RegistryModule;
	readonly store: Store;
	readonly trouble: Trouble;
}

/** A process beside this one: fresh copies of the modules, so that it counts as ended when looked at from here. */
export const startProcess = (state: string | PostgresAccess): ProtocolProcess => {
	let started: ProtocolProcess | undefined;
	const trouble: Trouble = { times: 0, isStored: false };
	jest.isolateModules(() => {
		const registry = jest.requireActual<typeof RegistryModule>('../../shared/state/registry');
		started = {
			registry,
			store: unreliable(typeof state === 'string' ? fileStore(state) : sharedStore(state), trouble),
			trouble,
		};
	});
	if (!started) throw new Error('The modules were not loaded');
	return started;
};

const fileStore = (file: string): Store => {
	const { SqliteStore } = jest.requireActual<typeof SqliteModule>('../../shared/state/sqliteStore');
	return new SqliteStore(file);
};

const sharedStore = (access: PostgresAccess): Store => {
	const { PostgresStore } = jest.requireActual<typeof PostgresModule>(
		'../../shared/state/postgresStore',
	);
	return new PostgresStore(access, { schema: 'public', prefix: 'protocol_' });
};
