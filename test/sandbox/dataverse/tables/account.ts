import { choice, integer, lookup, money, primaryKey, target, text } from '../columns';
import type { Table } from '../model';
import { activeKey, defineTable } from './defineTable';
import { partyColumns } from './partyColumns';

/** `account` with realistic columns, the pack's sample columns and two alternate keys (S-34). */
export const account = (): Table =>
	defineTable({
		name: 'account',
		schemaName: 'Account',
		set: 'accounts',
		label: 'Account',
		plural: 'Accounts',
		changeTracking: true,
		primaryName: 'name',
		columns: [
			primaryKey('accountid', 'Account'),
			text('name', 'Account Name', 160, { required: 'ApplicationRequired' }),
			text('accountnumber', 'Account Number', 20),
			integer('numberofemployees', 'Number of Employees', [0, 1_000_000_000]),
			money('revenue', 'Annual Revenue'),
			choice('industrycode', 'Industry', [
				'Accounting',
				'Agriculture and Non-petrol Natural Resource Extraction',
				'Broadcasting Printing and Publishing',
				'Brokers',
				'Building Supply Retail',
				'Business Services',
				'Consulting',
			]),
			choice('customertypecode', 'Relationship Type', ['Competitor', 'Consultant', 'Customer']),
			lookup(
				'primarycontactid',
				'Primary Contact',
				target('contact', 'primarycontactid', 'account_primary_contact'),
			),
			lookup(
				'parentaccountid',
				'Parent Account',
				target('account', 'parentaccountid', 'account_parent_account'),
			),
			text('crmsync_airportcode', 'Airport Code', 10),
			text('crmsync_icao', 'ICAO Code', 4),
			text('crmsync_timezone', 'Time Zone', 100),
			integer('crmsync_altitude', 'Altitude', [-2000, 30_000]),
			choice('crmsync_kind', 'Kind', ['Airport', 'Heliport', 'Seaplane Base'], 935_350_000),
			...partyColumns('account'),
		],
		keys: [
			activeKey('crmsync_AccountNumber', ['accountnumber']),
			activeKey('crmsync_CountryAirport', ['address1_country', 'crmsync_airportcode']),
		],
	});
