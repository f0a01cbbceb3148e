import { airport } from './syncFixture';
import { moved, movedWith, type BadInput } from './badInputProof';

const value = (what: string, values: object, says: BadInput['says']): BadInput => ({
	what,
	rule: 'dataverse:5.3',
	arrange: () => ({ rows: movedWith(values as Record<string, unknown>) }),
	says,
});

const nowhere = '/contacts(00000000-0000-0000-0000-000000000001)';

/** Values Dataverse does not take, and keys nobody can tell apart. */
export const values: readonly BadInput[] = [
	value(
		'column too long',
		{ name: 'x'.repeat(200) },
		{
			where: /'name' attribute of the 'account'/,
			cause: /maximum allowed length of '160'/,
			next: /Shorten the value/,
		},
	),
	value(
		'key too long for its column',
		{ accountnumber: 'C120'.repeat(10) },
		{
			where: /'accountnumber' attribute of the 'account'/,
			cause: /maximum allowed length/,
			next: /Shorten/,
		},
	),
	value(
		'wrong type: text in a number column',
		{ numberofemployees: 'many' },
		{
			where: /numberofemployees/,
			cause: /Cannot convert the literal 'many'/,
			next: /Check the type/,
		},
	),
	value(
		'wrong type: object in a text column',
		{ address1_city: { name: 'Bern' } },
		{ where: /address1_city|account/, cause: /convert|type/i, next: /Check the type/ },
	),
	value(
		'unknown choice',
		{ industrycode: 99 },
		{
			where: /'industrycode' on record of type 'account'/,
			cause: /outside the valid range/,
			next: /choice values/,
		},
	),
	value(
		'number out of range',
		{ numberofemployees: -5 },
		{
			where: /'numberofemployees' on record of type 'account'/,
			cause: /outside the valid range/,
			next: /within the range/,
		},
	),
	value(
		'character that XML cannot hold',
		{ address1_city: 'Be\u0001rn' },
		{ where: /address1_city/, cause: /Invalid character/, next: /[Rr]emove/ },
	),
	value(
		'lookup to a record that does not exist',
		{ 'primarycontactid@odata.bind': nowhere },
		{
			where: /contact/i,
			cause: /[Dd]oes [Nn]ot [Ee]xist|not found/,
			next: /write that record first/,
		},
	),
	{
		what: 'row refused by a plug-in',
		rule: 'dataverse:5.3',
		arrange: ({ org }) =>
			void org.faults.add({
				row: { accountnumber: 'C120' },
				effect: { kind: 'pluginAbort', message: 'No airports on Mondays.' },
			}),
		says: { where: /account/, cause: /No airports on Mondays/, next: /plug-in/ },
	},
	{
		what: 'duplicate keys in the segment',
		rule: 'design:R8',
		arrange: () => ({ rows: [...moved, airport('C105', { name: 'Which one?' })] }),
		says: {
			where: /Key: accountnumber/,
			cause: /Another row has the same key/,
			next: /nothing was removed/,
		},
	},
	{
		what: 'keys that differ only by case',
		rule: 'design:R10',
		arrange: () => ({ rows: [...moved, airport('c105', { name: 'Which one?' })] }),
		says: {
			where: /Key: accountnumber/,
			cause: /upper and lower case count as the same/,
			next: /nothing was removed/,
		},
	},
	{
		what: 'null keys',
		rule: 'design:R8',
		arrange: () => ({
			rows: moved.map((row) =>
				row.accountnumber === 'C120' || row.accountnumber === 'C105'
					? { ...row, accountnumber: null }
					: row,
			),
		}),
		says: {
			where: /Key: accountnumber/,
			cause: /key field is empty/,
			next: /not compared and not sent/,
		},
	},
	{
		what: 'empty segment',
		rule: 'design:R9',
		arrange: () => ({ rows: [{}] }),
		says: {
			where: /segment is empty/,
			cause: /destination has 20/,
			next: /Check the source.*code [0-9A-F]{8}/,
		},
	},
	{
		what: '60 % gone',
		rule: 'design:R9',
		arrange: () => ({ rows: moved.slice(0, 8) }),
		says: {
			where: /12 of 20 records/,
			cause: /60\.0 %.*left the segment/,
			next: /Check the source.*code/,
		},
	},
	{
		what: 'fewer rows than the source says it has',
		rule: 'design:R9',
		arrange: () => ({
			rows: moved.slice(0, 18),
			diff: { parameters: { options: { expectedRows: 20 } } },
		}),
		says: { where: /input has 18 rows/, cause: /20 were expected/, next: /Check the source/ },
	},
];
