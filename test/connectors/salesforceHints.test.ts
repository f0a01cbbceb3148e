import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { properties } from '../../nodes/SalesforceWrite/properties';
import { tooSlow } from '../../shared/connectors/salesforce/bulkOutcome';
import { MODE, OPTION } from '../../shared/connectors/salesforce/optionNames';
import { salesforceReport } from '../../shared/n8n/salesforceReport';

const options = properties
	.filter(({ name }) => name === 'options')
	.flatMap(({ options: own = [] }) => own as INodeProperties[]);
const modes = properties
	.filter(({ name }) => name === 'writeMode')
	.flatMap(({ options: own = [] }) => own as INodePropertyOptions[]);

describe('design:9 the next step names what people see in the panel', () => {
	test.each(Object.entries(OPTION))('the option %s is called %s', (name, label) => {
		const shown = options.filter(({ displayName }) => displayName.startsWith(label));
		expect(shown.length).toBeGreaterThan(0);
		// An option of the node may be another form of the connector's, under a name of its own.
		const own = options.find((option) => option.name === name);
		if (own) expect(own.displayName.startsWith(label)).toBe(true);
	});

	test.each(Object.entries(MODE))('the write mode %s is called %s', (mode, label) => {
		expect(modes.find(({ value }) => value === mode)?.name).toBe(label);
	});

	test('a job that reads has no rows to fetch', () => {
		const job = { id: '750000000000001AAA', object: 'Contact' };
		const hintOf = (operation: string) => tooSlow({ ...job, operation }, 60_000).details.hint;
		expect(hintOf('query')).not.toContain('Get Bulk Job Result');
		expect(hintOf('upsert')).toContain('Get Bulk Job Result');
	});

	test.each([
		['Open', 'was not started and wrote nothing'],
		['Unknown', 'may have been started'],
		['InProgress', 'was still at work'],
		['JobComplete', undefined],
	])('a job that ends a run in state %s is told as such', (state, told) => {
		const job = { id: '750000000000001AAA', operation: 'upsert', object: 'Contact', failed: 0 };
		const { warnings } = salesforceReport({
			usage: { calls: 1 },
			jobs: [{ ...job, state, records: 2 }],
			fieldWarnings: {},
		});
		expect(warnings).toEqual(told === undefined ? [] : [expect.stringContaining(told)]);
	});
});
