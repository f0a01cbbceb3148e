import type { Wanted } from './annotations';
import { compileFilter } from './filter';
import { parseFilter } from './filterSyntax';
import { annotator } from './formatted';
import type { Column, Row, Table } from './model';
import { apiName, isReference } from './model';
import { badQuery, notBuilt, unknownUrlProperty } from './odataError';
import type { Org } from './org';
import type { Expansion, QueryOptions } from './queryOptions';
import { readExpand, selectedNames } from './queryOptions';
import type { Link } from './schema';
import { isVisible, scalar, urlColumn, urlProperty } from './rowProperties';

/** Turns rows of one table into what the client asked for. */
export interface Projection {
	/** The part behind `#set` in `@odata.context`. */
	readonly context: string;
	show(row: Row): Record<string, unknown>;
}

export const etag = (row: Row): string => `W/"${row.version}"`;

interface Nested {
	readonly expansion: Expansion;
	readonly wanted: Wanted;
}

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

function expandSingle(org: Org, links: readonly Link[], nested: Nested): Expander {
	const { expansion, wanted } = nested;
	const options = nestedOptions(expansion);
	const projections = new Map(
		links.map(({ target }) => {
			const other = org.schema.named(target.table);
			return [other.name, { other, projection: project(org, other, options, wanted) }];
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

function expandMany(org: Org, link: Link, nested: Nested): Expander {
	const { expansion, wanted } = nested;
	const options = nestedOptions(expansion);
	const projection = project(org, link.table, options, wanted);
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

function expander(org: Org, table: Table, nested: Nested): Expander {
	const { expansion } = nested;
	const links = org.schema.links(table, expansion.nav);
	if (links.length > 0) return expandSingle(org, links, nested);
	const collection = org.schema.collection(table, expansion.nav);
	if (collection !== undefined) return expandMany(org, collection, nested);
	throw unknownUrlProperty(expansion.nav, table.name, org.switches['U-09']);
}

function shownColumns(org: Org, table: Table, names: readonly string[] | undefined): Column[] {
	if (names === undefined) {
		return [...table.columns.values()].filter(
			(column) => isVisible(org, column) && column.type !== 'PartyList',
		);
	}
	const columns = names.map((name) => urlColumn(org, table, name));
	// The id always comes, and Money brings its currency (contract 3.1).
	const always = [table.columns.get(table.primaryId)];
	if (columns.some((column) => column.type === 'Money')) {
		always.push(table.columns.get('transactioncurrencyid'));
	}
	return [...new Set([...columns, ...always])].filter((column) => column !== undefined);
}

/** Compiles `$select`, `$expand` and annotations; unknown names are refused before any row is read. */
export function project(
	org: Org,
	table: Table,
	options: QueryOptions,
	wanted: Wanted = () => false,
): Projection {
	const { system } = options;
	if (system.has('$apply')) throw badQuery('The query parameter $apply is not supported');
	const names = selectedNames(system.get('$select'));
	const columns = shownColumns(org, table, names);
	const expansions = readExpand(system.get('$expand'));
	const expanders = expansions.map((expansion) => expander(org, table, { expansion, wanted }));
	const annotate = annotator(org, columns, wanted);
	const inContext = [...(names ?? []), ...expansions.map(({ nav }) => `${nav}()`)];
	return {
		context: inContext.length === 0 ? '' : `(${inContext.join(',')})`,
		show(row) {
			const shown: Record<string, unknown> = { '@odata.etag': etag(row) };
			for (const column of columns) shown[apiName(column)] = scalar(row, column);
			annotate(row, shown);
			for (const expand of expanders) expand(row, shown);
			return shown;
		},
	};
}
