import {
	lookup,
	memo,
	owner,
	platformColumns,
	primaryKey,
	readOnly,
	stateColumns,
	target,
	text,
} from '../columns';
import type { Table } from '../model';
import { activeKey, defineTable } from './defineTable';
import { deriveFullName } from './fullName';
import { addressColumns, consentColumns } from './partyColumns';

/** `lead` with the consent columns, whose presence on leads is unconfirmed (S-34, U-24). */
export const lead = (): Table =>
	defineTable({
		name: 'lead',
		schemaName: 'Lead',
		set: 'leads',
		label: 'Lead',
		plural: 'Leads',
		primaryName: 'fullname',
		changeTracking: true,
		columns: [
			primaryKey('leadid', 'Lead'),
			text('subject', 'Topic', 300, { required: 'ApplicationRequired' }),
			text('fullname', 'Name', 160, readOnly),
			text('firstname', 'First Name', 50),
			text('lastname', 'Last Name', 50),
			text('companyname', 'Company Name', 100),
			text('emailaddress1', 'Email', 100, { format: 'Email' }),
			text('telephone1', 'Business Phone', 50, { format: 'Phone' }),
			memo('description', 'Description', 2000),
			lookup(
				'parentcontactid',
				'Parent Contact for lead',
				target('contact', 'parentcontactid', 'lead_parent_contact'),
			),
			text('new_leadid', 'Lead Number', 100),
			...addressColumns(),
			...consentColumns(),
			...stateColumns(),
			owner('lead'),
			...platformColumns('lead'),
		],
		keys: [activeKey('new_LeadId', ['new_leadid'])],
		derive: deriveFullName,
	});
