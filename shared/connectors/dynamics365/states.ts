import { SyncError } from '../../core/errors';
import { isObject } from '../json';
import { STRONG, type Api, type Row } from './api';
import { definition } from './table';

/** A state and a status that belong together. */
export interface StatePair {
	readonly statecode: number;
	readonly statuscode: number;
}

/** What deactivating and reactivating a row write. */
export interface States {
	readonly inactive: StatePair;
	readonly active: StatePair;
	/** Status → the state it belongs to, as far as the organisation tells. */
	readonly stateOf: ReadonlyMap<number, number>;
}

/**
 * The pairs of a table: the first status of each state, or the status a person chose for inactive rows with the
 * state it belongs to. Tables without states cannot be deactivated.
 */
export async function readStates(api: Api, name: string, chosen?: number): Promise<States> {
	const options = await readStatuses(api, name);
	if (options.length === 0) {
		throw new SyncError(
			'config',
			`Records of the table "${name}" have no state: they cannot be deactivated`,
			{ hint: 'Set Removed Records to Skip or Delete.' },
		);
	}
	// Organisations that do not report `State` use 1 and 2 for their standard pair (dataverse U-24).
	const first = (state: number) => ({
		statecode: state,
		statuscode: Number(options.find((option) => option.State === state)?.Value ?? state + 1),
	});
	const stateOf = new Map(
		options.flatMap(({ Value, State }): Array<[number, number]> =>
			typeof State === 'number' ? [[Number(Value), State]] : [],
		),
	);
	if (chosen === undefined) return { inactive: first(1), active: first(0), stateOf };
	const option = options.find(({ Value }) => Value === chosen);
	if (option && option.State !== 0) {
		const statecode = typeof option.State === 'number' ? option.State : 1;
		return { inactive: { statecode, statuscode: chosen }, active: first(0), stateOf };
	}
	throw new SyncError(
		'config',
		option
			? `The status reason ${chosen} of the table "${name}" belongs to active records`
			: `The table "${name}" has no status reason ${chosen}`,
		{ hint: `Status Reason takes one of ${inactiveOnes(options)}.` },
	);
}

async function readStatuses(api: Api, name: string): Promise<Row[]> {
	const path = `${definition(name)}/Attributes/Microsoft.Dynamics.CRM.StatusAttributeMetadata`;
	const rows = await api.readAll(
		`${path}?$select=LogicalName&$expand=OptionSet($select=Options)`,
		STRONG,
	);
	const set = rows[0]?.OptionSet;
	return isObject(set) && Array.isArray(set.Options) ? set.Options.filter(isObject) : [];
}

const inactiveOnes = (options: readonly Row[]) =>
	options
		.filter(({ State }) => State !== 0)
		.map(({ Value }) => String(Value))
		.join(', ');
