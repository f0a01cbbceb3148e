import { useDataverse } from '../sandbox/useDataverse';
import type { Answer, Session } from '../sandbox/dataverse/session';
import { openSession } from '../sandbox/dataverse/session';
import { testRules } from '../sandbox/ruleTable';

const sandbox = useDataverse();
let session: Session;

beforeEach(async () => {
	session = await openSession(sandbox);
});

const NAV = 'contoso_touchpoint_activity_parties';
const post = (path: string, body: unknown) => session.call(path, { method: 'POST', body });
const result = (answer: Answer) => [answer.status, answer.code];
const contact = () => sandbox.insert('contact', { lastname: 'A' });
const party = (id: string, role = 2) => ({
	'partyid_contact@odata.bind': `/contacts(${id})`,
	participationtypemask: role,
});
const touchpoint = (parties: unknown) => ({ subject: 'A', [NAV]: parties });
const partiesOf = async (id: string) => {
	const path = `contoso_touchpoints(${id})?$select=subject&$expand=${NAV}($select=participationtypemask,_partyid_value,addressused)`;
	const answer = await session.call(path);
	return answer.json<Record<string, Array<Record<string, unknown>>>>()[NAV];
};
const onlyId = () => String(sandbox.rows('contoso_touchpoint')[0].activityid);

testRules('dataverse', {
	'S-09': {
		'recipients are bound with their activity, by row or by address (2.3, PartyList)': async () => {
			const id = contact();
			const address = { addressused: 'a@example.com', participationtypemask: 3 };
			await post('contoso_touchpoints', touchpoint([party(id), address]));
			expect(await partiesOf(onlyId())).toMatchObject([
				{ _partyid_value: id, participationtypemask: 2 },
				{ addressused: 'a@example.com', participationtypemask: 3 },
			]);
		},
		'recipients written again take the place of all others': async () => {
			const id = contact();
			await post('contoso_touchpoints', touchpoint([party(id), party(id, 1)]));
			const path = `contoso_touchpoints(${onlyId()})`;
			await session.call(path, { method: 'PATCH', body: { [NAV]: [party(id, 3)] } });
			expect(await partiesOf(onlyId())).toMatchObject([{ participationtypemask: 3 }]);
			await session.call(path, { method: 'PATCH', body: { subject: 'B' } });
			expect(await partiesOf(onlyId())).toHaveLength(1);
		},
		'a missing party, and one that is refused, leave nothing behind': async () => {
			const gone = '11111111-2222-4333-8444-555555555555';
			const missing = await post('contoso_touchpoints', touchpoint([party(gone)]));
			expect(result(missing)).toEqual([404, '0x80040217']);
			expect(sandbox.rows('contoso_touchpoint')).toEqual([]);
		},
	},
	'S-07': {
		'the list must be one, of parties with a role; only activities have it': async () => {
			const id = contact();
			const bad = [
				touchpoint({}),
				touchpoint(['x']),
				touchpoint([{ participationtypemask: 2 }]),
				touchpoint([{ 'partyid_contact@odata.bind': `/contacts(${id})` }]),
				touchpoint([{ 'partyid@odata.bind': `/contacts(${id})`, participationtypemask: 2 }]),
				{ subject: 'A', to: id },
			];
			for (const body of bad) {
				expect(result(await post('contoso_touchpoints', body))).toEqual([400, '0x80048d19']);
			}
			const role = await post('contoso_touchpoints', touchpoint([party(id, 99)]));
			expect(result(role)).toEqual([400, '0x8004431a']);
			const other = await post('contacts', { lastname: 'A', contact_activity_parties: [] });
			expect(result(other)).toEqual([400, '0x80048d19']);
			expect(sandbox.rows('contoso_touchpoint')).toEqual([]);
		},
		'a column of recipients is no property of the row': async () => {
			const answer = await session.call('contoso_touchpoints?$select=to');
			expect(result(answer)).toEqual([400, '0x80060888']);
			const metadata = await session.call(
				"EntityDefinitions(LogicalName='contoso_touchpoint')/Attributes?$select=LogicalName,AttributeType,AttributeTypeName,IsValidODataAttribute&$filter=LogicalName eq 'to'",
			);
			expect(metadata.json<{ value: object[] }>().value).toMatchObject([
				{
					AttributeType: 'PartyList',
					AttributeTypeName: { Value: 'PartyListType' },
					IsValidODataAttribute: false,
				},
			]);
		},
	},
});
