import type { INodeParameters } from 'n8n-workflow';

import { useDataverse } from '../sandbox/useDataverse';
import type { MapperRow } from './fieldMapperFixture';
import { dynamicsMapper } from './fieldMapperFixture';
import { airports, diffNode, runLine, writerNode } from './syncFixture';

const org = useDataverse();

const key: MapperRow = ['crmsync_externalid', '={{ $json.id }}'];
const last: MapperRow = ['lastname', '={{ $json.last }}'];

describe('Field Mapper, Segment Diff and writer in a line', () => {
	it('design:R8 under continue on fail a destination that cannot be read removes nothing, however often', async () => {
		const account: INodeParameters = {
			destinationObject: { __rl: true, mode: 'list', value: 'account' },
			keyFields: 'accountnumber',
		};
		const rows: MapperRow[] = [['accountnumber', '={{ $json.accountnumber }}']];
		const line = [
			dynamicsMapper(org, rows, account, 'continueRegularOutput'),
			diffNode('unreadable'),
			writerNode(org),
		];
		await runLine(line, airports(3));
		for (const attempt of [1, 2, 3]) {
			org.faults.add({
				effect: { kind: 'error', status: 403, code: '0x80040220', message: 'no prvReadEntity' },
				url: /\$batch/,
			});
			const run = await runLine(line, airports(3));
			expect({ attempt, executed: run.executed }).toEqual({
				attempt,
				executed: ['Seed', 'Mapper'],
			});
			expect(run.records('Mapper', 1)).toHaveLength(3);
		}
		expect((await runLine(line, airports(3))).items('Diff')).toEqual([]);
	});

	it('sync:T3 a field with Apply Updates off is written on insert, and its changes are nothing to send', async () => {
		const table = { __rl: true, mode: 'name', value: 'contact' };
		const values = [
			{ destinationField: 'crmsync_externalid', source: '={{ $json.id }}' },
			{ destinationField: 'lastname', source: '={{ $json.last }}' },
			{ destinationField: 'jobtitle', source: '={{ $json.job }}', applyUpdates: false },
		];
		const line = [
			dynamicsMapper(org, [], { mappings: { values } }),
			diffNode('insert-only', { parameters: { keyFields: 'crmsync_externalid' } }),
			writerNode(org, { parameters: { table, key: 'crmsync_externalid' } }),
		];
		const run = async (last: string, job: string) =>
			(await runLine(line, [{ id: 'A', last, job }])).records('Diff');
		expect(await run('a', 'one')).toMatchObject([{ jobtitle: 'one', _sync: { change: 'added' } }]);
		expect(await run('a', 'two')).toEqual([]);
		expect(await run('b', 'three')).toMatchObject([
			{ _sync: { change: 'changed', changedFields: ['lastname'], insertOnly: ['jobtitle'] } },
		]);
	});

	it('design:R8 through Segment Diff to the destination: converted, compared, written, then unchanged', async () => {
		const table = { __rl: true, mode: 'name', value: 'contact' };
		const rows: MapperRow[] = [key, last, ['birthdate', '={{ $json.born }}']];
		const line = [
			dynamicsMapper(org, rows),
			diffNode('mapped', { parameters: { keyFields: 'crmsync_externalid' } }),
			writerNode(org, { parameters: { table, key: 'crmsync_externalid' } }),
		];
		const seed = (born: string) => [{ id: 'A', last: 'Ada', born }];
		const first = await runLine(line, seed('2000-01-02T10:00:00Z'));
		expect(first.records('Writer', 1)).toEqual([]);
		expect(first.records('Writer')).toMatchObject([{ _sync: { result: { status: 'created' } } }]);
		const again = await runLine(line, seed('2000-01-02'));
		expect(again.items('Diff')).toEqual([]);
	});
});
