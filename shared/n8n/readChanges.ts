import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { ChangeReader, ChangeSource } from '../connectors/changes';
import type { WriteContext } from '../connectors/connector';
import { SyncError } from '../core/errors';
import type { LiveRun } from '../state/liveRun';
import type { Notes, Store } from '../state/store';
import { unpackChangeCursor } from './changeCursor';
import { ChangeRows, type ReadingSettings } from './changeRows';
import { compareRows, type ComparisonSettings } from './compareSegment';
import { dynamics365Destination, type DynamicsCredentialType } from './dynamics365';
import { stateStore } from './stateStore';
import { destinationOf } from './wiring';

export interface ChangeSettings
	extends
		ReadingSettings,
		Omit<ComparisonSettings, 'keyFields' | 'keyComparison' | 'input' | 'leavers' | 'keepRecords'> {
	readonly credentialType: DynamicsCredentialType;
	readonly source: ChangeSource;
	/** Another sync may bring the same table to the same destination object. */
	readonly allowTwice: boolean;
}

/**
 * Dynamics 365 Changes: reads what changed since its cursor, compares it with what was accepted and offers what
 * differs. The cursor is noted in the transaction that stores the offers, so a crash before it reads again and a
 * crash after it loses nothing. Returns its outputs Changes and Invalid.
 */
export async function readChanges(
	context: IExecuteFunctions,
	settings: ChangeSettings,
): Promise<INodeExecutionData[][]> {
	const store = await stateStore(context, settings.store);
	const { connector, environment } = await dynamics365Destination(
		context,
		settings.credentialType,
		{},
	);
	const name = `Dynamics 365 table ${settings.source.objectName} at ${environment}`;
	if (!settings.allowTwice) await refuseSecondMapping(context, store, name, settings.syncName);
	const requests = requestCounter(context);
	const open = async (notes: Notes | undefined): Promise<ChangeReader> => {
		if (!connector.changes) throw new SyncError('config', 'This system does not tell its changes');
		return await connector.changes(settings.source, unpackChangeCursor(notes).from, requests);
	};
	const known = (await store.find(settings.syncName))?.notes;
	const isMoved = await isReadElsewhere(store, settings.syncName, name);
	const reader = await open(isMoved ? undefined : known);
	const comparison: ComparisonSettings = {
		...settings,
		keyFields: [reader.keyField],
		keyComparison: 'fold',
		input: 'feed',
		leavers: 'send',
		// A record that was not delivered is read again by its id (design R12).
		keepRecords: false,
	};
	return await compareRows(context, store, comparison, {
		name,
		cureOfTwice: 'Start this node once: put a node with one item, such as the trigger, before it.',
		async rows(run) {
			requests.countFor(run);
			const notes = isMoved ? undefined : run.sync.notes;
			// Another run may have moved the cursor before this one got the lease.
			const isCurrent = isMoved || notes?.cursor === known?.cursor;
			const current = isCurrent ? reader : await open(notes);
			const cursor = unpackChangeCursor(notes);
			return new ChangeRows(context, run, current, { ...settings, cursor });
		},
	});
}

/** Counts requests for the run's row, those before the run was open too. */
function requestCounter(
	context: IExecuteFunctions,
): WriteContext & { countFor(run: LiveRun): void } {
	const signal = context.getExecutionCancelSignal();
	let before = 0;
	let run: LiveRun | undefined;
	return {
		...(signal && { signal }),
		onRequest() {
			if (run) run.log.count('requests');
			else before++;
		},
		countFor(opened) {
			run = opened;
			run.log.count('requests', before);
		},
	};
}

/**
 * Whether the sync has read another table or environment so far. Refused once the destination has accepted some of
 * it (design R14): the records there would all count as deleted.
 */
async function isReadElsewhere(store: Store, syncName: string, source: string): Promise<boolean> {
	const sync = await store.find(syncName);
	if (!sync || sync.notes.source === '' || sync.notes.source === source) return false;
	const { members } = await store.load(sync);
	if (!(await members.isEverAccepted())) return true;
	throw new SyncError(
		'config',
		`The sync "${syncName}" knows the ${sync.notes.source}; this node now reads the ${source}`,
		{
			hint: 'Set the table and the credential back, or choose a new Sync Name. Nothing was read and nothing was sent.',
		},
	);
}

/** sync:T2, A14: two syncs from one table to one object would write over each other. */
async function refuseSecondMapping(
	context: IExecuteFunctions,
	store: Store,
	source: string,
	syncName: string,
): Promise<void> {
	const objects = new Set(objectsOf(destinationOf(context)));
	if (objects.size === 0) return;
	const syncs = await store.syncs();
	// The one that was there first goes on: only the second has to be allowed.
	const { id: own = Number.POSITIVE_INFINITY } = syncs.find(({ name }) => name === syncName) ?? {};
	for (const { id, name, notes, identity, owner } of syncs) {
		if (id >= own || notes.source !== source) continue;
		const object = objectsOf(identity.destination).find((each) => objects.has(each));
		if (object === undefined) continue;
		throw new SyncError(
			'config',
			`The sync "${name}" (${owner.label}) brings the ${source} to ${object} already; "${syncName}" would do it a second time`,
			{
				hint: 'Use the other sync, or forget it with Sync State if it is gone. If both are wanted, because their columns or conditions differ, switch on the option Allow Same Table Twice. Nothing was read and nothing was sent.',
			},
		);
	}
}

/** `writer: object` of each destination, whatever its key is. */
function objectsOf(destination: string): string[] {
	return destination
		.split('; ')
		.map((each) => each.split(' by ')[0] ?? '')
		.filter((each) => each !== '');
}
