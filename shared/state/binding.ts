import { SyncError } from '../core/errors';
import { approveCode, type Stop } from '../core/guard';
import type { LiveRun } from './liveRun';
import type { Identity, Owner, Store, Sync } from './store';

function ownedByAnother(sync: Sync, owner: Owner): Stop | undefined {
	const { workflowId, nodeId, label } = sync.owner;
	if (workflowId === owner.workflowId && nodeId === owner.nodeId) return undefined;
	return {
		kind: 'takeover',
		numbers: [],
		message: `The sync "${sync.name}" belongs to ${label}. Two nodes on one sync would undo each other's removals; a copied workflow needs a Sync Name of its own.`,
	};
}

/**
 * Refuses a sync whose key or destination is not what its state was built with (design R14). As long as the
 * destination has accepted nothing the state means nothing: it starts anew, as while a workflow is being built.
 */
async function keepIdentity(store: Store, sync: Sync, claim: Claim): Promise<void> {
	const { identity } = claim;
	const difference = differenceOf(sync.identity, identity);
	if (difference === undefined) return;
	if (isFreedOfRival(sync, claim)) {
		await store.reidentify(sync, identity);
		return;
	}
	const { members } = await store.load(sync);
	if (!sync.lease && !(await members.isEverAccepted())) {
		await store.restart(sync, identity);
		return;
	}
	const holder = sync.lease ? 'A run of it is at work, or was cut off. ' : '';
	throw new SyncError('config', `The sync "${sync.name}" ${difference}`, {
		hint: `${holder}Set it back, or choose a new Sync Name: its first run compares with nothing and sends every record.`,
	});
}

/**
 * Whether the writer that was refused is gone (design R6) and nothing else is new: the state has been that of the
 * other one all along.
 */
function isFreedOfRival(
	{ identity: was, notes, lease }: Sync,
	{ identity, writer }: Claim,
): boolean {
	const { destination } = identity;
	const isSame = differenceOf({ ...was, destination }, identity) === undefined;
	const isLeft = was.destination.split('; ').includes(destination);
	return isSame && isLeft && !lease && writer !== undefined && writer === notes.rivals?.owner;
}

function differenceOf(was: Identity, is: Identity): string | undefined {
	if (JSON.stringify(was.keyFields) !== JSON.stringify(is.keyFields)) {
		return `was built with the key ${was.keyFields.join(', ')}, not ${is.keyFields.join(', ')}`;
	}
	if (was.shard !== is.shard) {
		return `looks after ${shardName(was)} of its segment, not ${shardName(is)}`;
	}
	if (was.keyComparison !== is.keyComparison) return 'was built with another Key Comparison';
	if (was.destination === is.destination) return undefined;
	return `knows what is at ${nameOf(was.destination)}; the writer downstream is now ${nameOf(is.destination)}`;
}

function shardName({ shard }: Identity): string {
	return shard === undefined ? 'all' : `shard ${shard}`;
}

function nameOf(destination: string): string {
	return destination === '' ? 'a node that is not from this package' : destination;
}

/** Who wants to use a sync, and for what. */
export interface Claim {
	readonly owner: Owner;
	readonly identity: Identity;
	/** The one writer downstream, by name; undefined when there is none or there are several. */
	readonly writer?: string;
}

/**
 * The sync, created on first use. `lift` is asked before it goes over from another node: it throws unless a
 * person has approved that.
 */
export async function bindSync(
	store: Store,
	name: string,
	claim: Claim,
	lift: (stop: Stop, code: string) => void,
): Promise<void> {
	const { owner, identity } = claim;
	const known = await store.find(name);
	if (known) {
		const stop = ownedByAnother(known, owner);
		if (stop)
			lift(stop, approveCode(`${name} of ${JSON.stringify(known.owner)}`, known.version, stop));
		await keepIdentity(store, known, claim);
		if (!stop) return;
	}
	await store.bind(name, owner, identity);
}

/**
 * Refuses to write one organisation's state to another: the credential was changed (design R14). As long as
 * nothing was accepted the address may still be put right.
 */
export async function bindEnvironment(
	{ store, sync, state }: Pick<LiveRun, 'store' | 'sync' | 'state'>,
	environment: string,
): Promise<void> {
	const known = (await store.find(sync.name))?.environment ?? '';
	if (known === environment) return;
	if (known !== '' && (await state.members.isEverAccepted())) {
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
