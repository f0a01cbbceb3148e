import { nearestField } from '../../shared/core/suggest/nearest';
import { field } from './mappingDestinationFixture';

const fields = [
	field('abcdefgh'),
	field('crmsync_s1', { label: 'Shoe Size' }),
	field('firstname', { label: 'First Name' }),
	field('lastname', { label: 'Last Name' }),
];

describe('the field somebody most likely meant', () => {
	it.each([
		['by a misspelt technical name', 'fristname', 'firstname'],
		['by label', 'shoesize', 'crmsync_s1'],
		['by label when the technical name says something else', 'Shoe Sizes', 'crmsync_s1'],
		['the nearest, not the first that is near', 'last name', 'lastname'],
		['the nearest, not the last that is near', 'first name', 'firstname'],
		['just near enough', 'abcdefxy', 'abcdefgh'],
		['nothing when all are too far', 'abcdexyz', undefined],
	])('design:9 %s: %s means %s', (_, name, found) => {
		expect(nearestField(name, fields)?.name).toBe(found);
	});

	it('design:9 the first of two that are equally near', () => {
		expect(nearestField('size', [field('new_size'), field('old_size')])?.name).toBe('new_size');
	});

	it('design:9 a name that 59 % is like the only field is too far', () => {
		const name = 'abcdefghijklmnopqrs';
		expect(nearestField('abcdefghijklmn54321', [field(name)])).toBeUndefined();
		expect(nearestField('abcdefghijklmnvwxyz', [field(name)])).toBeUndefined();
		expect(nearestField('abcdefghijklmnovwxy', [field(name)])?.name).toBe(name);
	});

	it('design:9 nothing where there are no fields', () => {
		expect(nearestField('size', [])).toBeUndefined();
	});
});
