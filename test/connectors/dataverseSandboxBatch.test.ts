import { useDataverse } from '../sandbox/useDataverse';
import type { Answer, Session } from '../sandbox/dataverse/session';
import { batchPart, changeset, envelope, openSession } from '../sandbox/dataverse/session';
import { testRules } from '../sandbox/ruleTable';

const sandbox = useDataverse();
let session: Session;

beforeEach(async () => {
	session = await openSession(sandbox);
});

const api = '/api/data/v9.2/';
const goOn = { prefer: 'odata.continue-on-error' };
const statuses = (answer: Answer) =>
	[...answer.text.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map((match) => Number(match[1]));
const names = () => sandbox.rows('account').map((row) => row.name);
const upsert = (number: string, body: unknown, extra: string[] = []) =>
	batchPart(`PATCH ${api}accounts(accountnumber='${number}')`, body, extra);
const bad = () => upsert('BAD', { crmsync_icao: 'TOOLONG' });
const create = (name: string, id?: string) =>
	batchPart(`POST ${api}accounts`, { name }, id === undefined ? [] : [`Content-ID: ${id}`]);
const send = (body: string, type = 'multipart/mixed; boundary=b') =>
	session.call('$batch', { method: 'POST', body, headers: { 'content-type': type } });

testRules('dataverse', {
	'S-21': {
		'parts are answered in order, multipart, with entity ids and Location': async () => {
			const read = batchPart(`GET ${sandbox.url}${api}accounts?$select=name`);
			const answer = await session.batch([upsert('A', { name: 'a' }), read]);
			expect(answer.status).toBe(200);
			expect(answer.headers.get('content-type')).toMatch(
				/^multipart\/mixed; boundary=batchresponse_/,
			);
			expect(statuses(answer)).toEqual([204, 200]);
			const url = `${sandbox.url}${api}accounts(accountnumber='A')`;
			expect(answer.text).toContain(`OData-EntityId: ${url}\r\n`);
			expect(answer.text).toContain(`Location: ${url}\r\n`);
			expect(answer.text).toContain('"name":"a"');
		},
		'stop: outer status of the failure, earlier parts stay, later ones never run (T-10)':
			async () => {
				const parts = [upsert('A', { name: 'a' }), bad(), upsert('C', { name: 'c' })];
				const answer = await session.batch(parts);
				expect([answer.status, statuses(answer)]).toEqual([400, [204, 400]]);
				expect(answer.text).toContain('0x80044331');
				expect(names()).toEqual(['a']);
				expect(sandbox.log.at(-1)?.parts?.map((part) => part.status)).toEqual([204, 400]);
			},
		'continue-on-error: outer 200, every part answered': async () => {
			const parts = [upsert('A', { name: 'a' }), bad(), upsert('C', { name: 'c' })];
			const answer = await session.batch(parts, goOn);
			expect([answer.status, statuses(answer)]).toEqual([200, [204, 400, 204]]);
			expect(answer.headers.get('Preference-Applied')).toBe('odata.continue-on-error');
			expect(names()).toEqual(['a', 'c']);
		},
		'a part may ask for its row: 201 and 200 tell created from updated': async () => {
			const ask = ['Prefer: return=representation'];
			const parts = [upsert('A', { name: 'a' }, ask), upsert('A', { name: 'b' }, ask)];
			expect(statuses(await session.batch(parts))).toEqual([201, 200]);
		},
		'a failed changeset changes nothing and answers as one plain part (U-11: nested)': async () => {
			const set = () => session.batch([create('x'), changeset([create('a', '1'), bad()])], goOn);
			const plain = await set();
			expect(statuses(plain)).toEqual([204, 400]);
			expect(plain.text).not.toContain('changesetresponse_');
			expect(names()).toEqual(['x']);
			sandbox.switches['U-11'] = 'nestedMultipart';
			expect((await set()).text).toContain('changesetresponse_');
		},
		'a good changeset echoes Content-ID; $1 works in URL, bind and @odata.id': async () => {
			const contact = (body: unknown, id: string) =>
				batchPart(`POST ${api}contacts`, body, [`Content-ID: ${id}`]);
			const parts = [
				create('a', '1'),
				contact({ lastname: 'b', 'parentcustomerid_account@odata.bind': '$1' }, '2'),
				contact({ lastname: 'c', parentcustomerid_account: { '@odata.id': '$1' } }, '3'),
				batchPart('PATCH $1', { name: 'renamed' }, ['Content-ID: 4']),
			];
			const answer = await session.batch([changeset(parts)]);
			expect([answer.status, statuses(answer)]).toEqual([200, [204, 204, 204, 204]]);
			expect(answer.text).toMatch(/changesetresponse_.*Content-ID: 1\r\n/s);
			const [account] = sandbox.rows('account');
			expect(account?.name).toBe('renamed');
			for (const row of sandbox.rows('contact')) {
				expect(row._parentcustomerid_value).toBe(account?.accountid);
			}
		},
		'an undeclared reference is 400 with its text': async () => {
			const answer = await session.batch([batchPart('PATCH $9', { name: 'x' })]);
			expect(answer.status).toBe(400);
			expect(answer.text).toContain(
				"Content-ID Reference: '$9' does not exist in the batch context.",
			);
		},
		'1000 operations are the limit; nested batches and GET in changesets are refused': async () => {
			const read = batchPart(`GET ${api}accounts?$select=name`);
			expect((await session.batch(Array(1000).fill(read))).status).toBe(200);
			const over = await session.batch(Array(1001).fill(read));
			expect([over.status, over.headers.get('content-type')]).toEqual([
				400,
				expect.stringContaining('application/json'),
			]);
			const nested = await session.batch([batchPart(`POST ${api}$batch`, {})]);
			expect(nested.status).toBe(400);
			expect((await session.batch([changeset([read])])).status).toBe(400);
		},
		'LF or a missing last CRLF is a multipart 400 with 0x80048d19 (T-11)': async () => {
			const good = envelope([create('a')], 'b');
			const inBody = good.replace('{', '{\n');
			for (const body of [good.replaceAll('\r\n', '\n'), good.trimEnd(), inBody]) {
				const answer = await send(body);
				expect(answer.status).toBe(400);
				expect(answer.headers.get('content-type')).toContain('multipart/mixed');
				expect(answer.text).toContain('0x80048d19');
				expect(answer.text).toContain('Stream was not readable.');
			}
			expect(names()).toEqual([]);
		},
		'boundaries work quoted and bare; a wrong one or no multipart is refused': async () => {
			const body = envelope([create('a')], 'b');
			expect((await send(body)).status).toBe(200);
			expect((await send(body, 'multipart/mixed; boundary="b"')).status).toBe(200);
			expect((await send(body, 'multipart/mixed; boundary=other')).status).toBe(400);
			const wrong = await send(body, 'application/json');
			expect([wrong.status, wrong.code]).toEqual([400, '0x80060888']);
		},
		'parts need their headers, an absolute path, and unique Content-IDs': async () => {
			const part = create('a');
			for (const broken of [
				part.replace('application/http', 'text/plain'),
				part.replace('Content-Transfer-Encoding: binary\r\n', ''),
				part.replace(api, ''),
				part.replace('application/json; type=entry', 'text/plain'),
			]) {
				expect((await session.batch([broken])).status).toBe(400);
			}
			const twice = changeset([create('a', '1'), create('b', '1')]);
			expect((await session.batch([twice])).text).toContain("content ID '1'");
			expect(names()).toEqual([]);
		},
		'a segment over 260 characters and a URL over 32,768 are fine in a batch': async () => {
			const key = encodeURIComponent('é'.repeat(100));
			const path = `contacts(crmsync_externalid='${key}')`;
			expect((await session.call(path)).text).toContain('Invalid URL');
			const write = batchPart(`PATCH ${api}${path}`, { lastname: 'x' });
			const filter = encodeURIComponent(`name eq '${'x'.repeat(40_000)}'`);
			const read = batchPart(`GET ${api}accounts?$filter=${filter}`);
			expect(statuses(await session.batch([write, read]))).toEqual([204, 200]);
			expect(sandbox.rows('contact')[0]?.crmsync_externalid).toBe('é'.repeat(100));
		},
	},
});
