import type { RowValues, Table } from './model';
import type { Org } from './org';
import { ids } from './org';
import { stableGuid } from './tables/defineTable';
import { publishers } from './tables/publisherTables';

/** Puts the platform's own rows into an empty organisation: users, currency, message filters (S-20). */
export function seedPlatform(org: Org): void {
	const { schema, store } = org;
	const put = (name: string, id: string, values: RowValues) => {
		const table = schema.named(name);
		store.create(table, id, { [table.primaryId]: id, ...values });
	};
	put('systemuser', ids.user, { fullname: '# CRM Sync' });
	put('systemuser', ids.otherUser, {
		fullname: 'Kim Other',
		azureactivedirectoryobjectid: stableGuid('entra object of Kim Other'),
	});
	put('team', ids.team, { name: 'Default Team' });
	put('transactioncurrency', ids.currency, { currencyname: 'Euro', isocurrencycode: 'EUR' });
	// UpsertMultiple exists as a message but never has filter rows (contract 2.2 row 6).
	for (const name of [...bulk, 'UpsertMultiple', 'Create', 'Update', 'Delete']) {
		put('sdkmessage', stableGuid(`message ${name}`), { name });
	}
	for (const table of schema.tables.filter((each) => each.bulk)) seedMessages(org, table);
	for (const each of publishers) {
		const id = stableGuid(`publisher ${each.name}`);
		put('publisher', id, {
			uniquename: each.name,
			friendlyname: each.name,
			customizationprefix: each.prefix,
			customizationoptionvalueprefix: each.options,
		});
		put('solution', stableGuid(`solution ${each.solution}`), {
			uniquename: each.solution,
			friendlyname: each.solution,
			ismanaged: each.managed,
			isvisible: true,
			publisherid: { table: 'publisher', id },
		});
	}
}

const bulk = ['CreateMultiple', 'UpdateMultiple'] as const;

/** The filter rows that say which bulk messages a table supports (S-20). */
export function seedMessages({ schema, store }: Org, table: Table): void {
	const filters = schema.named('sdkmessagefilter');
	for (const message of bulk) {
		const id = stableGuid(`filter ${message} ${table.name}`);
		store.create(filters, id, {
			sdkmessagefilterid: id,
			...filterValues(table),
			sdkmessageid: { table: 'sdkmessage', id: stableGuid(`message ${message}`) },
		});
	}
}

const filterValues = (table: Table): RowValues => ({ primaryobjecttypecode: table.name });
