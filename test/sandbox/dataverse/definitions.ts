import { createColumn, readFacets, readRequired } from './columnDefinitions';
import { requireNamed } from './execution';
import { createKey, deleteKey } from './keyDefinitions';
import { readLabel } from './labels';
import { readMetadata, segment, tableNamed } from './metadata';
import type { Column, Table } from './model';
import { ODataError, notBuilt, payloadError, unknownSegment } from './odataError';
import type { ApiRequest, ApiResponse, Org } from './org';
import { noContent } from './org';
import type { Payload } from './payload';
import { parseBody } from './payload';
import { createRelationship, createTable } from './tableDefinitions';

const merges = (request: ApiRequest) =>
	request.headers['mscrm.mergelabels']?.toLowerCase() === 'true';

function trackingAfter(table: Table, body: Payload): boolean {
	const wanted = body.ChangeTrackingEnabled === true;
	if (!table.changeTracking || wanted || body.ChangeTrackingEnabled === undefined) {
		return table.changeTracking || wanted;
	}
	throw new ODataError(
		400,
		'0x80040203',
		`Change tracking of ${table.name} is enabled and cannot be disabled.`,
	);
}

/** PUT replaces the whole definition; languages are kept only with MergeLabels (S-26, T-22). */
function replaceTable(org: Org, table: Table, request: ApiRequest): ApiResponse {
	const body = parseBody(request, '');
	const merge = merges(request);
	const own = readLabel(body.DisplayName, merge ? table : undefined);
	const before = { label: table.plural, translations: table.pluralTranslations };
	const many = readLabel(body.DisplayCollectionName, merge ? before : undefined);
	const changes: Partial<Table> = {
		...own,
		plural: many.label,
		pluralTranslations: many.translations,
		changeTracking: trackingAfter(table, body),
	};
	org.schema.unpublished(table.name, () => org.schema.redefine(table, changes));
	return noContent();
}

/** The new definition of a column: what the request leaves out falls back to the platform's own value. */
function replaceColumn(org: Org, table: Table, request: ApiRequest, before: Column): ApiResponse {
	const body = parseBody(request, '');
	const type = String(body['@odata.type'] ?? '').replace(/^#/, '');
	if (type !== `Microsoft.Dynamics.CRM.${before.type}AttributeMetadata`) {
		throw payloadError('', `The type of column ${before.name} cannot be changed to '${type}'.`);
	}
	const changed: Column = {
		...before,
		...readLabel(body.DisplayName, merges(request) ? before : undefined),
		required: readRequired(body),
		...(before.options === undefined ? readFacets(body, before.type) : {}),
	};
	org.schema.unpublished(table.name, () => org.schema.addColumn(table, changed));
	return noContent();
}

function columnNamed(table: Table, key: string): Column {
	const name = /^LogicalName='([^']+)'$/.exec(key)?.[1];
	const column = name === undefined ? undefined : table.columns.get(name);
	if (column !== undefined) return column;
	throw new ODataError(404, '0x80060888', `Could not find an attribute with ${key}.`);
}

type Customise = (org: Org, table: Table, request: ApiRequest) => ApiResponse;

const creations: Readonly<Record<string, Customise>> = {
	Keys: createKey,
	Attributes: createColumn,
};

function change(org: Org, segments: readonly string[], request: ApiRequest): ApiResponse {
	const [first = '', second] = segments.map((each) => decodeURIComponent(each));
	const { name, key } = segment(first);
	const child = second === undefined ? undefined : segment(second);
	const posts = request.method === 'POST';
	if (name === 'RelationshipDefinitions') {
		if (posts && key === undefined) return createRelationship(org, request);
		throw notBuilt(`${request.method} on ${name}`);
	}
	if (key === undefined) {
		if (posts && child === undefined) {
			requireNamed(org, 'prvCreateEntity');
			return createTable(org, request);
		}
		throw unknownSegment(second ?? first);
	}
	const table = tableNamed(org.schema.tables, key);
	const creation = posts && child?.key === undefined ? creations[child?.name ?? ''] : undefined;
	if (creation !== undefined) {
		if (creation === createColumn) requireNamed(org, 'prvCreateAttribute');
		return creation(org, table, request);
	}
	if (request.method === 'DELETE' && child?.name === 'Keys' && child.key !== undefined) {
		return deleteKey(org, table, child.key);
	}
	if (request.method === 'PUT' && child === undefined) return replaceTable(org, table, request);
	if (request.method === 'PUT' && child?.name === 'Attributes' && child.key !== undefined) {
		return replaceColumn(org, table, request, columnNamed(table, child.key));
	}
	throw notBuilt(`${request.method} on metadata`);
}

/** Everything under `EntityDefinitions` and `RelationshipDefinitions` (S-23, S-24, S-26). */
export function serveDefinitions(
	org: Org,
	segments: readonly string[],
	request: ApiRequest,
): ApiResponse {
	if (request.method === 'GET') return readMetadata(org, segments, request);
	if (request.method === 'PATCH') {
		throw new ODataError(405, '', "The requested resource does not support http method 'PATCH'.");
	}
	return org.customizations.run(org, request, () => change(org, segments, request));
}

/** Action `PublishXml`: changed definitions take effect (contract 2.4). */
export function publishXml(org: Org, request: ApiRequest): ApiResponse {
	const { ParameterXml: xml } = parseBody(request, '');
	if (typeof xml !== 'string') throw payloadError('', "The parameter 'ParameterXml' is needed.");
	return org.customizations.run(org, request, () => {
		for (const match of xml.matchAll(/<entity>([^<]+)<\/entity>/g)) {
			org.schema.publish((match[1] ?? '').toLowerCase());
		}
		return noContent();
	});
}
