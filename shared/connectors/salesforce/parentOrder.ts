import type { Sending } from './plan';
import type { Session } from './session';

/** Who owns a record and what kind it is says nothing about rows that lock each other. */
const NO_PARENTS = new Set(['OwnerId', 'RecordTypeId']);

/** Steps with the children of one parent side by side, so that one call holds them (salesforce section 6). */
export function sortedByParent(
	{ options, sobject }: Session,
	steps: readonly Sending[],
): readonly Sending[] {
	if (!options.sortByParent) return steps;
	const parents = [...sobject.fields.values()].filter(
		({ type, name }) => type === 'reference' && !NO_PARENTS.has(name),
	);
	const names = parents.flatMap(({ name, relationshipName }) => [name, relationshipName ?? name]);
	const parentOf = ({ values }: Sending): string =>
		JSON.stringify(names.map((name) => values[name]).find((value) => value != null) ?? '');
	return steps
		.map((step) => ({ step, parent: parentOf(step) }))
		.sort((a, b) => (a.parent < b.parent ? -1 : Number(a.parent > b.parent)))
		.map(({ step }) => step);
}
