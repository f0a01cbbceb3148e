import type { IDataObject, INodeParameters, INodeType } from 'n8n-workflow';

import { RecordFilter } from '../../nodes/RecordFilter/RecordFilter.node';
import { runWorkflow } from '../nodes/engine';
import { line, scaled, type Bench, type Figures } from './bench';
import { contacts } from './contacts';
import { timed } from './engineTime';
import { inDefaultEngine } from './expressionEngine';
import { n8nNode } from './peers';
import { expectCount } from './segment';

const ours = 100_000;
/** 100,000 take n8n's node minutes; the cost of a record does not depend on their number. */
const theirs = 2_000;

const condition = (field: string, type: string, operation: string, rightValue: unknown) => ({
	id: field,
	leftValue: `={{ $json.${field} }}`,
	rightValue,
	operator: { type, operation },
});

/** Five conditions of five types, of which about half of the contacts meet all. */
const conditions: IDataObject = {
	combinator: 'and',
	options: { caseSensitive: true, leftValue: '', typeValidation: 'strict', version: 3 },
	conditions: [
		condition('email', 'string', 'endsWith', '@example.com'),
		condition('score', 'number', 'lt', 800),
		condition('active', 'boolean', 'equals', true),
		condition('birthdate', 'dateTime', 'before', '2100-01-01'),
		condition('segment', 'string', 'notEquals', 'S1'),
	] as unknown as IDataObject[],
};

async function filter(count: number, type: INodeType): Promise<Figures> {
	const seed = contacts(count);
	const timing = timed(type);
	const parameters = { conditions, options: {} } as INodeParameters;
	const run = await runWorkflow({
		seed,
		nodes: [{ name: 'Filter', type: timing.type, parameters }],
	});
	const effort = timing.last(run);
	const passed = run.records('Filter').filter((record) => record._sync === undefined).length;
	const wanted = seed.filter(
		({ score, active, segment }) => Number(score) < 800 && active === true && segment !== 'S1',
	);
	expectCount('records that pass', passed, wanted.length);
	return { ...effort };
}

/** Record Filter against n8n's own Filter node. */
export const bench: Bench = {
	measures: {
		ours: { rounds: 3, run: async () => await filter(ours, new RecordFilter()) },
		theirs: {
			rounds: 3,
			run: async () =>
				await inDefaultEngine(async () => await filter(theirs, n8nNode('Filter/Filter.node.js'))),
		},
	},
	lines(read) {
		return [
			line('Record Filter, 100k × 5 conditions', read('ours', 'cpu'), {
				unit: 's CPU',
				target: { kind: 'atMost', number: 2 },
				note: 'dates among them; by the clock about the same',
			}),
			line('Record Filter, per record', scaled(read('ours', 'cpu'), 1000 / ours), {
				unit: 'ms CPU/record',
				against: scaled(read('theirs', 'cpu'), 1000 / theirs),
				note: `peer: n8n's Filter node, 2k records, on n8n's default expression engine (isolated-vm)`,
			}),
		];
	},
};
