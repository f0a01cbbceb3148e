import * as fc from 'fast-check';

import type { FieldInfo } from '../../shared/core/field';
import type { SyncRecord } from '../../shared/core/record';
import { suggestMappings, THRESHOLD } from '../../shared/core/suggest';
import { likeness, readName } from '../../shared/core/suggest/names';
import { sourceFields } from '../../shared/core/suggest/sources';
import { field, toField } from './mappingDestinationFixture';

const contact: FieldInfo[] = [
	field('contactid', { label: 'Contact', type: 'id' }),
	field('firstname', { label: 'First Name' }),
	field('lastname', { label: 'Last Name' }),
	field('fullname', { label: 'Full Name', creatable: false, updatable: false }),
	field('emailaddress1', { label: 'Email' }),
	field('emailaddress2', { label: 'Email Address 2' }),
	field('telephone1', { label: 'Business Phone' }),
	field('mobilephone', { label: 'Mobile Phone' }),
	field('address1_line1', { label: 'Address 1: Street 1' }),
	field('address1_city', { label: 'Address 1: City' }),
	field('address2_city', { label: 'Address 2: City' }),
	field('address1_postalcode', { label: 'Address 1: ZIP/Postal Code', maxLength: 20 }),
	field('birthdate', { label: 'Birthday', type: 'date' }),
	field('donotemail', { label: 'Do not allow Emails', type: 'boolean' }),
	field('crmsync_interests', {
		label: 'Interests',
		type: 'multiChoice',
		options: [
			{ label: 'Skiing', value: 1 },
			{ label: 'Hiking', value: 2 },
		],
	}),
	field('crmsync_shoesize', { label: 'Shoe Size', type: 'integer' }),
];

const suggest = (records: readonly SyncRecord[], fields = contact) =>
	suggestMappings(sourceFields(records), fields, (one) => toField(one));

const pairs = (records: readonly SyncRecord[]) =>
	Object.fromEntries(
		suggest(records).map(({ source, field: { name } }) => [source.path.join('.'), name]),
	);

describe('suggested mappings', () => {
	it('design:7 finds fields by name, label, meaning, umlaut and separator', () => {
		const record = {
			Vorname: 'Ada',
			Surname: 'Lovelace',
			'E-Mail': 'ada@example.org',
			PLZ: '8058',
			strasse: 'Flughafenstrasse',
			address: { city: 'Kloten' },
			dateOfBirth: '1815-12-10',
			'Shoe-Size': '37',
			mobile_phone: '+41 79 123 45 67',
		};
		expect(pairs([record])).toEqual({
			Vorname: 'firstname',
			Surname: 'lastname',
			'E-Mail': 'emailaddress1',
			PLZ: 'address1_postalcode',
			strasse: 'address1_line1',
			'address.city': 'address1_city',
			dateOfBirth: 'birthdate',
			'Shoe-Size': 'crmsync_shoesize',
			mobile_phone: 'mobilephone',
		});
	});

	it('design:7 finds fields by their values when the names say nothing, and says so', () => {
		const found = suggest([
			{ kontaktweg: 'ada@example.org', hobby: 'skiing' },
			{ kontaktweg: 'b@example.org', hobby: 'Hiking' },
		]);
		expect(found.map(({ field: { name }, why, score }) => [name, why, score])).toEqual([
			['crmsync_interests', 'the values are options of the field', 65],
			['emailaddress1', 'the values look like e-mail addresses', 60],
		]);
	});

	it('design:7 values that do not fit speak against a pair', () => {
		expect(pairs([{ birthday: 'soon' }])).toEqual({});
		const [half] = suggest([
			{ birthdate: '2000-01-01' },
			{ birthdate: '2001-01-01' },
			{ birthdate: 'x' },
		]);
		expect(half).toMatchObject({ score: 67, why: 'same name; 1 of 3 sample values do not fit' });
	});

	it('design:7 each field is given once, to the surest source', () => {
		const found = suggest([{ email: 'a@example.org', emailaddress1: 'b@example.org' }]);
		expect(found.map(({ source, field: { name } }) => [source.path[0], name])).toEqual([
			['emailaddress1', 'emailaddress1'],
			['email', 'emailaddress2'],
		]);
	});

	it('design:7 never suggests what nobody may write, nor what is not similar', () => {
		expect(pairs([{ fullname: 'Ada Lovelace', quux: 'x', internal_ref_no: 'A1' }])).toEqual({});
	});

	it('design:7 an exact label or name is surer than a meaning, and a meaning than a typo', () => {
		const [a, b, c, d] = ['lastname', 'Last Name', 'surname', 'lastnmae'].map(
			(name) => likeness(readName(name), readName('lastname')).score,
		);
		expect([a, b]).toEqual([100, 100]);
		expect(c).toBeLessThan(b);
		expect(d).toBeLessThan(c);
		expect(d).toBeGreaterThanOrEqual(THRESHOLD);
		expect(likeness(readName('Grösse'), readName('groesse')).score).toBe(100);
	});

	const word = fc.constantFrom('email', 'city', 'Vorname', 'x', 'phone', 'size', 'birthdate', 'äö');
	const name = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join('_'));

	it('design:7 one destination for a source and one source for a destination, each above the threshold', () => {
		fc.assert(
			fc.property(
				fc.dictionary(name, fc.oneof(fc.string(), fc.integer(), fc.constant('a@b.cd'))),
				fc.uniqueArray(name, { maxLength: 8 }),
				(record, names) => {
					const found = suggest(
						[record],
						names.map((one) => field(one)),
					);
					const used = (of: (one: (typeof found)[number]) => unknown) =>
						new Set(found.map(of)).size;
					expect(used(({ source }) => source)).toBe(found.length);
					expect(used((one) => one.field)).toBe(found.length);
					for (const { score } of found) {
						expect(score).toBeGreaterThanOrEqual(THRESHOLD);
						expect(score).toBeLessThanOrEqual(100);
					}
				},
			),
		);
	});

	it('design:7 likeness is the same in both directions', () => {
		fc.assert(
			fc.property(name, name, (one, other) => {
				const [a, b] = [readName(one), readName(other)];
				expect(likeness(a, b).score).toBe(likeness(b, a).score);
				expect(likeness(a, a).score).toBe(100);
			}),
		);
	});

	it('design:7 source fields: nested ones by path, few different samples, no empty values', () => {
		const records = Array.from({ length: 100 }, (_, n) => ({
			n,
			e: '',
			a: { b: { c: { d: n } } },
		}));
		const [n, e, deep] = sourceFields(records);
		expect(n.samples).toHaveLength(20);
		expect(e).toEqual({ path: ['e'], samples: [] });
		expect(deep.path).toEqual(['a', 'b', 'c']);
	});
});
