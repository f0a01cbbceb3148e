import type { INodeParameters } from 'n8n-workflow';

import { airport, diffNode, runLine, writerNode } from '../nodes/syncFixture';
import { useDataverse } from '../sandbox/useDataverse';

const org = useDataverse({ settings: { columnDelayMs: 0 }, keyDelayMs: 0 });

const writer = (options: INodeParameters, parameters: INodeParameters = {}) =>
	writerNode(org, { parameters: { ...parameters, options } });
const create = { createMissing: ['columns'], solution: 'ContosoSales' };
const wanting = (code: string, more: object, fields: ReadonlyArray<Record<string, unknown>>) => ({
	...airport(code),
	...more,
	_sync: { newFields: fields },
});
const runways = [{ name: 'Runways', type: 'integer' }];

describe('Create What Is Missing on the canvas', () => {
	test('a column from the items, told in the hint and on Summary', async () => {
		const run = await runLine([writer(create)], [wanting('AAA', { Runways: 3 }, runways)]);
		expect(run.error).toBeUndefined();
		expect(org.rows('account')[0]).toMatchObject({ contoso_runways: 3 });
		expect(run.hints('Writer')[0].message).toContain(
			'Created: field contoso_runways (whole number).',
		);
		expect(run.records('Writer', 2)[0]).toMatchObject({
			missing: [{ kind: 'field', name: 'contoso_runways', label: 'Runways', type: 'whole number' }],
		});
	});

	test('preview shows it, and creates nothing', async () => {
		const run = await runLine(
			[writer(create, { action: 'preview' })],
			[wanting('AAA', { Runways: 3 }, runways)],
		);
		expect(run.hints('Writer')[0].message).toContain('Would create: field contoso_runways');
		expect(run.records('Writer', 2)[0].missing).toHaveLength(1);
		expect(
			org.log.filter(({ url }) => url.includes('/Attributes')).map(({ method }) => method),
		).not.toContain('POST');
	});

	test('behind Segment Diff the records are accepted: a second run sends nothing', async () => {
		const rows = [wanting('AAA', { Runways: 3 }, runways)];
		const first = await runLine([diffNode('new-columns'), writer(create)], rows);
		expect(first.error).toBeUndefined();
		const second = await runLine([diffNode('new-columns'), writer(create)], rows);
		expect(second.items('Diff')).toEqual([]);
	});

	test('items that disagree about the type are refused by name, the longest text wins', async () => {
		const text = (length: number) => [{ name: 'Motto', type: 'string', length }];
		const long = 'x'.repeat(200);
		const rows = [
			wanting('AAA', { Motto: 'a' }, text(100)),
			wanting('BBB', { Motto: long }, text(250)),
		];
		const fine = await runLine([writer(create)], rows);
		expect(fine.error).toBeUndefined();
		expect(org.rows('account').map((row) => row.contoso_motto)).toEqual(['a', long]);
		const odd = await runLine(
			[writer(create)],
			[
				wanting('AAA', { Fee: 1 }, [{ name: 'Fee', type: 'integer' }]),
				wanting('BBB', { Fee: 'x' }, [{ name: 'Fee', type: 'string' }]),
			],
		);
		expect(odd.error?.message).toContain('"Fee" as integer, others as string');
	});

	test('a failed creation says nothing was created', async () => {
		org.identity.missingPrivileges.add('prvCreateAttribute');
		const run = await runLine(
			[{ ...writer(create), onError: 'continueRegularOutput' }],
			[wanting('AAA', { Runways: 3 }, runways)],
		);
		expect(JSON.stringify(run.records('Writer', 1))).toContain('prvCreateAttribute');
		expect(JSON.stringify(run.hints('Writer'))).not.toContain('Created');
	});
});
