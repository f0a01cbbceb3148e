import type { SyncRecord } from '../../shared/core/record';
import { suggestKeys } from '../../shared/core/suggest/keys';
import { sourceFields } from '../../shared/core/suggest/sources';
import { field, toField } from './mappingDestinationFixture';

const external = field('Ext__c', { label: 'External Key' });
const guid = field('accountid', { type: 'id', creatable: false, updatable: false });

function keys(records: readonly SyncRecord[], fields = [external], comparedBy: string[] = []) {
	const evidence = { comparedBy, records };
	const found = suggestKeys(sourceFields(records), fields, (one) => toField(one), evidence);
	return Object.fromEntries(found.map(({ source, field: { name } }) => [name, source.path[0]]));
}

describe('suggestKeys', () => {
	const customers = ['A-1', 'A-2'].map((customer_no) => ({ customer_no, company: 'Alpine' }));

	it('design:7 a field called like a key and different in every record', () => {
		expect(keys(customers)).toEqual({ Ext__c: 'customer_no' });
		expect(keys([...customers, customers[0]])).toEqual({});
		expect(keys([...customers, { customer_no: '', company: 'Alpine' }])).toEqual({});
		expect(keys(customers.map(({ customer_no }) => ({ company: customer_no })))).toEqual({});
	});

	it('design:7 of two such fields neither is guessed', () => {
		expect(keys(customers.map((one, index) => ({ ...one, id: index })))).toEqual({});
	});

	it('design:R10 what the sync compares by wins over a better name, for removals carry nothing else', () => {
		const records = customers.map((one) => ({ ...one, ext: 'x' }));
		expect(keys(records)).toEqual({ Ext__c: 'ext' });
		expect(keys(records, [external], ['customer_no'])).toEqual({ Ext__c: 'customer_no' });
		expect(keys(records, [external], ['company', 'customer_no'])).toEqual({});
	});

	it('design:7 of a composite key the fields without a like name are left to each other', () => {
		const records = [{ region: 'EU', customer_no: 'A-1' }];
		const fields = [external, field('Region__c', { label: 'Region' })];
		expect(keys(records, fields, ['region', 'customer_no'])).toEqual({
			Region__c: 'region',
			Ext__c: 'customer_no',
		});
	});

	it('dataverse:2.2 a record ID, which the destination gives, is fed by name or by what the sync compares', () => {
		expect(keys([{ accountid: 'x' }], [guid])).toEqual({ accountid: 'accountid' });
		expect(keys(customers, [guid], ['customer_no'])).toEqual({ accountid: 'customer_no' });
		expect(keys(customers, [guid])).toEqual({});
	});

	it('design:7 no field is guessed whose values the key cannot hold', () => {
		const number = field('Ext__c', { label: 'External Key', type: 'integer' });
		expect(keys(customers, [number], ['customer_no'])).toEqual({});
	});
});
