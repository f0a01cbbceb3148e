import type { Column, Row } from './model';
import { apiName, isLookup, isReference } from './model';
import type { Wanted } from './annotations';
import type { Org } from './org';
import { text } from './labels';
import { scalar } from './rowProperties';

/** Adds what a request asked for about one row's values. */
export type Annotator = (row: Row, shown: Record<string, unknown>) => void;

const FORMATTED = 'OData.Community.Display.V1.FormattedValue';
const TARGET = 'Microsoft.Dynamics.CRM.lookuplogicalname';
const NAVIGATION = 'Microsoft.Dynamics.CRM.associatednavigationproperty';

const locales: Readonly<Record<number, string>> = { 1033: 'en-US', 1031: 'de-DE', 1036: 'fr-FR' };
const words: Readonly<Record<number, readonly [yes: string, no: string]>> = {
	1031: ['Ja', 'Nein'],
	1036: ['Oui', 'Non'],
};

function formatDate(org: Org, column: Column, value: string): string {
	const locale = locales[org.settings.language] ?? 'en-US';
	const withTime = column.behavior !== 'DateOnly' && column.format !== 'DateOnly';
	const moves = column.behavior === 'UserLocal' || column.behavior === undefined;
	return new Intl.DateTimeFormat(locale, {
		dateStyle: 'short',
		...(withTime ? { timeStyle: 'short' } : {}),
		// Only user-local times move with the caller's time zone (contract 2.3).
		timeZone: moves ? org.settings.timeZone : 'UTC',
	}).format(new Date(value));
}

function optionLabel(org: Org, column: Column, value: unknown): string | undefined {
	const found = column.options?.find((option) => option.value === Number(value));
	return found && text(found, org.settings.language);
}

function formatNumber(org: Org, column: Column, value: number): string {
	const locale = locales[org.settings.language] ?? 'en-US';
	const digits = column.precision ?? 0;
	return new Intl.NumberFormat(locale, {
		minimumFractionDigits: digits,
		maximumFractionDigits: digits,
		...(column.type === 'Money' ? { style: 'currency', currency: 'EUR' } : {}),
	}).format(value);
}

function yesOrNo(org: Org, column: Column, value: boolean): string {
	const { language } = org.settings;
	const [yes, no] = words[language] ?? [];
	const own: readonly [string, string] = [column.yes ?? 'Yes', column.no ?? 'No'];
	// Only plain yes and no have translations here; other pairs stay in the organisation's language.
	const plain = own[0] === 'Yes' && own[1] === 'No';
	return value ? ((plain ? yes : undefined) ?? own[0]) : ((plain ? no : undefined) ?? own[1]);
}

function targetName(org: Org, row: Row, column: Column): string | undefined {
	const value = row.values[column.name];
	if (!isReference(value)) return undefined;
	const other = org.schema.named(value.table);
	const related = org.store.get(other, value.id);
	const name = related?.values[other.primaryName];
	return typeof name === 'string' ? name : undefined;
}

function formatted(org: Org, row: Row, column: Column): string | undefined {
	const value = scalar(row, column);
	if (value === null) return undefined;
	if (isLookup(column)) return targetName(org, row, column);
	if (column.type === 'MultiSelectPicklist') {
		const labels = String(value).split(',');
		return labels.map((each) => optionLabel(org, column, each)).join('; ');
	}
	if (column.options !== undefined) return optionLabel(org, column, value);
	if (typeof value === 'boolean') return yesOrNo(org, column, value);
	if (column.type === 'DateTime') return formatDate(org, column, String(value));
	return typeof value === 'number' ? formatNumber(org, column, value) : undefined;
}

/** Formatted values and lookup targets, each only when its annotation was asked for (S-29). */
export function annotator(org: Org, columns: readonly Column[], wanted: Wanted): Annotator {
	const [formats, targets, navigations] = [FORMATTED, TARGET, NAVIGATION].map(wanted);
	if (!formats && !targets && !navigations) return () => undefined;
	return (row, shown) => {
		for (const column of columns) {
			const name = apiName(column);
			const display = formats ? formatted(org, row, column) : undefined;
			if (display !== undefined) shown[`${name}@${FORMATTED}`] = display;
			const value = row.values[column.name];
			if (!isLookup(column) || !isReference(value)) continue;
			const nav = column.targets?.find((each) => each.table === value.table)?.nav;
			if (targets) shown[`${name}@${TARGET}`] = value.table;
			if (navigations) shown[`${name}@${NAVIGATION}`] = nav;
		}
	};
}
