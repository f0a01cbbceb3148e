import { isDeepStrictEqual } from 'node:util';
import type { INodeParameters, INodeType } from 'n8n-workflow';

import { FieldMapper } from '../../nodes/FieldMapper/FieldMapper.node';
import { runWorkflow } from '../nodes/engine';
import { line, scaled, type Bench, type Figures } from './bench';
import { contacts } from './contacts';
import { timed } from './engineTime';
import { inDefaultEngine } from './expressionEngine';
import { mappedFields, mapping } from './mapping';
import { n8nNode } from './peers';
import { expectCount } from './segment';

const ours = 10_000;
/** 10,000 take n8n's node about a minute; the cost of a record does not depend on their number. */
const theirs = 2_000;

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

/** Field Mapper against n8n's own Set (Edit Fields) node. */
export const bench: Bench = {
	measures: {
		ours: { rounds: 5, run: async () => await inDefaultEngine(fieldMapper) },
		theirs: { rounds: 3, run: async () => await inDefaultEngine(setNode) },
		theirsLegacy: { rounds: 3, run: setNode },
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
		];
	},
};
