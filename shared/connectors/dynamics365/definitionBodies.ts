import type { FieldType } from '../../core/field';

/** What the definition of a new column says of its values. */
export interface ColumnKind {
	readonly type: FieldType;
	/** Its metadata type, such as `String` or `Memo`. */
	readonly definition: string;
	/** In words, as people read it. */
	readonly words: string;
	facets(label: LabelOf): Readonly<Record<string, unknown>>;
}

/** A text as the metadata's label, in one language. */
export type LabelOf = (text: string) => object;

/** Labels go in the organisation's own language. */
export const labelIn =
	(language: number): LabelOf =>
	(text) => ({
		'@odata.type': crm('Label'),
		LocalizedLabels: [
			{ '@odata.type': crm('LocalizedLabel'), Label: text, LanguageCode: language },
		],
	});

const crm = (type: string): string => `Microsoft.Dynamics.CRM.${type}`;

/** The longest plain text column, and the longest Memo (dataverse 2.4). */
const LONGEST_TEXT = 4000;
const LONGEST_MEMO = 1_048_576;
const DEFAULT_LENGTH = 100;
/** 900 bytes of a key hold 450 characters of two bytes (dataverse 2.4, "Key rules"). */
const LONGEST_KEY_TEXT = 450;
const LARGEST_INTEGER = 2_147_483_647;
const LARGEST_DECIMAL = 100_000_000_000;

/** A text column of so many characters. */
export function textKind(length: number): ColumnKind {
	const isPlain = length <= LONGEST_TEXT;
	return {
		type: 'string',
		definition: isPlain ? 'String' : 'Memo',
		words: `text, up to ${Math.min(length, LONGEST_MEMO)} characters`,
		facets: () =>
			isPlain
				? { MaxLength: length, FormatName: { Value: 'Text' } }
				: { MaxLength: Math.min(length, LONGEST_MEMO), Format: 'TextArea' },
	};
}

const KINDS: Readonly<Record<string, ColumnKind>> = {
	integer: {
		type: 'integer',
		definition: 'Integer',
		words: 'whole number',
		facets: () => ({
			Format: 'None',
			MinValue: -LARGEST_INTEGER,
			MaxValue: LARGEST_INTEGER,
		}),
	},
	decimal: {
		type: 'decimal',
		definition: 'Decimal',
		words: 'number with up to 10 decimals',
		facets: () => ({
			Precision: 10,
			MinValue: -LARGEST_DECIMAL,
			MaxValue: LARGEST_DECIMAL,
		}),
	},
	boolean: {
		type: 'boolean',
		definition: 'Boolean',
		words: 'yes or no',
		facets: (label) => ({
			DefaultValue: false,
			OptionSet: {
				'@odata.type': crm('BooleanOptionSetMetadata'),
				IsGlobal: false,
				OptionSetType: 'Boolean',
				TrueOption: { Value: 1, Label: label('Yes') },
				FalseOption: { Value: 0, Label: label('No') },
			},
		}),
	},
	date: {
		type: 'date',
		definition: 'DateTime',
		words: 'date',
		facets: () => ({
			Format: 'DateOnly',
			DateTimeBehavior: { Value: 'DateOnly' },
			ImeMode: 'Inactive',
		}),
	},
	dateTime: {
		type: 'dateTime',
		definition: 'DateTime',
		words: 'date and time',
		facets: () => ({
			Format: 'DateAndTime',
			DateTimeBehavior: { Value: 'UserLocal' },
			ImeMode: 'Inactive',
		}),
	},
};

/** The kind of column that holds a type's values; undefined for types nobody can make a column of. */
export function columnKind(
	{ type, length }: { readonly type: string; readonly length?: number },
	inKey: boolean,
): ColumnKind | undefined {
	if (type !== 'string') return KINDS[type];
	const wanted = Math.max(1, Math.ceil(length ?? DEFAULT_LENGTH));
	return textKind(inKey ? Math.min(wanted, LONGEST_KEY_TEXT) : wanted);
}

/** The body that creates a column (dataverse 2.4). */
export const columnBody = (
	column: { readonly name: string; readonly label: string; readonly kind: ColumnKind },
	label: LabelOf,
): object => ({
	'@odata.type': crm(`${column.kind.definition}AttributeMetadata`),
	...column.kind.facets(label),
	SchemaName: column.name,
	DisplayName: label(column.label),
	RequiredLevel: { Value: 'None' },
});

/** The body that creates a table with its one column of names (dataverse 2.4). */
export const tableBody = (
	table: { readonly name: string; readonly label: string },
	nameColumn: object,
	label: LabelOf,
): object => ({
	'@odata.type': crm('EntityMetadata'),
	SchemaName: table.name,
	DisplayName: label(table.label),
	DisplayCollectionName: label(table.label),
	OwnershipType: 'UserOwned',
	IsActivity: false,
	HasActivities: false,
	HasNotes: false,
	Attributes: [{ ...nameColumn, IsPrimaryName: true }],
});

/** The body that creates an alternate key (dataverse 2.4). */
export const keyBody = (
	key: { readonly name: string; readonly label: string; readonly fields: readonly string[] },
	label: LabelOf,
): object => ({
	SchemaName: key.name,
	KeyAttributes: key.fields,
	DisplayName: label(key.label),
});
