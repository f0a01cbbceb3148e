import type { SyncRecord } from '../../shared/core/record';
import type { MapperRow } from '../nodes/fieldMapperFixture';
import { contact } from './contacts';
import type { SandboxAddress } from './sandbox';
import { fetchToken } from './sandbox';

/** The column types that the contact of the stand-in lacks, added as a customizer would (dataverse:S-24). */
const addedColumns = [
	{
		'@odata.type': 'Microsoft.Dynamics.CRM.IntegerAttributeMetadata',
		SchemaName: 'crmsync_Score',
		MinValue: 0,
		MaxValue: 1_000,
	},
	{
		'@odata.type': 'Microsoft.Dynamics.CRM.DateTimeAttributeMetadata',
		SchemaName: 'crmsync_LastVisit',
		Format: 'DateAndTime',
		DateTimeBehavior: { Value: 'UserLocal' },
	},
] as const;

export async function addColumns(address: SandboxAddress): Promise<void> {
	const token = await fetchToken(address);
	const attributes = `${address.url}/api/data/v9.2/EntityDefinitions(LogicalName='contact')/Attributes`;
	for (const column of addedColumns) {
		const label = { Label: column.SchemaName, LanguageCode: 1033 };
		const answer = await fetch(attributes, {
			method: 'POST',
			headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
			body: JSON.stringify({ ...column, DisplayName: { LocalizedLabels: [label] } }),
		});
		if (!answer.ok) throw new Error(`${column.SchemaName} was not created (${answer.status})`);
	}
}

/** The stored values of the choices, by label, as the stand-in's contact has them. */
const genders = { Male: 1, Female: 2 };
const methods = { Any: 1, Email: 2, Phone: 3, Fax: 4, Mail: 5 };
const interests = { Skiing: 935_350_000, Hiking: 935_350_001, Sailing: 935_350_002 };

/** One destination field: where its value stands in the source, and what it must arrive as. */
interface TypedField {
	readonly source: string;
	/** From the contact and its number. */
	read(this: void, from: SyncRecord, number: number): unknown;
	/** Undefined: as it is. */
	becomes?(this: void, read: unknown): unknown;
}

const asIs = (source: string): TypedField => ({ source, read: (from) => from[source] });
const typed = (
	source: string,
	read: (number: number, from: SyncRecord) => unknown,
	becomes: (read: unknown) => unknown,
): TypedField => ({ source, read: (from, number) => read(number, from), becomes });
const choice = (source: string, values: Readonly<Record<string, number>>): TypedField => {
	const labels = Object.keys(values);
	return typed(
		source,
		(number) => labels[number % labels.length],
		(label) => values[String(label)],
	);
};

const day = (visit: number) => String(1 + (visit % 28)).padStart(2, '0');
const minute = (visit: number) => String(visit % 60).padStart(2, '0');

/** Twenty fields of every type but lookup and id, most with texts as a CSV file brings them. */
const fields: Readonly<Record<string, TypedField>> = {
	crmsync_externalid: asIs('contactid'),
	emailaddress1: asIs('email'),
	firstname: asIs('firstname'),
	lastname: asIs('lastname'),
	jobtitle: asIs('jobtitle'),
	address1_line1: asIs('street'),
	address1_city: asIs('city'),
	telephone1: asIs('phone'),
	description: asIs('comment'),
	address1_postalcode: typed('postcode', (_, { postcode }) => postcode, String),
	crmsync_score: typed('score', (number) => String(number % 1_000), Number),
	creditlimit: typed('revenue', (_, { revenue }) => Number(revenue).toFixed(2), Number),
	address1_latitude: typed(
		'latitude',
		(number) => (((number % 18_000) - 9_000) / 100).toFixed(5),
		Number,
	),
	donotemail: typed(
		'emails',
		(number) => (number % 3 === 0 ? 'Allow' : 'Do Not Allow'),
		(label) => label === 'Do Not Allow',
	),
	marketingonly: typed(
		'marketing',
		(number) => (number % 2 === 0 ? 'yes' : 'no'),
		(word) => word === 'yes',
	),
	birthdate: asIs('birthdate'),
	// One in ten has none.
	crmsync_lastvisit: typed(
		'lastVisit',
		(number) => (number % 10 === 0 ? '' : `2026-03-${day(number)}T09:${minute(number)}:00+02:00`),
		(text) => (text === '' ? null : String(text).replace('T09:', 'T07:').replace('+02:00', 'Z')),
	),
	gendercode: choice('gender', genders),
	preferredcontactmethodcode: choice('method', methods),
	crmsync_interests: typed(
		'interests',
		(number) => (number % 2 === 0 ? 'Hiking; Sailing' : 'Skiing'),
		(text) => (text === 'Skiing' ? [interests.Skiing] : [interests.Hiking, interests.Sailing]),
	),
};

export const typedKey = 'crmsync_externalid';

export const typedRows: readonly MapperRow[] = Object.entries(fields).map(([field, { source }]) => [
	field,
	`={{ $json.${source} }}`,
]);

/** A contact as a CSV file brings it. */
export function typedSource(number: number): SyncRecord {
	const from = contact(number);
	return Object.fromEntries(
		Object.values(fields).map(({ source, read }) => [source, read(from, number)]),
	);
}

/** What Dynamics 365 takes for it. */
export function typedExpected(source: SyncRecord): SyncRecord {
	return Object.fromEntries(
		Object.entries(fields).map(([field, { source: name, becomes }]) => {
			const value = source[name];
			return [field, becomes ? becomes(value) : value];
		}),
	);
}
