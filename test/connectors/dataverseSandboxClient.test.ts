import { DynamicsWebApi } from 'dynamics-web-api';
import { useDataverse } from '../sandbox/useDataverse';
import { openSession } from '../sandbox/dataverse/session';
import { testRules } from '../sandbox/ruleTable';

const sandbox = useDataverse();
let client: DynamicsWebApi;

beforeEach(async () => {
	const { token } = await openSession(sandbox);
	client = new DynamicsWebApi({
		serverUrl: sandbox.url,
		dataApi: { version: '9.2' },
		onTokenRefresh: () => Promise.resolve(token),
	});
});

const collection = 'accounts';
const names = () => sandbox.rows('account').map((row) => row.name);
const rejected = async (work: Promise<unknown>) => {
	const error: unknown = await work.catch((reason: unknown) => reason);
	return error as { status: number; code: string; message: string };
};

// dynamics-web-api is a client nobody here wrote: what it can do must work, what it trips over is in T-12.
testRules('dataverse', {
	'S-03': {
		'callFunction WhoAmI': async () => {
			const answer = await client.callFunction<{ UserId: string }>({ functionName: 'WhoAmI' });
			expect(answer.UserId).toBe(sandbox.ids.user);
		},
	},
	'S-10': {
		'create, retrieve, update with If-Match, deleteRecord': async () => {
			const id = await client.create<object, string>({ collection, data: { name: 'a' } });
			const row = await client.retrieve({ collection, key: id, select: ['name'] });
			expect(row).toMatchObject({ name: 'a', accountid: id });
			const data = { name: 'b' };
			const ifmatch = row['@odata.etag'];
			expect(await client.update({ collection, key: id, data, ifmatch })).toBe(true);
			// The library hides a 412 behind `false` (T-30).
			expect(await client.update({ collection, key: id, data, ifmatch })).toBe(false);
			expect(await client.deleteRecord({ collection, key: id })).toBe(true);
			expect(names()).toEqual([]);
		},
		'create with representation': async () => {
			const row = await client.create<object, Record<string, unknown>>({
				collection,
				data: { name: 'a', revenue: 5 },
				returnRepresentation: true,
				select: ['revenue'],
			});
			expect(row).toMatchObject({ revenue: 5, _transactioncurrencyid_value: sandbox.ids.currency });
		},
		'errors arrive with status, code and message': async () => {
			const missing = await rejected(client.retrieve({ collection, key: sandbox.ids.team }));
			expect(missing).toMatchObject({ status: 404, code: '0x80040217' });
			const unknown = await rejected(client.create({ collection, data: { nope: 1 } }));
			expect(unknown).toMatchObject({ status: 400, code: '0x80048d19' });
			expect(unknown.message).toContain("'nope'");
		},
	},
	'S-13': {
		'upsert by alternate key, created and updated': async () => {
			const key = "accountnumber='K 1'";
			const upsert = (name: string) =>
				client.upsert({ collection, key, data: { name }, returnRepresentation: true });
			expect(await upsert('a')).toMatchObject({ name: 'a', accountnumber: 'K 1' });
			expect(await upsert('b')).toMatchObject({ name: 'b' });
			expect(names()).toEqual(['b']);
			const prevented = await client.upsert({
				collection,
				key,
				data: { name: 'c' },
				ifnonematch: '*',
			});
			expect([prevented, names()]).toEqual([null, ['b']]);
		},
	},
	'S-21': {
		'executeBatch in a changeset with a Content-ID reference': async () => {
			client.startBatch();
			void client.create({ collection, data: { name: 'parent' }, contentId: '1' });
			void client.create({
				collection: 'contacts',
				data: { lastname: 'child', 'parentcustomerid_account@odata.bind': '$1' },
			});
			const answers = await client.executeBatch();
			const [account] = sandbox.rows('account');
			expect(answers[0]).toBe(account?.accountid);
			expect(sandbox.rows('contact')[0]?._parentcustomerid_value).toBe(account?.accountid);
		},
		'executeBatch without changesets, reading what it wrote': async () => {
			client.startBatch();
			void client.create({ collection, data: { name: 'a' }, inChangeSet: false });
			void client.retrieveMultiple({ collection, select: ['name'] });
			const [id, list] = (await client.executeBatch()) as [string, { value: unknown[] }];
			expect(list.value).toMatchObject([{ accountid: id, name: 'a' }]);
		},
		'a failed changeset rejects and changes nothing': async () => {
			client.startBatch();
			void client.create({ collection, data: { name: 'a' } });
			void client.create({ collection, data: { crmsync_icao: 'TOOLONG' } });
			const errors: unknown = await rejected(client.executeBatch());
			expect(errors).toMatchObject([{ status: 400, error: { code: '0x80044331' } }]);
			expect(names()).toEqual([]);
		},
	},
	'S-23': {
		'retrieveEntities, retrieveAttributes, casts and keys': async () => {
			const { value: tables } = await client.retrieveEntities({
				select: ['LogicalName', 'EntitySetName'],
				filter: 'IsIntersect eq false',
			});
			const account = tables.find((table) => table.LogicalName === 'account');
			expect(account?.EntitySetName).toBe('accounts');
			const entityKey = "LogicalName='account'";
			const { value: strings } = await client.retrieveAttributes({
				entityKey,
				castType: 'Microsoft.Dynamics.CRM.StringAttributeMetadata',
				select: ['LogicalName', 'MaxLength'],
			});
			const icao = strings.find(
				(each: { LogicalName: string }) => each.LogicalName === 'crmsync_icao',
			);
			expect(icao).toMatchObject({ MaxLength: 4 });
			const withKeys = await client.retrieveEntity({
				key: entityKey,
				select: ['LogicalName'],
				expand: [{ property: 'Keys', select: ['KeyAttributes', 'EntityKeyIndexStatus'] }],
			});
			expect(withKeys.Keys).toMatchObject([{ EntityKeyIndexStatus: 'Active' }, {}]);
		},
	},
	'S-28': {
		'retrieveMultiple follows nextLink, retrieveAll collects every page': async () => {
			for (let index = 0; index < 25; index += 1) sandbox.insert('account', { name: `n${index}` });
			const request = { collection, select: ['name'], maxPageSize: 10, count: true };
			const first = await client.retrieveMultiple(request);
			expect([first.value.length, first.oDataCount]).toEqual([10, 25]);
			const second = await client.retrieveMultiple(request, first.oDataNextLink);
			expect(second.value[0]?.name).toBe('n10');
			const all = await client.retrieveAll(request);
			expect(all.value).toHaveLength(25);
		},
		'filters with quotes and orders arrive intact': async () => {
			sandbox.insert('account', { name: "O'Hare & Sons" });
			sandbox.insert('account', { name: 'Zürich' });
			const { value } = await client.retrieveMultiple({
				collection,
				select: ['name'],
				filter: "name eq 'O''Hare & Sons' or name eq 'zürich'",
				orderBy: ['name desc'],
			});
			expect(value.map((row) => row.name)).toEqual(['Zürich', "O'Hare & Sons"]);
		},
	},
});
