import { defineObject, picklist, text } from '../fields';
import type { ObjectType } from '../model';
import { booking } from './booking';
import { files } from './files';
import { people } from './people';
import { selling } from './selling';
import { venue } from './venue';

const bare = (name: string, keyPrefix: string, parts: Partial<ObjectType> = {}): ObjectType =>
	defineObject({ name, label: name, labelPlural: name, keyPrefix, own: [], ...parts });

/** Objects that an object list hides, or that Bulk refuses (contract 2, 4.4). */
const around = (): ObjectType[] => [
	bare('AccountHistory', '017', { createable: false, updateable: false, bulk: false }),
	bare('AccountFeed', '0D5', { createable: false, updateable: false, bulk: false }),
	bare('LeadShare', '01o', { bulk: false }),
	bare('ContactChangeEvent', '0Yx', { createable: false, updateable: false, bulk: false }),
	bare('Booking__History', 'a02', { createable: false, updateable: false, bulk: false }),
	bare('Booking__Share', 'a03', { bulk: false }),
	bare('Booking__ChangeEvent', 'e01', { bulk: false }),
	bare('Settings__c', 'a04', { customSetting: true }),
	bare('Old__c', 'a05', { deprecatedAndHidden: true }),
	defineObject({
		name: 'CaseStatus',
		label: 'Case Status Value',
		labelPlural: 'Case Status Values',
		keyPrefix: '0Zz',
		owners: [],
		bulk: false,
		deletable: false,
		own: [text('MasterLabel', 'Master Label', 255, { nillable: false })],
	}),
	defineObject({
		name: 'Group',
		label: 'Group',
		labelPlural: 'Groups',
		keyPrefix: '00G',
		owners: [],
		setup: true,
		own: [
			text('Name', 'Name', 40, { nillable: false }),
			text('DeveloperName', 'Developer Name', 80),
			picklist('Type', 'Type', ['Regular', 'Queue', 'Role'], {
				nillable: false,
				updateable: false,
				defaultedOnCreate: true,
				restrictedPicklist: true,
				initial: 'Regular',
			}),
		],
	}),
];

/** The objects of a new organisation. */
export const standardObjects = (): ObjectType[] => [
	...people(),
	...selling(),
	booking(),
	venue(),
	...files(),
	...around(),
];
