import type { INodeParameters } from 'n8n-workflow';

import type { EngineNode, EngineRun } from './engine';
import { passOn, runWorkflow, testNode } from './engine';
import {
	conditions,
	fates,
	filterNode,
	messages,
	places,
	runFilter,
	swiss,
} from './recordFilterFixture';

describe('Record Filter refuses what cannot work', () => {
	const bad: Array<[string, INodeParameters, string]> = [
		[
			'an unknown comparison',
			conditions([{ field: 'a', is: 'string:sounds' }]),
			'Condition 1 ("a") has the unknown comparison "string: sounds".',
		],
		[
			'an empty first box',
			conditions([swiss, { left: '', is: 'string:notEmpty' }]),
			'Condition 2 has no field to compare',
		],
		[
			'a fixed value of another type',
			conditions([{ field: 'a', is: 'number:gt', right: 'many' }]),
			'Condition 1 ("a") has a value that cannot be compared: Wrong type: \'many\' is a string but was expecting a number',
		],
		[
			'a broken pattern',
			conditions([{ field: 'a', is: 'string:regex', right: '(' }]),
			'Condition 1 ("a") has a value that cannot be compared: Invalid regular expression',
		],
		['an unknown joint', conditions([swiss], 'xor'), 'The conditions are joined by "xor"'],
		[
			'conditions as one expression',
			{ conditions: '={{ $json.conditions }}' },
			'Conditions is not a list of conditions',
		],
	];

	it.each(bad)('design:9 before the first record: %s', async (_, parameters, message) => {
		const done = await runFilter(places, parameters);
		expect(done.status).toBe('error');
		expect(done.error).toMatchObject({
			name: 'NodeOperationError',
			message: expect.stringContaining(message.replace(/\.$/, '')),
			description: expect.stringMatching(/\w.*\.$/),
		});
	});

	it.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
		'n8n:T-01 with %s it holds every record instead, and no input passes as kept',
		async (onError) => {
			const done = await runFilter(places, bad[0][1], onError);
			expect(done.status).toBe('success');
			expect(fates(done)).toEqual(['hold', 'hold', 'hold', 'hold']);
			expect(done.records('Filter', 1)[3]).toMatchObject({
				code: 'ORY',
				reason: expect.stringContaining('unknown comparison'),
			});
			expect(done.items('Filter', 2)).toEqual([]);
		},
	);
});

describe('Record Filter shows common mistakes', () => {
	const warnings = (done: EngineRun) =>
		done.hints('Filter').flatMap(({ type, message }) => (type === 'warning' ? [message] : []));
	const reader = {
		name: 'Diff',
		type: testNode('segmentDiff', passOn().execute),
		parameters: { leavers: 'send' },
	};

	async function warned(
		parameters: INodeParameters,
		after: EngineNode[] = [reader],
		before: EngineNode[] = [],
	) {
		return await runWorkflow({
			seed: places,
			nodes: [...before, filterNode(parameters), ...after],
		});
	}

	it('design:7 no record passed; a field that no record has', async () => {
		const done = await warned(conditions([{ ...swiss, field: 'Country' }]));
		expect(warnings(done)).toEqual([
			'No record passed. If that is unexpected, look at the conditions.',
			'No record has the field "Country", which a condition names. Check its spelling: upper and lower case count.',
		]);
	});

	it('design:7 asking whether a field exists is no mistake', async () => {
		const done = await warned(conditions([{ field: 'error', is: 'string:notExists' }]));
		expect(warnings(done)).toEqual([]);
		expect(messages(done)).toContain(
			'Every record passed. If that is unexpected, look at the conditions.',
		);
	});

	it('design:7 a field name typed as fixed text', async () => {
		const done = await warned(conditions([{ left: 'country', is: 'string:equals', right: 'CH' }]));
		expect(warnings(done)[1]).toContain('compares the fixed text "country"');
	});

	it('design:R6 a filter behind Segment Diff is told to move, and may not remove', async () => {
		const diff = { ...reader, name: 'Before' };
		const done = await warned(conditions([swiss]), [], [diff]);
		expect(warnings(done)).toEqual([expect.stringContaining('Put the filter before Segment Diff')]);
		const refused = await warned({ ...conditions([swiss]), deleteFilteredOut: true }, [], [diff]);
		expect(refused.error).toMatchObject({
			message: expect.stringContaining('does not work behind Segment Diff'),
			description: expect.stringContaining('Put this filter before Segment Diff'),
		});
	});

	it('sync:C8 removals without a Segment Diff are refused before a writer', async () => {
		const writer = { name: 'Writer', type: testNode('dynamics365Upsert', passOn().execute) };
		const done = await warned({ ...conditions([swiss]), deleteFilteredOut: true }, [writer]);
		expect(done.error?.message).toContain('no Segment Diff stands behind this filter');
		expect(done.executed).not.toContain('Writer');
	});

	it('sync:C8 a Segment Diff that leaves what left is named', async () => {
		const leaves = { ...reader, name: 'My Diff', parameters: { leavers: 'leave' } };
		const done = await warned({ ...conditions([swiss]), deleteFilteredOut: true }, [leaves]);
		expect(warnings(done)).toEqual([expect.stringContaining('"My Diff" removes nothing')]);
	});

	it('design:R8 holds before a node that would send them', async () => {
		const done = await warned(conditions([swiss]), [{ name: 'Other', type: passOn() }]);
		expect(warnings(done)).toEqual([
			expect.stringContaining('No node behind this filter leaves them out'),
		]);
		expect(warnings(await warned(conditions([swiss])))).toEqual([]);
	});
});
