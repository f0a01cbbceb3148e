import { choice, lookup, primaryKey, target, text } from '../columns';
import type { Table } from '../model';
import { defineTable } from './defineTable';

/** Tables whose rows may take part in an activity. */
export const partyTables = ['account', 'contact', 'lead', 'systemuser'] as const;

const roles = [
	'Sender',
	'To Recipient',
	'CC Recipient',
	'BCC Recipient',
	'Required attendee',
	'Optional attendee',
	'Organizer',
	'Regarding',
	'Owner',
	'Resource',
	'Customer',
	'Chat Participant',
	'Related',
];

/** Who takes part in which activity, and as what (contract 2.3, PartyList). */
export const activityParty = (): Table => {
	const parties = partyTables.map((table) =>
		target(table, `partyid_${table}`, `${table}_activity_parties`),
	);
	return defineTable({
		name: 'activityparty',
		schemaName: 'ActivityParty',
		set: 'activityparties',
		label: 'Activity Party',
		plural: 'Activity Parties',
		primaryName: 'addressused',
		bulk: false,
		optimisticConcurrency: false,
		internal: true,
		columns: [
			primaryKey('activitypartyid', 'Activity Party'),
			lookup(
				'activityid',
				'Activity',
				target(
					'contoso_touchpoint',
					'activityid_contoso_touchpoint',
					'contoso_touchpoint_activity_parties',
				),
			),
			{ ...lookup('partyid', 'Party', parties[0]!), targets: parties },
			choice('participationtypemask', 'Participation Type', roles),
			text('addressused', 'Address', 320),
		],
	});
};
