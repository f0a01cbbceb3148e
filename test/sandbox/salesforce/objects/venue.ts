import {
	REQUIRED,
	checkbox,
	defineObject,
	dependentPicklist,
	externalId,
	geolocation,
	picklist,
	text,
} from '../fields';
import type { ObjectType } from '../model';

/** A custom object with a geolocation and with picklists that depend on others (salesforce contract 2). */
export const venue = (): ObjectType =>
	defineObject({
		name: 'Venue__c',
		label: 'Venue',
		labelPlural: 'Venues',
		keyPrefix: 'a06',
		own: [
			text('Name', 'Venue Name', 80, REQUIRED),
			externalId('Ext__c', 'External Key'),
			...geolocation('Place__c', 'Place'),
			picklist('Region__c', 'Region', ['EU', '-Asia', 'US'], { restrictedPicklist: true }),
			{
				...dependentPicklist('City__c', 'City', 'Region__c', {
					Berlin: ['EU'],
					Paris: ['EU'],
					Athens: ['EU', 'US'],
					Denver: ['US'],
				}),
				restrictedPicklist: true,
			},
			checkbox('Indoor__c', 'Indoor'),
			dependentPicklist('Surface__c', 'Surface', 'Indoor__c', {
				Parquet: ['true'],
				Grass: ['false'],
				Concrete: ['false', 'true'],
			}),
		],
	});
