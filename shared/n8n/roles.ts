import type { IExecuteFunctions, NodeTypeAndVersion } from 'n8n-workflow';

import { isWriter } from './wiring';

/** What a node of ours does to a record on its way; undefined: the node is not ours. */
export type Role = 'offers' | 'shapes' | 'writes' | 'confirms' | undefined;

const roles = new Map<string, Role>([
	['segmentDiff', 'offers'],
	['dynamics365Changes', 'offers'],
	['fieldMapper', 'shapes'],
	['fieldReplacement', 'shapes'],
	['recordFilter', 'shapes'],
	['syncCommit', 'confirms'],
]);

/** The nodes before this one that take part, by name, and what they do. A disabled node hands on what it gets. */
export function rolesBefore(context: IExecuteFunctions): ReadonlyMap<string, Role | 'nothing'> {
	const before = context.getParentNodes(context.getNode().name);
	return new Map(before.map((node) => [node.name, node.disabled ? 'nothing' : roleOf(node)]));
}

/** What a node does, by its type. */
export function roleOf({ type }: Pick<NodeTypeAndVersion, 'type'>): Role {
	const name = type.slice(type.lastIndexOf('.') + 1);
	return isWriter(name) ? 'writes' : roles.get(name);
}
