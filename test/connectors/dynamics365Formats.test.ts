import fc from 'fast-check';
import type { HttpResponse } from '../../shared/connectors/http';
import { parseBatch, serialiseBatch } from '../../shared/connectors/dynamics365/batch';
import { environmentOrigin, loginHost } from '../../shared/connectors/dynamics365/clouds';
import { classify, recordError } from '../../shared/connectors/dynamics365/errorClasses';
import { faultOf, normaliseCode } from '../../shared/connectors/dynamics365/errors';
import { foldText, keyText } from '../../shared/connectors/dynamics365/keyMatch';

const refusal = (status: number, error: unknown): HttpResponse => ({
	status,
	headers: { req_id: 'r-1' },
	body: JSON.stringify({ error }),
});

describe('batch envelope', () => {
	test('CRLF everywhere, also after the closing delimiter (dataverse:T-11)', () => {
		const text = serialiseBatch(
			[
				{ method: 'PATCH', url: 'https://o/x(1)', headers: { 'If-Match': '*' }, body: '{"a":1}' },
				{ method: 'DELETE', url: 'https://o/x(2)' },
			],
			'batch_1',
		);
		expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
		expect(text.endsWith('--batch_1--\r\n')).toBe(true);
		expect(text).toContain('PATCH https://o/x(1) HTTP/1.1\r\n');
		expect(text).toContain('If-Match: *\r\n');
	});

	const wrap = (parts: readonly string[], closed = true): HttpResponse => ({
		status: 200,
		headers: { 'content-type': 'multipart/mixed; boundary=batchresponse_9' },
		body:
			parts
				.map(
					(part) =>
						`--batchresponse_9\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n${part}\r\n`,
				)
				.join('') + (closed ? '--batchresponse_9--\r\n' : ''),
	});

	test('parts with braces in headers, empty bodies and 429 survive (dataverse:T-12)', () => {
		const parts = parseBatch(
			wrap([
				"HTTP/1.1 204 No Content\r\nOData-EntityId: https://o/contacts(k='{a}')\r\n\r\n",
				'HTTP/1.1 429 Too Many Requests\r\nRetry-After: 3\r\n\r\n',
				'HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\n\r\n{"error":{"code":"0x1","message":"{x}"}}',
			]),
		);
		expect(parts?.map((part) => part.status)).toEqual([204, 429, 400]);
		expect(parts?.[0].headers['odata-entityid']).toBe("https://o/contacts(k='{a}')");
		expect(parts?.[1]).toMatchObject({ headers: { 'retry-after': '3' }, body: '' });
		expect(JSON.parse(parts?.[2].body ?? '')).toEqual({ error: { code: '0x1', message: '{x}' } });
	});

	test('a body cut off loses its last part, whose outcome nobody knows (dataverse:S-33)', () => {
		const full = ['HTTP/1.1 204 No Content\r\n\r\n', 'HTTP/1.1 204 No Content\r\nOData-En'];
		expect(parseBatch(wrap(full, false))).toHaveLength(1);
	});

	test('a JSON refusal of the whole batch is no multipart answer (dataverse:4.4)', () => {
		expect(parseBatch(refusal(400, { code: '', message: 'no' }))).toBeUndefined();
	});

	test('any JSON body comes back from a part as it went in', () => {
		fc.assert(
			fc.property(fc.array(fc.jsonValue(), { maxLength: 5 }), (values) => {
				const parts = parseBatch(
					wrap(values.map((value) => `HTTP/1.1 200 OK\r\n\r\n${JSON.stringify({ value })}`)),
				);
				expect(parts?.map((part) => (JSON.parse(part.body) as { value: unknown }).value)).toEqual(
					JSON.parse(JSON.stringify(values)),
				);
			}),
		);
	});
});

describe('faults', () => {
	test('codes come as hex, signed decimal, empty or 0x0 (dataverse:T-26)', () => {
		expect(normaliseCode('0x80044331')).toBe('0x80044331');
		expect(normaliseCode('0X8004433A')).toBe('0x8004433a');
		expect(normaliseCode('-2147015902')).toBe('0x80072322');
		expect(normaliseCode(-2147204784)).toBe('0x80044150');
		expect(['', '0x0', undefined, null].map(normaliseCode)).toEqual(['', '', '', '']);
	});

	test('the useful sentence of 0x80048d19 is dug out (dataverse:5.1)', () => {
		const fault = faultOf(
			refusal(400, {
				code: '0x80048d19',
				message:
					"Error identified in Payload provided by the user for Entity :'contacts', For more information on this error please follow this help link https://x  ---->  InnerException : Microsoft.OData.ODataException: Cannot convert the literal 'x' to the expected type 'Edm.Int32'. ---> System.FormatException: Input string was not in a correct format.\r\n   at System.Number.Parse()",
			}),
		);
		expect(fault.message).toBe('Input string was not in a correct format.');
		const plain = faultOf(
			refusal(400, {
				code: '0x80048d19',
				message:
					"Error identified in Payload provided by the user for Entity :'contacts', ..  ---->  InnerException : Microsoft.OData.ODataException: An undeclared property 'Foo' which only has property annotations in the payload was found.\r\n   at X",
			}),
		);
		expect(plain.message).toMatch(/^An undeclared property 'Foo'/);
		expect(recordError(plain)).toMatchObject({ category: 'data', fields: ['Foo'] });
	});

	test('HTML from a gateway and legacy shapes are understood (dataverse:5.1)', () => {
		const html = faultOf({
			status: 502,
			headers: {},
			body: '<html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>',
		});
		expect(html).toMatchObject({ message: 'Bad Gateway', spoken: false, code: '' });
		expect(faultOf({ status: 400, headers: {}, body: '{"Message":"legacy"}' }).message).toBe(
			'legacy',
		);
		expect(faultOf(refusal(400, { code: '', message: { lang: 'en', value: 'm' } })).message).toBe(
			'm',
		);
		expect(faultOf({ status: 503, headers: {}, body: '' }).message).toContain('HTTP 503');
	});

	test('a length error names its column and the request id (dataverse:5.3)', () => {
		const fault = faultOf(
			refusal(400, {
				code: '0x80044331',
				message:
					"A validation error occurred.  The length of the 'subject' attribute of the 'task' entity exceeded the maximum allowed length of '200'.",
			}),
		);
		expect(fault.requestId).toBe('r-1');
		expect(recordError(fault)).toMatchObject({
			code: '0x80044331',
			category: 'data',
			retryable: false,
			fields: ['subject'],
		});
	});

	test('classes go by code, then by what the text says, then by status (dataverse:5.2)', () => {
		const of = (status: number, code: string, message = '') =>
			classify({ status, code, message, spoken: true });
		expect(of(429, '0x80072326')).toBe('throttle');
		expect(of(412, '')).toBe('race');
		expect(of(404, '')).toBe('notFound');
		expect(of(500, '', 'Sql Number: 1205 deadlock')).toBe('transient');
		expect(of(500, '', 'Sql Number: -2')).toBe('size');
		expect(of(413, '')).toBe('size');
		expect(of(400, '0x80060892')).toBe('duplicate');
		expect(of(400, '0x8fffffff')).toBe('row');
	});

	test('messages are cut to one paragraph', () => {
		const fault = faultOf(
			refusal(400, { code: '0x1', message: `${'a'.repeat(900)}\r\n at stack` }),
		);
		expect(fault.message).toHaveLength(500);
	});
});

describe('keys', () => {
	const columns = new Map([
		[
			'n',
			{ name: 'n', label: 'n', type: 'integer', required: false, creatable: true, updatable: true },
		],
		['g', { name: 'g', label: 'g', type: 'id', required: false, creatable: true, updatable: true }],
	] as const);

	test('equal values have one text whatever their spelling as number or GUID', () => {
		expect(keyText({ n: '5' }, ['n'], columns)).toBe(keyText({ n: 5 }, ['n'], columns));
		expect(keyText({ g: '{AB}' }, ['g'], columns)).toBe(keyText({ g: 'ab' }, ['g'], columns));
		expect(keyText({ s: 'A' }, ['s'], columns)).not.toBe(keyText({ s: 'a' }, ['s'], columns));
	});

	test('folding ignores case and trailing spaces, and nothing else (dataverse:U-25)', () => {
		const fold = (text: string) => foldText(JSON.stringify([text]));
		expect(fold('Ab ')).toBe(fold('aB'));
		expect(fold(' ab')).not.toBe(fold('ab'));
	});
});

describe('clouds', () => {
	test.each([
		['https://o.crm4.dynamics.com', 'login.microsoftonline.com'],
		['https://o.crm9.dynamics.com', 'login.microsoftonline.com'],
		['https://o.crm.microsoftdynamics.us', 'login.microsoftonline.us'],
		['https://o.crm.appsplatform.us', 'login.microsoftonline.us'],
		['https://o.api.crm.dynamics.cn', 'login.partner.microsoftonline.cn'],
	])('%s signs in at %s (dataverse:1.1)', (url, host) => {
		expect(loginHost('auto', url)).toBe(host);
	});

	test('the environment URL loses path and slash; rubbish is refused in words', () => {
		expect(environmentOrigin(' https://o.crm.dynamics.com/main.aspx?x=1 ')).toBe(
			'https://o.crm.dynamics.com',
		);
		expect(environmentOrigin('o.crm.dynamics.com/')).toBe('https://o.crm.dynamics.com');
		expect(() => environmentOrigin('')).toThrow('not a URL');
		expect(() => environmentOrigin('ftp://o')).toThrow('not a URL');
	});
});
