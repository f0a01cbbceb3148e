import { isDeepStrictEqual } from 'node:util';
import type { INodeParameters, INodeType } from 'n8n-workflow';

import type { SyncRecord } from '../../shared/core/record';
import { FieldReplacement } from '../../nodes/FieldReplacement/FieldReplacement.node';
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

const names: Readonly<Record<string, string>> = {
	AT: 'Austria',
	CH: 'Switzerland',
	DE: 'Germany',
	FR: 'France',
	IT: 'Italy',
};

/** One contact in ten comes from a country that no rule names. */
const countries = [...Object.keys(names), ...Object.keys(names).slice(0, 4), 'LI'];

const seedOf = (count: number): SyncRecord[] =>
	contacts(count).map((record, number) => ({
		...record,
		country: countries[number % countries.length],
	}));

const byValue = (value: string) => ({ __rl: true, mode: 'value', value });

/** The same replacement as both nodes take it. */
const parameters: Readonly<Record<'ours' | 'theirs', INodeParameters>> = {
	ours: {
		rules: {
			values: Object.entries(names).map(([code, name]) => ({
				field: 'country',
				match: 'exact',
				existingValue: byValue(code),
				newValue: byValue(name),
			})),
		},
		whenUnmatched: 'keep',
	},
	theirs: {
		mode: 'manual',
		includeOtherFields: true,
		include: 'all',
		assignments: {
			assignments: [
				{
					id: 'country',
					name: 'country',
					type: 'string',
					value: `={{ (${JSON.stringify(names)})[$json.country] ?? $json.country }}`,
				},
			],
		},
		options: {},
	},
};

async function replace(
	seed: readonly SyncRecord[],
	type: INodeType,
	side: keyof typeof parameters,
): Promise<Figures> {
	const timing = timed(type);
	const node = { name: 'Replace', type: timing.type, parameters: parameters[side] };
	const run = await runWorkflow({ seed, nodes: [node] });
	const effort = timing.last(run);
	const records = run.records('Replace');
	expectCount('records', records.length, seed.length);
	records.forEach((record, number) => {
		const before = seed[number] ?? {};
		const country = names[String(before.country)] ?? before.country;
		if (!isDeepStrictEqual({ ...record }, { ...before, country })) {
			throw new Error(`Replaced to ${JSON.stringify(record)} from ${JSON.stringify(before)}`);
		}
	});
	const unmatched = seed.filter(({ country }) => !Object.hasOwn(names, String(country)));
	if (side === 'ours') {
		expectCount('unmatched', run.records('Replace', 1).length, unmatched.length);
	}
	return { ...effort };
}

/** Field Replacement against n8n's own Set (Edit Fields) node, which looks the value up in an expression. */
export const bench: Bench = {
	measures: {
		ours: {
			rounds: 5,
			run: async () =>
				await inDefaultEngine(
					async () => await replace(seedOf(ours), new FieldReplacement(), 'ours'),
				),
		},
		theirs: {
			rounds: 3,
			run: async () =>
				await inDefaultEngine(
					async () => await replace(seedOf(theirs), n8nNode('Set/Set.node.js'), 'theirs'),
				),
		},
	},
	lines(read) {
		return [
			line('Field Replacement, 100k × 5 rules', read('ours', 'cpu'), {
				unit: 's CPU',
				target: { kind: 'atMost', number: 2 },
				note: `records of 20 fields; one value in ten is named by no rule and copied to Unmatched; by the clock ${read('ours', 'seconds').value.toFixed(1)} s`,
			}),
			line('Field Replacement, per record', scaled(read('ours', 'cpu'), 1000 / ours), {
				unit: 'ms CPU/record',
				against: scaled(read('theirs', 'cpu'), 1000 / theirs),
				note: `peer: n8n's Edit Fields (Set) node with a look-up in an expression, 2k records, on n8n's default expression engine (isolated-vm); n8n's Code node is no peer here, because it runs in n8n's task runner, a process this bench does not start`,
			}),
		];
	},
};
