import type { Conversion } from '../../core/conversion';
import { exact, shown, unfit } from '../../core/conversion/outcome';
import type { FoundRecord } from '../connector';
import type { Api } from './api';
import { readSObject } from './describe';
import { lookUp } from './lookUp';

/** People and queues by what others call them (salesforce 2.2), read in batches and remembered for the run. */
export interface Owners {
	find(texts: Iterable<string>): Promise<void>;
	/** The id behind a text that `find` was asked for. */
	of(text: string): Conversion;
}

/** One way to name an owner, in the order they are tried. */
interface Naming {
	readonly object: 'User' | 'Group';
	readonly field: string;
	/** Whether a found record counts. */
	counts(record: FoundRecord['record']): boolean;
	readonly select: readonly string[];
}

function isQueue({ Type }: FoundRecord['record']): boolean {
	return Type === undefined || Type === 'Queue';
}

const NAMINGS: readonly Naming[] = [
	// A user name is unique, so an inactive user is told as such by Salesforce.
	{ object: 'User', field: 'Username', select: [], counts: () => true },
	{
		object: 'User',
		field: 'Email',
		select: ['IsActive'],
		counts: ({ IsActive }) => IsActive === true,
	},
	{ object: 'Group', field: 'DeveloperName', select: ['Type'], counts: isQueue },
	{ object: 'Group', field: 'Name', select: ['Type'], counts: isQueue },
];

/** The owners one field may have: people, and queues where it points at groups too. */
export function createOwners(api: Api, objects: readonly string[]): Owners {
	const known = new Map<string, Conversion>();
	const namings = NAMINGS.filter(({ object }) => objects.includes(object));
	return {
		async find(texts) {
			let open = [...new Set([...texts].map(fold))].filter((text) => !known.has(text));
			for (const naming of namings) {
				if (open.length === 0) return;
				const found = await named(api, naming, open);
				open.forEach((text, index) => {
					const ids = found[index];
					if (ids.length === 1) known.set(text, exact(ids[0]));
					if (ids.length > 1) known.set(text, unfit(several(text, ids.length, naming)));
				});
				open = open.filter((text) => !known.has(text));
			}
			for (const text of open) known.set(text, unfit(nobody(text, namings)));
		},
		of: (text) => known.get(fold(text)) ?? unfit(nobody(text, namings)),
	};
}

const fold = (text: string): string => text.trim().toLowerCase();

async function named(
	api: Api,
	{ object, field, select, counts }: Naming,
	values: readonly string[],
): Promise<string[][]> {
	const sobject = await readSObject(api, object);
	if (sobject.field(field)?.filterable !== true) return values.map(() => []);
	const seen = select.filter((name) => sobject.field(name));
	const matches = await lookUp(api, sobject, field, { values, select: seen });
	return matches.map(({ found }) =>
		found.filter(({ record }) => counts(record)).map(({ id }) => id),
	);
}

const several = (text: string, count: number, { object, field }: Naming): string =>
	`is ${shown(text)}, the ${field} of ${count} records of ${object}; send the id or the user name`;

const nobody = (text: string, namings: readonly Naming[]): string =>
	`is ${shown(text)}, which is no id, and no ${namings
		.map(({ field }) => WORDS[field])
		.join(', no ')}`;

const WORDS: Readonly<Record<string, string>> = {
	Username: 'user name',
	Email: 'e-mail address of an active user',
	DeveloperName: 'API name of a queue',
	Name: 'name of a queue',
};
