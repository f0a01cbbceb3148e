import { displayNameOf, addColumn, readColumn, schemaNameOf } from './columnDefinitions';
import { owner, platformColumns, primaryKey, stateColumns, target, text } from './columns';
import { refusedName } from './customization';
import { readLabel } from './labels';
import type { Column, Table } from './model';
import { payloadError } from './odataError';
import type { ApiRequest, ApiResponse, Org } from './org';
import { noContent, root } from './org';
import type { Payload } from './payload';
import { isPayload, parseBody } from './payload';
import { seedMessages } from './seed';
import { activityColumns } from './tables/activityColumns';
import { activeKey, defineTable, stableGuid } from './tables/defineTable';

const plural = (name: string) =>
	/[sxz]$|[cs]h$/.test(name)
		? `${name}es`
		: /[^aeiou]y$/.test(name)
			? `${name.slice(0, -1)}ies`
			: `${name}s`;

/** The one text column a table is created with: its primary name. */
function primaryNameOf(body: Payload, schemaName: string): Column {
	const list = Array.isArray(body.Attributes) ? (body.Attributes as unknown[]) : [];
	const named = list.filter((each) => isPayload(each) && each.IsPrimaryName === true);
	const [first] = named;
	if (named.length !== 1 || !isPayload(first)) {
		throw payloadError('', 'A table needs exactly one column with IsPrimaryName in Attributes.');
	}
	const name = String(first.SchemaName ?? '');
	// Activities have no name of their own choice (contract 2.6).
	if (body.IsActivity === true && name !== 'Subject') {
		throw refusedName(
			'0x80040203',
			`The primary attribute of the activity ${schemaName} must be Subject.`,
		);
	}
	const column = readColumn(first, name);
	if (column.type === 'String') return column;
	throw payloadError('', 'The primary name must be a StringAttributeMetadata.');
}

function ownColumns(table: string, body: Payload): Column[] {
	const owned = body.OwnershipType === 'UserOwned';
	if (!owned && body.OwnershipType !== 'OrganizationOwned') {
		throw payloadError('', `'${String(body.OwnershipType)}' is no ownership type.`);
	}
	return [
		...(body.IsActivity === true ? activityColumns(table) : stateColumns()),
		...(owned ? [owner(table)] : []),
		...platformColumns(table),
		...(body.TableType === 'Elastic' ? [text('partitionid', 'Partition Id', 100)] : []),
	];
}

function readTable(body: Payload, schemaName: string): Table {
	const name = schemaName.toLowerCase();
	const activity = body.IsActivity === true;
	const primaryId = activity ? 'activityid' : `${name}id`;
	const elastic = body.TableType === 'Elastic';
	const nameColumn = primaryNameOf(body, schemaName);
	const { label, translations } = displayNameOf(body);
	const many = readLabel(body.DisplayCollectionName);
	return defineTable({
		name,
		schemaName,
		set: plural(name),
		label,
		translations,
		plural: many.label === '' ? label : many.label,
		pluralTranslations: many.translations,
		primaryId,
		primaryName: nameColumn.name,
		activity,
		elastic,
		changeTracking: body.ChangeTrackingEnabled === true,
		columns: [primaryKey(primaryId, label), nameColumn, ...ownColumns(name, body)],
		keys: elastic
			? [activeKey('KeyForNoSqlEntityWithPKPartitionId', [primaryId, 'partitionid'])]
			: [],
	});
}

/** `POST EntityDefinitions` (contract 2.4). */
export function createTable(org: Org, request: ApiRequest): ApiResponse {
	const body = parseBody(request, '');
	const table = readTable(body, schemaNameOf(body, request));
	if (org.schema.find(table.name) !== undefined) {
		throw refusedName(
			'0x8004700b',
			`An entity with the specified name ${table.name} already exists.`,
		);
	}
	org.schema.addTable(table);
	seedMessages(org, table);
	return noContent({ 'OData-EntityId': `${root(org)}EntityDefinitions(${table.metadataId})` });
}

const tableNamed = (org: Org, value: unknown): Table => {
	const table = typeof value === 'string' ? org.schema.find(value) : undefined;
	if (table === undefined) {
		throw refusedName('0x80060888', `The entity with a name = '${String(value)}' was not found.`);
	}
	return table;
};

/** `POST RelationshipDefinitions`: one to many, with the lookup it brings (contract 2.4). */
export function createRelationship(org: Org, request: ApiRequest): ApiResponse {
	const body = parseBody(request, '');
	const type = String(body['@odata.type'] ?? '').replace(/^#/, '');
	if (type !== 'Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata') {
		throw payloadError('', `A relationship of type '${type}' cannot be created.`);
	}
	const schemaName = schemaNameOf(body, request);
	const one = tableNamed(org, body.ReferencedEntity);
	const many = tableNamed(org, body.ReferencingEntity);
	if (org.schema.collection(one, schemaName) !== undefined) {
		throw refusedName('0x80044363', `A relationship named ${schemaName} already exists.`);
	}
	const { Lookup: embedded, CascadeConfiguration: cascade } = body;
	if (!isPayload(embedded)) throw payloadError('', 'A one-to-many relationship needs a Lookup.');
	const lookupName = schemaNameOf(embedded, request);
	const restricts = isPayload(cascade) && cascade.Delete === 'Restrict';
	addColumn(org, many, {
		name: lookupName.toLowerCase(),
		schemaName: lookupName,
		type: 'Lookup',
		...displayNameOf(embedded),
		required: 'None',
		creatable: true,
		updatable: true,
		// Custom lookups have schema-name casing in their navigation name (contract 2.3).
		targets: [target(one.name, lookupName, schemaName, restricts ? 'restrict' : 'removeLink')],
	});
	// The id under which ManyToOneRelationships shows it.
	const id = stableGuid(`relationship ${many.name}.${schemaName}.${one.name}`);
	return noContent({ 'OData-EntityId': `${root(org)}RelationshipDefinitions(${id})` });
}
