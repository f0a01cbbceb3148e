import { useDataverse } from '../sandbox/useDataverse';
import type { Session } from '../sandbox/dataverse/session';
import { openSession } from '../sandbox/dataverse/session';
import { testRules } from '../sandbox/ruleTable';

const sandbox = useDataverse();
let session: Session;

beforeEach(async () => {
	session = await openSession(sandbox);
});

interface List {
	readonly value: Array<Record<string, unknown>>;
	readonly '@odata.nextLink'?: string;
	readonly '@odata.count'?: number;
}

const get = async (path: string, prefer?: string) =>
	(await session.call(path, prefer === undefined ? {} : { headers: { prefer } })).json<List>();
const status = async (path: string, prefer?: string) =>
	(await session.call(path, prefer === undefined ? {} : { headers: { prefer } })).status;
const named = async (filter: string) => {
	const path = `accounts?$select=name&$filter=${encodeURIComponent(filter)}`;
	return (await get(path)).value.map((row) => row.name).join(' ');
};
const insert = (rows: ReadonlyArray<Record<string, unknown>>) =>
	rows.map((row) => sandbox.insert('account', row));

const sample = () =>
	insert([
		{ name: 'Alpha', numberofemployees: 10, address1_city: 'Köln', donotemail: true },
		{ name: 'beta_1', numberofemployees: 20 },
		{ name: 'betaX1', address1_city: 'Paris' },
		{ name: "O'Hare", numberofemployees: 30 },
	]);

const inFilter = (column: string, values: string[]) =>
	`accounts?$select=name&$filter=Microsoft.Dynamics.CRM.In(PropertyName=@p1,PropertyValues=@p2)` +
	`&@p1='${column}'&@p2=${encodeURIComponent(JSON.stringify(values))}`;

testRules('dataverse', {
	'S-27': {
		'comparisons, logic, functions and literals': async () => {
			sample();
			const cases: ReadonlyArray<[string, string]> = [
				["name eq 'ALPHA'", 'Alpha'],
				["name eq 'O''Hare'", "O'Hare"],
				['numberofemployees gt 10 and numberofemployees le 30', "beta_1 O'Hare"],
				[
					'numberofemployees eq 10 or (numberofemployees eq 20 and donotemail eq false)',
					'Alpha beta_1',
				],
				["not startswith(name,'beta')", "Alpha O'Hare"],
				["endswith(name,'1') and contains(name,'ETA')", 'beta_1 betaX1'],
				['donotemail eq true', 'Alpha'],
				['numberofemployees eq null', 'betaX1'],
				[
					'createdon ge 2020-01-01T00:00:00Z and createdon lt 2100-01-01T00:00:00Z',
					"Alpha beta_1 betaX1 O'Hare",
				],
			];
			for (const [filter, expected] of cases) {
				expect([filter, await named(filter)]).toEqual([filter, expected]);
			}
		},
		'wildcards live in text functions, in eq only by U-26; ne returns nulls (T-16)': async () => {
			sample();
			expect(await named("contains(name,'a_1')")).toBe('beta_1 betaX1');
			expect(await named("startswith(name,'[ab]')")).toBe('Alpha beta_1 betaX1');
			expect(await named("name eq 'beta_1'")).toBe('beta_1');
			sandbox.switches['U-26'] = 'wildcard';
			expect(await named("name eq 'beta_1'")).toBe('beta_1 betaX1');
			expect(await named("address1_city ne 'Paris'")).toBe("Alpha beta_1 O'Hare");
		},
		'In takes aliases and folds case; ContainValues reads multi-selects': async () => {
			const [id = ''] = sample();
			const names = async (path: string) => (await get(path)).value.map((row) => row.name);
			expect(await names(inFilter('name', ['alpha', "o'hare", 'none']))).toEqual([
				'Alpha',
				"O'Hare",
			]);
			expect(await names(inFilter('accountid', [id.toUpperCase()]))).toEqual(['Alpha']);
			expect(await names(inFilter('numberofemployees', ['20']))).toEqual(['beta_1']);
			sandbox.insert('contact', { lastname: 'm', crmsync_interests: '935350000,935350002' });
			const contains = (value: string) =>
				`contacts?$filter=Microsoft.Dynamics.CRM.ContainValues(PropertyName='crmsync_interests',PropertyValues=['${value}'])`;
			expect((await get(contains('935350002'))).value).toHaveLength(1);
			expect((await get(contains('935350001'))).value).toHaveLength(0);
		},
		'lookups: _value, path and expansion in both directions': async () => {
			const [id] = sample();
			const link = { 'parentcustomerid_account@odata.bind': `/accounts(${id})` };
			sandbox.insert('contact', { firstname: 'Ann', lastname: 'Lee', ...link });
			for (const filter of [
				`_parentcustomerid_value eq ${id}`,
				"parentcustomerid_account/name eq 'alpha'",
			]) {
				expect((await get(`contacts?$filter=${filter}`)).value).toHaveLength(1);
			}
			const single = await get(
				'contacts?$select=fullname&$expand=parentcustomerid_account($select=name)',
			);
			expect(single.value[0]).toMatchObject({
				fullname: 'Ann Lee',
				parentcustomerid_account: { name: 'Alpha', accountid: id },
			});
			const many = await get(
				`accounts?$select=name&$expand=contact_customer_accounts($select=lastname)`,
			);
			expect(many.value[0]?.contact_customer_accounts).toMatchObject([{ lastname: 'Lee' }]);
		},
		'$select: id and etag always come, money brings its currency, lookups only as _value':
			async () => {
				sandbox.insert('account', { name: 'a', revenue: 5 });
				const { value } = await get('accounts?$select=revenue');
				expect(Object.keys(value[0] ?? {}).sort()).toEqual([
					'@odata.etag',
					'_transactioncurrencyid_value',
					'accountid',
					'revenue',
				]);
				expect(await status('accounts?$select=primarycontactid')).toBe(400);
				expect(await status('accounts?$select=_primarycontactid_value')).toBe(200);
			},
		'$orderby sorts, nulls first; $count counts what the filter passes': async () => {
			sample();
			const sorted = await get('accounts?$select=name&$orderby=numberofemployees desc,name');
			expect(sorted.value.map((row) => row.name)).toEqual(["O'Hare", 'beta_1', 'Alpha', 'betaX1']);
			const counted = await get("accounts?$count=true&$filter=startswith(name,'b')");
			expect(counted['@odata.count']).toBe(2);
			const plain = await session.call('accounts/$count');
			expect([
				plain.headers.get('content-type'),
				Number.parseInt(plain.text.replace('\uFEFF', '')),
			]).toEqual(['text/plain', 4]);
		},
		'mistyped, malformed and unknown queries are 400': async () => {
			for (const query of [
				"$filter=numberofemployees eq '5'",
				'$filter=name eq 5',
				'$filter=nope eq 1',
				"$filter=name eq 'open",
				'$filter=name eq @missing',
				'$orderby=nope',
				'$skip=5',
				'$expand=nope',
				'$top=-1',
				"$filter=Microsoft.Dynamics.CRM.In(PropertyName='name')",
			]) {
				expect([query, await status(`accounts?${query}`)]).toEqual([query, 400]);
			}
		},
	},
	'S-28': {
		'pages follow opaque links to the end, each row once': async () => {
			insert(Array.from({ length: 25 }, (_, index) => ({ name: `n${index % 5}` })));
			const prefer = 'odata.maxpagesize=10';
			const seen: unknown[] = [];
			let next: string | undefined = 'accounts?$select=name&$orderby=name desc';
			const sizes: number[] = [];
			while (next !== undefined) {
				const page: List = await get(next, prefer);
				seen.push(...page.value.map((row) => row.accountid));
				sizes.push(page.value.length);
				next = page['@odata.nextLink'];
			}
			expect(sizes).toEqual([10, 10, 5]);
			expect(new Set(seen).size).toBe(25);
		},
		'altered links and another page size are refused (T-15)': async () => {
			insert(Array.from({ length: 5 }, () => ({ name: 'a' })));
			const first = await get('accounts?$select=name', 'odata.maxpagesize=2');
			const link = first['@odata.nextLink'] ?? '';
			expect(link).toContain('$skiptoken=%3Ccookie%20pagenumber=%222%22%20pagingcookie=%22');
			for (const altered of [
				`${link}&$top=1`,
				link.replace('name', 'name,accountnumber'),
				link.replaceAll('%20', '+'),
			]) {
				expect(await status(altered, 'odata.maxpagesize=2')).toBe(400);
			}
			expect(await status(link, 'odata.maxpagesize=3')).toBe(400);
			expect(await status(link, 'odata.maxpagesize=2')).toBe(200);
		},
		'$top truncates without a link, and a page size switches it off (T-14)': async () => {
			insert(Array.from({ length: 5 }, () => ({ name: 'a' })));
			const top = await get('accounts?$top=2');
			expect([top.value.length, top['@odata.nextLink']]).toEqual([2, undefined]);
			const both = await get('accounts?$top=2', 'odata.maxpagesize=4');
			expect(both.value).toHaveLength(4);
			expect(both['@odata.nextLink']).toBeDefined();
		},
		'5000 rows are the cap of a page and of a count': async () => {
			insert(Array.from({ length: 5001 }, () => ({ name: 'a' })));
			const page = await get('accounts?$select=name&$count=true', 'odata.maxpagesize=9000');
			expect([page.value.length, page['@odata.count']]).toEqual([5000, 5000]);
			expect(
				(await get(page['@odata.nextLink'] ?? '', 'odata.maxpagesize=9000')).value,
			).toHaveLength(1);
		},
	},
});
