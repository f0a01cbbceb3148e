import type { DatabaseRole, Explanation } from '../state/postgresErrors';

const untouched = 'Nothing was compared and nothing was sent.';

const noParameters: Explanation = {
	code: 'config',
	what: 'misses a value for a parameter of the query',
	hint: `Query takes no parameters such as $1: write the values into it. ${untouched}`,
};

/** What errors mean in a database that a query reads the segment from, by SQLSTATE or its class. */
export const sourceDatabase: DatabaseRole = {
	name: 'source database',
	explanations: {
		'42': {
			code: 'config',
			what: 'refuses the query',
			hint: `Correct Query, and try it in a Postgres node. ${untouched}`,
		},
		'42601': {
			code: 'config',
			what: 'cannot read the query',
			hint: `Query takes one statement that gives rows: SELECT, WITH … SELECT, VALUES or TABLE. ${untouched}`,
		},
		'42P01': {
			code: 'config',
			what: 'does not know a table of the query',
			hint: `Check its name and schema (schema.table), and Database in the credential. ${untouched}`,
		},
		'08P01': noParameters,
		'42P02': noParameters,
		'42703': {
			code: 'config',
			what: 'does not know a column of the query',
			hint: `Check its name; a name with capitals stands in double quotes. ${untouched}`,
		},
		'42501': {
			code: 'config',
			what: 'does not let this user read what the query names',
			hint: `Let an administrator grant it: GRANT SELECT ON the table, and USAGE ON its schema. ${untouched}`,
		},
		'25006': {
			code: 'config',
			what: 'refuses the query, which would write',
			hint: `The segment is read in a read-only transaction: use a query that changes nothing. ${untouched}`,
		},
		'22': {
			code: 'config',
			what: 'stops at a value that the query cannot work with',
			hint: `Correct the query, such as a cast or a division, for that value. ${untouched}`,
		},
		'57014': {
			code: 'unavailable',
			what: 'stopped the query',
			hint: `Somebody cancelled it, or it took more than ten minutes to give its next rows. Make it faster, such as with an index, and run again. ${untouched}`,
		},
		'40': {
			code: 'unavailable',
			what: 'gave the query up for other work of the server',
			hint: `Run again later; at a standby, raise max_standby_streaming_delay. ${untouched}`,
		},
		'53': {
			code: 'unavailable',
			what: 'has not enough memory, disk space or connections for the query',
			hint: `Run again later, or ask the server's administrator. ${untouched}`,
		},
	},
};
