import { passOn } from './engine';
import { airports, diffNode, runLine } from './syncFixture';

const between = { name: 'Between', type: passOn() };

describe('how Segment Diff may be wired', () => {
	it('design:R9 refuses a complete segment that comes over two wires, and names the cure', async () => {
		const run = await runLine([between, diffNode('two-wires')], airports(12), {
			wires: [
				{ from: 'Seed', to: 'Between' },
				{ from: 'Seed', to: 'Diff' },
				{ from: 'Between', to: 'Diff' },
			],
		});
		expect(run.error?.message).toContain('2 wires lead into "Diff"');
		expect((run.error as { description?: string }).description).toContain(
			'Merge node (mode Append)',
		);
	});

	it('design:R9 refuses a complete segment inside a loop, before anything is compared', async () => {
		const run = await runLine([between, diffNode('loop')], airports(12), {
			wires: [
				{ from: 'Seed', to: 'Between' },
				{ from: 'Between', to: 'Diff' },
				{ from: 'Diff', to: 'Between' },
			],
		});
		expect(run.error?.message).toContain('"Diff" stands inside a loop');
	});

	it('design:9 under continue on fail emits one error item on Invalid and nothing on Changes', async () => {
		const broken = diffNode('  ', { onError: 'continueRegularOutput' });
		const run = await runLine([broken], airports(2));
		expect(run.error).toBeUndefined();
		expect(run.items('Diff')).toEqual([]);
		expect(run.records('Diff', 1)).toEqual([
			{ reason: expect.stringContaining('Sync Name is empty') },
		]);
	});
});
