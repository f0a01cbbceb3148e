import { CrmSyncSalesforceOAuth2Api } from '../../credentials/CrmSyncSalesforceOAuth2Api.credentials';
import { useSalesforce } from '../sandbox/useSalesforce';
import { salesforceNode } from './crashSalesforceNode';
import { diffNode, runLine } from './syncFixture';

const org = useSalesforce();
const credentialTypes = [new CrmSyncSalesforceOAuth2Api()];
let count = 0;

const byId = (options = {}) =>
	salesforceNode(org, { writeMode: 'upsert', matchField: 'Id', options });
const names = () => org.rows('Account').map(({ Name }) => Name);

describe('Salesforce Write by Id: records without one', () => {
	it('salesforce:4.1 are created once, and then go by the id the sync remembers (design:R10)', async () => {
		const diff = () =>
			diffNode(`without-id-${count}`, { parameters: { keyFields: 'AccountNumber' } });
		count += 1;
		const line = () => [diff(), byId()];
		const row = (AccountNumber: string, Name: string) => ({ AccountNumber, Name });
		const first = await runLine(line(), [row('1', 'A'), row('2', 'B')], { credentialTypes });
		expect(first.error).toBeUndefined();
		expect(first.records('Writer', 2)[0]).toMatchObject({ created: 2 });
		const second = await runLine(line(), [row('1', 'A2'), row('2', 'B')], { credentialTypes });
		expect(second.records('Writer', 2)[0]).toMatchObject({ read: 1, updated: 1 });
		expect(names()).toEqual(['A2', 'B']);
		const third = await runLine(line(), [row('1', 'A2')], { credentialTypes });
		expect(third.records('Writer', 2)[0]).toMatchObject({ read: 1, deleted: 1 });
		expect(names()).toEqual(['A2']);
	});

	it('design:R11 are parked when their insert got no answer, not sent again', async () => {
		count += 1;
		const name = `without-id-${count}`;
		const line = () => [diffNode(name, { parameters: { keyFields: 'AccountNumber' } }), byId()];
		org.faults.add({
			method: 'POST',
			url: /composite\/sobjects$/,
			effect: { kind: 'gateway', afterCommit: true },
		});
		const seed = [{ AccountNumber: '1', Name: 'A' }];
		const first = await runLine(line(), seed, { credentialTypes });
		expect(first.records('Writer', 2)[0]).toMatchObject({ unknown: 1 });
		await runLine(line(), seed, { credentialTypes });
		expect(names()).toEqual(['A']);
	});

	it('stay refused where nothing may be created', async () => {
		const update = salesforceNode(org, { writeMode: 'update', matchField: 'Id' });
		const run = await runLine([update], [{ Id: '', Name: 'A' }], { credentialTypes });
		expect(run.records('Writer', 1)[0]).toMatchObject({
			_sync: { result: { error: { code: 'noKey' } } },
		});
		expect(names()).toEqual([]);
	});
});
