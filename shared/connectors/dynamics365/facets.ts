import { isObject } from '../json';
import type { Row } from './api';

/** What two values of a column are equal by, beyond its type. */
export interface Facets {
	/** Digits behind the point that the database keeps. */
	readonly precision?: number;
	/** `DateOnly`, `TimeZoneIndependent` or `UserLocal`: what of a moment is stored (dataverse 2.3). */
	readonly behaviour?: string;
}

/** Parts of a table's definition: digits, and the behaviour of dates. */
export const FACET_PARTS = ['Decimal', 'Double', 'Money', 'DateTime'].map((type) => {
	const facet = type === 'DateTime' ? 'DateTimeBehavior' : 'Precision';
	const cast = `/Attributes/Microsoft.Dynamics.CRM.${type}AttributeMetadata`;
	return `${cast}?$select=LogicalName,${facet}`;
});

/** The facets of each column, from the rows of those parts. */
export const facetsOf = (rows: readonly Row[]): ReadonlyMap<string, Facets> =>
	new Map(
		rows.map(({ LogicalName, Precision: precision, DateTimeBehavior: behaviour }) => {
			const facets: Facets = {
				...(typeof precision === 'number' && { precision }),
				...(isObject(behaviour) && { behaviour: String(behaviour.Value) }),
			};
			return [String(LogicalName), facets];
		}),
	);
