import type { SalesforceWriteOptions } from '../../shared/connectors/salesforce/options';
import type { RecordResult } from '../../shared/core/results';
import type { SyncRecord } from '../../shared/core/record';
import { switchValues, type Switches } from '../sandbox/salesforce';
import { useSalesforce } from '../sandbox/useSalesforce';
import { tally, writeAll } from './dynamics365Client';
import { collectionCalls, connect, inMode, keyless, person, rowsBy } from './salesforceClient';
import { jobRequests } from './salesforceBulkSession';

const org = useSalesforce();

type Transport = 'collections' | 'bulk';

/** What a cell can hold: every way of saying nothing, and texts that look like one (salesforce 4.5). */
const CELLS: Readonly<Record<string, SyncRecord>> = {
	null: { Title: null },
	empty: { Title: '' },
	absent: {},
	undefined: { Title: undefined },
	'#N/A': { Title: '#N/A' },
	spaces: { Title: '  ' },
	'boolean null': { DoNotCall: null },
	'boolean empty': { DoNotCall: '' },
	'date null': { Birthdate: null },
	'parent null': { AccountId: null },
	'long text': { Description: `a "quoted"\r\n, text ${'é'.repeat(100)}` },
	'longer than Bulk takes': { Description: 'x'.repeat(32_001) },
	'formula-like': { Title: '=1+1,"x"' },
	value: { Title: 'New', DoNotCall: true, Birthdate: '2001-02-03' },
	refused: { Email: 'no address' },
	'too long': { Title: 'x'.repeat(129) },
};

const FIELDS = ['LastName', 'Title', 'DoNotCall', 'Birthdate', 'AccountId', 'Description', 'Email'];

interface Outcome {
	readonly rows: Record<string, unknown>;
	readonly results: ReadonlyArray<
		Pick<RecordResult, 'status' | 'reason' | 'warnings'> & { code?: string }
	>;
}

/** Writes every kind of cell by one transport, over filled records and, where the mode creates, as new ones. */
async function writeBy(
	api: Transport,
	mode: 'insert' | 'update' | 'upsert',
	options: SalesforceWriteOptions,
	switches: Partial<Switches> = {},
): Promise<Outcome> {
	org.reset();
	org.setSwitches(switches);
	const account = org.insert('Account', { Name: 'One' });
	const old = { Title: 'Old', DoNotCall: true, Birthdate: '1999-01-01', AccountId: account };
	const names = Object.keys(CELLS);
	if (mode !== 'insert')
		for (const name of names) org.insert('Contact', { Ext__c: name, LastName: 'Old', ...old });
	const valuesOf = (name: string) => ({ LastName: `Name ${name}`, ...CELLS[name] });
	const known = names.map((name) => person(name, valuesOf(name)));
	const fresh = names.map((name) => person(`new ${name}`, valuesOf(name)));
	const records =
		mode === 'insert'
			? names.map((name) => keyless({ ...valuesOf(name), Ext__c: name }))
			: [...known, ...fresh];
	const connector = connect(org, { ...options, api });
	const { results, error } = await writeAll(connector, inMode(mode), records);
	expect(error).toBeUndefined();
	const contacts = rowsBy(org, 'Contact', 'Ext__c');
	results.forEach(({ status, id }, index) => {
		const { key, values } = records[index];
		const row = contacts.get(key.Ext__c ?? values.Ext__c);
		if (status === 'created' || status === 'updated') expect(id).toBe(row?.Id);
	});
	return {
		rows: Object.fromEntries(
			[...contacts].map(([key, row]) => [key, FIELDS.map((field) => [field, row[field]])]),
		),
		results: results.map(({ status, reason, error: refusal, warnings }) => ({
			status,
			reason,
			warnings,
			code: refusal?.code,
		})),
	};
}

describe('salesforce:S27 salesforce:T5 both transports do the same', () => {
	const ways = (['insert', 'update', 'upsert'] as const).flatMap((mode) =>
		(['ignore', 'clear', 'send'] as const).map((emptyText) => ({ mode, emptyText })),
	);

	it.each(ways)('$mode, empty text: $emptyText', async ({ mode, emptyText }) => {
		const collections = await writeBy('collections', mode, { emptyText });
		expect(jobRequests(org)).toEqual([]);
		const bulk = await writeBy('bulk', mode, { emptyText });
		expect(jobRequests(org)).toContain('POST ingest');
		expect(bulk).toEqual(collections);
	});

	it('only what CSV cannot tell goes by Collections', async () => {
		await writeBy('bulk', 'upsert', { emptyText: 'ignore' });
		// The text that would clear; known and new together.
		const sent = collectionCalls(org).map(({ body }) => String(body));
		expect(sent).toHaveLength(1);
		expect((JSON.parse(sent[0]) as { records: unknown[] }).records).toHaveLength(2);
	});

	const forms = switchValues.resultQuoting.flatMap((resultQuoting) =>
		switchValues.echoVerbatim.map((echoVerbatim) => ({ resultQuoting, echoVerbatim })),
	);

	it.each(forms)(
		'salesforce:U7 salesforce:T4 however results are written, in any order: %j',
		async (switches) => {
			const collections = await writeBy('collections', 'insert', {});
			expect(await writeBy('bulk', 'insert', {}, switches)).toEqual(collections);
		},
	);
});

describe('the choice of transport', () => {
	const people = (count: number) =>
		Array.from({ length: count }, (_, index) => person(`E${index}`));

	it('salesforce 4.1 is Bulk above 2,000 records', async () => {
		expect(tally((await writeAll(connect(org), inMode('upsert'), people(2001))).results)).toEqual({
			created: 2001,
		});
		expect(jobRequests(org)).toContain('POST ingest');
		expect(collectionCalls(org)).toEqual([]);
	});

	it('salesforce 4.4 is Collections for an object the Bulk API does not know', async () => {
		org.faults.add({
			method: 'POST',
			url: /ingest/,
			times: 10,
			effect: {
				kind: 'respond',
				status: 400,
				body: '[{"errorCode":"INVALIDENTITY","message":"Entity \'Contact\' is not supported by the Bulk API."}]',
			},
		});
		const { results } = await writeAll(
			connect(org, { jobRows: 1500 }),
			inMode('upsert'),
			people(2001),
		);
		expect(tally(results)).toEqual({ created: 2001 });
		expect(jobRequests(org)).not.toContain('PUT batches');
		expect(collectionCalls(org)).toHaveLength(11);
	});
});
