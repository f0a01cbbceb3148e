import type { LookupColumn } from './parentNames';
import type { Parents } from './parents';

/** `participationtypemask` of the recipients each column of an activity holds (dataverse 2.3, PartyList). */
const ROLES: Readonly<Record<string, number>> = {
	from: 1,
	to: 2,
	cc: 3,
	bcc: 4,
	requiredattendees: 5,
	optionalattendees: 6,
	organizer: 7,
	resources: 10,
	customers: 11,
};

/** Tables whose rows may take part in an activity, in the order a bare ID is looked for. */
const TABLES = ['contact', 'account', 'lead', 'systemuser'] as const;

/** A column of recipients: each is named like a lookup's row, or by a mere e-mail address. */
export const partyColumn = (name: string): LookupColumn => ({
	name,
	links: TABLES.map((target) => ({ column: name, navigation: `partyid_${target}`, target })),
	takesAddresses: true,
});

/** The recipients of one column, as entries of the activity's parties. */
export function partyProperty(column: LookupColumn, value: unknown, parents: Parents): object[] {
	if (value === null) return [];
	const values: readonly unknown[] = Array.isArray(value) ? value : [value];
	const role = { participationtypemask: ROLES[column.name] };
	return values.map((each) => {
		const parent = parents.of({ column, value: each });
		if (!parent) return { addressused: String(each).trim(), ...role };
		return { [`${parent.navigation}@odata.bind`]: `/${parent.set}(${parent.id})`, ...role };
	});
}
