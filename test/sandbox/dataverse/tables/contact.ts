import {
	choice,
	customer,
	dateTime,
	multiChoice,
	primaryKey,
	readOnly,
	target,
	text,
} from '../columns';
import type { Table } from '../model';
import { activeKey, defineTable } from './defineTable';
import { deriveFullName } from './fullName';
import { partyColumns } from './partyColumns';

/** `contact` with the polymorphic customer lookup, consent columns and a key on an external id (S-34). */
export const contact = (): Table =>
	defineTable({
		name: 'contact',
		schemaName: 'Contact',
		set: 'contacts',
		label: 'Contact',
		plural: 'Contacts',
		changeTracking: true,
		primaryName: 'fullname',
		columns: [
			primaryKey('contactid', 'Contact'),
			text('fullname', 'Full Name', 160, readOnly),
			text('firstname', 'First Name', 50, { required: 'Recommended' }),
			text('lastname', 'Last Name', 50, { required: 'ApplicationRequired' }),
			text('jobtitle', 'Job Title', 100),
			text('mobilephone', 'Mobile Phone', 50, { format: 'Phone' }),
			dateTime('birthdate', 'Birthday', 'DateOnly'),
			choice('gendercode', 'Gender', ['Male', 'Female']),
			customer('parentcustomerid', 'Company Name', [
				target('account', 'parentcustomerid_account', 'contact_customer_accounts'),
				target('contact', 'parentcustomerid_contact', 'contact_customer_contacts'),
			]),
			text('crmsync_externalid', 'External Id', 100),
			multiChoice('crmsync_interests', 'Interests', ['Skiing', 'Hiking', 'Sailing'], 935_350_000),
			...partyColumns('contact'),
		],
		keys: [activeKey('crmsync_ExternalId', ['crmsync_externalid'])],
		derive: deriveFullName,
	});
