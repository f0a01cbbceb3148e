import {
	READ_ONLY,
	REQUIRED,
	checkbox,
	decimal,
	defineObject,
	externalId,
	field,
	formula,
	longText,
	lookup,
	multipicklist,
	picklist,
	recordType,
	text,
} from '../fields';
import type { ObjectType } from '../model';

/** A custom object with one field of every kind (S6). */
export const booking = (): ObjectType =>
	defineObject({
		name: 'Booking__c',
		label: 'Booking',
		labelPlural: 'Bookings',
		keyPrefix: 'a01',
		recordTypes: [recordType(3, 'Flight'), recordType(4, 'Stay at Hotel', 'Stay')],
		own: [
			text('Name', 'Booking Name', 80, REQUIRED),
			externalId('Reference__c', 'Reference'),
			externalId('Code__c', 'Code', { unique: true, caseSensitive: true }),
			externalId('Legacy__c', 'Legacy Number', {}),
			picklist('Status__c', 'Booking Status', ['open=Open', 'paid=Paid in Full', '-lost=Lost'], {
				restrictedPicklist: true,
				initial: 'open',
			}),
			picklist('Channel__c', 'Channel', ['web=Website', 'shop=Shop']),
			multipicklist('Extras__c', 'Extras', ['meal=Meal', 'seat=Seat', 'bag=Bag']),
			field('date', 'Travel_Date__c', 'Travel Date'),
			field('datetime', 'Booked_At__c', 'Booked At'),
			field('time', 'Check_In__c', 'Check-In'),
			decimal('currency', 'Price__c', 'Price', [16, 2]),
			decimal('percent', 'Discount__c', 'Discount', [5, 2]),
			decimal('double', 'Seats__c', 'Seats', [3, 0]),
			lookup('Traveller__c', 'Traveller', ['Contact']),
			lookup('Boss__c', 'Approved By', ['Contact']),
			text('Number__c', 'Booking Number', 30, {
				...READ_ONLY,
				nillable: false,
				defaultedOnCreate: true,
				autoNumber: 'B-{0000}',
			}),
			formula('Net__c', 'Net Price', 'Price__c * (1 - Discount__c)', (values) => {
				const { Price__c: price, Discount__c: discount } = values;
				return typeof price === 'number' ? price * (1 - Number(discount ?? 0) / 100) : null;
			}),
			longText('Notes__c', 'Notes', 32_768),
			checkbox('Confirmed__c', 'Confirmed'),
			field('url', 'Ticket__c', 'Ticket', { length: 255 }),
		],
	});
