import type { AlternateKey, Column, Option, Table } from './model';
import { BASE_LANGUAGE, labelShape } from './labels';
import { isLookup } from './model';
import { partyTables } from './tables/activityParty';
import { stableGuid } from './tables/defineTable';

/** A metadata object: PascalCase names, plain JSON. */
export type Shape = Readonly<Record<string, unknown>>;

const NAMESPACE = 'Microsoft.Dynamics.CRM';

const none = { LocalizedLabels: [], UserLocalizedLabel: null };

const managed = (value: boolean, name: string) => ({
	Value: value,
	CanBeChanged: true,
	ManagedPropertyLogicalName: name,
});

const privileges = ['Create', 'Read', 'Write', 'Delete', 'Assign', 'Share', 'Append', 'AppendTo'];

/** A row of EntityDefinitions. */
export function tableShape(table: Table, language = BASE_LANGUAGE): Shape {
	const plural = { label: table.plural, translations: table.pluralTranslations };
	return {
		LogicalName: table.name,
		SchemaName: table.schemaName,
		EntitySetName: table.set,
		LogicalCollectionName: table.set,
		DisplayName: labelShape(table, language),
		DisplayCollectionName: labelShape(plural, language),
		Description: none,
		PrimaryIdAttribute: table.primaryId,
		PrimaryNameAttribute: table.primaryName,
		ObjectTypeCode: table.objectTypeCode,
		OwnershipType: table.columns.has('ownerid') ? 'UserOwned' : 'OrganizationOwned',
		TableType: table.elastic ? 'Elastic' : 'Standard',
		IsActivity: table.activity,
		IsCustomEntity: table.custom,
		IsManaged: false,
		IsIntersect: false,
		IsPrivate: table.internal,
		IsLogicalEntity: false,
		ChangeTrackingEnabled: table.changeTracking,
		IsOptimisticConcurrencyEnabled: table.optimisticConcurrency,
		CanCreateAttributes: managed(!table.internal, 'cancreateattributes'),
		CanChangeTrackingBeEnabled: managed(!table.internal, 'canchangetrackingbeenabled'),
		Privileges: privileges.map((type) => ({
			Name: `prv${type}${table.name}`,
			PrivilegeType: type,
			PrivilegeId: stableGuid(`privilege ${type} ${table.name}`),
			CanBeBasic: true,
			CanBeLocal: true,
			CanBeDeep: true,
			CanBeGlobal: true,
		})),
		MetadataId: table.metadataId,
	};
}

const typeNames: Partial<Record<Column['type'], string>> = {
	Uniqueidentifier: 'UniqueIdentifier',
	Customer: 'Lookup',
	Owner: 'Lookup',
	PartyList: 'Lookup',
};

/** The derived type an attribute has, such as `StringAttributeMetadata`. */
export const attributeType = (column: Column): string =>
	`${NAMESPACE}.${typeNames[column.type] ?? column.type}AttributeMetadata`;

function baseAttribute(table: Table, column: Column, language: number): Shape {
	const multi = column.type === 'MultiSelectPicklist';
	return {
		LogicalName: column.name,
		SchemaName: column.schemaName,
		EntityLogicalName: table.name,
		DisplayName: labelShape(column, language),
		Description: none,
		// A multi-select choice hides behind Virtual (T-17).
		AttributeType: multi ? 'Virtual' : column.type,
		AttributeTypeName: { Value: `${column.type}Type` },
		AttributeOf: null,
		RequiredLevel: {
			...managed(true, 'canmodifyrequirementlevelsettings'),
			Value: column.required,
		},
		IsValidForCreate: column.creatable,
		IsValidForUpdate: column.updatable,
		IsValidForRead: true,
		IsValidODataAttribute: column.type !== 'PartyList',
		IsPrimaryId: column.name === table.primaryId,
		IsPrimaryName: column.name === table.primaryName,
		IsCustomAttribute: column.name.includes('_') && !column.name.startsWith('address1_'),
		IsSecured: false,
		MetadataId: stableGuid(`column ${table.name}.${column.name}`),
	};
}

const option = (each: Option, language: number): Shape => ({
	Value: each.value,
	Label: labelShape(each, language),
	Color: null,
	...(each.state === undefined ? {} : { State: each.state }),
});

/** What only `$expand=OptionSet` shows. */
export function optionSet(table: Table, column: Column, language = BASE_LANGUAGE): Shape | null {
	const shared = { Name: `${table.name}_${column.name}`, IsGlobal: false };
	if (column.type === 'Boolean') {
		return {
			...shared,
			OptionSetType: 'Boolean',
			TrueOption: option({ value: 1, label: column.yes ?? 'Yes' }, language),
			FalseOption: option({ value: 0, label: column.no ?? 'No' }, language),
		};
	}
	if (column.options === undefined) return null;
	return {
		...shared,
		OptionSetType: 'Picklist',
		Options: column.options.map((each) => option(each, language)),
	};
}

/** Properties that only the derived type has; asking for them on the base type is an error. */
export function facets(column: Column): Shape {
	switch (column.type) {
		case 'String':
			return {
				MaxLength: column.maxLength,
				Format: column.format,
				FormatName: { Value: column.format },
				DatabaseLength: (column.maxLength ?? 0) * 2,
			};
		case 'Memo':
			return { MaxLength: column.maxLength, Format: column.format };
		case 'Integer':
		case 'BigInt':
			return {
				MinValue: column.min ?? Number.MIN_SAFE_INTEGER,
				MaxValue: column.max ?? Number.MAX_SAFE_INTEGER,
			};
		case 'Decimal':
		case 'Double':
		case 'Money':
			return { MinValue: column.min, MaxValue: column.max, Precision: column.precision };
		case 'DateTime':
			return {
				Format: column.format,
				DateTimeBehavior: { Value: column.behavior },
				MinSupportedValue: '1753-01-01T00:00:00Z',
				MaxSupportedValue: '9999-12-30T23:59:59Z',
			};
		case 'Boolean':
			return { DefaultValue: column.initial ?? false };
		case 'Picklist':
		case 'MultiSelectPicklist':
		case 'State':
		case 'Status':
			return { DefaultFormValue: -1 };
		case 'PartyList':
			return { Targets: [...partyTables] };
		default:
			return isLookup(column)
				? { Targets: [...new Set(column.targets?.map((each) => each.table))] }
				: {};
	}
}

/** An attribute as `Attributes` shows it: real columns, and the shadows beside them. */
export interface Attribute {
	readonly type: string;
	readonly base: Shape;
	readonly facets: Shape;
	readonly optionSet: Shape | null;
}

/** Lookups and choices have a name column that is no column of its own (contract 2.2 row 2). */
function shadow(table: Table, column: Column, language: number): Attribute {
	const name = `${column.name}name`;
	const virtual = !isLookup(column);
	const type = virtual ? 'Virtual' : 'String';
	return {
		type: `${NAMESPACE}.${virtual ? '' : 'String'}AttributeMetadata`,
		base: {
			...baseAttribute(table, column, language),
			LogicalName: name,
			SchemaName: `${column.schemaName}Name`,
			AttributeType: type,
			AttributeTypeName: { Value: `${type}Type` },
			AttributeOf: column.name,
			RequiredLevel: { ...managed(true, 'canmodifyrequirementlevelsettings'), Value: 'None' },
			IsValidForCreate: false,
			IsValidForUpdate: false,
			IsValidODataAttribute: false,
			MetadataId: stableGuid(`column ${table.name}.${name}`),
		},
		facets: virtual ? {} : { MaxLength: 100, FormatName: { Value: 'Text' } },
		optionSet: null,
	};
}

/** All attributes of a table. */
export function attributes(table: Table, language = BASE_LANGUAGE): Attribute[] {
	return [...table.columns.values()].flatMap((column) => {
		const attribute: Attribute = {
			type: attributeType(column),
			base: baseAttribute(table, column, language),
			facets: facets(column),
			optionSet: optionSet(table, column, language),
		};
		const shadowed = isLookup(column) || column.type === 'Picklist' || column.type === 'Boolean';
		return shadowed ? [attribute, shadow(table, column, language)] : [attribute];
	});
}

/** A row of Keys. */
export function keyShape(table: Table, key: AlternateKey): Shape {
	return {
		SchemaName: key.schemaName,
		LogicalName: key.name,
		EntityLogicalName: table.name,
		DisplayName: labelShape({ label: key.schemaName }),
		KeyAttributes: key.columns,
		EntityKeyIndexStatus: key.status,
		AsyncJob: null,
		IsManaged: false,
		MetadataId: key.metadataId,
	};
}
