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

const list = async (path: string) => (await session.call(path)).json<{ value: Shape[] }>().value;
const attributes = (table: string, rest = '') =>
	list(`EntityDefinitions(LogicalName='${table}')/Attributes${rest}`);
const named = (rows: Shape[], name: string) => rows.find((row) => row.LogicalName === name);
const cast = (type: string) => `/Microsoft.Dynamics.CRM.${type}AttributeMetadata`;

testRules('dataverse', {
	'S-23': {
		'tables: the request of 2.2 row 1, enum literals, managed properties, expanded keys':
			async () => {
				const query =
					'$select=LogicalName,SchemaName,EntitySetName,DisplayName,PrimaryIdAttribute,PrimaryNameAttribute,TableType,' +
					'IsActivity,IsCustomEntity,ChangeTrackingEnabled,IsOptimisticConcurrencyEnabled' +
					'&$filter=IsIntersect eq false and IsPrivate eq false and IsLogicalEntity eq false';
				const tables = await list(`EntityDefinitions?${query}`);
				expect(named(tables, 'account')).toMatchObject({
					EntitySetName: 'accounts',
					PrimaryIdAttribute: 'accountid',
					PrimaryNameAttribute: 'name',
					DisplayName: { UserLocalizedLabel: { Label: 'Account' } },
					MetadataId: expect.stringMatching(/^[0-9a-f-]{36}$/),
				});
				expect(named(tables, 'crmsync_signal')?.TableType).toBe('Elastic');
				expect(named(tables, 'asyncoperation')).toBeUndefined();
				const owned = await list(
					"EntityDefinitions?$filter=OwnershipType eq Microsoft.Dynamics.CRM.OwnershipTypes'OrganizationOwned' and CanCreateAttributes/Value eq true",
				);
				expect(named(owned, 'transactioncurrency')).toBeDefined();
				expect(named(owned, 'account')).toBeUndefined();
				const keys = await list(
					'EntityDefinitions?$select=SchemaName&$expand=Keys($select=KeyAttributes)',
				);
				expect(keys.find((row) => row.SchemaName === 'Account')?.Keys).toMatchObject([
					{ KeyAttributes: ['accountnumber'] },
					{ KeyAttributes: ['address1_country', 'crmsync_airportcode'] },
				]);
			},
		'columns: base properties, name shadows, multi-select behind Virtual (T-17)': async () => {
			const query =
				'?$select=LogicalName,AttributeType,AttributeTypeName,AttributeOf,RequiredLevel,IsValidForCreate,IsValidODataAttribute,IsPrimaryId';
			const columns = await attributes('contact', query);
			expect(named(columns, 'contactid')?.IsPrimaryId).toBe(true);
			expect(named(columns, 'fullname')?.IsValidForCreate).toBe(false);
			expect(named(columns, 'parentcustomeridname')).toMatchObject({
				AttributeOf: 'parentcustomerid',
				IsValidODataAttribute: false,
			});
			expect(named(columns, 'crmsync_interests')).toMatchObject({
				AttributeType: 'Virtual',
				AttributeTypeName: { Value: 'MultiSelectPicklistType' },
			});
			const enums = await attributes(
				'contact',
				"?$select=LogicalName&$filter=AttributeType eq Microsoft.Dynamics.CRM.AttributeTypeCode'Customer'",
			);
			expect(enums.map((row) => row.LogicalName)).toEqual(['parentcustomerid']);
		},
		'facets come from casts only; the abstract cast is refused': async () => {
			const strings = await attributes(
				'account',
				`${cast('String')}?$select=LogicalName,MaxLength,FormatName`,
			);
			expect(named(strings, 'crmsync_icao')).toMatchObject({
				MaxLength: 4,
				'@odata.type': '#Microsoft.Dynamics.CRM.StringAttributeMetadata',
			});
			expect(named(await attributes('account', cast('Integer')), 'crmsync_altitude')).toMatchObject(
				{ MinValue: -2000, MaxValue: 30_000 },
			);
			expect(named(await attributes('account', cast('Money')), 'revenue')).toMatchObject({
				Precision: 2,
			});
			expect(named(await attributes('contact', cast('DateTime')), 'birthdate')).toMatchObject({
				DateTimeBehavior: { Value: 'DateOnly' },
			});
			expect(named(await attributes('contact', cast('Lookup')), 'parentcustomerid')).toMatchObject({
				Targets: ['account', 'contact'],
			});
			const path = "EntityDefinitions(LogicalName='account')/Attributes";
			expect((await session.call(`${path}?$select=MaxLength`)).status).toBe(400);
			expect((await session.call(`${path}${cast('Enum')}`)).status).toBe(400);
		},
		'option sets need $expand: choices, status with its state, boolean labels (T-19)': async () => {
			const expand =
				'?$select=LogicalName&$expand=OptionSet($select=Options),GlobalOptionSet($select=Options)';
			const kind = named(
				await attributes('account', `${cast('Picklist')}${expand}`),
				'crmsync_kind',
			);
			expect(kind).toMatchObject({ GlobalOptionSet: null });
			expect(kind?.OptionSet).toMatchObject({
				Options: [
					{ Value: 935_350_000, Label: { UserLocalizedLabel: { Label: 'Airport' } } },
					{},
					{},
				],
			});
			expect(
				named(await attributes('account', cast('Picklist')), 'crmsync_kind'),
			).not.toHaveProperty('OptionSet');
			const status = named(
				await attributes('account', `${cast('Status')}?$expand=OptionSet`),
				'statuscode',
			);
			expect(status?.OptionSet).toMatchObject({
				Options: [
					{ Value: 1, State: 0 },
					{ Value: 2, State: 1 },
				],
			});
			const consent = named(
				await attributes('contact', `${cast('Boolean')}?$expand=OptionSet`),
				'donotsendmm',
			);
			expect(consent?.OptionSet).toMatchObject({
				TrueOption: { Value: 1, Label: { UserLocalizedLabel: { Label: 'Do Not Send' } } },
				FalseOption: { Value: 0, Label: { UserLocalizedLabel: { Label: 'Send' } } },
			});
		},
		'lookups: one relationship row per target, the owner abstract': async () => {
			const path =
				"EntityDefinitions(LogicalName='contact')/ManyToOneRelationships?$select=ReferencingAttribute,ReferencingEntityNavigationPropertyName,ReferencedEntity";
			const rows = await list(path);
			const of = (name: string) => rows.filter((row) => row.ReferencingAttribute === name);
			expect(
				of('parentcustomerid').map((row) => row.ReferencingEntityNavigationPropertyName),
			).toEqual(['parentcustomerid_account', 'parentcustomerid_contact']);
			expect(of('ownerid').map((row) => row.ReferencedEntity)).toEqual(['owner']);
		},
		'refused: $top, $orderby, $count, label filters, bare enum text, unknown tables': async () => {
			for (const option of ['$top=1', '$skip=1', '$count=true', '$orderby=LogicalName']) {
				const answer = await session.call(`EntityDefinitions?${option}`);
				expect([answer.status, answer.message]).toEqual([
					400,
					`The query parameter ${option.split('=')[0]} is not supported`,
				]);
			}
			for (const filter of ["DisplayName eq 'Account'", "OwnershipType eq 'UserOwned'"]) {
				expect((await session.call(`EntityDefinitions?$filter=${filter}`)).status).toBe(400);
			}
			expect((await session.call("EntityDefinitions(LogicalName='nope')")).status).toBe(404);
		},
		'globalmetadataversion moves with the schema; metadata works in a batch': async () => {
			const name = '@Microsoft.Dynamics.CRM.globalmetadataversion';
			const prefer = { prefer: 'odata.include-annotations="*"' };
			const version = async () =>
				(await session.call('accounts?$top=1', { headers: prefer })).json<Shape>()[name];
			const before = await version();
			expect(await version()).toBe(before);
			sandbox.addKey('account', 'crmsync_Icao', ['crmsync_icao']);
			expect(await version()).not.toBe(before);
			const part = batchPart("GET /api/data/v9.2/EntityDefinitions(LogicalName='account')/Keys");
			expect((await session.batch([part])).text).toContain('crmsync_AccountNumber');
		},
	},
});
