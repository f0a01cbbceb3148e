import { SyncError } from '../core/errors';
import type { Stop } from '../core/guard';
import type { Identity, Owner, Store, Sync } from './store';

/** A sync that belongs to another node: a person may hand it over (design R14). */
export interface ForeignSync {
	readonly sync: Sync;
	readonly stop: Stop;
}

/** Whether the sync belongs to another node, with the stop that says so. */
export function ownedByAnother(sync: Sync, owner: Owner): ForeignSync | undefined {
	const { workflowId, nodeId, label } = sync.owner;
	if (workflowId === owner.workflowId && nodeId === owner.nodeId) return undefined;
	return {
		sync,
		stop: {
			kind: 'takeover',
			numbers: [],
			message: `The sync "${sync.name}" belongs to ${label}. Two nodes on one sync would undo each other's removals.`,
		},
	};
}

/** Refuses a sync whose key or destination is not what its state was built with (design R14). */
export function refuseOtherIdentity(sync: Sync, identity: Identity): void {
	const cure = `Set it back, or choose a new Sync Name: its first run compares with nothing and sends every record.`;
	const was = sync.identity;
	if (was.keyFields.join() !== identity.keyFields.join()) {
		throw new SyncError(
			'config',
			`The sync "${sync.name}" was built with the key ${was.keyFields.join(', ')}, not ${identity.keyFields.join(', ')}`,
			{ hint: cure },
		);
	}
	if (was.keyComparison !== identity.keyComparison) {
		throw new SyncError('config', `The sync "${sync.name}" was built with another Key Comparison`, {
			hint: cure,
		});
	}
	if (was.destination !== identity.destination) {
		const name = (destination: string) =>
			destination === '' ? 'no node of this package' : destination;
		throw new SyncError(
			'config',
			`The sync "${sync.name}" knows what is at ${name(was.destination)}; the writer downstream is now ${name(identity.destination)}`,
			{ hint: cure },
		);
	}
}

/** Creates the sync on first use, or gives it to this node. */
export async function bindSync(
	store: Store,
	name: string,
	owner: Owner,
	identity: Identity,
): Promise<Sync> {
	const sync = await store.find(name);
	if (!sync) return await store.bind(name, owner, identity);
	refuseOtherIdentity(sync, identity);
	return ownedByAnother(sync, owner) ? await store.bind(name, owner, identity) : sync;
}

/** Refuses to write one organisation's state to another: the credential was changed (design R14). */
export async function bindEnvironment(
	store: Store,
	sync: Sync,
	environment: string,
): Promise<void> {
	const known = (await store.find(sync.name))?.environment ?? '';
	if (known === environment) return;
	if (known !== '') {
		throw new SyncError(
			'config',
			`The sync "${sync.name}" knows what is at ${known}; this node's credential points at ${environment}`,
			{
				hint: 'Set the credential back, or choose a new Sync Name for the other environment.',
			},
		);
	}
	await store.bindEnvironment(sync, environment);
}
