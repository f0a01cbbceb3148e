import '../nodes/engineEnvironment';

import { gzipSync } from 'node:zlib';

import { Container } from '@n8n/di';
import { BinaryDataConfig, BinaryDataService } from 'n8n-core';
import type { IExecuteFunctions, INodeParameters } from 'n8n-workflow';

import {
	sourceCredentials,
	sourceOptions,
	sourceProperties,
} from '../../nodes/SegmentDiff/sourceProperties';
import { readSourceSettings, type SourceOptions } from '../../nodes/SegmentDiff/sourceSettings';
import type { Row } from '../../shared/core/census';
import { nodeError } from '../../shared/n8n/errors';
import { itemTyping, sourceRows } from '../../shared/n8n/segmentSource';
import { stateStoreChoice } from '../../shared/n8n/storeProperties';
import { runWorkflow, testNode } from '../nodes/engine';
import { usePostgres } from '../sandbox/postgres';
import { collect } from './sourcesFixture';

const server = usePostgres();

const properties = [
	...sourceProperties,
	stateStoreChoice,
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection' as const,
		default: {},
		options: sourceOptions,
	},
];

/** Reads the whole source and hands its rows out as items. */
function reader() {
	async function read(context: IExecuteFunctions): Promise<Row[]> {
		const settings = readSourceSettings(
			context,
			context.getNodeParameter('options', 0) as SourceOptions,
		);
		if (settings.kind !== 'items') return await collect(await sourceRows(context, settings));
		const typing = itemTyping(settings);
		return context.getInputData().map(({ json }, index) => typing({ index, record: json }));
	}
	return testNode(
		'sourceReader',
		async function () {
			const rows = await read(this).catch(
				async (error: unknown) => await Promise.reject(nodeError(this.getNode(), error)),
			);
			return [rows.map((row) => ({ json: { ...row } as never }))];
		},
		{ properties, credentials: sourceCredentials },
	);
}

const fileItem = (
	text: string | Buffer,
	fileName?: string,
	mimeType = 'application/octet-stream',
) => ({
	json: {},
	binary: {
		data: {
			data: Buffer.from(text as string).toString('base64'),
			mimeType,
			...(fileName && { fileName }),
		},
	},
});

const run = async (
	parameters: INodeParameters,
	seed: Parameters<typeof runWorkflow>[0]['seed'],
	credential?: object,
) =>
	await runWorkflow({
		nodes: [
			{
				name: 'Read',
				type: reader(),
				parameters,
				...(credential && { credentials: { postgres: credential as never } }),
			},
		],
		seed,
	});

const records = (result: Awaited<ReturnType<typeof run>>) =>
	result.records('Read').map(({ record }) => record);

describe('the source of a segment on n8n’s engine', () => {
	it('reads the file of each item, in memory as base64 (n8n:4.7)', async () => {
		const long = Array.from({ length: 9_000 }, (_, index) => `${index};x${index}`).join('\n');
		const result = await run({ source: 'file' }, [
			fileItem(`id;name\n${long}\n`, 'people.csv'),
			fileItem(gzipSync('{"id":"last"}\n'), 'more.jsonl.gz'),
		]);
		const found = result.records('Read');
		expect(found).toHaveLength(9_001);
		expect(found[8_999]).toEqual({ index: 8_999, record: { id: '8999', name: 'x8999' } });
		expect(found[9_000]).toEqual({ index: 9_000, record: { id: 'last' } });
	});

	it.each(['default', 'filesystem'])(
		'reads a file that n8n keeps (%s), packed or not (n8n:4.7)',
		async (mode) => {
			const keeper = testNode('keeper', async function () {
				const keep = async (content: string | Buffer, name: string) => ({
					json: {},
					binary: {
						data: await this.helpers.prepareBinaryData(Buffer.from(content as string), name),
					},
				});
				const lines = Array.from({ length: 20_000 }, (_, index) => `${index},x${index}\n`).join('');
				return [
					[
						await keep(`id,name\n${lines}`, 'people.csv'),
						await keep(gzipSync('id|name\n7|seven\n'), 'more.csv.gz'),
					],
				];
			});
			const service = Container.get(BinaryDataService);
			const config = Container.get(BinaryDataConfig);
			const chosen = config.mode;
			config.mode = mode as typeof chosen;
			await service.init();
			const result = await runWorkflow({
				nodes: [
					{ name: 'Keep', type: keeper },
					{ name: 'Read', type: reader(), parameters: { source: 'file' } },
				],
				seed: [{}],
			});
			config.mode = chosen;
			expect(result.error).toBeUndefined();
			const [kept] = result.items('Keep');
			expect(kept?.binary?.data?.id?.startsWith('filesystem') ?? false).toBe(mode === 'filesystem');
			expect(result.records('Read')).toHaveLength(20_001);
			expect(result.records('Read').at(-1)).toEqual({
				index: 20_000,
				record: { id: '7', name: 'seven' },
			});
		},
	);

	it('reads by the options', async () => {
		const options = {
			fileFormat: 'csv',
			delimiter: '\\t',
			encoding: 'windows1252',
			otherColumns: 'infer',
			columnTypes: { columns: [{ column: 'id', type: 'text' }] },
		};
		const text = Buffer.from('id\tname\tn\n7\tZo\xeb\t7\n', 'latin1');
		const result = await run({ source: 'file', binaryField: 'data', options }, [fileItem(text)]);
		expect(records(result)).toEqual([{ id: '7', name: 'Zoë', n: 7 }]);
	});

	it('gives items their declared types', async () => {
		const options = { columnTypes: { columns: [{ column: 'n', type: 'number' }] } };
		const result = await run({ options }, [
			{ id: 'a', n: '7' },
			{ id: 'b', n: 'x' },
		]);
		expect(result.records('Read')).toEqual([
			{ index: 0, record: { id: 'a', n: 7 } },
			{ index: 1, record: { id: 'b' }, mark: 'hold', problem: '"n" is "x", which is not a number' },
		]);
	});

	it('reads a query with n8n’s Postgres credential, whether the state is there or not', async () => {
		for (const stateStore of ['embedded', 'postgres']) {
			const result = await run(
				{ source: 'postgres', stateStore, query: 'SELECT i AS id FROM generate_series(1, 3) AS i' },
				[{ anything: 1 }],
				{ ...server.admin, ssl: 'disable' },
			);
			expect(records(result)).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
		}
	});

	it.each<[string, INodeParameters, string]>([
		['an item without a file', { source: 'file' }, 'Item 2 has no file in the field "data"'],
		[
			'a field that is not there',
			{ source: 'file', binaryField: 'file' },
			'Item 1 has no file in the field "file"',
		],
		['a long delimiter', { source: 'file', options: { delimiter: '||' } }, 'is not one character'],
		[
			'a column declared twice',
			{ options: { columnTypes: { columns: [{ column: 'a' }, { column: 'a' }] } } },
			'names "a" twice',
		],
		[
			'an expression in the query',
			{ source: 'postgres', query: 'SELECT {{ $json.id }}' },
			'holds an expression',
		],
		['an SSH tunnel', { source: 'postgres', query: 'SELECT 1' }, 'SSH tunnel'],
	])('refuses %s before it reads', async (_, parameters, words) => {
		const result = await run(parameters, [fileItem('id\n1\n'), { json: {} }], { sshTunnel: true });
		expect(result.error?.message).toContain(words);
	});

	it('names the file and the place of an error', async () => {
		const result = await run({ source: 'file' }, [
			fileItem('id\n1\n', 'a.csv'),
			fileItem('id,id\n1,2\n', 'b.csv'),
		]);
		expect(result.error?.message).toBe('The file "b.csv" of item 2 has two columns named "id"');
	});
});
