import type { INodeCredentialDescription, INodeProperties } from 'n8n-workflow';

const source: INodeProperties = {
	displayName: 'Read From',
	name: 'source',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Input Items',
			value: 'items',
			description: 'One record per item: for up to some ten thousand records',
		},
		{
			name: 'File',
			value: 'file',
			description:
				'A CSV or NDJSON file on the input item, also packed with gzip: for segments of any size',
		},
		{
			name: 'Postgres Query',
			value: 'postgres',
			description: 'The rows of a query, read one thousand at a time: for segments of any size',
		},
	],
	default: 'items',
	description: 'Where the records of the segment come from',
};

const binaryField: INodeProperties = {
	displayName: 'Input Binary Field',
	name: 'binaryField',
	type: 'string',
	default: 'data',
	required: true,
	placeholder: 'e.g. data',
	hint: 'The name of the input field that holds the file',
	displayOptions: { show: { source: ['file'] } },
	description: 'If several items arrive, their files are parts of one segment, in this order',
};

const query: INodeProperties = {
	displayName: 'Query',
	name: 'query',
	type: 'string',
	typeOptions: { editor: 'sqlEditor', sqlDialect: 'PostgreSQL' },
	noDataExpression: true,
	default: '',
	required: true,
	placeholder: 'e.g. SELECT accountnumber, name FROM customers',
	hint: 'One SELECT whose rows are the records',
	displayOptions: { show: { source: ['postgres'] } },
	description:
		'One statement that gives all rows of the segment. It runs in a read-only transaction, once, whatever the input items are. Expressions are not evaluated.',
};

const uses: Pick<INodeProperties, 'displayName' | 'name' | 'type' | 'default'> = {
	displayName: 'Uses Postgres',
	name: 'usesPostgres',
	type: 'hidden',
	default: true,
};

/**
 * True where the state or the source is in Postgres, else absent. n8n's conditions cannot say "or", and of
 * two credential slots of one type it only ever looks at the first; but a parameter may stand here twice.
 */
const usesPostgres: INodeProperties[] = [
	{ ...uses, displayOptions: { show: { stateStore: ['postgres'] } } },
	{
		...uses,
		displayOptions: { show: { source: ['postgres'] }, hide: { stateStore: ['postgres'] } },
	},
];

/** One slot for n8n's own Postgres credential: it serves the state store, the query, or both. */
export const sourceCredentials: INodeCredentialDescription[] = [
	{ name: 'postgres', required: true, displayOptions: { show: { usesPostgres: [true] } } },
];

/** The parameters of the source; they need `stateStore` beside them. */
export const sourceProperties: INodeProperties[] = [source, binaryField, query, ...usesPostgres];

const ofFiles = { show: { '/source': ['file'] } };

const columnTypes: INodeProperties = {
	displayName: 'Column Types',
	name: 'columnTypes',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	placeholder: 'Add Column',
	default: {},
	description:
		'What a column holds, whatever the source. A value that does not fit holds its row back; it is shown on Invalid.',
	options: [
		{
			displayName: 'Columns',
			name: 'columns',
			values: [
				{
					displayName: 'Column',
					name: 'column',
					type: 'string',
					default: '',
					placeholder: 'e.g. birthdate',
					description: 'Its name; upper and lower case count',
				},
				{
					displayName: 'Type',
					name: 'type',
					type: 'options',
					noDataExpression: true,
					options: [
						{ name: 'Boolean', value: 'boolean' },
						{ name: 'Date', value: 'date' },
						{ name: 'Date and Time', value: 'dateTime' },
						{ name: 'JSON', value: 'json' },
						{ name: 'Number', value: 'number' },
						{ name: 'Text', value: 'text' },
						{ name: 'Whole Number', value: 'wholeNumber' },
					],
					default: 'text',
				},
			],
		},
	],
};

/** For the node's collection Options. */
export const sourceOptions: INodeProperties[] = [
	columnTypes,
	{
		displayName: 'Columns Without a Type',
		name: 'otherColumns',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'As Text',
				value: 'text',
				description: 'Every value of a CSV file is text, as Extract from File gives it',
			},
			{
				name: 'Infer',
				value: 'infer',
				description:
					'Plain numbers, true and false, and empty cells (null) by their look, value by value; everything else is text',
			},
		],
		default: 'text',
		displayOptions: ofFiles,
		description: 'What the columns of a CSV file hold that Column Types does not name',
	},
	{
		displayName: 'Delimiter',
		name: 'delimiter',
		type: 'string',
		default: '',
		placeholder: 'e.g. ;',
		displayOptions: ofFiles,
		description:
			'The character between the values of a CSV file; \\t is a tab. Empty: comma, semicolon, tab or pipe, by the header line.',
	},
	{
		displayName: 'Encoding',
		name: 'encoding',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'UTF-16 (Little-Endian)', value: 'utf16le' },
			{ name: 'UTF-8', value: 'utf8' },
			{ name: 'Windows-1252 (Latin 1)', value: 'windows1252' },
		],
		default: 'utf8',
		displayOptions: ofFiles,
		description: 'How the file writes its characters. A byte order mark at its start wins.',
	},
	{
		displayName: 'File Format',
		name: 'fileFormat',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'By Name and Content',
				value: 'auto',
				description: 'By the end of the file name, its MIME type, or its first character',
			},
			{ name: 'CSV', value: 'csv', description: 'With column names in the first line' },
			{ name: 'NDJSON', value: 'ndjson', description: 'One JSON object per line' },
		],
		default: 'auto',
		displayOptions: ofFiles,
	},
];
