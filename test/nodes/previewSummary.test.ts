import { useDataverse } from '../sandbox/useDataverse';
import { airport, airports, runLine, writerNode } from './syncFixture';

const org = useDataverse();

const preview = () => writerNode(org, { parameters: { action: 'preview' } });
const summaryOf = async (rows: ReadonlyArray<Record<string, unknown>>) => {
	const run = await runLine([preview()], rows);
	expect(run.error).toBeUndefined();
	return run.records('Writer', 2)[0] as { markdown: string; html: string } & Record<
		string,
		unknown
	>;
};

describe('the preview as one table on Summary', () => {
	test('record, action, field, before, after; requests of the write (sync:T78)', async () => {
		org.insert('account', { ...airport('AAA'), fax: '1' });
		const summary = await summaryOf([airport('AAA', { fax: '2' }), airport('BBB')]);
		expect(summary.markdown.split('\n')).toEqual([
			expect.stringContaining('account: 1 updated, 1 created') as string,
			'',
			'| Record | Action | Field | Before | After |',
			'| --- | --- | --- | --- | --- |',
			'| AAA | update | fax | 1 | 2 |',
			'| BBB | create | name |  | Airport BBB |',
			'|  |  | accountnumber |  | BBB |',
		]);
		expect(summary.html).toContain('>BBB</td>');
		// Two writes more; old values come with the look-up that a write does as well.
		expect(summary.requestsOfWrite).toBe(Number(summary.requests) + 2);
	});

	test('values cannot break out of their cell (sync:T78)', async () => {
		const evil = '</td><script>x</script> | `a` [b](http://c) ![d](e)\nnext & "q"';
		const { html, markdown } = await summaryOf([airport('AAA', { name: evil })]);
		expect(html).not.toContain('<script>');
		expect(html).toContain('&lt;script&gt;');
		const line = markdown.split('\n').find((each) => each.includes('script')) ?? '';
		expect(line).not.toMatch(/<|>|[^\\][|][^ ]|[^\\]`|[^\\]\[/);
		expect(line.replaceAll('\\|', '').split('|')).toHaveLength(7);
	});

	test('its length is capped, and the rest counted', async () => {
		const { html, markdown } = await summaryOf(airports(500));
		expect(markdown.split('\n').length).toBeLessThan(210);
		expect(markdown).toContain('400 more records are not shown.');
		expect(html.length).toBeLessThan(150_000);
		const { markdown: long } = await summaryOf([airport('AAA', { name: 'x'.repeat(150) })]);
		expect(long).toContain(`${'x'.repeat(79)}…`);
		expect(long).not.toContain('x'.repeat(80));
	});

	test('refused records show their reason', async () => {
		const { markdown } = await summaryOf([airport('AAA', { parentaccountid: 'no id' })]);
		expect(markdown).toMatch(/\| AAA \| reject \|.*not the ID/);
	});

	test('a write has no table', async () => {
		const run = await runLine([writerNode(org)], [airport('AAA')]);
		expect(run.records('Writer', 2)[0]).not.toHaveProperty('html');
	});
});
