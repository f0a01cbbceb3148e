import { useDataverse } from '../sandbox/useDataverse';
import type { Session } from '../sandbox/dataverse/session';
import { batchPart, envelope, openSession } from '../sandbox/dataverse/session';
import { testRules } from '../sandbox/ruleTable';
import { batchWrites, connect, contacts, record, rowsBy, writeAll } from './dynamics365Client';

const org = useDataverse();
let session: Session;

beforeEach(async () => {
	session = await openSession(org);
});

type Shape = Record<string, unknown>;

const patch = (path: string, body: unknown, headers: Record<string, string> = {}) =>
	session.call(path, { method: 'PATCH', body, headers });
const existing = (key: string) =>
	org.insert('contact', { lastname: 'Old', crmsync_externalid: key });
const names = () => org.rows('contact').map((row) => row.lastname);

/** A table without bulk messages: the client writes it through `$batch`. */
const visits = { ...contacts, objectName: 'crmsync_visit', keyFields: ['crmsync_code'] };
const visit = (code: string, values: Shape = {}) =>
	record({ crmsync_code: code }, { crmsync_name: `Visit ${code}`, ...values } as never);
testRules('dataverse', {
	'T-09': {
		'0x80060891 may be about the parent: the record is rejected, not "not found"': async () => {
			const id = existing('a');
			const refused = await patch(`contacts(${id})`, {
				'parentcustomerid_account@odata.bind': "/accounts(accountnumber='none')",
			});
			expect([refused.status, refused.code]).toEqual([404, '0x80060891']);
			expect(refused.message).toMatch(/account/i);
			const bookings = {
				...contacts,
				objectName: 'crmsync_booking',
				keyFields: ['crmsync_travellerid', 'crmsync_number'],
			};
			const orphan = record(
				{ crmsync_travellerid: org.ids.team, crmsync_number: 1 },
				{ crmsync_name: 'B' },
			);
			const { results } = await writeAll(connect(org), bookings, [orphan]);
			expect(results.map(({ status }) => status)).toEqual(['rejected']);
			expect(results[0].error?.message).toMatch(/contact/i);
		},
	},
	'T-10': {
		'a batch stops at the first error with 400 and multipart; ours goes on': async () => {
			const post = (name: string) => batchPart('POST /api/data/v9.2/contacts', { lastname: name });
			const stopped = await session.batch([post('a'), post('x'.repeat(60)), post('c')]);
			expect(stopped.status).toBe(400);
			expect(stopped.headers.get('Content-Type')).toContain('multipart/mixed');
			expect(stopped.text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 204', 'HTTP/1.1 400']);
			expect(names()).toEqual(['a']);
			const { results } = await writeAll(connect(org), visits, [
				visit('a'),
				visit('b', { crmsync_name: 'x'.repeat(200) }),
				visit('c'),
			]);
			expect(results.map(({ status }) => status)).toEqual(['created', 'rejected', 'created']);
		},
	},
	'T-11': {
		'LF or no final CRLF is refused as a payload; our envelope is exact': async () => {
			const body = envelope([batchPart('GET /api/data/v9.2/WhoAmI')], 'batch_1');
			const send = (text: string) =>
				session.call('$batch', {
					method: 'POST',
					body: text,
					headers: { 'content-type': 'multipart/mixed; boundary="batch_1"' },
				});
			expect((await send(body)).status).toBe(200);
			for (const broken of [body.replaceAll('\r\n', '\n'), body.trimEnd()]) {
				const refused = await send(broken);
				expect(refused.status).toBe(400);
				expect(refused.text).toContain('0x80048d19');
			}
			const start = org.log.length;
			await writeAll(connect(org), visits, [visit('a')]);
			const sent = org.log.slice(start).filter(({ url }) => /\$batch/.test(url));
			expect(sent.length).toBeGreaterThan(0);
			for (const request of sent) {
				expect(request.body).toMatch(/--\r\n$/);
				expect(request.body.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
			}
		},
	},
	'T-12': {
		'braces in keys and an empty 429 part do not confuse our reader of batches': async () => {
			const empty = { kind: 'respond', status: 429, headers: { 'Retry-After': '1' } } as const;
			org.faults.add({ part: true, method: 'PATCH', url: 'crmsync_visits', nth: 2, effect: empty });
			org.faults.add({ part: true, method: 'POST', url: 'crmsync_visits', nth: 2, effect: empty });
			const keys = ['{a}', 'b}{', '{"c":1}', 'd'];
			const { results } = await writeAll(
				connect(org),
				visits,
				keys.map((key) => visit(key)),
			);
			expect(batchWrites(org).map(({ status }) => status)).toContain(429);
			const rows = rowsBy(org, 'crmsync_visit', 'crmsync_code');
			expect(results).toEqual(
				keys.map((key) => ({ status: 'created', id: rows.get(key)?.crmsync_visitid })),
			);
		},
	},
});
