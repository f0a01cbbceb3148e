import { BASE_LANGUAGE } from './labels';
import type { MetadataList } from './metadataQuery';
import { refuseOptions, showItem, showList } from './metadataQuery';
import type { Attribute, Shape } from './metadataShapes';
import { attributes, keyShape, tableShape } from './metadataShapes';
import { relationshipShapes } from './relationshipShapes';
import type { Table } from './model';
import { ODataError, badQuery, unknownSegment } from './odataError';
import type { ApiRequest, ApiResponse, Org } from './org';
import { json, root } from './org';
import { readPrefer, readQuery } from './queryOptions';

/** Definitions are cached for a while after a change, unless the request wants them fresh (T-21). */
function tablesOf(org: Org, request: ApiRequest): readonly Table[] {
	const strong = request.headers.consistency?.toLowerCase() === 'strong';
	return strong ? org.schema.tables : org.schema.cachedTables(org.clock.now());
}

function tableList(tables: readonly Table[], language: number): MetadataList {
	const named = new Map(tables.map((table) => [table.name, table]));
	const of =
		(list: (table: Table) => MetadataList) =>
		(item: Shape): MetadataList | null => {
			const table = named.get(String(item.LogicalName));
			return table === undefined ? null : list(table);
		};
	return {
		type: 'EntityMetadata',
		items: tables.map((table) => tableShape(table, language)),
		expansions: {
			Keys: of(keyList),
			Attributes: of((table) => attributeList(table, language)),
			ManyToOneRelationships: of(relationshipList),
		},
	};
}

const keyList = (table: Table): MetadataList => ({
	type: 'EntityKeyMetadata',
	items: table.keys.map((key) => keyShape(table, key)),
});

const relationshipList = (table: Table): MetadataList => ({
	type: 'OneToManyRelationshipMetadata',
	items: relationshipShapes(table),
});

const shownAttribute = (attribute: Attribute, withFacets: boolean): Shape => ({
	'@odata.type': `#${attribute.type}`,
	...attribute.base,
	...(withFacets ? attribute.facets : {}),
});

function attributeList(table: Table, language: number): MetadataList {
	return {
		type: 'AttributeMetadata',
		items: attributes(table, language).map((each) => shownAttribute(each, false)),
	};
}

/** A cast such as `/Attributes/Microsoft.Dynamics.CRM.PicklistAttributeMetadata` (contract 2.2 row 3). */
function castList(table: Table, cast: string, language: number): MetadataList {
	if (cast === 'Microsoft.Dynamics.CRM.EnumAttributeMetadata') {
		throw badQuery(`The abstract type '${cast}' cannot be used in a query.`);
	}
	if (!/^Microsoft\.Dynamics\.CRM\.\w+AttributeMetadata$/.test(cast)) throw unknownSegment(cast);
	const matching = attributes(table, language).filter((each) => each.type === cast);
	const sets = new Map(matching.map((each) => [each.base.LogicalName, each.optionSet]));
	const hasOptions = matching.some((each) => each.optionSet !== null);
	return {
		type: cast.split('.').at(-1) ?? cast,
		items: matching.map((each) => shownAttribute(each, true)),
		expansions: hasOptions
			? { OptionSet: (item) => sets.get(item.LogicalName) ?? null, GlobalOptionSet: () => null }
			: {},
	};
}

function narrow(list: MetadataList, key: string): MetadataList {
	const named = /^LogicalName='([^']+)'$/.exec(key)?.[1];
	const id = /^(?:MetadataId=)?([0-9a-f-]{36})$/i.exec(key)?.[1]?.toLowerCase();
	const items = list.items.filter((item) =>
		named === undefined ? item.MetadataId === id : item.LogicalName === named,
	);
	if (items.length === 0) {
		throw new ODataError(
			404,
			'0x80060888',
			`Could not find an object of type ${list.type} with ${key}.`,
		);
	}
	return { ...list, items };
}

/** A path segment: a name, and the key in its parentheses. */
export interface Segment {
	readonly name: string;
	readonly key?: string;
}

/** Reads a path segment. */
export const segment = (text: string): Segment => {
	const match = /^([\w.]+)(?:\((.*)\))?$/.exec(text);
	if (match?.[1] === undefined) throw unknownSegment(text);
	return { name: match[1], key: match[2] };
};

interface Place {
	readonly table: Table;
	readonly child: Segment;
	readonly language: number;
}

function childList({ table, child, language }: Place, cast: string | undefined): MetadataList {
	if (child.name === 'Attributes') {
		const list =
			cast === undefined ? attributeList(table, language) : castList(table, cast, language);
		return child.key === undefined ? list : narrow(list, child.key);
	}
	if (cast !== undefined) throw unknownSegment(cast);
	const lists: Record<string, () => MetadataList> = {
		Keys: () => keyList(table),
		ManyToOneRelationships: () => relationshipList(table),
	};
	const list = lists[child.name]?.();
	if (list === undefined) throw unknownSegment(child.name);
	return child.key === undefined ? list : narrow(list, child.key);
}

/** Options below an attribute: `.../PicklistAttributeMetadata/OptionSet` style paths. */
function optionSetPath(place: Place, path: readonly string[]): Shape | undefined {
	const { table, child, language } = place;
	if (child.name !== 'Attributes' || child.key === undefined || path.length !== 2) return undefined;
	const [cast = '', nav = ''] = path;
	const list = narrow(castList(table, cast, language), child.key);
	const [item] = list.items;
	const expansion = list.expansions?.[nav];
	if (item === undefined || expansion === undefined) throw unknownSegment(nav);
	return (expansion(item) as Shape | null) ?? { '@odata.null': true };
}

const respond = (org: Org, context: string, body: unknown, request: ApiRequest): ApiResponse => {
	const annotations = readPrefer(request.headers.prefer).get('odata.include-annotations') ?? '';
	const version = /\*|Microsoft\.Dynamics/.test(annotations)
		? { '@Microsoft.Dynamics.CRM.globalmetadataversion': String(org.schema.version) }
		: {};
	const shown = Array.isArray(body) ? { value: body } : (body as Shape);
	return json(200, { '@odata.context': `${root(org)}$metadata#${context}`, ...version, ...shown });
};

/** GET of everything under `EntityDefinitions` (S-23). */
export function readMetadata(
	org: Org,
	segments: readonly string[],
	request: ApiRequest,
): ApiResponse {
	const [first, second, ...rest] = segments.map((each) => decodeURIComponent(each));
	const { key } = segment(first ?? '');
	const child = second === undefined ? undefined : segment(second);
	const query = request.url.split('?')[1] ?? '';
	refuseOptions(query);
	const options = readQuery(query, org.switches['U-12']);
	const { language } = org.settings;
	const tables = tablesOf(org, request);
	if (key === undefined) {
		const shown = showList(org, tableList(tables, language), options);
		return respond(org, 'EntityDefinitions', shown, request);
	}
	const table = tableNamed(tables, key);
	if (child === undefined) {
		const shown = showItem(org, tableList([table], language), options);
		return respond(org, 'EntityDefinitions/$entity', shown, request);
	}
	const place: Place = { table, child, language };
	const context = `EntityDefinitions('${table.name}')/${child.name}`;
	const set = optionSetPath(place, rest);
	if (set !== undefined) return respond(org, `${context}/OptionSet`, set, request);
	if (rest.length > 1) throw unknownSegment(rest[1] ?? '');
	const list = childList(place, rest[0]);
	const shown =
		child.key === undefined ? showList(org, list, options) : showItem(org, list, options);
	return respond(org, context, shown, request);
}

/** The table an address such as `LogicalName='t'` names. */
export function tableNamed(tables: readonly Table[], key: string): Table {
	const [item] = narrow(tableList(tables, BASE_LANGUAGE), key).items;
	const table = tables.find((each) => each.name === item?.LogicalName);
	if (table === undefined) throw unknownSegment(key);
	return table;
}
