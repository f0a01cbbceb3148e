/** What a writer says of a run, beside its records. */
import type { NodeOperationError } from 'n8n-workflow';

import { useDataverse } from '../sandbox/useDataverse';
import { airport, airports, diffNode, runLine, writerNode } from './syncFixture';

const org = useDataverse();
let name = '';
let count = 0;
beforeEach(() => {
	name = `outcomes-${(count += 1)}`;
	org.reset();
});

const leaving = { parameters: { leavers: 'send' } };

describe('what a writer says', () => {
	it('design:9 a removal that is skipped is named, because the sync forgets it', async () => {
		const line = () => [
			diffNode(name, leaving),
			writerNode(org, { parameters: { removedRecords: 'skip' } }),
		];
		await runLine(line(), airports(30));
		const run = await runLine(line(), airports(29));
		const [hint] = run.hints('Writer');
		expect(hint).toMatchObject({ type: 'warning' });
		expect(hint?.message).toContain(
			'1 of the records that left stay in account (Removed Records: Skip)',
		);
	});

	it('design:9 a key field that no record has stops the run, names what they have, and parks nobody', async () => {
		const rows = airports(3).map(({ accountnumber, ...row }) => ({ ...row, code: accountnumber }));
		const diff = () => diffNode(name, { parameters: { keyFields: 'code' } });
		for (let run = 0; run < 4; run++) {
			const done = await runLine([diff(), writerNode(org)], rows);
			expect(done.error?.message).toContain(
				'No record has the key field "accountnumber" of account',
			);
			expect((done.error as NodeOperationError | undefined)?.description).toContain(
				'The records have: ',
			);
			expect(done.records('Diff')).toHaveLength(3);
		}
	});

	it('design:9 the reason of a refused record stands first', async () => {
		const rows = [...airports(1), { accountnumber: '', name: 'x' }];
		const run = await runLine([writerNode(org)], rows);
		const [refused] = run.records('Writer', 1);
		expect(Object.keys(refused)[0]).toBe('_sync');
		expect(Object.keys(refused._sync as object)[0]).toBe('result');
		expect(Object.keys(run.records('Writer', 2)[0])[0]).toBe('message');
	});

	it.each([
		[undefined, false, true],
		['off', false, false],
		['everyRun', true, true],
	])('issue 7: Send Warnings %s asks for a message, or not', async (when, well, refused) => {
		const options = { ...(when && { sendWarnings: when }) };
		const said = async (accountname: string) => {
			const rows = [airport('A', { name: accountname })];
			const run = await runLine([writerNode(org, { parameters: { options } })], rows);
			return run.records('Writer', 2)[0]?.sendWarnings;
		};
		expect(await said('x')).toBe(well);
		expect(await said('x'.repeat(200))).toBe(refused);
	});

	it('design:R7 Segment Diff warns of what waits, and says how to end the wait', async () => {
		const rows = [airport('A', { name: 'x'.repeat(200) })];
		const line = () => [
			diffNode(name, { parameters: { options: { parkAfter: 1 } } }),
			writerNode(org),
		];
		await runLine(line(), rows);
		const [hint] = (await runLine(line(), rows)).hints('Diff');
		expect(hint).toMatchObject({ type: 'warning' });
		expect(hint?.message).toContain('1 refused before and waiting');
		expect(hint?.message).toContain('Release Records ends the wait');
	});
});
