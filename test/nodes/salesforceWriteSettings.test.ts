import type { IExecuteFunctions, INodeProperties, INodePropertyCollection } from 'n8n-workflow';

import { properties } from '../../nodes/SalesforceWrite/properties';
import { readConnection, readSettings } from '../../nodes/SalesforceWrite/settings';

type Values = Readonly<Record<string, unknown>>;

/** Parameters as n8n hands them out. */
const context = (parameters: Values, options: Values = {}) => {
	const all: Values = {
		authentication: 'crmSyncSalesforceOAuth2Api',
		...{ action: 'write', object: 'Contact', writeMode: 'upsert', matchField: 'Ext__c' },
		removedRecords: 'skip',
		...parameters,
		options,
	};
	return {
		getNodeParameter: (name: string, _item: number, fallback: unknown) => all[name] ?? fallback,
		getTimezone: () => 'Europe/Zurich',
	} as unknown as IExecuteFunctions;
};

const everything = (parameters: Values, options?: Values) => ({
	...readSettings(context(parameters, options)),
	...readConnection(context(parameters, options)),
});

const optionsOf = (action: string) =>
	properties.find(
		({ name, displayOptions }) =>
			name === 'options' && displayOptions?.show?.action?.includes(action),
	)?.options as INodeProperties[];

/** A value other than the default one. */
function another({ type, default: usual, options = [] }: INodeProperties): unknown {
	if (type === 'boolean') return !usual;
	if (type === 'number') return Number(usual) - 1 || 7;
	if (type === 'multiOptions') return ['LastName'];
	if (type === 'string' || options.length === 0) return '01Q000000000001AAA';
	const values = options.map((option) => (option as { value?: unknown }).value);
	return values.find((value) => value !== usual);
}

/** Numbers whose default is no limit at all. */
const unlimited = new Set(['maxCalls']);

describe('what the panel says reaches the connector', () => {
	it.each(optionsOf('write').map((option) => [option.displayName, option] as const))(
		'design:7 the option %s has an effect',
		(_, option) => {
			const value = unlimited.has(option.name) ? 5 : another(option);
			expect(everything({}, { [option.name]: value })).not.toEqual(everything({}));
		},
	);

	it.each(optionsOf('write').map((option) => [option.displayName, option] as const))(
		'design:7 the option %s, added and left as it is, changes nothing that is not its default',
		(_, option) => {
			const { target, write, ...rest } = everything({}, { [option.name]: option.default });
			const usual = everything({});
			expect({ ...rest, apiVersion: undefined, instanceUrl: undefined }).toEqual({
				...usual,
				target: undefined,
				write: undefined,
			});
			expect(Object.values(write ?? {})).not.toContain('');
			expect(target).toMatchObject(usual.target);
		},
	);

	it('design:7 units are those of the connector', () => {
		const { write } = everything({}, { jobMegabytes: 2, maxWaitMinutes: 3, maxCalls: 0 });
		expect(write).toEqual({ jobBytes: 2_000_000, maxWaitMs: 180_000, timeZone: 'Europe/Zurich' });
	});

	it('salesforce:T10 skipping assignment rules wins over naming one', () => {
		const rule = '01Q000000000001AAA';
		const named = { assignmentRuleId: ` ${rule} ` };
		expect(everything({}, named).write).toMatchObject({ assignmentRule: rule });
		const both = { ...named, skipAssignmentRules: true };
		expect(everything({}, both).write).toMatchObject({ assignmentRule: 'off' });
	});
});

describe('how a record is matched', () => {
	it('salesforce:4.1 by the match field, in every mode but insert', () => {
		for (const writeMode of ['upsert', 'update', 'delete'])
			expect(everything({ writeMode }).target.keyFields).toEqual(['Ext__c']);
		expect(everything({ writeMode: 'insert' }).target.keyFields).toEqual([]);
	});

	it('salesforce:4.1 without one the node stops and says what to choose', () => {
		const settings = () => everything({ matchField: ' ' });
		expect(settings).toThrow('No match field of the object "Contact" is chosen');
		expect(() => everything({ object: '' })).toThrow('No object is chosen');
	});
});

describe('the panel', () => {
	const shown = (values: Values) =>
		properties.filter(({ displayOptions: { show = {} } = {} }) =>
			Object.entries(show).every(([name, wanted]) => wanted?.includes(values[name] as string)),
		);

	it('design:7 has at most 15 parameters at the top, and Options beside six of them at once', () => {
		expect(new Set(properties.map(({ name }) => name)).size).toBeLessThanOrEqual(15);
		for (const action of ['write', 'preview', 'bulkResult', 'abortJob']) {
			for (const writeMode of ['upsert', 'update', 'insert', 'delete']) {
				const names = shown({ action, writeMode }).map(({ name }) => name);
				expect(names.filter((name) => name !== 'options').length).toBeLessThanOrEqual(6);
				expect(names.filter((name) => name === 'options')).toHaveLength(1);
				const isMatched = ['write', 'preview'].includes(action) && writeMode !== 'insert';
				expect(names.includes('matchField')).toBe(isMatched);
			}
		}
	});

	it('issue 7: every write mode says when to choose it', () => {
		const mode = properties.find(({ name }) => name === 'writeMode');
		const texts = (mode?.options as Array<INodePropertyCollection & { description: string }>).map(
			({ description }) => description,
		);
		expect(texts).toHaveLength(4);
		// n8n's lint fixes the words of an upsert; the parameter itself says when it is right.
		expect(texts.filter((text) => /\bFor /.test(text))).toHaveLength(3);
		expect(mode?.description).toMatch(/Create or Update .* is right/);
	});
});
