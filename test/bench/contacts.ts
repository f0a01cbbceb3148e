import { readFileSync } from 'node:fs';
import path from 'node:path';

import type { SyncRecord } from '../../shared/core/record';

export const poolFile = 'pools.json';
export const poolNames = [
	...(['firstName', 'lastName', 'company', 'jobTitle', 'street'] as const),
	...(['city', 'country', 'phone', 'birthdate', 'sentence'] as const),
];
export type Pools = Readonly<Record<(typeof poolNames)[number], readonly string[]>>;

let pools: Pools | undefined;

/** The pools the parent wrote beside this bundle. */
function words(): Pools {
	pools ??= JSON.parse(readFileSync(path.join(__dirname, poolFile), 'utf8')) as Pools;
	return pools;
}

export const contactKey = 'contactid';

/** One of every so many contacts has another phone number; 0: none. */
export interface Version {
	readonly changedEvery: number;
}

export const original: Version = { changedEvery: 0 };

/** The contact of a number, always the same: 20 fields of every type a destination knows. */
export function contact(number: number, { changedEvery }: Version = original): SyncRecord {
	const from = words();
	const pick = (list: readonly string[], salt: number) =>
		list[(Math.imul(number + salt, 0x9e3779b1) >>> 0) % list.length];
	const first = pick(from.firstName, 1);
	const last = pick(from.lastName, 2);
	const isChanged = changedEvery > 0 && number % changedEvery === 0;
	return {
		contactid: `C-${number}`,
		email: `${first}.${last}.${number}@example.com`,
		firstname: first,
		lastname: last,
		company: pick(from.company, 3),
		jobtitle: pick(from.jobTitle, 4),
		street: pick(from.street, 5),
		postcode: 10_000 + (number % 90_000),
		city: pick(from.city, 6),
		country: pick(from.country, 7),
		phone: pick(from.phone, isChanged ? 9 : 8),
		mobile: pick(from.phone, 10),
		birthdate: pick(from.birthdate, 11),
		score: number % 1_000,
		revenue: (number % 77_777) / 7,
		active: number % 3 !== 0,
		newsletter: number % 2 === 0,
		comment: pick(from.sentence, 12),
		owner: null,
		segment: `S${number % 40}`,
	};
}

export function contacts(count: number, version?: Version): SyncRecord[] {
	return Array.from({ length: count }, (_, number) => contact(number, version));
}
