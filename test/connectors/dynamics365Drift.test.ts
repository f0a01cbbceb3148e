import type { WriteRecord, WriteTarget } from '../../shared/connectors/connector';
import { useDataverse } from '../sandbox/useDataverse';
import { connect, contacts, fetchClient, person, tally, writeAll } from './dynamics365Client';

const org = useDataverse();

const many = (number: number, values: WriteRecord['values']) =>
	Array.from({ length: number }, (_, index) => person(`k${index}`, { lastname: 'A', ...values }));
const run = async (records: readonly WriteRecord[], more: Partial<WriteTarget> = {}) =>
	await writeAll(connect(org), { ...contacts, ...more }, records);
const sent = () =>
	org.log.filter(({ method, url }) => method !== 'GET' && !/token|\$batch/.test(url)).length +
	org.log.flatMap(({ parts = [] }) => parts).filter(({ method }) => method !== 'GET').length;

describe('drift stops the run before its first write (sync:T19)', () => {
	test('a column, a type, a lookup, a writable column and a key, all in one message', async () => {
		org.changeColumn('contact', 'jobtitle', undefined);
		org.changeColumn('contact', 'telephone1', { type: 'Integer' });
		org.changeColumn('contact', 'fax', { creatable: false, updatable: false });
		org.changeColumn('contact', 'parentcustomerid', { targets: [] });
		org.setKeyStatus('contact', 'crmsync_externalid', 'Failed');
		const values = { jobtitle: 'Boss', telephone1: '+1 x', fax: '1', parentcustomerid: null };
		const { error, results } = await run(many(10, values));
		expect(results).toEqual([]);
		expect(error).toMatchObject({ code: 'config' });
		const { message, details } = error as Error & { details: { hint: string } };
		for (const words of [
			'has no column "jobtitle"',
			'column "telephone1" holds numbers, and not one of the 10 values',
			'nobody may write its column "fax"',
			'lookup column "parentcustomerid" points at no table',
			'key crmsync_externalid is not active',
		]) {
			expect(message).toContain(words);
		}
		expect(details.hint).toContain('Correct the mapping');
		expect(sent()).toBe(0);
	});

	test.each([
		['jobtitle', { type: 'Integer' }, 'Boss'],
		['jobtitle', { type: 'Boolean' }, 'Boss'],
		['jobtitle', { type: 'DateTime' }, 'Boss'],
		['jobtitle', { type: 'Picklist' }, 'Boss'],
		['creditlimit', { type: 'String' }, 3],
		['parentcustomerid', {}, { key: { crmsync_code: 'V' }, object: 'crmsync_visit' }],
	] as const)('%s retyped to %j', async (name, change, value) => {
		org.changeColumn('contact', name, change);
		const { error } = await run(many(10, { [name]: value }));
		expect(String(error)).toContain(`"${name}"`);
		expect(sent()).toBe(0);
	});

	test('some bad values are no drift: they are rejected one by one (design:R7)', async () => {
		const bad = many(9, { creditlimit: 'many' });
		const few = await run(bad);
		expect(few.error).toBeUndefined();
		expect(tally(few.results)).toEqual({ rejected: 9 });
		const mixed = await run([
			...bad,
			person('x', { creditlimit: 'none' }),
			person('y', { creditlimit: 2 }),
		]);
		expect(tally(mixed.results)).toEqual({ rejected: 10, created: 1 });
	});

	test('removals send no values, so types do not matter to them', async () => {
		const leavers = many(10, { creditlimit: 'many' }).map((each) => ({
			...each,
			change: 'removed' as const,
		}));
		const { error } = await run(leavers);
		expect(error).toBeUndefined();
	});
});

describe('metadata is remembered, and read again when the schema changes (dataverse:2.1, T-21)', () => {
	const attributeReads = () =>
		org.log
			.flatMap(({ parts = [] }) => parts)
			.filter(({ url }) => /contact.*\/Attributes\?/.test(url)).length;

	test('the second run asks for the stamp only', async () => {
		const connector = connect(org);
		await writeAll(connector, contacts, [person('a')]);
		const [reads, requests] = [attributeReads(), org.log.length];
		await writeAll(connector, contacts, [person('a')]);
		expect(attributeReads()).toBe(reads);
		// Stamp, look-up, write.
		expect(org.log.length - requests).toBe(3);
	});

	test('a change of the schema is seen at once', async () => {
		const connector = connect(org);
		await writeAll(connector, contacts, [person('a', { jobtitle: 'A' })]);
		org.changeColumn('contact', 'jobtitle', undefined);
		const { error } = await writeAll(connector, contacts, [person('a', { jobtitle: 'B' })]);
		expect(String(error)).toContain('has no column "jobtitle"');
	});

	test('a key under construction is looked at anew', async () => {
		const connector = connect(org);
		org.setKeyStatus('contact', 'crmsync_externalid', 'Pending');
		await writeAll(connector, contacts, [person('a')]);
		const reads = attributeReads();
		await writeAll(connector, contacts, [person('a')]);
		expect(attributeReads()).toBeGreaterThan(reads);
	});

	test('what a role may see may change without a stamp: whoever misses something asks anew', async () => {
		const inner = fetchClient(org);
		let blind = true;
		const connector = connect(org, async (request) => {
			const response = await inner(request);
			const body = blind ? response.body.replaceAll('"jobtitle"', '"hidden"') : response.body;
			return { ...response, body };
		});
		const write = async () => await writeAll(connector, contacts, [person('a', { jobtitle: 'A' })]);
		await writeAll(connector, contacts, [person('a')]);
		expect((await write()).error).toBeDefined();
		blind = false;
		expect((await write()).error).toBeUndefined();
	});

	test('another credential reads for itself', async () => {
		await writeAll(connect(org), contacts, [person('a')]);
		const reads = attributeReads();
		await writeAll(connect(org), contacts, [person('a')]);
		expect(attributeReads()).toBe(reads + 1);
	});
});
