import type { INodeParameters } from 'n8n-workflow';

import { FieldReplacement } from '../../nodes/FieldReplacement/FieldReplacement.node';
import { credentialData } from '../sandbox/dynamicsCredential';
import { useDataverse } from '../sandbox/useDataverse';
import type { EngineNode } from './engine';
import { airport, diffNode, runLine, writerNode } from './syncFixture';

const org = useDataverse();

function replacement(table: 'account' | 'contact', parameters: INodeParameters): EngineNode {
	return {
		name: 'Replace',
		type: new FieldReplacement(),
		parameters: {
			authentication: 'crmSyncDynamics365Api',
			destination: 'dynamics365',
			destinationObject: { __rl: true, mode: 'list', value: table },
			...parameters,
		},
		credentials: { crmSyncDynamics365Api: { ...credentialData(org), accessToken: '' } },
	};
}

const rule = (field: string, existingValue: string, newValue: string) => ({
	field,
	existingValue: { __rl: true, mode: 'value', value: existingValue },
	newValue: { __rl: true, mode: 'list', value: newValue },
});

describe('Field Replacement with the metadata of Dynamics 365', () => {
	const technical = {
		lastname: 'Muster',
		gendercode: 2,
		crmsync_interests: '935350000,935350002',
		donotemail: true,
	};
	const labels = {
		lastname: 'Muster',
		gendercode: 'Female',
		crmsync_interests: 'Skiing; Sailing',
		donotemail: 'Do Not Allow',
	};

	it('sync:T10 turns every choice of a contact into labels and back, several choices included', async () => {
		const to = async (picklists: string, record: object) => {
			const run = await runLine([replacement('contact', { picklists })], [{ ...record }]);
			expect(run.items('Replace', 1)).toEqual([]);
			return run.records('Replace')[0];
		};
		expect(await to('labels', technical)).toEqual(labels);
		expect(await to('technicalValues', labels)).toEqual(technical);
		expect(await to('technicalValues', technical)).toEqual(technical);
	});

	it('sync:T44 lists an unmapped option on Unmatched, and writes the rest of the row', async () => {
		const rules = {
			values: [rule('industrycode', 'Treuhand', '1'), rule('crmsync_kind', 'AP', '935350000')],
		};
		const rows = [
			airport('AAA', { industrycode: 'Treuhand', crmsync_kind: 'AP' }),
			airport('BBB', { industrycode: 'Unbekannt', crmsync_kind: 'AP' }),
		];
		const line = () => [replacement('account', { rules }), diffNode('replaced'), writerNode(org)];
		const run = await runLine(line(), rows);
		expect(run.error).toBeUndefined();
		expect(run.records('Replace', 1)).toMatchObject([
			{ accountnumber: 'BBB', field: 'industrycode', value: 'Unbekannt' },
		]);
		expect(run.records('Replace')[1]).toMatchObject({
			_sync: { warnings: [expect.stringContaining('"industrycode" was left out')] },
		});
		expect(run.records('Writer', 2)[0]).toMatchObject({ created: 2 });
		const written = org.rows('account').filter(({ accountnumber }) => accountnumber);
		expect(written.find(({ accountnumber }) => accountnumber === 'AAA')).toMatchObject({
			industrycode: 1,
			crmsync_kind: 935_350_000,
		});
		const other = written.find(({ accountnumber }) => accountnumber === 'BBB');
		expect(other).toMatchObject({ name: 'Airport BBB', crmsync_kind: 935_350_000 });
		expect(other?.industrycode ?? null).toBeNull();
		const again = await runLine(line(), rows);
		expect(again.items('Diff')).toEqual([]);
	});

	it('design:R8 behind Segment Diff a removed record is found by its replaced key', async () => {
		const rules = { values: [rule('accountnumber', 'AAA', 'ZZZ'), rule('name', 'x', 'y')] };
		const line = () => [diffNode('keyed'), replacement('account', { rules }), writerNode(org)];
		const rows = ['AAA', 'BBB', 'CCC'].map((code) => airport(code));
		const first = await runLine(line(), rows);
		expect(first.records('Writer', 2)[0]).toMatchObject({ created: 3 });
		const numbers = () => org.rows('account').map(({ accountnumber }) => accountnumber);
		expect(numbers()).toContain('ZZZ');
		const second = await runLine(line(), rows.slice(1));
		expect(second.records('Replace')).toMatchObject([
			{ accountnumber: 'ZZZ', _sync: { change: 'removed', key: { accountnumber: 'ZZZ' } } },
		]);
		expect(second.records('Writer', 2)[0]).toMatchObject({ deleted: 1 });
		expect(numbers()).not.toContain('ZZZ');
	});

	it('design:9 a table that does not exist and a value not chosen stop the node, naming them', async () => {
		const missing = replacement('account', {
			picklists: 'labels',
			destinationObject: { __rl: true, mode: 'name', value: 'acount' },
		});
		const run = await runLine([missing], [{ name: 'a' }]);
		expect(run.error?.message).toContain('acount');
		const untouched = { field: 'name', existingValue: 'a', newValue: null };
		const unchosen = replacement('account', { rules: { values: [untouched] } });
		const second = await runLine([unchosen], [{ name: 'a' }]);
		expect(second.error?.message).toBe('Rule 1, New Value is not chosen');
	});
});
