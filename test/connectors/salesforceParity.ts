import type { WriteRecord } from '../../shared/connectors/connector';
import type { SalesforceWriteOptions } from '../../shared/connectors/salesforce/options';

/** One input of the matrix of salesforce 4.5, and what both transports make of it (salesforce:S27). */
export interface ParityCase {
	readonly name: string;
	readonly options: SalesforceWriteOptions;
	readonly values: WriteRecord['values'];
	/** What the fields hold afterwards; before, they hold {@link PARITY_ROW}. */
	readonly expected: Readonly<Record<string, unknown>>;
	readonly warns: boolean;
}

/** A booking as it is before each case. */
export const PARITY_ROW = {
	Reference__c: 'r',
	Name: 'Trip',
	Notes__c: 'Old',
	Price__c: 10,
	Status__c: 'paid',
	Confirmed__c: true,
} as const;

const KEPT = { Notes__c: 'Old', Price__c: 10, Status__c: 'paid', Confirmed__c: true };

const of = (
	name: string,
	values: ParityCase['values'],
	expected: ParityCase['expected'],
	more: Partial<ParityCase> = {},
): ParityCase => ({
	name,
	options: {},
	values: { Name: 'Trip', ...values },
	expected: { ...KEPT, ...expected },
	warns: false,
	...more,
});

/** Null, empty text, absent, the text `#N/A` and a check box without a value. */
export const PARITY: readonly ParityCase[] = [
	of('absent', {}, {}),
	of('undefined', { Notes__c: undefined, Price__c: undefined }, {}),
	of('null', { Notes__c: null, Price__c: null }, { Notes__c: null, Price__c: null }),
	of('empty text, ignored', { Notes__c: '', Price__c: '' }, {}),
	of('blank text, ignored', { Notes__c: '  ' }, {}),
	of(
		'empty text, clears',
		{ Notes__c: '', Price__c: '' },
		{ Notes__c: null, Price__c: null },
		{ options: { emptyText: 'clear' } },
	),
	of('text #N/A', { Notes__c: '#N/A' }, { Notes__c: '#N/A' }),
	of('text with #N/A in it', { Notes__c: 'is #N/A' }, { Notes__c: 'is #N/A' }),
	of('check box null', { Confirmed__c: null }, {}, { warns: true }),
	of(
		'check box empty, clears',
		{ Confirmed__c: '' },
		{},
		{ options: { emptyText: 'clear' }, warns: true },
	),
	of('check box false', { Confirmed__c: false }, { Confirmed__c: false }),
	of('zero', { Price__c: 0 }, { Price__c: 0 }),
	of('text with quotes, commas and lines', { Notes__c: 'a, "b"\nc' }, { Notes__c: 'a, "b"\nc' }),
];
