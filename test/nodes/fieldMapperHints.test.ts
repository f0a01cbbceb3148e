import { FieldMapper } from '../../nodes/FieldMapper/FieldMapper.node';
import type { EngineNode } from './engine';
import { passOn, runWorkflow, testNode } from './engine';

const values = ['iata', 'phone'].map((field) => ({
	destinationField: field,
	source: `={{ $json.${field} }}`,
}));

/** What the mapper tells about these records, behind these nodes. */
async function hints(seed: Array<Record<string, unknown>>, before: EngineNode[] = []) {
	const parameters = { keyFields: 'iata', mappings: { values } };
	const mapper = { name: 'Mapper', type: new FieldMapper(), parameters };
	const run = await runWorkflow({ seed, nodes: [...before, mapper] });
	return run.hints('Mapper').map(({ message }) => message);
}

const stub = (change: string, iata: string) => ({ iata, _sync: { change, key: { iata } } });

describe('hints of the Field Mapper', () => {
	it('design:R6 behind Segment Diff only what is rejected is explained, as what stays due', async () => {
		const behind = [
			{ name: 'Diff', type: testNode('segmentDiff', passOn().execute) },
			{ name: 'Other', type: passOn() },
		];
		expect(await hints([{ iata: 'ZRH', phone: '1' }], behind)).toEqual(['1 mapped, 0 rejected.']);
		const [, about] = await hints([{ iata: '', phone: '1' }], behind);
		expect(about).toContain('stay due: the next run hands them out again');
		expect(about).not.toContain('removed');
	});

	it('design:R8 before Segment Diff what is rejected is not taken for removed', async () => {
		const [, about] = await hints([{ iata: '', phone: '1' }]);
		expect(about).toContain('so that Segment Diff does not take them for removed');
	});

	it('design:R10 removals and holds alone give no caution about fields they do not carry', async () => {
		expect(await hints([stub('removed', 'ZRH'), stub('hold', 'GVA')])).toEqual([
			'1 mapped, 0 rejected, 1 held before.',
		]);
		const misspelt = await hints([stub('removed', 'ZRH'), stub('added', 'GVA')]);
		expect(misspelt.at(-1)).toContain('Check the spelling');
	});
});
