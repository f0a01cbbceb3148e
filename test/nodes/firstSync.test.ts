import { useDataverse } from '../sandbox/useDataverse';
import { airport, confirmNode, diffNode, runLine, writerNode } from './syncFixture';

const org = useDataverse();
let name = '';
let count = 0;

beforeEach(() => {
	name = `sync-${(count += 1)}`;
});

const accounts = () =>
	org.rows('account').filter(({ accountnumber }) => typeof accountnumber === 'string');
const commits = () => Object.values(org.history('account')).flat().length;

describe('the first sync, on n8n-core with the Dataverse stand-in', () => {
	it('design:R1 design:R5 creates, then writes nothing, then sends only the changed field', async () => {
		const before = accounts().length;
		const rows = [airport('AAA'), airport('BBB'), airport('CCC')];
		const line = () => [diffNode(name), writerNode(org)];

		const first = await runLine(line(), rows);
		expect(first.error).toBeUndefined();
		expect(first.records('Diff').map(({ _sync }) => (_sync as { change: string }).change)).toEqual([
			'added',
			'added',
			'added',
		]);
		expect(first.records('Writer', 2)[0]).toMatchObject({ created: 3, read: 3 });
		expect(accounts()).toHaveLength(before + 3);

		const requests = org.log.length;
		const second = await runLine(line(), rows);
		expect(second.error).toBeUndefined();
		expect(second.items('Diff')).toEqual([]);
		expect(second.runs('Writer')).toBe(0);
		expect(org.log).toHaveLength(requests);

		const third = await runLine(line(), [
			airport('AAA'),
			airport('BBB', { telephone1: '+41 1' }),
			airport('CCC'),
		]);
		expect(third.records('Writer', 2)[0]).toMatchObject({ updated: 1, read: 1 });
		const { body } = org.log.at(-1)!;
		expect(body).toContain('+41 1');
		expect(body).not.toContain('Airport BBB');
	});

	it('design:R9 design:R10 removes leavers last, and only when asked to', async () => {
		const rows = ['AAA', 'BBB', 'CCC', 'DDD'].map((code) => airport(code));
		await runLine([diffNode(name), writerNode(org)], rows);
		const left = await runLine(
			[diffNode(name, { parameters: { leavers: 'leave' } }), writerNode(org)],
			rows.slice(1),
		);
		expect(left.items('Diff')).toEqual([]);
		const sent = await runLine(
			[diffNode(name), writerNode(org)],
			[...rows.slice(1), airport('EEE')],
		);
		expect(
			sent
				.records('Writer')
				.map(({ _sync }) => (_sync as { result: { status: string } }).result.status),
		).toEqual(['created', 'deleted']);
		expect(accounts().some(({ accountnumber }) => accountnumber === 'AAA')).toBe(false);
		const again = await runLine(
			[diffNode(name), writerNode(org)],
			[...rows.slice(1), airport('EEE')],
		);
		expect(again.items('Diff')).toEqual([]);
	});

	it('design:3 sends the chosen columns only, and leaves every other column as it is', async () => {
		const chosen = writerNode(org, { parameters: { options: { columns: ['telephone1'] } } });
		await runLine(
			[diffNode(name), chosen],
			[airport('AAA', { telephone1: '+41 1', fax: '+41 2' })],
		);
		const row = accounts().find(({ accountnumber }) => accountnumber === 'AAA');
		expect(row).toMatchObject({ telephone1: '+41 1' });
		expect(row).not.toHaveProperty('fax', '+41 2');
		expect(row).not.toHaveProperty('name', 'Airport AAA');
	});

	it('design:R7 a refused record comes back until its row is right', async () => {
		const rows = [airport('AAA'), airport('BBB', { name: 'x'.repeat(5_000) }), airport('CCC')];
		const first = await runLine([diffNode(name), writerNode(org)], rows);
		expect(first.error).toBeUndefined();
		expect(first.records('Writer', 2)[0]).toMatchObject({ created: 2, rejected: 1 });
		expect(first.records('Writer', 1)[0]).toMatchObject({
			accountnumber: 'BBB',
			_sync: { result: { status: 'rejected', error: { code: '0x80044331' } } },
		});
		const second = await runLine([diffNode(name), writerNode(org)], rows);
		expect(second.records('Diff')).toMatchObject([
			{ accountnumber: 'BBB', _sync: { change: 'added' } },
		]);
		const third = await runLine(
			[diffNode(name), writerNode(org)],
			[rows[0]!, airport('BBB'), rows[2]!],
		);
		expect(third.records('Writer', 2)[0]).toMatchObject({ created: 1 });
		expect(
			(
				await runLine([diffNode(name), writerNode(org)], [rows[0]!, airport('BBB'), rows[2]!])
			).items('Diff'),
		).toEqual([]);
	});

	it('design:R4 refuses items of another execution before any request, and Confirm Delivery only doubts them', async () => {
		const rows = [airport('AAA')];
		const preview = writerNode(org, { parameters: { action: 'preview' } });
		const offered = await runLine([diffNode(name), preview], rows);
		const stale = offered.items('Diff').map(({ json }) => json);
		const requests = org.log.length;
		const refused = await runLine([writerNode(org)], stale);
		expect(refused.error?.message).toMatch(/compared in execution \d+, which has ended/);
		expect(org.log).toHaveLength(requests);
		const confirmed = await runLine([confirmNode()], stale);
		expect(confirmed.records('Confirm', 1)[0]).toMatchObject({ stale: 1 });
		const next = await runLine([diffNode(name), writerNode(org)], rows);
		expect(next.records('Diff')).toMatchObject([{ _sync: { change: 'added', redelivered: true } }]);
		expect(next.records('Writer', 2)[0]).toMatchObject({ created: 1 });
	});

	it('design:R4 a preview takes stale items and sends nothing', async () => {
		const before = commits();
		const offered = await runLine([diffNode(name)], [airport('AAA')]);
		const stale = offered.items('Diff').map(({ json }) => json);
		const preview = await runLine([writerNode(org, { parameters: { action: 'preview' } })], stale);
		expect(preview.records('Writer')).toMatchObject([{ _sync: { result: { status: 'created' } } }]);
		expect(commits()).toBe(before);
	});
});
