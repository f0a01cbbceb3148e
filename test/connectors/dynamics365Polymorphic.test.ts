import { parentName } from '../../shared/connectors/dynamics365/parentNames';
import { useDataverse } from '../sandbox/useDataverse';
import { connect, contacts, person, record, rowsBy, writeAll } from './dynamics365Client';

const org = useDataverse();

const touchpoints = {
	...contacts,
	objectName: 'contoso_touchpoint',
	keyFields: ['contoso_eventid'],
};
const account = (accountnumber: string) =>
	org.insert('account', { name: `Account ${accountnumber}`, accountnumber });
const byId = () => rowsBy(org, 'contact', 'crmsync_externalid');
const GONE = '11111111-2222-4333-8444-555555555555';

describe('a lookup with several tables', () => {
	test('customer: the table is named, or found by the ID (dataverse:S-09, T-07)', async () => {
		const company = account('P1');
		const boss = org.insert('contact', { lastname: 'Boss', crmsync_externalid: 'boss' });
		const { results } = await writeAll(connect(org), contacts, [
			person('a', {
				lastname: 'A',
				parentcustomerid: { key: { accountnumber: 'P1' }, object: 'account' },
			}),
			person('b', {
				lastname: 'B',
				parentcustomerid: { key: { crmsync_externalid: 'boss' }, object: 'contact' },
			}),
			person('c', { lastname: 'C', parentcustomerid: boss }),
			person('d', {
				lastname: 'D',
				parentcustomerid: { key: { accountid: company }, object: 'account' },
			}),
			person('e', { lastname: 'E', parentcustomerid: { key: { accountnumber: 'P1' } } }),
			person('f', { lastname: 'F', parentcustomerid: GONE }),
		]);
		expect(results.map(({ error }) => error?.code)).toEqual([
			...Array<undefined>(4).fill(undefined),
			'noLookupTable',
			'noParent',
		]);
		expect(results[4].error?.hint).toContain('account, contact');
		const rows = byId();
		expect(rows.get('a')?._parentcustomerid_value).toBe(company);
		expect(rows.get('b')?._parentcustomerid_value).toBe(boss);
		expect(rows.get('c')?._parentcustomerid_value).toBe(boss);
		expect(rows.get('d')?._parentcustomerid_value).toBe(company);
		const cleared = await writeAll(connect(org), contacts, [
			person('a', { parentcustomerid: null }),
		]);
		expect(cleared.results[0].status).toBe('updated');
		expect(byId().get('a')?._parentcustomerid_value ?? null).toBeNull();
	});

	test('owner: user by name, e-mail or ID, team by name or ID (dataverse:2.2 row 5)', async () => {
		const kim = org.insert('systemuser', {
			fullname: 'Kim Clerk',
			internalemailaddress: 'kim@example.com',
		});
		const { team, otherUser } = org.ids;
		const owners = [
			['Kim Clerk', kim],
			['KIM@example.com', kim],
			[kim, kim],
			['Default Team', team],
			[team, team],
			[{ key: { internalemailaddress: 'kim@example.com' }, object: 'systemuser' }, kim],
			[{ key: { name: 'Default Team' }, object: 'team' }, team],
			[otherUser, otherUser],
		] as const;
		const { results } = await writeAll(connect(org), contacts, [
			...owners.map(([ownerid], n) => person(`k${n}`, { lastname: 'A', ownerid })),
			person('nobody', { lastname: 'A', ownerid: 'Nobody' }),
		]);
		expect(results.map(({ error }) => error?.message)).toEqual([
			...owners.map(() => undefined),
			'The lookup column "ownerid" points at nothing: no row of the table "systemuser" has this fullname, and no row of the table "team" has this name',
		]);
		const rows = byId();
		owners.forEach(([, id], n) => expect(rows.get(`k${n}`)?._ownerid_value).toBe(id));
	});

	test('an ID alone is looked for in up to four tables; with more the table must be named', () => {
		const links = ['a', 'b', 'c', 'd', 'e'].map((target) => ({
			column: 'regardingobjectid',
			navigation: `regardingobjectid_${target}`,
			target,
		}));
		const name = (count: number, value: unknown) =>
			parentName({ name: 'regardingobjectid', links: links.slice(0, count) }, value);
		expect(name(4, GONE)).toMatchObject({ kind: 'search', candidates: { length: 4 } });
		expect(name(5, GONE)).toMatchObject({ kind: 'wrong', error: { code: 'noLookupTable' } });
		expect(name(5, { key: { eid: GONE }, object: 'e' })).toMatchObject({ kind: 'search' });
	});

	test('regarding: bound through the property of its table (dataverse:2.6)', async () => {
		const id = org.insert('contact', { lastname: 'A', crmsync_externalid: 'a' });
		const { results } = await writeAll(connect(org), touchpoints, [
			record(
				{ contoso_eventid: 'e1' },
				{
					subject: 'Opened',
					regardingobjectid: { key: { crmsync_externalid: 'a' }, object: 'contact' },
				},
			),
		]);
		expect(results[0].status).toBe('created');
		expect(org.rows('contoso_touchpoint')[0]._regardingobjectid_value).toBe(id);
		const bodies = org.log
			.filter(({ url }) => url.includes('CreateMultiple'))
			.map(({ body }) => body);
		expect(bodies.join()).toContain('regardingobjectid_contact_contoso_touchpoint@odata.bind');
	});
});

describe('recipients of an activity', () => {
	const parties = () =>
		org
			.rows('activityparty')
			.map(({ participationtypemask: role, _partyid_value: id, addressused }) => ({
				role,
				who: id ?? addressused,
			}));

	test('rows by key or ID, and mere addresses, in one list; written again they take its place (dataverse:2.3)', async () => {
		const a = org.insert('contact', { lastname: 'A', crmsync_externalid: 'a' });
		const company = account('P1');
		const connector = connect(org);
		const event = (values: Record<string, unknown>) =>
			record({ contoso_eventid: 'e1' }, { subject: 'Sent', ...values });
		const first = await writeAll(connector, touchpoints, [
			event({
				from: { key: { accountnumber: 'P1' }, object: 'account' },
				to: [a, 'someone@example.com'],
			}),
		]);
		expect(first.results).toMatchObject([{ status: 'created' }]);
		expect(parties()).toEqual([
			{ role: 1, who: company },
			{ role: 2, who: a },
			{ role: 2, who: 'someone@example.com' },
		]);
		await writeAll(connector, touchpoints, [event({ to: [a] })]);
		expect(parties()).toEqual([{ role: 2, who: a }]);
	});

	test('those of a column that did not change go along with those of one that did: all are replaced (dataverse:2.3)', async () => {
		const company = account('P1');
		const values = { subject: 'Sent', from: [company], to: ['old@example.com'] };
		const event = (more: Record<string, unknown>, update: Record<string, unknown>) =>
			record({ contoso_eventid: 'e1' }, { ...values, ...more }, { update });
		await writeAll(connect(org), touchpoints, [event({}, values)]);
		const to = ['new@example.com'];
		const { results } = await writeAll(connect(org), touchpoints, [event({ to }, { to })]);
		expect(results[0].status).toBe('updated');
		expect(parties()).toEqual([
			{ role: 1, who: company },
			{ role: 2, who: 'new@example.com' },
		]);
	});

	test('a recipient that is not there refuses its record alone', async () => {
		const { results } = await writeAll(connect(org), touchpoints, [
			record({ contoso_eventid: 'e1' }, { subject: 'A', to: ['somebody'] }),
			record({ contoso_eventid: 'e2' }, { subject: 'B', to: ['somebody@example.com'] }),
		]);
		expect(results.map(({ error }) => error?.code)).toEqual(['noLookupId', undefined]);
	});
});
