import type { INodeParameters, OnError } from 'n8n-workflow';

import { RecordFilter } from '../../nodes/RecordFilter/RecordFilter.node';
import type { EngineNode, EngineRun } from './engine';
import { runWorkflow } from './engine';

/** A row of the filter control. `is`: "type:operation", the way n8n names its comparisons. */
export interface Condition {
	readonly field?: string;
	/** Instead of a field: fixed text or an expression. */
	readonly left?: string;
	readonly is: string;
	readonly right?: unknown;
	readonly rightType?: string;
}

/** The parameter Conditions, as n8n stores it. */
export function conditions(list: readonly Condition[], combinator = 'and'): INodeParameters {
	const rows = list.map(({ field, left, is, right = '', rightType }, id) => {
		const [type, operation] = is.split(':');
		return {
			id: String(id),
			leftValue: left ?? `={{ $json.${field} }}`,
			rightValue: right,
			operator: { type, operation, ...(rightType && { rightType }) },
		};
	});
	return { conditions: { combinator, conditions: rows } } as unknown as INodeParameters;
}

export function filterNode(parameters: INodeParameters, onError?: OnError): EngineNode {
	return { name: 'Filter', type: new RecordFilter(), parameters, onError };
}

/** Runs the node alone. */
export async function runFilter(
	seed: ReadonlyArray<Record<string, unknown>>,
	parameters: INodeParameters = {},
	onError?: OnError,
): Promise<EngineRun> {
	return await runWorkflow({ seed, nodes: [filterNode(parameters, onError)] });
}

/** What each record became: kept as it is, or its change. */
export function fates(run: EngineRun): string[] {
	return run
		.records('Filter')
		.map(({ _sync }) => (_sync as { change?: string } | undefined)?.change ?? 'kept');
}

export function messages(run: EngineRun): string[] {
	return run.hints('Filter').map(({ message }) => message);
}

export const active: Condition = { field: 'active', is: 'boolean:true' };
export const swiss: Condition = { field: 'country', is: 'string:equals', right: 'CH' };
export const places = [
	{ code: 'ZRH', country: 'CH', active: true },
	{ code: 'BRN', country: 'CH', active: false },
	{ code: 'CDG', country: 'FR', active: true },
	{ code: 'ORY', country: 'FR', active: false },
];
