import type { FieldSides } from './rules';

/** The values a field holds at once, and the way back into the form they came in. */
export interface Members {
	readonly values: readonly unknown[];
	join(values: readonly unknown[]): unknown;
}

/** Rules look at each member of a list, and of a text that several choices share ("1,9", dataverse 2.3; "A; B"). */
export function membersOf(sides: FieldSides, value: unknown): Members {
	if (Array.isArray(value)) return { values: value, join: (values) => values };
	if (typeof value !== 'string' || !holdsSeveral(sides)) {
		return { values: [value], join: ([only = null]) => only };
	}
	const separator = value.includes(';') ? '; ' : ',';
	const values = value
		.split(separator.trim())
		.map((part) => part.trim())
		.filter((part) => part !== '');
	return { values, join: (members) => joinText(members, separator) };
}

/** A list of choices in the form the field's value had: a list, or one text. */
export function inFormOf(before: unknown, list: unknown, separator: string): unknown {
	return Array.isArray(list) && !Array.isArray(before) ? joinText(list, separator) : list;
}

function holdsSeveral({ source, destination }: FieldSides): boolean {
	return source?.type === 'multiChoice' || destination?.type === 'multiChoice';
}

function joinText(members: readonly unknown[], separator: string): string | null {
	return members.length === 0 ? null : members.map(String).join(separator);
}
