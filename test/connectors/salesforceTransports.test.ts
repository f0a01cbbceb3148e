import type { SalesforceWriteOptions } from '../../shared/connectors/salesforce/options';
import { useSalesforce } from '../sandbox/useSalesforce';
import { record, tally } from './dynamics365Client';
import { contacts, inMode, keyless, person, rowsBy, write } from './salesforceClient';
import { PARITY, PARITY_ROW } from './salesforceParity';

const org = useSalesforce();

const TRANSPORTS = ['collections', 'bulk'] as const;
const NOWHERE = '003000000000999AAA';

describe.each(TRANSPORTS)('by %s', (api) => {
	const options: SalesforceWriteOptions = { api };

	describe('nothing means the same (salesforce:S27, T5)', () => {
		test.each(PARITY)('$name', async ({ values, expected, warns, options: more }) => {
			org.insert('Booking__c', PARITY_ROW);
			const { results } = await write(
				org,
				inMode('upsert', 'Reference__c', { objectName: 'Booking__c' }),
				[record({ Reference__c: 'r' }, values)],
				{ ...options, ...more },
			);
			expect(results[0].status).toBe('updated');
			expect(org.rows('Booking__c')[0]).toMatchObject(expected);
			expect(results[0].warnings !== undefined).toBe(warns);
		});
	});

	test('the four kinds of write, each record with its own result', async () => {
		const bad = { LastName: 'B', Email: 'badone' };
		const inserted = await write(
			org,
			inMode('insert'),
			[keyless({ LastName: 'A' }), keyless(bad)],
			options,
		);
		expect(tally(inserted.results)).toEqual({ created: 1, rejected: 1 });
		expect(inserted.results[1].error?.code).toBe('INVALID_EMAIL_ADDRESS');
		await write(org, contacts, [person('a'), person('b')], options);
		const upserted = await write(
			org,
			contacts,
			[person('b', { LastName: 'New B' }), person('c'), person('d', bad)],
			options,
		);
		expect(upserted.results.map(({ status }) => status)).toEqual([
			'updated',
			'created',
			'rejected',
		]);
		expect(rowsBy(org, 'Contact', 'Ext__c').get('b')?.LastName).toBe('New B');
		const gone = await write(org, inMode('delete'), [person('a'), person('nobody')], options);
		expect(gone.results.map(({ status }) => status)).toEqual(['deleted', 'skipped']);
	});

	test.each(['Ext__c', 'Phone', 'Id'])(
		'update by %s never creates (salesforce:S34)',
		async (field) => {
			const Id = org.insert('Contact', { LastName: 'Old', Ext__c: 'a', Phone: 'a' });
			const keyOf = (key: string) => (field === 'Id' ? (key === 'a' ? Id : NOWHERE) : key);
			const by = (key: string) => record({ [field]: keyOf(key) }, { LastName: 'New' });
			const { results } = await write(org, inMode('update', field), [by('a'), by('z')], options);
			expect(results[0]).toMatchObject({ status: 'updated', id: Id });
			expect(results[1]).toMatchObject({ status: 'skipped', reason: 'notFound' });
			expect(org.rows('Contact')).toHaveLength(1);
		},
	);

	test('a parent in the same write is waited for (sync:T15)', async () => {
		const child = (key: string, parent?: string) =>
			record(
				{ Ext__c: key },
				{ Name: key, ...(parent && { ParentId: { key: { Ext__c: parent } } }) },
			);
		const { results } = await write(
			org,
			inMode('upsert', 'Ext__c', { objectName: 'Account' }),
			[child('b', 'a'), child('a'), child('c', 'nobody')],
			options,
		);
		expect(results.map(({ status }) => status)).toEqual(['created', 'created', 'rejected']);
	});

	test('columns of all records are sent, not those of the first alone (salesforce:J1)', async () => {
		await write(
			org,
			contacts,
			[person('a', { LastName: 'A' }), person('b', { LastName: 'B', Title: 'T', Phone: '1' })],
			options,
		);
		expect(rowsBy(org, 'Contact', 'Ext__c').get('b')).toMatchObject({ Title: 'T', Phone: '1' });
	});

	test('dates, parents by key and ids of other fields are what they say (salesforce:J2, J3, J4)', async () => {
		const AccountId = org.insert('Account', { Name: 'Acme', Ext__c: 'A1' });
		const values = {
			LastName: 'A',
			Birthdate: new Date('2000-01-31T00:00:00Z'),
			AccountId: { key: { Ext__c: 'A1' } },
		};
		const { results } = await write(org, contacts, [person('a', values)], options);
		expect(tally(results)).toEqual({ created: 1 });
		expect(org.rows('Contact')[0]).toMatchObject({ Birthdate: '2000-01-31', AccountId });
	});
});

describe('the transport (salesforce:4.1)', () => {
	const many = (count: number) => Array.from({ length: count }, (_, at) => person(`k${at}`));
	const jobs = () => org.count('POST .*/jobs/ingest$');

	test('2,000 records go by Collections, one more by Bulk', async () => {
		await write(org, contacts, many(2000));
		expect(jobs()).toBe(0);
		const { results } = await write(org, contacts, many(2001));
		expect(tally(results)).toEqual({ updated: 2000, created: 1 });
		expect(jobs()).toBe(1);
	});

	test.each([
		['allOrNone', { allOrNone: true }],
		['duplicate rules', { allowDuplicates: true }],
		['a user who says so', { api: 'collections' }],
	] as const)('%s goes by Collections, however many', async (_name, options) => {
		await write(org, contacts, many(2001), options);
		expect(jobs()).toBe(0);
	});

	test.each([0, -1, NaN])(
		'a job size of %d is as good as none: the write ends (salesforce:4.4)',
		async (jobRows) => {
			const { results } = await write(org, inMode('upsert'), [person('a'), person('b')], {
				api: 'bulk',
				jobRows,
			});
			expect(tally(results)).toEqual({ created: 2 });
			expect(org.count('POST .*jobs/ingest')).toBe(1);
		},
	);

	test('what a Bulk job cannot do is refused when Bulk is asked for', async () => {
		const { error } = await write(org, contacts, many(1), { api: 'bulk', allOrNone: true });
		expect((error as Error).message).toContain('All or None');
		expect(org.log).toHaveLength(0);
	});

	test('an object Bulk does not know is written by Collections (salesforce:4.4)', async () => {
		const { results } = await write(
			org,
			inMode('insert', '', { objectName: 'CaseStatus' }),
			[keyless({ MasterLabel: 'Waiting' })],
			{ api: 'bulk' },
		);
		expect(tally(results)).toEqual({ created: 1 });
	});
});
