import {
	choice,
	dateTime,
	decimal,
	integer,
	lookup,
	money,
	multiChoice,
	owner,
	platformColumns,
	primaryKey,
	stateColumns,
	target,
	text,
	yesNo,
} from '../columns';
import type { Table } from '../model';
import { activeKey, defineTable } from './defineTable';

const shared = (table: string) => [...stateColumns(), owner(table), ...platformColumns(table)];

/** A custom table with every column type, a text key and a number key; it blocks deleting its account. */
export const booking = (): Table =>
	defineTable({
		name: 'crmsync_booking',
		schemaName: 'crmsync_Booking',
		set: 'crmsync_bookings',
		label: 'Booking',
		plural: 'Bookings',
		primaryName: 'crmsync_name',
		columns: [
			primaryKey('crmsync_bookingid', 'Booking'),
			text('crmsync_name', 'Name', 100, { required: 'ApplicationRequired' }),
			text('crmsync_reference', 'Reference', 50),
			integer('crmsync_number', 'Number', [0, 2_147_483_647]),
			decimal('crmsync_weight', 'Weight', { min: 0, max: 100_000, precision: 2 }),
			money('crmsync_amount', 'Amount'),
			yesNo('crmsync_confirmed', 'Confirmed', ['Yes', 'No']),
			choice('crmsync_channel', 'Channel', ['Web', 'Phone', 'Desk'], 935_350_000),
			multiChoice('crmsync_extras', 'Extras', ['Lounge', 'Meal', 'Seat'], 935_350_000),
			dateTime('crmsync_departure', 'Departure', 'TimeZoneIndependent'),
			dateTime('crmsync_day', 'Day', 'DateOnly'),
			dateTime('crmsync_bookedon', 'Booked On'),
			lookup(
				'crmsync_accountid',
				'Account',
				target('account', 'crmsync_AccountId', 'crmsync_account_booking', 'restrict'),
				{ schemaName: 'crmsync_AccountId' },
			),
			lookup(
				'crmsync_travellerid',
				'Traveller',
				target('contact', 'crmsync_TravellerId', 'crmsync_contact_booking'),
				{ schemaName: 'crmsync_TravellerId' },
			),
			lookup(
				'transactioncurrencyid',
				'Currency',
				target('transactioncurrency', 'transactioncurrencyid', 'transactioncurrency_booking'),
			),
			...shared('crmsync_booking'),
		],
		keys: [
			activeKey('crmsync_Reference', ['crmsync_reference']),
			activeKey('crmsync_TravellerNumber', ['crmsync_travellerid', 'crmsync_number']),
		],
	});

/** A table without bulk messages and without optimistic concurrency: only `$batch` writes many (S-20). */
export const visit = (): Table =>
	defineTable({
		name: 'crmsync_visit',
		schemaName: 'crmsync_Visit',
		set: 'crmsync_visits',
		label: 'Visit',
		plural: 'Visits',
		primaryName: 'crmsync_name',
		bulk: false,
		optimisticConcurrency: false,
		columns: [
			primaryKey('crmsync_visitid', 'Visit'),
			text('crmsync_name', 'Name', 100),
			text('crmsync_code', 'Code', 50),
			dateTime('crmsync_visitedon', 'Visited On'),
			...shared('crmsync_visit'),
		],
		keys: [activeKey('crmsync_Code', ['crmsync_code'])],
	});

/** An elastic table: partial success in bulk calls, upsert replaces the row (contract 4.5, 4.7). */
export const signal = (): Table =>
	defineTable({
		name: 'crmsync_signal',
		schemaName: 'crmsync_Signal',
		set: 'crmsync_signals',
		label: 'Signal',
		plural: 'Signals',
		primaryName: 'crmsync_name',
		elastic: true,
		columns: [
			primaryKey('crmsync_signalid', 'Signal'),
			text('crmsync_name', 'Name', 100),
			integer('crmsync_score', 'Score', [0, 100]),
			text('partitionid', 'Partition Id', 100),
			...shared('crmsync_signal'),
		],
		keys: [activeKey('KeyForNoSqlEntityWithPKPartitionId', ['crmsync_signalid', 'partitionid'])],
	});
