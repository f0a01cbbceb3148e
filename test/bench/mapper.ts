import { isDeepStrictEqual } from 'node:util';
import type { INodeParameters, INodeType } from 'n8n-workflow';

import { FieldMapper } from '../../nodes/FieldMapper/FieldMapper.node';
import { runWorkflow } from '../nodes/engine';
import { dynamicsMapper, runMapper } from '../nodes/fieldMapperFixture';
import type { DataverseSandbox } from '../sandbox/dataverse';
import { line, scaled, type Bench, type Figures } from './bench';
import { contacts } from './contacts';
import { timed } from './engineTime';
import { inDefaultEngine } from './expressionEngine';
import { mappedFields, mapping } from './mapping';
import { n8nNode } from './peers';
import { withSandbox } from './sandbox';
import { expectCount } from './segment';
import { addColumns, typedExpected, typedKey, typedRows, typedSource } from './typedMapping';

const ours = 10_000;
/** 10,000 take n8n's node about a minute; the cost of a record does not depend on their number. */
const theirs = 2_000;
const typed = 100_000;

async function map(count: number, type: INodeType, parameters: INodeParameters): Promise<Figures> {
	const seed = contacts(count);
	const timing = timed(type);
	const run = await runWorkflow({ seed, nodes: [{ name: 'Map', type: timing.type, parameters }] });
	const effort = timing.last(run);
	const records = run.records('Map');
	expectCount('records', records.length, count);
	const last = seed.at(-1) ?? {};
	const expected = Object.fromEntries(mappedFields.map((field) => [field, last[field]]));
	if (!isDeepStrictEqual({ ...records.at(-1) }, expected)) {
		throw new Error(`Mapped to ${JSON.stringify(records.at(-1))}`);
	}
	return { ...effort };
}

const fieldMapper = async () => await map(ours, new FieldMapper(), mapping.ours);
const setNode = async () => await map(theirs, n8nNode('Set/Set.node.js'), mapping.theirs);

/** With a known destination: its fields are read first, and every value is converted to the type of its field. */
async function mapTyped(): Promise<Figures> {
	return await withSandbox(0, async (address) => {
		await addColumns(address);
		const seed = Array.from({ length: typed }, (_, number) => typedSource(number));
		// The node reads nothing of the organisation but its address.
		const mapper = dynamicsMapper(address as DataverseSandbox, typedRows, { keyFields: typedKey });
		const timing = timed(mapper.type);
		const run = await runMapper({ ...mapper, type: timing.type }, seed);
		const effort = timing.last(run);
		const records = run.records('Mapper');
		expectCount('records', records.length, typed);
		const wrong = records.findIndex(
			(record, number) => !isDeepStrictEqual({ ...record }, typedExpected(seed[number] ?? {})),
		);
		if (wrong >= 0) {
			const [found, expected] = [records[wrong], typedExpected(seed[wrong] ?? {})];
			throw new Error(`Mapped to ${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`);
		}
		return { ...effort };
	});
}

/** Field Mapper against n8n's own Set (Edit Fields) node. */
export const bench: Bench = {
	measures: {
		ours: { rounds: 5, run: async () => await inDefaultEngine(fieldMapper) },
		theirs: { rounds: 3, run: async () => await inDefaultEngine(setNode) },
		theirsLegacy: { rounds: 3, run: setNode },
		// On the legacy engine: the credentials of the test engine do not take the isolate that n8n's own take, and
		// nothing else here is an expression.
		typed: { rounds: 5, run: mapTyped },
	},
	lines(read) {
		const perRecord = scaled(read('ours', 'cpu'), 1000 / ours);
		const peer = (measure: string) => scaled(read(measure, 'cpu'), 1000 / theirs);
		const unit = 'ms CPU/record';
		return [
			line('Field Mapper, 10k × 10 fields', perRecord, {
				unit,
				against: peer('theirs'),
				target: { kind: 'timesFaster', number: 300 },
				note: `peer: n8n's Edit Fields (Set) node, 2k records, on n8n's default expression engine (isolated-vm)`,
			}),
			line('Field Mapper, 10k × 10 fields, legacy engine', perRecord, {
				unit,
				against: peer('theirsLegacy'),
				note: 'peer: the same node with N8N_EXPRESSION_ENGINE=legacy',
			}),
			line(
				`Field Mapper, 100k × ${typedRows.length} fields to Dynamics 365`,
				read('typed', 'cpu'),
				{
					unit: 's CPU',
					target: { kind: 'atMost', number: 2 },
					note: `texts as in a CSV file become numbers, yes/no, dates, times and choices; signing in and reading the table's fields included; by the clock ${read('typed', 'seconds').value.toFixed(1)} s`,
				},
			),
		];
	},
};
