import { useDataverse } from '../sandbox/useDataverse';
import type { Session } from '../sandbox/dataverse/session';
import { batchPart, openSession } from '../sandbox/dataverse/session';
import { testRules } from '../sandbox/ruleTable';

const sandbox = useDataverse();
let session: Session;

beforeEach(async () => {
	session = await openSession(sandbox);
});
type Shape = Record<string, unknown>;

const strong = { consistency: 'Strong' };
const crm = (type: string) => `Microsoft.Dynamics.CRM.${type}`;
const label = (Label: string) => ({ LocalizedLabels: [{ Label, LanguageCode: 1033 }] });
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
	session.call(path, { method: 'POST', body, headers });
const get = async (path: string, headers: Record<string, string> = {}) =>
	(await session.call(path, { headers })).status;

const column = (SchemaName: string, extra: Shape = {}) => ({
	'@odata.type': crm('StringAttributeMetadata'),
	SchemaName,
	DisplayName: label('Text'),
	MaxLength: 40,
	FormatName: { Value: 'Text' },
	...extra,
});
const attributes = "EntityDefinitions(LogicalName='account')/Attributes";
const addColumn = (SchemaName: string, extra?: Shape, headers?: Record<string, string>) =>
	post(attributes, column(SchemaName, extra), headers);
const table = (SchemaName: string, extra: Shape = {}) => ({
	'@odata.type': crm('EntityMetadata'),
	SchemaName,
	DisplayName: label('Ticket'),
	DisplayCollectionName: label('Tickets'),
	OwnershipType: 'UserOwned',
	IsActivity: false,
	Attributes: [column('crmsync_Name', { IsPrimaryName: true })],
	...extra,
});
const attribute = async (name: string, cast = '') =>
	(
		await session.call(`${attributes}(LogicalName='${name}')${cast}`, { headers: strong })
	).json<Shape>();

const choices = {
	OptionSet: {
		'@odata.type': crm('OptionSetMetadata'),
		IsGlobal: false,
		OptionSetType: 'Picklist',
		Options: [
			{ Value: 935_350_000, Label: label('Gold') },
			{ Value: 935_350_001, Label: label('Silver') },
		],
	},
};
const yesNo = {
	OptionSet: {
		TrueOption: { Value: 1, Label: label('Open') },
		FalseOption: { Value: 0, Label: label('Shut') },
	},
};

testRules('dataverse', {
	'S-24': {
		'a new table takes rows, bulk messages and columns of its own': async () => {
			const created = await post('EntityDefinitions', table('crmsync_Ticket'));
			expect(created.status).toBe(204);
			const link = created.headers.get('OData-EntityId') ?? '';
			expect(link).toMatch(/\/EntityDefinitions\([0-9a-f-]{36}\)$/);
			const shape = (await session.call(link, { headers: strong })).json<Shape>();
			expect(shape).toMatchObject({
				LogicalName: 'crmsync_ticket',
				EntitySetName: 'crmsync_tickets',
				PrimaryIdAttribute: 'crmsync_ticketid',
				PrimaryNameAttribute: 'crmsync_name',
				TableType: 'Standard',
			});
			const target = { '@odata.type': crm('crmsync_ticket'), crmsync_name: 'T1' };
			const bulk = `crmsync_tickets/${crm('CreateMultiple')}`;
			expect((await post(bulk, { Targets: [target] })).status).toBe(200);
			expect(sandbox.rows('crmsync_ticket')[0]).toMatchObject({ crmsync_name: 'T1' });
			const filter =
				"sdkmessagefilters?$filter=sdkmessageid/name eq 'CreateMultiple' and primaryobjecttypecode eq 'crmsync_ticket'";
			expect((await session.call(filter)).json<{ value: unknown[] }>().value).toHaveLength(1);
		},
		'columns of every type keep their facets and check values': async () => {
			const kinds: ReadonlyArray<[string, Shape, unknown, unknown]> = [
				['Memo', { MaxLength: 5, Format: 'TextArea' }, 'abc', 'abcdef'],
				['Integer', { Format: 'None', MinValue: 0, MaxValue: 9 }, 5, 10],
				['Decimal', { Precision: 2, MinValue: 0, MaxValue: 9 }, 5.5, 10],
				['Double', { Precision: 2, MinValue: 0, MaxValue: 9 }, 5.5, 10],
				['Money', { Precision: 2, PrecisionSource: 2, MinValue: 0, MaxValue: 9 }, 5.5, 10],
				['Boolean', { DefaultValue: false, ...yesNo }, true, 'yes'],
				['Picklist', choices, 935_350_001, 935_350_009],
				['MultiSelectPicklist', choices, '935350000,935350001', '1'],
				[
					'DateTime',
					{ Format: 'DateOnly', DateTimeBehavior: { Value: 'DateOnly' } },
					'2024-05-06',
					'2024-05-06T00:00:00Z',
				],
			];
			for (const [type, facets] of kinds) {
				const extra = { ...facets, '@odata.type': crm(`${type}AttributeMetadata`) };
				expect([type, (await addColumn(`crmsync_New${type}`, extra)).status]).toEqual([type, 204]);
			}
			sandbox.clock.advance(1000);
			for (const [type, , good, bad] of kinds) {
				const name = `crmsync_new${type.toLowerCase()}`;
				const write = async (value: unknown) =>
					(await post('accounts', { name: type, [name]: value })).status;
				expect([type, await write(good), await write(bad)]).toEqual([type, 204, 400]);
			}
			const cast = `/${crm('MemoAttributeMetadata')}`;
			expect((await attribute('crmsync_newmemo', cast)).MaxLength).toBe(5);
		},
		'names: taken, prefix, characters, first letter, length': async () => {
			const cases: ReadonlyArray<[string, string]> = [
				['crmsync_ICAO', '0x80047013'],
				['zzz_Code', '0x80044366'],
				['Code', '0x80044366'],
				['crmsync_a-b', '0x80044364'],
				['1crmsync_a', '0x80044365'],
				[`crmsync_${'x'.repeat(60)}`, '0x80044367'],
			];
			for (const [name, code] of cases) {
				expect([name, (await addColumn(name)).code]).toEqual([name, code]);
			}
			expect((await post('EntityDefinitions', table('crmsync_Visit'))).code).toBe('0x8004700b');
			const inSolution = (SchemaName: string, solution: string) =>
				addColumn(SchemaName, {}, { 'MSCRM.SolutionUniqueName': solution });
			expect((await inSolution('crmsync_Own', 'ContosoSales')).code).toBe('0x80044366');
			expect((await inSolution('contoso_Own', 'ContosoSales')).status).toBe(204);
			expect((await inSolution('contoso_Other', 'Nowhere')).status).toBe(404);
			const query = `${attributes}?SolutionUniqueName=CrmSync`;
			expect((await post(query, column('crmsync_Mine'))).status).toBe(204);
		},
		'half a definition is refused': async () => {
			expect((await addColumn('crmsync_A', { DisplayName: undefined })).status).toBe(400);
			const lookup = { '@odata.type': crm('LookupAttributeMetadata') };
			expect((await addColumn('crmsync_A', lookup)).message).toContain('with its relationship');
			expect((await addColumn('crmsync_A', { MaxLength: 4001 })).status).toBe(400);
			const nameless = table('crmsync_A', { Attributes: [] });
			expect((await post('EntityDefinitions', nameless)).status).toBe(400);
			expect(await get(`${attributes}(LogicalName='crmsync_a')`, strong)).toBe(404);
		},
		'a new column is unknown to data requests for a while (T-21)': async () => {
			await addColumn('crmsync_Late');
			const read = () => get('accounts?$top=1&$select=crmsync_late');
			const write = async () => (await post('accounts', { name: 'a', crmsync_late: 'x' })).status;
			expect([await read(), await write()]).toEqual([400, 400]);
			sandbox.clock.advance(1000);
			expect([await write(), await read()]).toEqual([204, 200]);
		},
		'definitions are stale for 30 seconds unless read with Consistency: Strong (T-21)':
			async () => {
				await addColumn('crmsync_Late');
				const path = `${attributes}(LogicalName='crmsync_late')`;
				expect([await get(path), await get(path, strong)]).toEqual([404, 200]);
				sandbox.clock.advance(29_000);
				expect(await get(path)).toBe(404);
				sandbox.clock.advance(2000);
				expect(await get(path)).toBe(200);
			},
		'one customisation at a time': async () => {
			sandbox.settings.customizationMs = 100;
			const both = await Promise.all([addColumn('crmsync_A'), addColumn('crmsync_B')]);
			expect(both.map(({ status, code }) => [status, code])).toEqual(
				expect.arrayContaining([
					[204, undefined],
					[400, '0x80040216'],
				]),
			);
			expect((await addColumn('crmsync_C')).status).toBe(204);
		},
		'a batch may customise several times; nothing of the stand-in leaks into its answer':
			async () => {
				const part = (name: string) => batchPart(`POST /api/data/v9.2/${attributes}`, column(name));
				const answer = await session.batch([part('crmsync_A'), part('crmsync_B')]);
				expect(answer.text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 204', 'HTTP/1.1 204']);
				const single = await addColumn('crmsync_C');
				expect(`${answer.text} ${[...single.headers.keys()].join()}`).not.toContain('stand-in');
				expect((await attribute('crmsync_b')).LogicalName).toBe('crmsync_b');
			},
		'a relationship brings its lookup, bound by schema-name casing (T-07)': async () => {
			const created = await post('RelationshipDefinitions', {
				'@odata.type': crm('OneToManyRelationshipMetadata'),
				SchemaName: 'crmsync_account_visit',
				ReferencedEntity: 'account',
				ReferencingEntity: 'crmsync_visit',
				CascadeConfiguration: { Delete: 'Restrict' },
				Lookup: {
					'@odata.type': crm('LookupAttributeMetadata'),
					SchemaName: 'crmsync_VisitedId',
					DisplayName: label('Visited'),
				},
			});
			expect(created.status).toBe(204);
			sandbox.clock.advance(1000);
			const id = sandbox.insert('account', { name: 'a' });
			const bind = (nav: string) =>
				post('crmsync_visits', { [`${nav}@odata.bind`]: `/accounts(${id})` });
			expect((await bind('crmsync_visitedid')).code).toBe('0x80048d19');
			expect((await bind('crmsync_VisitedId')).status).toBe(204);
			expect(sandbox.rows('crmsync_visit')[0]?._crmsync_visitedid_value).toBe(id);
			const blocked = await session.call(`accounts(${id})`, { method: 'DELETE' });
			expect(blocked.code).toBe('0x80040227');
		},
		'a new key on a new column becomes Active and addresses rows': async () => {
			await addColumn('crmsync_Ext');
			sandbox.clock.advance(1000);
			sandbox.insert('account', { name: 'a', crmsync_ext: 'E1' });
			const keys = "EntityDefinitions(LogicalName='account')/Keys";
			const body = {
				SchemaName: 'crmsync_ExtKey',
				KeyAttributes: ['crmsync_ext'],
				DisplayName: label('Ext'),
			};
			expect((await post(keys, body)).status).toBe(204);
			expect(await get("accounts(crmsync_ext='E1')")).toBe(400);
			sandbox.clock.advance(5000);
			await get('WhoAmI');
			expect(await get("accounts(crmsync_ext='E1')")).toBe(200);
		},
		'a custom activity insists on Subject and regards contacts (contract 2.6)': async () => {
			const activity = { IsActivity: true, HasNotes: true };
			const refused = await post('EntityDefinitions', table('crmsync_Push', activity));
			expect(refused.message).toContain('Subject');
			const Attributes = [column('Subject', { IsPrimaryName: true })];
			const body = table('crmsync_Push', { ...activity, Attributes });
			expect((await post('EntityDefinitions', body)).status).toBe(204);
			const contact = sandbox.insert('contact', { lastname: 'x' });
			const row = {
				subject: 'Opened',
				'regardingobjectid_contact_crmsync_push@odata.bind': `/contacts(${contact})`,
			};
			expect((await post('crmsync_pushes', row)).status).toBe(204);
			expect(sandbox.rows('crmsync_push')[0]).toMatchObject({ _regardingobjectid_value: contact });
		},
	},
});
