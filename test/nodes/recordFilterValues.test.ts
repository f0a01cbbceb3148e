import { conditions, fates, runFilter } from './recordFilterFixture';
import { early, late, table, type Row } from './recordFilterTable';

const blank = ['null', 'missing', '""'];
const label = (value: unknown) =>
	typeof value === 'object' || value === ' ' ? JSON.stringify(value) : String(value);

async function passing({ values, ...condition }: Row, options: Record<string, boolean> = {}) {
	const isText = condition.is.startsWith('string');
	const seed = [
		...values.map((v) => ({ v })),
		{ v: null },
		{ other: 1 },
		...(isText ? [{ v: '' }] : []),
	];
	const run = await runFilter(seed, { ...conditions([{ ...condition, field: 'v' }]), options });
	const names = [...values.map(label), ...blank];
	return fates(run)
		.flatMap((fate, index) => (fate === 'kept' ? [names[index]] : []))
		.join(' ');
}

describe('what each comparison lets pass', () => {
	it.each(table)('sync:A22 $is $right: $passes', async (row) => {
		expect(await passing(row)).toBe(row.passes);
	});

	const misfits: readonly Row[] = [
		{ is: 'string:equals', values: [5, '5'], right: '5', passes: '5 5' },
		{ is: 'number:equals', values: ['5', 'x', 5, ' '], right: 5, passes: '5 5' },
		{ is: 'boolean:true', values: ['true', 'false', 1, '0'], passes: 'true 1' },
		{ is: 'array:notEmpty', values: ['["a"]', 'x'], passes: '["a"]' },
		{ is: 'object:notEmpty', values: ['{"a":1}', 7], passes: '{"a":1}' },
	];

	it.each(misfits)('n8n:T-20 converted: $is $right', async (row) => {
		expect(await passing(row, { looseTypeValidation: true })).toBe(row.passes);
	});

	it.each(misfits)('n8n:4.10 strict: $is $right refuses other types', async (row) => {
		const own = row.values.filter((value) => typeof value === row.is.split(':')[0]);
		expect(await passing(row)).toBe(own.filter((value) => value !== ' ').join(' '));
	});

	it.each([
		{ is: 'string:equals', values: ['ab', 'AB'], right: 'Ab', passes: 'ab AB' },
		{ is: 'string:contains', values: ['xAB'], right: 'ab', passes: 'xAB' },
		{ is: 'array:contains', values: [['A']], right: 'a', rightType: 'any', passes: '["A"]' },
		{ is: 'string:regex', values: ['AB', 'ab'], right: '^A', passes: '' },
	])('sync:A22 Ignore Case: $is $right', async (row) => {
		expect(await passing(row, { ignoreCase: true })).toBe(row.passes);
	});

	it('n8n:4.10 compares two fields of the record', async () => {
		const parameters = conditions([{ field: 'a', is: 'dateTime:before', right: '={{ $json.b }}' }]);
		const run = await runFilter(
			[
				{ a: early, b: late },
				{ a: late, b: new Date(early) },
				{ a: early, b: null },
			],
			parameters,
		);
		expect(fates(run)).toEqual(['kept', 'hold', 'hold']);
	});
});
