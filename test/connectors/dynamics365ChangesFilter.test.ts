import { executeFilterCondition, type FilterConditionValue } from 'n8n-workflow';

import type { FieldCondition, FieldConditions } from '../../shared/connectors/changes';
import { odataFilter } from '../../shared/connectors/dynamics365/filter';
import type { FieldType } from '../../shared/core/field';
import { useDataverse } from '../sandbox/useDataverse';
import { connect } from './dynamics365Client';

const org = useDataverse();
const types: Record<string, FieldType> = {
	name: 'string',
	crmsync_timezone: 'string',
	numberofemployees: 'integer',
	industrycode: 'choice',
	primarycontactid: 'lookup',
	modifiedon: 'dateTime',
	donotemail: 'boolean',
};
const translated = (conditions: FieldCondition[], combinator: 'and' | 'or' = 'and') =>
	odataFilter({ combinator, conditions }, types, (name) => name);

const texts = ['a', 'A', 'a%b', "o'hara", 'xaby', '_'];
const text = ['equals', 'notEquals', 'contains', 'notContains', 'startsWith', 'endsWith'];
const size = ['equals', 'notEquals', 'gt', 'lt', 'gte', 'lte'];
const conditions: FieldCondition[] = [
	...text.flatMap((operation) =>
		texts.map((value) => ({ field: 'crmsync_timezone', type: 'string', operation, value })),
	),
	...size.flatMap((operation) =>
		[-1, 0, 5].map((value) => ({ field: 'numberofemployees', type: 'number', operation, value })),
	),
	...['empty', 'notEmpty'].map((operation) => ({
		field: 'crmsync_timezone',
		type: 'string',
		operation,
	})),
	...['true', 'false'].map((operation) => ({ field: 'donotemail', type: 'boolean', operation })),
	{ field: 'industrycode', type: 'number', operation: 'equals', value: 1 },
	{ field: 'industrycode', type: 'string', operation: 'equals', value: '1' },
	...['after', 'before', 'afterOrEquals', 'beforeOrEquals'].map((operation) => ({
		field: 'modifiedon',
		type: 'dateTime',
		operation,
		value: '2026-01-02T03:04:05.000Z',
	})),
];

/** What n8n's own filter says, as Record Filter and the node use it. */
function passes(condition: FieldCondition, values: Record<string, unknown>): boolean {
	const { field, type, operation, value } = condition;
	const date = (part: unknown) =>
		type === 'dateTime' && typeof part === 'string' ? new Date(part) : part;
	return executeFilterCondition(
		{
			id: '',
			leftValue: date(values[field]),
			operator: { type, operation },
			rightValue: date(value),
		} as unknown as FilterConditionValue,
		{ caseSensitive: false, leftValue: '', typeValidation: 'loose', version: 3 },
	);
}

const ofAccounts = {
	objectName: 'account',
	fields: ['name', 'crmsync_timezone', 'numberofemployees', 'industrycode', 'donotemail'],
};

async function read(filter: FieldConditions | undefined, source = ofAccounts) {
	const reader = await connect(org).changes!(
		{
			...source,
			labels: [],
			alsoRead: ['modifiedon'],
			ifThere: [],
			by: 'modified',
			...(filter && { conditions: filter }),
			version: '1',
			pageSize: 5_000,
		},
		undefined,
		{},
	);
	const records = [];
	for await (const page of reader.pages()) records.push(...page.records);
	return records.map(({ values }) => values!);
}

describe('conditions sent to the server', () => {
	it('sync:T6 dataverse:T-16 never leave out a record that n8n lets through', async () => {
		org.clock.set('2026-01-02T03:04:05Z');
		for (const [index, crmsync_timezone] of [...texts, null].entries()) {
			org.insert('account', {
				name: `r${index}`,
				...(crmsync_timezone !== null && { crmsync_timezone }),
				...(index > 0 && { numberofemployees: index, industrycode: (index % 2) + 1 }),
				...(index > 1 && { donotemail: index % 2 === 0 }),
			});
			org.clock.advance(1_000);
		}
		const all = await read(undefined);
		let sent = 0;
		for (const condition of conditions) {
			const filter = { combinator: 'and', conditions: [condition] } as const;
			if (translated([condition]) === undefined) continue;
			sent += 1;
			const names = (await read(filter)).map(({ name }) => name);
			const wanted = all.filter((values) => passes(condition, values)).map(({ name }) => name);
			expect({ condition, names }).toEqual({ condition, names: expect.arrayContaining(wanted) });
		}
		expect(sent).toBeGreaterThan(40);
	});

	it('dataverse:2.3 a date without a time is no instant: which one it is, only n8n with its time zone knows', async () => {
		const source = { objectName: 'crmsync_booking', fields: ['crmsync_day'] };
		for (const crmsync_day of ['2026-05-03', '2026-05-04', '2026-05-05'])
			org.insert('crmsync_booking', { crmsync_name: 'B', crmsync_day });
		// East of Greenwich the fourth of May begins at this time, or before.
		const value = '2026-05-03T23:00:00Z';
		const early = { field: 'crmsync_day', type: 'dateTime', operation: 'before', value };
		const found = await read({ combinator: 'and', conditions: [early] }, source);
		expect(found.map((row) => row.crmsync_day)).toContain('2026-05-04');
	});

	it('spare reading', async () => {
		for (const name of ['a', 'b', 'c']) org.insert('account', { name });
		const conditions = [{ field: 'name', type: 'string', operation: 'equals', value: 'b' }];
		expect(await read({ combinator: 'and', conditions })).toHaveLength(1);
	});

	it('what the server cannot tell stays here: of And the rest is sent, of Or nothing', () => {
		const known = { field: 'name', type: 'string', operation: 'equals', value: 'a' };
		const unknown = { field: 'name', type: 'string', operation: 'regex', value: 'a.*' };
		expect(translated([known, unknown])).toBe("(name eq 'a')");
		expect(translated([known, unknown], 'or')).toBeUndefined();
		expect(translated([known, { ...known, value: "o'b" }], 'or')).toBe(
			"(name eq 'a') or (name eq 'o''b')",
		);
	});

	it.each<[FieldCondition, string | undefined]>([
		[{ field: 'primarycontactid', type: 'string', operation: 'equals', value: 'no id' }, undefined],
		[
			{
				field: 'primarycontactid',
				type: 'string',
				operation: 'equals',
				value: '0F8E7D6C-5B4A-4392-8170-6F5E4D3C2B1A',
			},
			'(primarycontactid eq 0f8e7d6c-5b4a-4392-8170-6f5e4d3c2b1a)',
		],
		[{ field: 'name', type: 'string', operation: 'contains', value: 'a[b' }, undefined],
		[{ field: 'name', type: 'number', operation: 'gt', value: 1 }, undefined],
		[{ field: 'industrycode', type: 'string', operation: 'equals', value: 'Brokers' }, undefined],
		[{ field: 'missing', type: 'string', operation: 'equals', value: 'x' }, undefined],
		[{ field: 'modifiedon', type: 'dateTime', operation: 'after', value: '2026-01-02' }, undefined],
	])('by the type of the column: %j', (condition, expected) => {
		expect(translated([condition])).toBe(expected);
	});
});
