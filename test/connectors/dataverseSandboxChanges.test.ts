import { switchValues } from '../sandbox/dataverse';
import { useDataverse } from '../sandbox/useDataverse';
import type { Session } from '../sandbox/dataverse/session';
import { openSession } from '../sandbox/dataverse/session';
import { testRules } from '../sandbox/ruleTable';

const sandbox = useDataverse();
let session: Session;

beforeEach(async () => {
	session = await openSession(sandbox);
});

interface Page {
	readonly '@odata.context': string;
	readonly '@odata.deltaLink'?: string;
	readonly '@odata.nextLink'?: string;
	readonly value: Array<Record<string, unknown>>;
}

const track = 'odata.track-changes';
const read = (path: string, prefer = track) => session.call(path, { headers: { prefer } });
const page = async (path: string, prefer = track) => (await read(path, prefer)).json<Page>();
const first = async (prefer = track) => await page('accounts?$select=name', prefer);
const insert = (names: string) =>
	names.split(' ').map((name) => sandbox.insert('account', { name }));
const names = ({ value }: Page) => value.map((row) => row.name ?? row.reason).join(' ');
const rename = (id: string, name: string) =>
	session.call(`accounts(${id})`, { method: 'PATCH', body: { name } });
const remove = (id: string) => session.call(`accounts(${id})`, { method: 'DELETE' });

/** All pages of a reading, and the delta link with the page it stood on. */
async function readAll(prefer: string) {
	const pages: Page[] = [await first(prefer)];
	for (let next = pages[0]['@odata.nextLink']; next !== undefined;) {
		pages.push(await page(next, prefer));
		next = pages.at(-1)?.['@odata.nextLink'];
	}
	const links = pages.map((each) => each['@odata.deltaLink'] !== undefined);
	return { sizes: pages.map((each) => each.value.length), links };
}

testRules('dataverse', {
	'S-31': {
		'first all rows and a delta link, then only what changed': async () => {
			const [a = '', b = ''] = insert('a b c');
			const answer = await read('accounts?$select=name');
			expect(answer.headers.get('Preference-Applied')).toBe(track);
			const start = answer.json<Page>();
			expect(names(start)).toBe('a b c');
			const link = start['@odata.deltaLink'] ?? '';
			expect(link).toMatch(/accounts\?\$select=name&\$deltatoken=\d+%21\d\d%2f\d\d%2f\d{4}%20/);
			await rename(b, 'b2');
			await rename(a, 'a2');
			insert('d');
			const next = await page(link);
			expect(next['@odata.context']).toMatch(/#accounts\(name\)\/\$delta$/);
			expect(names(next)).toBe('b2 a2 d');
			const last = await page(next['@odata.deltaLink'] ?? '');
			expect([last.value, typeof last['@odata.deltaLink']]).toEqual([[], 'string']);
			// A link can be read again: nothing is consumed.
			expect(names(await page(link))).toBe('b2 a2 d');
		},
		'tombstones behind the updates; created and deleted in between is a delete': async () => {
			const [a = '', b = ''] = insert('a b');
			const link = (await first())['@odata.deltaLink'] ?? '';
			await remove(a);
			const [ghost = ''] = insert('ghost');
			await remove(ghost);
			await rename(b, 'b2');
			const { value } = await page(link);
			expect(value[0]).toMatchObject({ name: 'b2', accountid: b });
			expect(value.slice(1)).toEqual(
				[a, ghost].map((id) => ({
					'@odata.context': expect.stringMatching(/#accounts\/\$deletedEntity$/),
					id,
					reason: 'deleted',
				})),
			);
		},
		'a change that is rolled back is no change': async () => {
			const [a = ''] = insert('a');
			const link = (await first())['@odata.deltaLink'] ?? '';
			const type = { '@odata.type': 'Microsoft.Dynamics.CRM.account' };
			const targets = [
				{ ...type, accountid: a, name: 'never' },
				{ ...type, accountid: sandbox.ids.team, name: 'missing' },
			];
			const body = { Targets: targets };
			const path = 'accounts/Microsoft.Dynamics.CRM.UpdateMultiple';
			expect((await session.call(path, { method: 'POST', body })).status).toBe(404);
			expect((await page(link)).value).toEqual([]);
		},
		'refused: $filter, $orderby, $expand, $top, also on $count': async () => {
			for (const option of ['$filter=name eq null', '$orderby=name', '$expand=x', '$top=1']) {
				const name = option.slice(1, option.indexOf('='));
				const text = `The "\${${name}}" query parameter isn't supported when Change Tracking is enabled.`;
				const answer = await read(`accounts?${option}`);
				expect([answer.status, answer.message]).toEqual([400, text]);
			}
			const token = (await first())['@odata.deltaLink']?.split('?$select=name&')[1] ?? '';
			const filter = '$filter=name%20eq%20null';
			expect((await session.call(`accounts/$count?${token}&${filter}`)).status).toBe(400);
		},
		'$count with a delta token counts the changes': async () => {
			insert('a b c');
			const token = (await first())['@odata.deltaLink']?.split('$deltatoken=')[1] ?? '';
			insert('d e');
			const count = await session.call(`accounts/$count?$deltatoken=${token}`);
			expect(count.text.replace('\uFEFF', '')).toBe('2');
		},
		'expiry after the configured days, in every form of U-05': async () => {
			insert('a');
			const link = (await first())['@odata.deltaLink'] ?? '';
			for (const days of [7, 30, 90]) {
				sandbox.settings.changeTrackingDays = days;
				sandbox.clock.reset();
				sandbox.clock.advance((days * 24 - 1) * 3_600_000);
				session = await openSession(sandbox);
				expect((await read(link)).status).toBe(200);
				sandbox.clock.advance(2 * 3_600_000);
				session = await openSession(sandbox);
				for (const value of switchValues['U-05']) {
					sandbox.switches['U-05'] = value;
					const answer = await read(link);
					expect(`${answer.status} ${answer.code}`).toBe(value);
				}
			}
		},
		'maxpagesize beside change tracking, in every form of U-15': async () => {
			insert('a b c d e');
			const paged = `${track},odata.maxpagesize=2`;
			const last = await readAll(paged);
			expect(last).toEqual({ sizes: [2, 2, 1], links: [false, false, true] });
			sandbox.switches['U-15'] = 'firstPage';
			expect((await readAll(paged)).links).toEqual([true, false, false]);
			sandbox.switches['U-15'] = 'ignored';
			expect(await readAll(paged)).toEqual({ sizes: [5], links: [true] });
		},
		'what changes while pages are read comes with the next delta': async () => {
			const ids = insert('a b c');
			const paged = `${track},odata.maxpagesize=2`;
			const start = await first(paged);
			await rename(ids[0] ?? '', 'a2');
			const end = await page(start['@odata.nextLink'] ?? '', paged);
			expect(names(end)).toBe('c');
			expect(names(await page(end['@odata.deltaLink'] ?? ''))).toBe('a2');
			// Without the preference the page link is refused (T-15).
			expect((await session.call(start['@odata.nextLink'] ?? '')).status).toBe(400);
		},
		'a table without tracking refuses; it can be switched on and never off': async () => {
			expect((await read('crmsync_visits')).code).toBe('0x80072491');
			const path = "EntityDefinitions(LogicalName='crmsync_visit')";
			const put = async (ChangeTrackingEnabled: boolean) => {
				const headers = { 'mscrm.mergelabels': 'true' };
				const answer = await session.call(path, {
					method: 'PUT',
					body: { ChangeTrackingEnabled },
					headers,
				});
				const ParameterXml =
					'<importexportxml><entities><entity>crmsync_visit</entity></entities></importexportxml>';
				await session.call('PublishXml', { method: 'POST', body: { ParameterXml } });
				return answer.status;
			};
			expect(await put(true)).toBe(204);
			expect((await read('crmsync_visits')).status).toBe(200);
			expect(await put(false)).toBe(400);
			expect((await read('crmsync_visits')).status).toBe(200);
		},
		'read access below the organisation is not enough': async () => {
			sandbox.identity.readDepth = 'Local';
			const refused = await read('accounts');
			expect([refused.status, refused.code]).toEqual([403, '0x80040220']);
			expect((await session.call('accounts')).status).toBe(200);
		},
	},
});
