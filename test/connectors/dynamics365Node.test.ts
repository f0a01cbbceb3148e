import type { INodeParameters } from 'n8n-workflow';

import { airport, diffNode, runLine, writerNode } from '../nodes/syncFixture';
import { useDataverse } from '../sandbox/useDataverse';
import { bulkCalls } from './dynamics365Client';

const org = useDataverse();

const writer = (options: INodeParameters, parameters: INodeParameters = {}) =>
	writerNode(org, { parameters: { ...parameters, options } });
const statuses = (records: ReadonlyArray<Record<string, unknown>>) =>
	records.map(({ _sync }) => (_sync as { result: { status: string } }).result.status);
const only = () => org.rows('account').filter(({ accountnumber }) => accountnumber === 'AAA');
const deactivate = { removedRecords: 'deactivate' };

describe('the options of the node reach the service', () => {
	test('a record to adopt is compared, whatever the option says', async () => {
		org.insert('account', airport('AAA'));
		org.insert('account', airport('BBB'));
		const run = await runLine(
			[writer({})],
			[{ ...airport('AAA'), _sync: { change: 'added', adopt: true } }, airport('BBB')],
		);
		expect(run.error).toBeUndefined();
		expect(statuses(run.records('Writer'))).toEqual(['unchanged', 'updated']);
	});

	test('Only If Different, and a lookup by key out of an item', async () => {
		const id = org.insert('account', airport('PPP'));
		const rows = [airport('AAA', { parentaccountid: { key: { accountnumber: 'PPP' } } })];
		for (const status of ['created', 'unchanged']) {
			const run = await runLine([writer({ onlyIfDifferent: true })], rows);
			expect(statuses(run.records('Writer'))).toEqual([status]);
		}
		expect(only()).toMatchObject([{ _parentaccountid_value: id }]);
	});

	test('Leave Missing Parents Out (sync:B20)', async () => {
		const rows = [airport('AAA', { parentaccountid: { key: { accountnumber: 'nowhere' } } })];
		const strict = await runLine([writer({})], rows);
		expect(statuses(strict.records('Writer', 1))).toEqual(['rejected']);
		const run = await runLine([writer({ leaveParentsOut: true })], rows);
		expect(statuses(run.records('Writer'))).toEqual(['created']);
	});

	test('headers, versions and the bulk upsert (dataverse:4.3)', async () => {
		const user = String(
			org.rows('systemuser').find((row) => row.azureactivedirectoryobjectid)
				?.azureactivedirectoryobjectid,
		);
		org.insert('account', airport('AAA'));
		const options = {
			bypassLogic: 'both',
			skipFlows: true,
			detectDuplicates: true,
			writeAs: user,
		};
		await runLine([writer({ ...options, checkVersion: true })], [airport('AAA', { fax: '1' })]);
		const [part] = org.log
			.flatMap(({ parts }) => parts ?? [])
			.filter(({ method }) => method === 'PATCH');
		expect(part.headers).toMatchObject({
			'mscrm.bypassbusinesslogicexecution': 'CustomSync,CustomAsync',
			'mscrm.suppresscallbackregistrationexpanderjob': 'true',
			'mscrm.suppressduplicatedetection': 'false',
			callerobjectid: user,
			'if-match': expect.stringMatching(/^W\//) as string,
		});
		await runLine([writer({ upsertMultiple: true })], [airport('AAA', { fax: '2' })]);
		expect(org.log.at(-1)?.url).toContain('UpsertMultiple');
		const plain = await runLine(
			[writer({ bypassLogic: 'none', writeAs: '' })],
			[airport('AAA', { fax: '3' })],
		);
		expect(plain.error).toBeUndefined();
		expect(bulkCalls(org).at(-1)?.headers).not.toHaveProperty('callerobjectid');
		expect(only()).toMatchObject([{ fax: '3' }]);
	});

	test('left the segment, deactivated, came back: the same row, active again (issue 6)', async () => {
		const line = () => [diffNode('coming-back'), writer({}, deactivate)];
		const others = ['BBB', 'CCC', 'DDD', 'EEE'].map((code) => airport(code));
		await runLine(line(), [airport('AAA'), ...others]);
		const [{ accountid }] = only();
		const left = await runLine(line(), others);
		expect(statuses(left.records('Writer'))).toEqual(['updated']);
		expect(only()).toMatchObject([{ statecode: 1, statuscode: 2 }]);
		const back = await runLine(line(), [airport('AAA', { fax: '1' }), ...others]);
		expect(statuses(back.records('Writer'))).toEqual(['updated']);
		expect(only()).toMatchObject([{ accountid, statecode: 0, statuscode: 1, fax: '1' }]);
		const again = await runLine(line(), [airport('AAA', { fax: '1' }), ...others]);
		expect(again.items('Diff')).toEqual([]);
	});
});
