import { ConnectionError } from '../../shared/connectors/http';
import { useDataverse } from '../sandbox/useDataverse';
import { connect, contacts, fetchClient } from './dynamics365Client';

const org = useDataverse();

describe('check', () => {
	test('says who is signed in where (dataverse:1.5)', async () => {
		expect(await connect(org).check()).toEqual({
			ok: true,
			message: `Signed in to ${org.url} as the application user ${org.ids.user}`,
		});
	});

	test('a missing application user, a missing role, a wrong address: each in words (dataverse:1.2)', async () => {
		org.identity.applicationUser = false;
		expect((await connect(org).check()).message).toContain('Create an application user');
		org.identity.applicationUser = true;
		org.identity.securityRole = false;
		expect((await connect(org).check()).message).toContain('no security role');
		const html = async () =>
			await Promise.resolve({ status: 404, headers: {}, body: '<html><h1>Not Found</h1></html>' });
		expect(await connect(org, html).check()).toMatchObject({
			ok: false,
			message: expect.stringContaining('https://yourorg.crm4.dynamics.com') as string,
		});
		const dead = async () =>
			await Promise.reject(new ConnectionError('no answer (ENOTFOUND)', false));
		const unreachable = await connect(org, dead).check();
		expect(unreachable.ok).toBe(false);
		expect(unreachable.message).toContain('cannot be reached');
	});
});

describe('discovery', () => {
	test('objects: tables with a label, sorted (dataverse:2.2)', async () => {
		const objects = await connect(org).objects();
		expect(objects).toContainEqual({ name: 'crmsync_booking', label: 'Booking' });
		const labels = objects.map(({ label }) => label);
		expect(labels).toEqual([...labels].sort((a, b) => a.localeCompare(b)));
	});

	test('fields: types, lengths, options with labels, lookup targets (dataverse:2.3)', async () => {
		const fields = new Map(
			(await connect(org).fields('contact')).map((field) => [field.name, field]),
		);
		expect(fields.get('lastname')).toMatchObject({ type: 'string', maxLength: 50, required: true });
		expect(fields.get('fullname')).toMatchObject({ creatable: false, updatable: false });
		expect(fields.get('birthdate')?.type).toBe('date');
		expect(fields.get('gendercode')).toMatchObject({
			type: 'choice',
			options: [
				{ label: 'Male', value: 1 },
				{ label: 'Female', value: 2 },
			],
		});
		expect(fields.get('donotemail')?.options).toEqual([
			{ label: 'Do Not Allow', value: true },
			{ label: 'Allow', value: false },
		]);
		expect(fields.get('parentcustomerid')).toMatchObject({ type: 'lookup' });
		expect(fields.get('parentcustomerid')?.targets).toEqual(
			expect.arrayContaining(['account', 'contact']),
		);
	});

	test('multi-select choices are found although they call themselves Virtual (dataverse:T-17)', async () => {
		const fields = await connect(org).fields('contact');
		expect(fields.find(({ name }) => name === 'crmsync_interests')).toMatchObject({
			type: 'multiChoice',
			options: expect.arrayContaining([
				{ label: 'Skiing', value: expect.any(Number) as number },
			]) as [],
		});
	});

	test('DateOnly behaviour is a date, display format is not (dataverse:T-18)', async () => {
		const fields = await connect(org).fields('crmsync_booking');
		const typeOf = (name: string) => fields.find((field) => field.name === name)?.type;
		expect(typeOf('crmsync_day')).toBe('date');
		expect(typeOf('crmsync_departure')).toBe('dateTime');
		expect(typeOf('crmsync_accountid')).toBe('lookup');
		expect(typeOf('crmsync_amount')).toBe('decimal');
	});

	test('keys: the record id first, alternate keys usable only when active (dataverse:T-21)', async () => {
		org.addKey('contact', 'crmsync_Mail', ['emailaddress1']);
		const keys = await connect(org).keys('contact');
		expect(keys.map(({ fields, primary, usable }) => ({ fields, primary, usable }))).toEqual([
			{ fields: ['contactid'], primary: true, usable: true },
			{ fields: ['crmsync_externalid'], primary: false, usable: true },
			{ fields: ['emailaddress1'], primary: false, usable: false },
		]);
		expect(keys[1].label).toContain('External Id');
	});

	test('an unknown table is refused in words, a quote in its name is harmless', async () => {
		await expect(connect(org).keys("con'tact")).rejects.toMatchObject({ code: 'config' });
	});
});

describe('find', () => {
	test('one entry per key in input order, undefined where there is none (design:6)', async () => {
		const a = org.insert('contact', { lastname: 'A', crmsync_externalid: 'a' });
		const b = org.insert('contact', { lastname: 'B', crmsync_externalid: 'b' });
		const found = await connect(org).find(
			contacts,
			['b', 'x', 'a', 'A '].map((key) => ({ crmsync_externalid: key })),
			['lastname', 'parentcustomerid'],
		);
		expect(found.map((entry) => entry?.id)).toEqual([b, undefined, a, a]);
		expect(found[0]?.record).toMatchObject({ lastname: 'B', parentcustomerid: null });
	});

	test('a thousand keys take a handful of requests (dataverse:3.1)', async () => {
		const keys = Array.from({ length: 1000 }, (_, n) => ({ crmsync_externalid: `k${n}` }));
		for (let n = 0; n < 1000; n += 3) org.insert('contact', { lastname: 'A', ...keys[n] });
		const found = await connect(org).find(contacts, keys, []);
		expect(found.map((entry) => entry !== undefined)).toEqual(keys.map((_, n) => n % 3 === 0));
		expect(org.log.filter(({ url }) => url.includes('/contacts?'))).toHaveLength(4);
	});

	test('number and GUID keys match whatever their spelling; nonsense finds nothing', async () => {
		const id = org.insert('contact', { lastname: 'A' });
		const target = { objectName: 'contact', keyFields: ['contactid'] };
		const keys = [{ contactid: `{${id.toUpperCase()}}` }, { contactid: "x' or 1 eq 1" }];
		const found = await connect(org).find(target, keys, ['lastname']);
		expect(found.map((entry) => entry?.id)).toEqual([id, undefined]);
	});

	test('a paging link to another host is not followed (dataverse:3.1)', async () => {
		const inner = fetchClient(org);
		const connector = connect(org, async (request) => {
			const response = await inner(request);
			if (!request.url.includes('/contacts?')) return response;
			const body = JSON.stringify({ value: [], '@odata.nextLink': 'https://evil.test/x' });
			return { ...response, body };
		});
		const key = { crmsync_externalid: 'a' };
		await expect(connector.find(contacts, [key], [])).rejects.toThrow('leads nowhere');
	});
});
