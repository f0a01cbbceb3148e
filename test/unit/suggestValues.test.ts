import type { FieldInfo } from '../../shared/core/field';
import { readName } from '../../shared/core/suggest/names';
import { looksLike, valueFit } from '../../shared/core/suggest/values';
import { field, toField } from './mappingDestinationFixture';

const judge = (samples: readonly unknown[], one: FieldInfo) =>
	looksLike(samples, one, [readName(one.name), readName(one.label)]);

const options = [
	{ label: ' Skiing ', value: 1 },
	{ label: 'Hiking', value: 2 },
];
const sport = field('sport', { type: 'choice', options });
const sports = field('sports', { type: 'multiChoice', options });

describe('what sample values say of a field', () => {
	it.each([
		['e-mail addresses', 'email', ['ada@example.org', 'b.c@mail.example.org']],
		[
			'web addresses',
			'website',
			['https://example.org', 'HTTP://example.org/a', 'www.example.org'],
		],
		['phone numbers', 'telephone', ['+41 79 123 45 67', '+1 (555) 123-4567', '+49/30.12345']],
	])('design:7 recognises %s', (noun, name, samples) => {
		const found = { score: 60, why: `the values look like ${noun}` };
		expect(judge(samples, field(name))).toEqual(found);
		expect(judge([` ${samples[0]}\n`], field(name))).toEqual(found);
		expect(judge([...samples, 'x'], field(name))).toBeUndefined();
	});

	it.each([
		['email', 'ada@example'],
		['email', 'ada@example.o'],
		['email', 'ada@b@example.org'],
		['email', 'ada lovelace@example.org'],
		['email', 'write to ada@example.org'],
		['email', 'ada@example.org, b'],
		['email', 'ada@exa mple.org'],
		['email', '@example.org'],
		['email', 'ada@.org'],
		['email', 'ada@example.org.'],
		['website', 'example.org'],
		['website', 'see https://example.org'],
		['website', 'https://example'],
		['website', 'https://example.org or not'],
		['website', 'www.example'],
		['telephone', '0041 79 123 45 67'],
		['telephone', '+41 79'],
		['telephone', '+(41) 79 123 45 67'],
		['telephone', 'call +41 79 123 45 67'],
		['telephone', '+41 79 123 45 67 a'],
	])('design:7 as a value of %s, "%s" says nothing', (name, value) => {
		expect(judge([value], field(name))).toBeUndefined();
	});

	it('design:7 the label says what is meant where the technical name does not', () => {
		const one = field('crmsync_x', { label: 'E-Mail' });
		expect(judge(['ada@example.org'], one)?.score).toBe(60);
	});

	it.each([
		['technical name', field('email2', { label: 'E-Mail' })],
		['label', field('email', { label: 'E-Mail 2' })],
	])('design:7 the second of several fields by %s is less sure than the first', (_, one) => {
		expect(judge(['ada@example.org'], one)?.score).toBe(55);
	});

	it('design:7 only text fields hold addresses', () => {
		expect(judge(['ada@example.org'], field('email', { type: 'other' }))).toBeUndefined();
	});

	it.each([sport, sports])(
		'design:7 recognises the options of $name, spaces and case aside',
		(one) => {
			const found = { score: 65, why: 'the values are options of the field' };
			expect(judge(['skiing', ' HIKING '], one)).toEqual(found);
			expect(judge(['skiing', 'chess'], one)).toBeUndefined();
		},
	);

	it.each([
		['no samples', [], sport],
		['samples of which some are no text', [1, 'skiing'], sport],
		['options of a field that is no choice', ['skiing'], field('a', { type: 'boolean', options })],
		['values of a choice without options', ['skiing'], field('a', { type: 'choice' })],
		['addresses in a field that means something else', ['ada@example.org'], field('city')],
	])('design:7 says nothing of %s', (_, samples, one) => {
		expect(judge(samples, one)).toBeUndefined();
	});

	it.each([
		['no values', [], 1, 'no values to check'],
		['values that fit', ['7', 8], 1, ''],
		['values of which some do not fit', ['7', 'x', 8, 'y'], 0.5, '2 of 4 sample values do not fit'],
		['values that do not fit', ['x'], 0, '1 of 1 sample values do not fit'],
	])('design:7 fit of %s', (_, samples, share, why) => {
		expect(valueFit(samples, toField(field('size', { type: 'integer' })))).toEqual({ share, why });
	});
});
