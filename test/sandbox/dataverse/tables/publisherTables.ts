import { integer, lookup, primaryKey, target, text, yesNo } from '../columns';
import type { Table } from '../model';
import { defineTable } from './defineTable';

const fixed = { bulk: false, optimisticConcurrency: false, internal: true } as const;

const publisher = (): Table =>
	defineTable({
		...fixed,
		name: 'publisher',
		schemaName: 'Publisher',
		set: 'publishers',
		label: 'Publisher',
		plural: 'Publishers',
		primaryName: 'friendlyname',
		columns: [
			primaryKey('publisherid', 'Publisher'),
			text('uniquename', 'Name', 256),
			text('friendlyname', 'Display Name', 256),
			text('customizationprefix', 'Prefix', 8),
			integer('customizationoptionvalueprefix', 'Option Value Prefix', [10_000, 99_999]),
		],
	});

const solution = (): Table =>
	defineTable({
		...fixed,
		name: 'solution',
		schemaName: 'Solution',
		set: 'solutions',
		label: 'Solution',
		plural: 'Solutions',
		primaryName: 'friendlyname',
		columns: [
			primaryKey('solutionid', 'Solution'),
			text('uniquename', 'Name', 65),
			text('friendlyname', 'Display Name', 256),
			yesNo('ismanaged', 'Package Type', ['Managed', 'Unmanaged']),
			yesNo('isvisible', 'Is Visible Outside Platform', ['Yes', 'No']),
			lookup('publisherid', 'Publisher', target('publisher', 'publisherid', 'publisher_solution')),
		],
	});

/** Solutions and their publishers: where the prefix of a new column comes from (contract 2.4). */
export const publisherTables = (): Table[] => [publisher(), solution()];

/** The organisation's publishers and solutions (S-34). */
export const publishers = [
	{ name: 'CrmSync', prefix: 'crmsync', options: 93_535, solution: 'CrmSync', managed: false },
	{ name: 'Contoso', prefix: 'contoso', options: 72_700, solution: 'ContosoSales', managed: false },
	{ name: 'DefaultPublisher', prefix: 'new', options: 10_000, solution: 'Default', managed: false },
	{ name: 'Fabrikam', prefix: 'fab', options: 55_500, solution: 'FabrikamManaged', managed: true },
] as const;
