import type { RowValues, Table } from './model';
import type { Org } from './org';
import { ids } from './org';
import { stableGuid } from './tables/defineTable';

/** Puts the platform's own rows into an empty organisation: users, currency, message filters (S-20). */
export function seedPlatform(org: Org): void {
	const { schema, store } = org;
	const put = (name: string, id: string, values: RowValues) => {
		const table = schema.named(name);
		store.create(table, id, { [table.primaryId]: id, ...values });
	};
	put('systemuser', ids.user, { fullname: '# CRM Sync' });
	put('systemuser', ids.otherUser, { fullname: 'Kim Other' });
	put('team', ids.team, { name: 'Default Team' });
	put('transactioncurrency', ids.currency, { currencyname: 'Euro', isocurrencycode: 'EUR' });
	const bulk = ['CreateMultiple', 'UpdateMultiple'] as const;
	// UpsertMultiple exists as a message but never has filter rows (contract 2.2 row 6).
	for (const name of [...bulk, 'UpsertMultiple', 'Create', 'Update', 'Delete']) {
		put('sdkmessage', stableGuid(`message ${name}`), { name });
	}
	for (const table of schema.tables.filter((each) => each.bulk)) {
		for (const message of bulk) {
			put('sdkmessagefilter', stableGuid(`filter ${message} ${table.name}`), {
				...filterValues(table),
				sdkmessageid: { table: 'sdkmessage', id: stableGuid(`message ${message}`) },
			});
		}
	}
}

const filterValues = (table: Table): RowValues => ({ primaryobjecttypecode: table.name });
