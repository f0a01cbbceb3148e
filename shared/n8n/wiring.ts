import type {
	IConnection,
	IExecuteFunctions,
	INode,
	INodeParameters,
	NodeConnectionType,
} from 'n8n-workflow';

import { SyncError } from '../core/errors';
import { count } from '../core/words';

/** Our writers, and what of their parameters says where they write; nothing when they do not write. */
export const writers = new Map<string, (parameters: INodeParameters) => readonly unknown[]>([
	['dynamics365Upsert', ({ table, key }) => [table, key]],
	[
		'salesforceWrite',
		({ action, object, writeMode, matchField }) => {
			if (action === 'bulkResult' || action === 'abortJob') return [];
			// What is always inserted is not matched (salesforce:4.1); a hidden field may keep its value.
			return writeMode === 'insert' ? [object] : [object, matchField];
		},
	],
]);

/** n8n's execution context has it at run time; its published type does not name it. */
interface Wired {
	getConnections?(node: INode, type: NodeConnectionType): Array<IConnection[] | null>;
}

/** Refuses what would show a complete segment in parts (design R9): n8n runs a node once per wire, and once per loop. */
export function refuseParts(context: IExecuteFunctions): void {
	const node = context.getNode();
	const wires = ((context as Wired).getConnections?.(node, 'main') ?? []).flatMap(
		(list) => list ?? [],
	);
	const cure =
		'n8n would hand over the segment in parts, and every part would look like a mass departure.';
	if (wires.length > 1) {
		const sources = wires.map((wire) => `"${wire.node}"`).join(' and ');
		throw new SyncError(
			'config',
			`${wires.length} wires lead into "${node.name}" (from ${sources})`,
			{
				hint: `${cure} Put a Merge node (mode Append) before it, so that one wire brings the whole segment.`,
			},
		);
	}
	const parents = new Set(context.getParentNodes(node.name).map(({ name }) => name));
	const children = context.getChildNodes(node.name);
	if (parents.has(node.name) || children.some(({ name }) => parents.has(name))) {
		throw new SyncError('config', `"${node.name}" stands inside a loop`, {
			hint: `${cure} Compare before the loop; a loop over the changes behind it is fine. Parts are collected by a Merge node (mode Append).`,
		});
	}
}

/** Refuses a complete segment of which n8n hands over the first item only (design R9): the others would all have left. */
export function refuseFirstOnly(context: IExecuteFunctions): void {
	const node = context.getNode();
	const { length: arrived = 0 } = context.getExecuteData().data.main?.[0] ?? [];
	if (node.executeOnce !== true || arrived <= 1) return;
	throw new SyncError(
		'config',
		`"Execute Once" is switched on at "${node.name}": it would see 1 of ${count(arrived)} items`,
		{
			hint: 'All others would look as if they had left the segment. Switch Execute Once off in the settings of this node. Nothing was compared and nothing was sent.',
		},
	);
}

/** Whether a node of this type, named without its package, is one of our writers. */
export function isWriter(type: string): boolean {
	return writers.has(type);
}

/** Where the writers downstream write, by node type and parameters; empty when none is ours (design R14). */
export function destinationOf(context: IExecuteFunctions): string {
	const children = context.getChildNodes(context.getNode().name, { includeNodeParameters: true });
	const destinations = children.flatMap(({ type, parameters }) => {
		const name = type.slice(type.lastIndexOf('.') + 1);
		const where =
			writers
				.get(name)?.(parameters ?? {})
				.map(plainValue) ?? [];
		return where.length > 0 ? [`${name}: ${where.join(' by ')}`] : [];
	});
	return [...new Set(destinations)].sort().join('; ');
}

/** A resource locator's value, or the value itself. */
function plainValue(parameter: unknown): string {
	const { value } = (parameter ?? {}) as { value?: unknown };
	return String(value ?? parameter ?? '');
}
