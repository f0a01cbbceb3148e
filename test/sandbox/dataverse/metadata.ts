import type { MetadataList } from './metadataQuery';
import { refuseOptions, showItem, showList } from './metadataQuery';
import type { Attribute, Shape } from './metadataShapes';
import { attributes, keyShape, relationshipShapes, tableShape } from './metadataShapes';
import type { Table } from './model';
import { ODataError, badQuery, notBuilt, unknownSegment } from './odataError';
import type { ApiRequest, ApiResponse, Org } from './org';
import { json, root } from './org';
import { readPrefer, readQuery } from './queryOptions';
import { createKey } from './keyDefinitions';

const tablesOf = (org: Org) => org.schema.tables.filter((table) => table.set !== '');

function tableList(org: Org, tables: readonly Table[]): MetadataList {
	const of = (item: Shape) => org.schema.named(String(item.LogicalName));
	return {
		type: 'EntityMetadata',
		items: tables.map(tableShape),
		expansions: {
			Keys: (item) => keyList(of(item)),
			Attributes: (item) => attributeList(of(item)),
			ManyToOneRelationships: (item) => relationshipList(of(item)),
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

function attributeList(table: Table): MetadataList {
	return {
		type: 'AttributeMetadata',
		items: attributes(table).map((each) => shownAttribute(each, false)),
	};
}

/** A cast such as `/Attributes/Microsoft.Dynamics.CRM.PicklistAttributeMetadata` (contract 2.2 row 3). */
function castList(table: Table, cast: string): MetadataList {
	if (cast === 'Microsoft.Dynamics.CRM.EnumAttributeMetadata') {
		throw badQuery(`The abstract type '${cast}' cannot be used in a query.`);
	}
	if (!/^Microsoft\.Dynamics\.CRM\.\w+AttributeMetadata$/.test(cast)) throw unknownSegment(cast);
	const matching = attributes(table).filter((each) => each.type === cast);
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

interface Segment {
	readonly name: string;
	readonly key?: string;
}

const segment = (text: string): Segment => {
	const match = /^([\w.]+)(?:\((.*)\))?$/.exec(text);
	if (match?.[1] === undefined) throw unknownSegment(text);
	return { name: match[1], key: match[2] };
};

function childList(table: Table, child: Segment, cast: string | undefined): MetadataList {
	if (child.name === 'Attributes') {
		const list = cast === undefined ? attributeList(table) : castList(table, cast);
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
function optionSetPath(table: Table, child: Segment, path: readonly string[]): Shape | undefined {
	if (child.name !== 'Attributes' || child.key === undefined || path.length !== 2) return undefined;
	const [cast = '', nav = ''] = path;
	const list = narrow(castList(table, cast), child.key);
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

/** Everything under `EntityDefinitions` (S-23). */
export function serveMetadata(
	org: Org,
	segments: readonly string[],
	request: ApiRequest,
): ApiResponse {
	const [first, second, ...rest] = segments.map((each) => decodeURIComponent(each));
	const { key } = segment(first ?? '');
	const child = second === undefined ? undefined : segment(second);
	if (request.method === 'POST' && child?.name === 'Keys' && key !== undefined) {
		return createKey(org, tableFor(org, key), request);
	}
	if (request.method !== 'GET') throw notBuilt(`${request.method} on metadata`);
	const query = request.url.split('?')[1] ?? '';
	refuseOptions(query);
	const options = readQuery(query, org.switches['U-12']);
	if (key === undefined) {
		const shown = showList(org, tableList(org, tablesOf(org)), options);
		return respond(org, 'EntityDefinitions', shown, request);
	}
	const table = tableFor(org, key);
	if (child === undefined) {
		const shown = showItem(org, tableList(org, [table]), options);
		return respond(org, 'EntityDefinitions/$entity', shown, request);
	}
	const context = `EntityDefinitions('${table.name}')/${child.name}`;
	const set = optionSetPath(table, child, rest);
	if (set !== undefined) return respond(org, `${context}/OptionSet`, set, request);
	if (rest.length > 1) throw unknownSegment(rest[1] ?? '');
	const list = childList(table, child, rest[0]);
	const shown =
		child.key === undefined ? showList(org, list, options) : showItem(org, list, options);
	return respond(org, context, shown, request);
}

function tableFor(org: Org, key: string): Table {
	const [item] = narrow(tableList(org, tablesOf(org)), key).items;
	return org.schema.named(String(item?.LogicalName));
}
