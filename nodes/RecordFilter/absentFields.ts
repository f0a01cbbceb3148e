import type { CompiledCondition } from '../../shared/n8n/compiledFilterCondition';
import { readPath } from '../../shared/n8n/compiledParameter';

/** Conditions that ask whether a field exists may well name one that no record has. */
const presence: ReadonlySet<string> = new Set(['exists', 'notExists']);

/** Finds the fields named in conditions that no record has, most likely misspelt. */
export function absentFields(conditions: readonly CompiledCondition[]) {
	const unseen = new Map<string, readonly string[]>();
	for (const { left, right, operation } of conditions) {
		if (presence.has(operation)) continue;
		for (const side of [left, right]) {
			if (side.kind === 'path') unseen.set(side.path.join('.'), side.path);
		}
	}
	return {
		look(record: object): void {
			for (const [name, path] of unseen) {
				if (readPath(record, path) !== undefined) unseen.delete(name);
			}
		},
		names: (): string[] => [...unseen.keys()],
	};
}
