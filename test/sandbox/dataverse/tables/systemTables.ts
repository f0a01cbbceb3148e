import { dateTime, integer, lookup, primaryKey, stateColumns, target, text } from '../columns';
import type { Table } from '../model';
import { defineTable } from './defineTable';

const fixed = { bulk: false, optimisticConcurrency: false } as const;

const user = (): Table =>
	defineTable({
		...fixed,
		name: 'systemuser',
		schemaName: 'SystemUser',
		set: 'systemusers',
		label: 'User',
		plural: 'Users',
		primaryName: 'fullname',
		columns: [
			primaryKey('systemuserid', 'User'),
			text('fullname', 'Full Name', 200),
			text('internalemailaddress', 'Primary Email', 100),
			text('applicationid', 'Application ID', 40),
			text('azureactivedirectoryobjectid', 'Entra Object ID', 40),
		],
	});

const team = (): Table =>
	defineTable({
		...fixed,
		name: 'team',
		schemaName: 'Team',
		set: 'teams',
		label: 'Team',
		plural: 'Teams',
		primaryName: 'name',
		columns: [primaryKey('teamid', 'Team'), text('name', 'Team Name', 160)],
	});

const currency = (): Table =>
	defineTable({
		...fixed,
		name: 'transactioncurrency',
		schemaName: 'TransactionCurrency',
		set: 'transactioncurrencies',
		label: 'Currency',
		plural: 'Currencies',
		primaryName: 'currencyname',
		columns: [
			primaryKey('transactioncurrencyid', 'Currency'),
			text('currencyname', 'Currency Name', 100),
			text('isocurrencycode', 'Currency Code', 5),
		],
	});

const message = (): Table =>
	defineTable({
		...fixed,
		internal: true,
		name: 'sdkmessage',
		schemaName: 'SdkMessage',
		set: 'sdkmessages',
		label: 'Sdk Message',
		plural: 'Sdk Messages',
		primaryName: 'name',
		columns: [primaryKey('sdkmessageid', 'Sdk Message'), text('name', 'Name', 256)],
	});

const messageFilter = (): Table =>
	defineTable({
		...fixed,
		internal: true,
		name: 'sdkmessagefilter',
		schemaName: 'SdkMessageFilter',
		set: 'sdkmessagefilters',
		label: 'Sdk Message Filter',
		plural: 'Sdk Message Filters',
		primaryName: 'name',
		columns: [
			primaryKey('sdkmessagefilterid', 'Sdk Message Filter'),
			text('name', 'Name', 256),
			text('primaryobjecttypecode', 'Primary Object Type Code', 128),
			lookup(
				'sdkmessageid',
				'SDK Message',
				target('sdkmessage', 'sdkmessageid', 'sdkmessageid_sdkmessagefilter'),
			),
		],
	});

const asyncOperation = (): Table => {
	const [state, status] = stateColumns();
	return defineTable({
		...fixed,
		internal: true,
		name: 'asyncoperation',
		schemaName: 'AsyncOperation',
		set: 'asyncoperations',
		label: 'System Job',
		plural: 'System Jobs',
		primaryName: 'name',
		columns: [
			primaryKey('asyncoperationid', 'System Job'),
			text('name', 'System Job Name', 256),
			integer('operationtype', 'Type', [0, 1000]),
			dateTime('completedon', 'Completed On'),
			text('friendlymessage', 'Message', 1000),
			{
				...state!,
				options: [
					{ value: 0, label: 'Ready' },
					{ value: 1, label: 'Suspended' },
					{ value: 2, label: 'Locked' },
					{ value: 3, label: 'Completed' },
				],
			},
			{
				...status!,
				options: [
					{ value: 0, label: 'Waiting For Resources', state: 0 },
					{ value: 20, label: 'In Progress', state: 2 },
					{ value: 30, label: 'Succeeded', state: 3 },
					{ value: 31, label: 'Failed', state: 3 },
					{ value: 32, label: 'Canceled', state: 3 },
				],
			},
		],
	});
};

/** The platform's own tables, as far as clients meet them. */
export const systemTables = (): Table[] => [
	user(),
	team(),
	currency(),
	message(),
	messageFilter(),
	asyncOperation(),
];
