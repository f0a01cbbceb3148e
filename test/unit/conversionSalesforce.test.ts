import fc from 'fast-check';

import { converterFrom } from '../../shared/core/conversion';
import { isSalesforceId, longSalesforceId } from '../../shared/core/conversion/salesforceId';
import { likeness, readName } from '../../shared/core/suggest/names';
import { convert, exact, field } from './conversionFixture';

const SHORT = '001A0000006Vm9r';
const LONG = '001A0000006Vm9rIAC';

describe('Salesforce ids', () => {
	test('salesforce:T13 every id has one long form, whatever case the long one arrives in', () => {
		const sign = fc.constantFrom(...'ABCXYZabcxyz0189');
		fc.assert(
			fc.property(fc.array(sign, { minLength: 15, maxLength: 15 }), (signs) => {
				const long = longSalesforceId(signs.join('')) ?? '';
				expect(long).toHaveLength(18);
				expect(long.startsWith(signs.join(''))).toBe(true);
				for (const form of [long, long.toLowerCase(), long.toUpperCase()]) {
					expect(longSalesforceId(form)).toBe(long);
				}
			}),
		);
	});

	test('salesforce:T13 an id field takes both forms and makes them one', () => {
		for (const id of [SHORT, LONG, ` ${LONG.toLowerCase()} `]) {
			expect(convert(id, 'id', { shortIds: true })).toEqual(exact(LONG));
		}
		expect(convert('42', 'id', { shortIds: true })).toMatchObject({ kind: 'unfit' });
		expect(convert(42, 'id', { shortIds: true })).toMatchObject({ kind: 'unfit' });
		expect(convert(SHORT, 'id')).toEqual(exact(SHORT));
		expect(isSalesforceId('42')).toBe(false);
	});

	test('salesforce:T13 a lookup takes the short form only where ids are Salesforce’s', () => {
		const targets = ['Account'];
		expect(convert(SHORT, 'lookup', { targets, shortIds: true })).toEqual(exact(LONG));
		expect(convert(LONG, 'lookup', { targets })).toEqual(exact(LONG));
		expect(convert(SHORT, 'lookup', { targets })).toMatchObject({ kind: 'unfit' });
		expect(convert('Alice', 'lookup', { targets, shortIds: true })).toMatchObject({
			kind: 'unfit',
		});
	});

	test('salesforce:2.2 a parent that is found by its name may be any text', () => {
		const owner = { targets: ['User'], shortIds: true, byName: true };
		expect(convert(' sales@acme.example ', 'lookup', owner)).toEqual(exact('sales@acme.example'));
		expect(convert('abcdefghijklmno', 'lookup', owner)).toEqual(exact('abcdefghijklmno'));
		expect(convert('005000000000001', 'lookup', owner)).toEqual(exact('005000000000001AAA'));
		expect(convert(' ', 'lookup', owner)).toMatchObject({ kind: 'unfit' });
		expect(convert({ key: { Ext__c: 'A' } }, 'lookup', owner)).toEqual(
			exact({ key: { Ext__c: 'A' } }),
		);
	});
});

describe('picklists', () => {
	const options = [
		{ value: 'web', label: 'Website' },
		{ value: 'shop', label: 'Shop' },
		{ value: 'shop2', label: 'shop' },
	];
	const open = { options, openOptions: true };

	test('salesforce:2.1 an open one takes its own values by label, and others as they are', () => {
		expect(convert('website', 'choice', open)).toEqual(exact('web'));
		expect(convert(' fair ', 'choice', open)).toEqual(exact('fair'));
		expect(convert(7, 'choice', open)).toEqual(exact('7'));
		expect(convert('fair', 'choice', { options })).toMatchObject({ kind: 'unfit' });
	});

	test('salesforce:2.1 a label of two values is refused, also by an open one', () => {
		expect(convert('SHOP', 'choice', open)).toMatchObject({ kind: 'unfit' });
		expect(convert({}, 'choice', open)).toMatchObject({ kind: 'unfit' });
	});

	test('salesforce:2.1 several choices: known ones in their order, others behind them', () => {
		expect(convert('fair;shop2;Website', 'multiChoice', open)).toEqual(
			exact(['web', 'shop2', 'fair']),
		);
		expect(convert(['b', 'a'], 'multiChoice', open)).toEqual(exact(['b', 'a']));
	});

	test('salesforce:2.1 a label with a separator does not swallow what follows it', () => {
		const comma = { options: [{ value: 'rd', label: 'Red, dark' }], openOptions: true };
		expect(convert('Red, dark;blue', 'multiChoice', comma)).toEqual(exact(['rd', 'blue']));
	});

	test('salesforce:2.1 a stored value beside the options is read as it is', () => {
		const read = (facets: object) =>
			converterFrom(field('choice', facets), { timeZone: 'UTC', choices: 'label' })('fair');
		expect(read(open)).toEqual(exact('fair'));
		expect(read({ options })).toMatchObject({ kind: 'unfit' });
	});
});

describe('names of custom fields', () => {
	test.each([
		['Loyalty_Level__c', 'loyaltyLevel'],
		['Birthdate__pc', 'birthdate'],
		['Loyalty_Level__c', 'Loyalty Level'],
	])('sync:T4 %s is %s', (one, other) => {
		expect(likeness(readName(one), readName(other))).toEqual({ score: 100, why: 'same name' });
	});

	test('sync:T4 a publisher before the name is read apart from it', () => {
		expect(likeness(readName('acme__Level__c'), readName('level')).score).toBe(90);
		expect(readName('__c').compact).not.toBe('');
	});
});
