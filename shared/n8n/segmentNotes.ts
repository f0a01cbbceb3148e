import { createHash } from 'node:crypto';
import type { IExecuteFunctions, NodeTypeAndVersion } from 'n8n-workflow';

import type { Notes, Sync } from '../state/store';
import type { ComparisonSettings } from './compareSegment';
import type { SourceSettings } from './segmentSource';

/** Nodes of this pack that shape records. */
const shapers = /\.(fieldMapper|fieldReplacement|recordFilter)$/u;
const triggers = /trigger|webhook$/iu;

/** What a run leaves noted about its sync, unless a guard stops it (sync:T17). */
export function notesOf(
	context: IExecuteFunctions,
	{ notes }: Sync,
	settings: ComparisonSettings,
	place: Pick<Notes, 'source' | 'cursor'>,
): Notes {
	const { name } = context.getNode();
	const before = context.getParentNodes(name, { includeNodeParameters: true });
	const behind = context.getChildNodes(name, { includeNodeParameters: true });
	const { compareFields, ignoreFields } = settings;
	return {
		...place,
		configuration: hashOf(before, [compareFields, ignoreFields]),
		behind: hashOf(behind, []),
		comparisons: notes.comparisons + (settings.grace ? 1 : 0),
		...(notes.task && { task: notes.task }),
	};
}

/** Eight hexadecimal digits over what shapes the records, whatever its nodes are called. */
function hashOf(nodes: readonly NodeTypeAndVersion[], more: readonly unknown[]): string {
	const texts = nodes
		.filter(({ type, disabled }) => shapers.test(type) && !disabled)
		.map(({ type, parameters }) => JSON.stringify([type, parameters]));
	const text = JSON.stringify([texts.sort(), more]);
	return createHash('sha256').update(text).digest('hex').slice(0, 8).toUpperCase();
}

/** Where the records come from: the query, the file, or the nodes that bring them, without the trigger and those of this pack. */
export function sourceOf(
	context: IExecuteFunctions,
	{ kind, binaryField }: SourceSettings,
): string {
	if (kind === 'postgres') return 'Postgres query';
	const file = context.getInputData()[0]?.binary?.[binaryField]?.fileName;
	if (kind === 'file' && file) return `file "${file}"`;
	const before = context.getParentNodes(context.getNode().name, { includeNodeParameters: true });
	const names = before
		.filter(({ type, disabled }) => !disabled && !shapers.test(type) && !triggers.test(type))
		.map(({ name }) => name);
	return names.join(' → ');
}
