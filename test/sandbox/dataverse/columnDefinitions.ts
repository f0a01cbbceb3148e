import { checkSchemaName, refusedName } from './customization';
import { readLabel } from './labels';
import type { Column, ColumnType, Option, Table } from './model';
import { payloadError } from './odataError';
import type { ApiRequest, ApiResponse, Org } from './org';
import { noContent, root } from './org';
import type { Payload } from './payload';
import { isPayload, parseBody } from './payload';
import { stableGuid } from './tables/defineTable';

const NAMESPACE = 'Microsoft.Dynamics.CRM.';

const creatable: ReadonlySet<string> = new Set<ColumnType>([
	'String',
	'Memo',
	'Integer',
	'BigInt',
	'Decimal',
	'Double',
	'Money',
	'Boolean',
	'Picklist',
	'MultiSelectPicklist',
	'DateTime',
]);

function typeOf(body: Payload): ColumnType {
	const given = String(body['@odata.type'] ?? '').replace(/^#/, '');
	const name = given.startsWith(NAMESPACE) ? given.slice(NAMESPACE.length) : '';
	const type = name.replace(/AttributeMetadata$/, '');
	if (creatable.has(type) && type !== name) return type as ColumnType;
	throw payloadError(
		'',
		type === 'Lookup'
			? 'A lookup is created with its relationship.'
			: `A type named '${given}' is no column type that can be created.`,
	);
}

const valueOf = (value: unknown): unknown => (isPayload(value) ? value.Value : undefined);

const numberIn = (body: Payload, name: string, otherwise: number): number => {
	const value = body[name] ?? otherwise;
	if (typeof value === 'number') return value;
	throw payloadError('', `Cannot convert the literal '${String(value)}' of '${name}'.`);
};

function readOptions(body: Payload): Option[] {
	const list = isPayload(body.OptionSet) ? body.OptionSet.Options : undefined;
	if (!Array.isArray(list) || list.length === 0) {
		throw payloadError('', 'A choice needs an OptionSet with Options.');
	}
	const options = (list as unknown[]).map((each): Option => {
		if (!isPayload(each) || typeof each.Value !== 'number') {
			throw payloadError('', 'An option needs Value and Label.');
		}
		return { value: each.Value, ...readLabel(each.Label) };
	});
	if (new Set(options.map(({ value }) => value)).size === options.length) return options;
	throw refusedName('0x80044363', 'Two options have the same value.');
}

const sideLabel = (set: unknown, side: string): string => {
	const option = isPayload(set) ? set[side] : undefined;
	if (!isPayload(option)) throw payloadError('', `A boolean needs an OptionSet with ${side}.`);
	return readLabel(option.Label).label;
};

function textFacets(body: Payload, type: ColumnType): Partial<Column> {
	const format = valueOf(body.FormatName) ?? body.Format ?? 'Text';
	const maxLength = numberIn(body, 'MaxLength', type === 'Memo' ? 2000 : 100);
	const limit = type === 'Memo' ? 1_048_576 : 4000;
	if (maxLength >= 1 && maxLength <= limit) return { maxLength, format: String(format) };
	throw refusedName('0x80040203', `MaxLength must be between 1 and ${limit}.`);
}

function numberFacets(body: Payload, type: ColumnType): Partial<Column> {
	const whole = type === 'Integer';
	const largest = whole ? 2_147_483_647 : 100_000_000_000;
	const range = {
		min: numberIn(body, 'MinValue', -largest),
		max: numberIn(body, 'MaxValue', largest),
	};
	return whole ? range : { ...range, precision: numberIn(body, 'Precision', 2) };
}

/** What is special about a type, with the platform's own value where the definition says nothing. */
export function readFacets(body: Payload, type: ColumnType): Partial<Column> {
	switch (type) {
		case 'String':
		case 'Memo':
			return textFacets(body, type);
		case 'Integer':
		case 'Decimal':
		case 'Double':
		case 'Money':
			return numberFacets(body, type);
		case 'Picklist':
		case 'MultiSelectPicklist':
			return { options: readOptions(body) };
		case 'Boolean':
			return {
				yes: sideLabel(body.OptionSet, 'TrueOption'),
				no: sideLabel(body.OptionSet, 'FalseOption'),
				initial: body.DefaultValue === true,
			};
		case 'DateTime': {
			const behavior = valueOf(body.DateTimeBehavior) ?? 'UserLocal';
			const known = ['UserLocal', 'DateOnly', 'TimeZoneIndependent'] as const;
			const found = known.find((each) => each === behavior);
			if (found === undefined) throw payloadError('', `'${String(behavior)}' is no behaviour.`);
			return { behavior: found, format: String(body.Format ?? 'DateOnly') };
		}
		default:
			return {};
	}
}

/** The level a definition asks for, None where it says nothing. */
export function readRequired(body: Payload): Column['required'] {
	const wanted = valueOf(body.RequiredLevel) ?? 'None';
	const levels = ['None', 'Recommended', 'ApplicationRequired'] as const;
	const level = levels.find((each) => each === wanted);
	if (level === undefined) throw payloadError('', `'${String(wanted)}' is no required level.`);
	return level;
}

/** The name of a new object, checked. */
export function schemaNameOf(body: Payload, request: ApiRequest): string {
	const { SchemaName: name } = body;
	if (typeof name !== 'string') throw payloadError('', 'A SchemaName is needed.');
	checkSchemaName(name, request);
	return name;
}

/** A display name, which every new object needs. */
export function displayNameOf(body: Payload): ReturnType<typeof readLabel> {
	const name = readLabel(body.DisplayName);
	if (name.label === '') throw payloadError('', 'A DisplayName is needed.');
	return name;
}

/** Reads a definition that is not named yet. */
export function readColumn(body: Payload, schemaName: string): Column {
	const type = typeOf(body);
	return {
		name: schemaName.toLowerCase(),
		schemaName,
		type,
		...displayNameOf(body),
		required: readRequired(body),
		creatable: true,
		updatable: true,
		...readFacets(body, type),
	};
}

/** Puts a new column into a table; data requests see it after a while (S-24, T-21). */
export function addColumn(org: Org, table: Table, column: Column): void {
	if (table.columns.has(column.name)) {
		throw refusedName(
			'0x80047013',
			`An attribute with the specified name ${column.name} already exists.`,
		);
	}
	const visibleFrom = org.clock.now() + org.settings.columnDelayMs;
	org.schema.addColumn(table, { ...column, visibleFrom });
}

/** `POST EntityDefinitions(LogicalName='t')/Attributes` (contract 2.4). */
export function createColumn(org: Org, table: Table, request: ApiRequest): ApiResponse {
	const body = parseBody(request, '');
	const column = readColumn(body, schemaNameOf(body, request));
	addColumn(org, table, column);
	const id = stableGuid(`column ${table.name}.${column.name}`);
	const path = `EntityDefinitions(${table.metadataId})/Attributes(${id})`;
	return noContent({ 'OData-EntityId': `${root(org)}${path}` });
}
