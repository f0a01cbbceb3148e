import type * as RegistryModule from '../../shared/state/registry';
import type * as StoreModule from '../../shared/state/sqliteStore';
import type { SqliteStore } from '../../shared/state/sqliteStore';

/** One process of n8n, as the state sees it: its own live runs, its own connection, its own name in a lease. */
export interface ProtocolProcess {
	readonly registry: typeof RegistryModule;
	readonly store: SqliteStore;
}

/** A process beside this one: fresh copies of the modules, so that it counts as ended when looked at from here. */
export const startProcess = (file: string): ProtocolProcess => {
	let started: ProtocolProcess | undefined;
	jest.isolateModules(() => {
		const registry = jest.requireActual<typeof RegistryModule>('../../shared/state/registry');
		const { SqliteStore: Store } = jest.requireActual<typeof StoreModule>(
			'../../shared/state/sqliteStore',
		);
		started = { registry, store: new Store(file) };
	});
	if (!started) throw new Error('The modules were not loaded');
	return started;
};
