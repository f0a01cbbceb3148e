import { fieldOf, industries, replaceOne, valueOf } from './replacementFixture';

const interests = [
	{ value: 1, label: 'Skiing' },
	{ value: 9, label: 'Wine; Cheese' },
];
const source = [
	fieldOf('industry', 'choice', industries),
	fieldOf('interests', 'multiChoice', interests),
	fieldOf('mail', 'boolean', [
		{ value: true, label: 'Do Not Allow' },
		{ value: false, label: 'Allow' },
	]),
	fieldOf('flag', 'boolean'),
	fieldOf('age', 'integer'),
];
const record = { industry: 1, interests: '1,9', mail: true, flag: true, age: 1, other: 1 };
const labels = {
	industry: 'Accounting',
	interests: 'Skiing; Wine; Cheese',
	mail: 'Do Not Allow',
	flag: true,
	age: 1,
	other: 1,
};

describe('picklists of a record', () => {
	it.each(['source', 'destination'] as const)(
		'sync:T10 become labels and technical values by the %s, several choices and truth values included',
		(side) => {
			const known = { [side]: source };
			const toLabels = replaceOne([], record, { ...known, picklists: 'labels' });
			expect(toLabels).toMatchObject({ record: labels, unmatched: [] });
			expect(replaceOne([], labels, { ...known, picklists: 'labels' }).record).toEqual(labels);
			const back = replaceOne([], labels, { ...known, picklists: 'technicalValues' });
			expect(back).toMatchObject({ record, unmatched: [] });
			const again = replaceOne([], record, { ...known, picklists: 'technicalValues' });
			expect(again.record).toEqual(record);
		},
	);

	it('sync:T10 lists stay lists, and empty values stay empty', () => {
		const lists = { interests: [9, '1'], industry: null, mail: '' };
		expect(replaceOne([], lists, { source, picklists: 'labels' }).record).toEqual({
			interests: ['Skiing', 'Wine; Cheese'],
			industry: null,
			mail: '',
		});
		expect(replaceOne([], { interests: [] }, { source, picklists: 'labels' }).record).toEqual({
			interests: [],
		});
	});

	it.each(['labels', 'technicalValues'] as const)(
		'sync:T44 an unknown option (%s) is listed, its field left out, the rest of the record goes on',
		(picklists) => {
			const outcome = replaceOne(
				[],
				{ ...record, industry: 99, interests: '1,7' },
				{ source, picklists },
			);
			expect(Object.keys(outcome.record)).toEqual(['mail', 'flag', 'age', 'other']);
			expect(outcome.leftOut).toBe(2);
			expect(outcome.unmatched).toEqual([
				{
					field: 'industry',
					value: 99,
					reason: expect.stringMatching(
						/^"industry" is 99, which is none of the options: .*; the field was left out\.$/u,
					) as string,
				},
				{
					field: 'interests',
					value: '1,7',
					reason: expect.stringContaining('"7"') as string,
				},
			]);
			expect(outcome.envelope?.warnings).toHaveLength(2);
			expect(outcome.envelope?.warnings?.[0]).toContain('"industry" was left out: it is 99');
		},
	);

	it('sync:T44 a kept value that is no option of the destination is left out, never written wrong', () => {
		const destination = [fieldOf('industry', 'choice', industries)];
		const rows = [['industry', 'A', 'Agriculture']] as const;
		expect(replaceOne(rows, { industry: 'A' }, { destination }).record).toEqual({ industry: 2 });
		expect(replaceOne(rows, { industry: 3 }, { destination })).toMatchObject({
			record: { industry: 3 },
			leftOut: 0,
			unmatched: [{ value: 3 }],
		});
		const outcome = replaceOne(rows, { id: 1, industry: 'B' }, { destination });
		expect(outcome.record).toEqual({ id: 1 });
		expect(outcome.unmatched[0].reason).toMatch(
			/^"industry" is named by no rule and is "B", which is none of .*; the field was left out\.$/u,
		);
		const clear = { destination, whenUnmatched: { kind: 'clear' } } as const;
		expect(replaceOne(rows, { industry: 'B' }, clear).record).toEqual({ industry: null });
	});

	it('sync:A26 a replaced value has the options of the destination, a kept one those of the source', () => {
		const partners = [
			{ value: 71, label: 'Partner' },
			{ value: 1, label: 'Other' },
		];
		const destination = [fieldOf('industry', 'choice', partners)];
		const rows = [['industry', 'Agriculture', 'Partner']] as const;
		const sides = { source, destination };
		expect(replaceOne(rows, { industry: 2 }, { ...sides, picklists: 'labels' }).record).toEqual({
			industry: 'Partner',
		});
		const label = { ...sides, picklists: 'technicalValues' } as const;
		expect(replaceOne(rows, { industry: 'Agriculture' }, label).record).toEqual({ industry: 71 });
		expect(replaceOne([], { industry: 1 }, { ...sides, picklists: 'labels' }).record).toEqual({
			industry: 'Accounting',
		});
	});

	it('sync:A26 a row may name the field of the destination', () => {
		const destination = [fieldOf('industrycode', 'choice', industries)];
		const rows = [['industry', 'A', 'Accounting', { destinationField: 'industrycode' }]] as const;
		expect(replaceOne(rows, { industry: 'A' }, { destination }).record).toEqual({ industry: 1 });
		expect(valueOf([['field', 'A', 'Accounting']], 'A', { destination })).toBe('Accounting');
	});
});
