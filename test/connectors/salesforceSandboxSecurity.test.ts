import { useSalesforce } from '../sandbox/useSalesforce';
import type { Client } from '../sandbox/salesforce/client';
import { openClient, typed } from '../sandbox/salesforce/client';
import { testRules } from '../sandbox/ruleTable';

const sandbox = useSalesforce();
let client: Client;

beforeEach(async () => {
	client = await openClient(sandbox);
});

interface Described {
	name: string;
	createable: boolean;
	updateable: boolean;
}

const fieldsOf = async (name: string) => {
	const answer = await client.call(`sobjects/${name}/describe`);
	const { fields } = answer.json<{ fields: Described[] }>();
	return new Map(fields.map((field) => [field.name, field]));
};

testRules('salesforce', {
	S8: {
		'a hidden field vanishes from describe and from queries': async () => {
			sandbox.permissions.hiddenFields.add('Contact.Phone');
			expect((await fieldsOf('Contact')).has('Phone')).toBe(false);
			const answer = await client.call('query?q=SELECT+Phone+FROM+Contact');
			expect([answer.status, answer.code]).toEqual([400, 'INVALID_FIELD']);
		},
		'writing it fails the row, or by a switch the call': async () => {
			sandbox.permissions.hiddenFields.add('Contact.Phone');
			const write = () =>
				client.call('composite/sobjects', {
					method: 'POST',
					body: { records: typed('Contact', [{ LastName: 'a', Phone: '1' }]) },
				});
			const [row] = (await write()).json<Array<{ errors: Array<Record<string, unknown>> }>>();
			expect(row?.errors[0]).toMatchObject({
				statusCode: 'INVALID_FIELD_FOR_INSERT_UPDATE',
				fields: ['Phone'],
			});
			sandbox.switches.hiddenFieldError = 'INVALID_FIELD';
			const call = await write();
			expect([call.status, call.code]).toEqual([400, 'INVALID_FIELD']);
			expect(call.message).toBe("No such column 'Phone' on sobject of type Contact");
		},
		'a read-only field is described so and refused': async () => {
			sandbox.permissions.readOnlyFields.add('Contact.Title');
			expect((await fieldsOf('Contact')).get('Title')).toMatchObject({
				createable: false,
				updateable: false,
			});
			const answer = await client.call('sobjects/Contact', {
				method: 'POST',
				body: { LastName: 'a', Title: 'x' },
			});
			expect([answer.status, answer.code]).toEqual([400, 'INVALID_FIELD_FOR_INSERT_UPDATE']);
		},
		'a hidden object is not there': async () => {
			sandbox.permissions.hiddenObjects.add('Campaign');
			expect((await client.call('sobjects/Campaign/describe')).status).toBe(404);
			const names = (await client.call('sobjects'))
				.json<{ sobjects: Array<{ name: string }> }>()
				.sobjects.map(({ name }) => name);
			expect(names).not.toContain('Campaign');
		},
	},
});
