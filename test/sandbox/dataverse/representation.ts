import { compileFilter } from './filter';
import { parseFilter } from './filterSyntax';
import type { Column, Row, Table } from './model';
import { apiName, isLookup, isReference } from './model';
import { badQuery, notBuilt, unknownUrlProperty } from './odataError';
import type { Org } from './org';
import type { Expansion, QueryOptions } from './queryOptions';
import { readExpand, selectedNames } from './queryOptions';
import type { Link } from './schema';
import { scalar, urlColumn, urlProperty } from './rowProperties';

/** Turns rows of one table into what the client asked for. */
export interface Projection {
	/** The part behind `#set` in `@odata.context`. */
	readonly context: string;
	show(row: Row): Record<string, unknown>;
}

export const etag = (row: Row): string => `W/"${row.version}"`;

type Expander = (row: Row, shown: Record<string, unknown>) => void;

const EXPAND_LIMIT = 5000;

function nestedOptions(expansion: Expansion): QueryOptions {
	for (const option of expansion.options.keys()) {
		if (!['$select', '$filter', '$top', '$orderby'].includes(option)) {
			throw notBuilt(`${option} inside $expand`);
		}
	}
	return {
		system: new Map([...expansion.options].filter(([name]) => name !== '$orderby')),
		aliases: new Map(),
	};
}

function expandSingle(org: Org, links: readonly Link[], expansion: Expansion): Expander {
	const options = nestedOptions(expansion);
	const projections = new Map(
		links.map(({ target }) => {
			const other = org.schema.named(target.table);
			return [other.name, { other, projection: project(org, other, options) }];
		}),
	);
	const [link] = links;
	return (row, shown) => {
		const value = link && row.values[link.column.name];
		const found = isReference(value) ? projections.get(value.table) : undefined;
		const related = found && isReference(value) && org.store.get(found.other, value.id);
		shown[expansion.nav] = found && related ? found.projection.show(related) : null;
	};
}

function expandMany(org: Org, link: Link, expansion: Expansion): Expander {
	const options = nestedOptions(expansion);
	const projection = project(org, link.table, options);
	const filter = expansion.options.get('$filter');
	const top = Number(expansion.options.get('$top') ?? EXPAND_LIMIT);
	const passes =
		filter === undefined
			? () => true
			: compileFilter(parseFilter(filter, new Map()), {
					property: (path) => urlProperty(org, link.table, path),
					wildcardsInEquality: org.switches['U-26'] === 'wildcard',
				});
	return (row, shown) => {
		shown[expansion.nav] = org.store
			.rows(link.table)
			.filter((each) => {
				const value = each.values[link.column.name];
				return isReference(value) && value.id === row.id && value.table === link.target.table;
			})
			.filter(passes)
			.slice(0, top)
			.map((each) => projection.show(each));
	};
}

function expander(org: Org, table: Table, expansion: Expansion): Expander {
	const links = org.schema.links(table, expansion.nav);
	if (links.length > 0) return expandSingle(org, links, expansion);
	const collection = org.schema.collection(table, expansion.nav);
	if (collection !== undefined) return expandMany(org, collection, expansion);
	throw unknownUrlProperty(expansion.nav, table.name, org.switches['U-09']);
}

function shownColumns(org: Org, table: Table, names: readonly string[] | undefined): Column[] {
	if (names === undefined) return [...table.columns.values()];
	const columns = names.map((name) => urlColumn(org, table, name));
	// The id always comes, and Money brings its currency (contract 3.1).
	const always = [table.columns.get(table.primaryId)];
	if (columns.some((column) => column.type === 'Money')) {
		always.push(table.columns.get('transactioncurrencyid'));
	}
	return [...new Set([...columns, ...always])].filter((column) => column !== undefined);
}

/** Compiles `$select` and `$expand`; unknown names are refused before any row is read. */
export function project(org: Org, table: Table, options: QueryOptions): Projection {
	const { system } = options;
	if (system.has('$apply')) throw badQuery('The query parameter $apply is not supported');
	const names = selectedNames(system.get('$select'));
	const columns = shownColumns(org, table, names);
	const expansions = readExpand(system.get('$expand'));
	const expanders = expansions.map((expansion) => expander(org, table, expansion));
	const inContext = [...(names ?? []), ...expansions.map(({ nav }) => `${nav}()`)];
	return {
		context: inContext.length === 0 ? '' : `(${inContext.join(',')})`,
		show(row) {
			const shown: Record<string, unknown> = { '@odata.etag': etag(row) };
			for (const column of columns) shown[apiName(column)] = scalar(row, column);
			for (const expand of expanders) expand(row, shown);
			return shown;
		},
	};
}

/** Adds what `odata.include-annotations` asked for about lookups: which table a value points at. */
export function annotateLookups(table: Table, row: Row, shown: Record<string, unknown>): void {
	for (const column of table.columns.values()) {
		const value = row.values[column.name];
		const name = apiName(column);
		if (!isLookup(column) || !isReference(value) || !(name in shown)) continue;
		shown[`${name}@Microsoft.Dynamics.CRM.lookuplogicalname`] = value.table;
		const nav = column.targets?.find((each) => each.table === value.table)?.nav;
		shown[`${name}@Microsoft.Dynamics.CRM.associatednavigationproperty`] = nav;
	}
}
