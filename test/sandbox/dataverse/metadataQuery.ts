import type { Property, Scalar } from './filter';
import { compileFilter } from './filter';
import { parseFilter } from './filterSyntax';
import type { Shape } from './metadataShapes';
import { badQuery, unknownUrlProperty } from './odataError';
import type { Org } from './org';
import type { QueryOptions } from './queryOptions';
import { readExpand, selectedNames } from './queryOptions';

/** A list of metadata objects as one request may see them. */
export interface MetadataList {
	/** Type name for messages, such as `EntityMetadata`. */
	readonly type: string;
	readonly items: readonly Shape[];
	/** Navigation properties `$expand` may name, computed per object. */
	readonly expansions?: Readonly<Record<string, (item: Shape) => MetadataList | Shape | null>>;
}

const enums = new Set([
	'OwnershipType',
	'AttributeType',
	'EntityKeyIndexStatus',
	'PrivilegeType',
	'OptionSetType',
]);

const refused = ['$top', '$skip', '$count', '$orderby', '$search', '$apply'];

/** EntityDefinitions know few options (contract 2.1). */
export function refuseOptions(query: string): void {
	for (const name of refused) {
		if (new RegExp(`(^|&)\\${name}=`).test(query)) {
			throw badQuery(`The query parameter ${name} is not supported`);
		}
	}
}

function at(item: Shape, path: readonly string[]): unknown {
	return path.reduce<unknown>((value, name) => (value as Shape | null)?.[name], item);
}

function metadataProperty(org: Org, list: MetadataList, path: string): Property<Shape> {
	const steps = path.split('/');
	const sample = list.items.map((item) => at(item, steps)).find((value) => value != null);
	const known = list.items.length === 0 || list.items.some((item) => (steps[0] ?? '') in item);
	if (!known) throw unknownUrlProperty(steps[0] ?? '', list.type, org.switches['U-09']);
	if (/Display|Description|Label/.test(steps[0] ?? '')) {
		throw badQuery(`Filtering on the label '${path}' is not supported.`);
	}
	const edm = enums.has(steps.at(-1) ?? '')
		? 'Enum'
		: typeof sample === 'boolean'
			? 'Boolean'
			: typeof sample === 'number'
				? 'Number'
				: steps[0] === 'MetadataId'
					? 'Guid'
					: 'String';
	return { edm, get: (item) => (at(item, steps) ?? null) as Scalar };
}

function showOne(org: Org, list: MetadataList, item: Shape, options: QueryOptions): Shape {
	const names = selectedNames(options.system.get('$select'));
	const shown: Record<string, unknown> = {};
	if ('@odata.type' in item) shown['@odata.type'] = item['@odata.type'];
	for (const name of names ?? Object.keys(item)) {
		if (!(name in item)) throw unknownUrlProperty(name, list.type, org.switches['U-09']);
		shown[name] = item[name];
	}
	// Always returned (contract 2.1).
	shown.MetadataId = item.MetadataId;
	for (const { nav, options: nested } of readExpand(options.system.get('$expand'))) {
		const expansion = list.expansions?.[nav];
		if (expansion === undefined) throw unknownUrlProperty(nav, list.type, org.switches['U-09']);
		shown[nav] = showNested(org, expansion(item), nested);
	}
	return shown;
}

function showNested(
	org: Org,
	value: MetadataList | Shape | null,
	nested: ReadonlyMap<string, string>,
): unknown {
	if (value === null) return null;
	const options: QueryOptions = { system: nested, aliases: new Map() };
	if ('items' in value) return showList(org, value as MetadataList, options);
	const names = selectedNames(nested.get('$select'));
	const kept = Object.entries(value).filter(
		([name]) => names === undefined || names.includes(name),
	);
	return Object.fromEntries(kept);
}

/** Applies `$filter`, `$select` and `$expand`; there are no pages in metadata. */
export function showList(org: Org, list: MetadataList, options: QueryOptions): Shape[] {
	const source = options.system.get('$filter');
	const passes =
		source === undefined
			? () => true
			: compileFilter<Shape>(parseFilter(source, options.aliases), {
					property: (path) => metadataProperty(org, list, path),
					wildcardsInEquality: false,
				});
	return list.items.filter(passes).map((item) => showOne(org, list, item, options));
}

/** One object of a list, projected. */
export const showItem = (org: Org, list: MetadataList, options: QueryOptions): Shape | undefined =>
	list.items.map((item) => showOne(org, list, item, options))[0];
