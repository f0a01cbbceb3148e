import type { INodeExecutionData, INodeParameters, OnError } from 'n8n-workflow';

import { FieldReplacement } from '../../nodes/FieldReplacement/FieldReplacement.node';
import type { EngineNode } from './engine';
import { runWorkflow, testNode } from './engine';

const node = new FieldReplacement();

const rules = [
	{ field: 'country', existingValue: byValue('CH'), newValue: byValue('Switzerland') },
	{ field: 'size', existingValue: byValue('1'), newValue: byValue('2') },
];

function byValue(value: string) {
	return { __rl: true, mode: 'value', value };
}

function replacement(parameters: INodeParameters = {}, onError?: OnError): EngineNode {
	return {
		name: 'Replace',
		type: node,
		parameters: { rules: { values: rules }, ...parameters },
		onError,
	};
}

async function replace(
	seed: ReadonlyArray<Record<string, unknown> | INodeExecutionData>,
	parameters?: INodeParameters,
	onError?: OnError,
) {
	return await runWorkflow({ seed, nodes: [replacement(parameters, onError)] });
}

const withRule = (...values: INodeParameters[]): INodeParameters => ({ rules: { values } });

describe('Field Replacement in n8n', () => {
	it('sync:T5 replaces by the rules, and copies what no rule names to Unmatched', async () => {
		const run = await replace([
			{ id: 1, country: 'CH', size: 1 },
			{ id: 2, country: 'XX', size: '1' },
		]);
		expect(run.status).toBe('success');
		expect(run.items('Replace')).toEqual([
			{ json: { id: 1, country: 'Switzerland', size: 2 }, pairedItem: { item: 0 } },
			{ json: { id: 2, country: 'XX', size: '2' }, pairedItem: { item: 1 } },
		]);
		const reason = '"country" is named by no rule; it was kept.';
		expect(run.items('Replace', 1)).toEqual([
			{
				json: { id: 2, country: 'XX', size: '1', field: 'country', value: 'XX', reason },
				pairedItem: { item: 1 },
			},
		]);
		expect(run.hints('Replace')).toEqual([
			{
				message: `3 values replaced, 1 unmatched, 0 left out. The first: ${reason}`,
				type: 'warning',
				location: 'outputPane',
			},
		]);
	});

	it('sync:T5 refuses a rule whose field no record has, unless there is no record to tell', async () => {
		const run = await replace([{ Country: 'CH', size: 1 }]);
		expect(run.error?.message).toBe('Rule 1 ("country") names a field that no record has');
		expect(run.error).toMatchObject({
			description: expect.stringContaining('The records have: Country, size.') as string,
		});
		const empty = await replace([{}]);
		expect(empty.items('Replace')).toEqual([{ json: {}, pairedItem: { item: 0 } }]);
		const held = await replace([{ id: 1, _sync: { change: 'hold' } }]);
		expect(held.records('Replace')).toEqual([{ id: 1, _sync: { change: 'hold' } }]);
		expect(held.hints('Replace').map(({ message }) => message)).toContain(
			'No record of this run has the field "country", which a rule names.',
		);
	});

	it('design:R8 a copy proves nothing: it has no receipt; the record keeps it', async () => {
		const receipt = { scope: 's', run: '1', key: '["1"]' };
		const json = { country: 'XX', size: 1, _sync: { change: 'added', receipt } };
		const run = await replace([json]);
		expect(run.records('Replace')).toEqual([{ ...json, size: 2 }]);
		expect(run.records('Replace', 1)[0]).toMatchObject({ _sync: { change: 'added' } });
		expect(run.records('Replace', 1)[0]._sync).not.toHaveProperty('receipt');
	});

	it('design:R15 bookkeeping stays where it stands, binary data stays, and it can be kept out', async () => {
		const binary = { file: { data: '', mimeType: 'text/plain' } };
		const _sync = { change: 'removed', key: { country: 'CH' } };
		const json = { country: 'CH', size: 1 };
		const given: INodeExecutionData[] = [{ json, _sync, binary }, { json: { ...json, _sync } }];
		const kept = { ..._sync, key: { country: 'Switzerland' } };
		const fresh = { country: 'Switzerland', size: 2 };
		expect((await replace(given)).items('Replace')).toEqual([
			{ json: fresh, _sync: kept, binary, pairedItem: { item: 0 } },
			{ json: { ...fresh, _sync: kept }, pairedItem: { item: 1 } },
		]);
		const out = await replace(given, { options: { keepBookkeepingOut: true } });
		expect(out.items('Replace')[1]).toEqual({ json: fresh, _sync: kept, pairedItem: { item: 1 } });
	});

	it('design:3 a record with a real column called _sync is held, and kept in the copy', async () => {
		const run = await replace([
			{ country: 'CH', size: 1, _sync: 'x' },
			{ country: 'CH', size: 1 },
		]);
		expect(run.records('Replace')[0]).toEqual({
			_sync: {
				change: 'hold',
				reason: expect.stringContaining('"_sync" is not an object') as string,
			},
		});
		expect(run.records('Replace', 1)[0]).toMatchObject({ country: 'CH', _sync: 'x' });
		expect(run.hints('Replace')[0].message).toContain('1 record refused (held)');
	});

	it.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
		'n8n:T-01 design:R8 with %s rules that cannot run hand nothing on to be compared',
		async (onError) => {
			const run = await replace([{ id: 1 }, { id: 2, _sync: { change: 'added' } }], {}, onError);
			expect(run.error).toBeUndefined();
			const reason = expect.stringContaining('Rule 1 ("country") names a field that no') as string;
			expect(run.records('Replace')).toEqual([]);
			expect(run.records('Replace', 1)).toEqual([
				{ id: 1, reason },
				{ id: 2, reason, _sync: { change: 'added' } },
			]);
			const [hint] = run.hints('Replace');
			expect(hint.message).toContain('Nothing is handed on: Rule 1');
			expect((await replace([{}], withRule({ field: '' }), onError)).records('Replace')).toEqual([
				{},
			]);
		},
	);

	it('sync:B22 patterns run with groups and flags; one that cannot end is stopped', async () => {
		const pattern = (existing: string, fresh: string) =>
			withRule({
				field: 'x',
				match: 'pattern',
				existingValue: byValue(existing),
				newValue: byValue(fresh),
			});
		const run = await replace([{ x: 'Mr Foo, mr bar' }], pattern('/mr (\\w+)/i', '$1'));
		expect(run.records('Replace')).toEqual([{ x: 'Foo, bar' }]);
		const bad = await replace([{ x: 'a' }], pattern('(a', ''));
		expect(bad.error?.message).toMatch(
			/^Rule 1 \("x"\) has a pattern that cannot be used: .*group/u,
		);
		const endless = await replace([{ x: `${'a'.repeat(40)}!` }], pattern('^(a+)+$', 'b'));
		expect(endless.error?.message).toContain('timed out');
	});

	it('design:7 values are fixed: an expression would be read for the first record only', async () => {
		const expression = {
			field: 'x',
			existingValue: byValue('a'),
			newValue: byValue('={{ $json.y }}'),
		};
		const run = await replace([{ x: 'a', y: 'b' }], withRule(expression));
		expect(run.error?.message).toBe(
			'Rule 1, New Value is an expression, and rules hold fixed values',
		);
		const dragged = { ...expression, field: '={{ $json.x }}', newValue: byValue('b') };
		expect((await replace([{ x: 'a' }], withRule(dragged))).records('Replace')).toEqual([
			{ x: 'b' },
		]);
	});

	it('sync:A21 a value not chosen yet is refused; an empty one by value is about empty fields', async () => {
		const row = (existing: object) =>
			withRule({ field: 'x', existingValue: existing as never, newValue: byValue('none') });
		const run = await replace([{ x: '' }], row({ __rl: true, mode: 'list', value: '' }));
		expect(run.error?.message).toBe('Rule 1, Existing Value is not chosen');
		expect((await replace([{ x: '' }], row(byValue('')))).records('Replace')).toEqual([
			{ x: 'none' },
		]);
	});

	it('sync:A21 a value nobody touched is an empty text box on an open side', async () => {
		const row = { field: 'x', existingValue: byValue('a'), newValue: null };
		expect((await replace([{ x: 'a' }], withRule(row))).records('Replace')).toEqual([{ x: null }]);
	});

	it('sync:T43 a rule that is off is neither run nor checked, whatever stands in it', async () => {
		const off = { field: '={{ $json.a + 1 }}', existingValue: byValue(''), enabled: false };
		const run = await replace([{ country: 'CH', size: 1 }], withRule(off, rules[0]));
		expect(run.records('Replace')).toEqual([{ country: 'Switzerland', size: 1 }]);
	});

	it('sync:C9 backward turns new values into existing ones', async () => {
		const backward = { options: { direction: 'backward' } };
		const run = await replace([{ country: 'Switzerland', size: 2 }], backward);
		expect(run.records('Replace')).toEqual([{ country: 'CH', size: 1 }]);
	});

	it('design:7 says that no rule matched, which rule never applies, and counts', async () => {
		const run = await replace([{ country: 'ch', size: null }], withRule(...rules, rules[0]));
		expect(run.hints('Replace').map(({ message }) => message)).toEqual([
			expect.stringMatching(/^0 values replaced, 1 unmatched, 0 left out\. The first: "country"/u),
			expect.stringContaining('No rule matched any value.'),
			'Rule 3 ("country") never applies: rule 1 takes its existing value first.',
		]);
	});

	it('design:7 says that editing a rule behind Segment Diff re-sends nothing', async () => {
		const diff = testNode('segmentDiff', async function () {
			return [this.getInputData()];
		});
		const run = await runWorkflow({
			seed: [{ country: 'CH', size: 1 }],
			nodes: [{ name: 'Diff', type: diff }, replacement()],
		});
		expect(run.hints('Replace')[1]?.message).toContain('These rules stand behind Segment Diff');
	});
});
