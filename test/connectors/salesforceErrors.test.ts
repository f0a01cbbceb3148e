import { classify, recordError, stopFor } from '../../shared/connectors/salesforce/errorClasses';
import { signInHint } from '../../shared/connectors/salesforce/errorHints';
import { bulkFault, faultOf, rowFault } from '../../shared/connectors/salesforce/errors';

const row = (statusCode: string, message = 'm', fields: string[] = []) =>
	rowFault({ statusCode, message, fields });

describe('what Salesforce says when it refuses', () => {
	test('salesforce:5 the array of REST', () => {
		const body = '[{"message":"Bad","errorCode":"MALFORMED_QUERY","fields":["Name"]}]';
		expect(faultOf({ status: 400, body })).toEqual({
			...{ status: 400, code: 'MALFORMED_QUERY', message: 'Bad', fields: ['Name'], spoken: true },
		});
	});

	test('salesforce:J14 several errors of one answer are all told, the first decides', () => {
		const body = JSON.stringify([
			{ message: 'one', errorCode: 'INVALID_FIELD', fields: ['A'] },
			{ message: 'two', errorCode: 'OTHER', fields: ['B'] },
		]);
		expect(faultOf({ status: 400, body })).toMatchObject({
			...{ code: 'INVALID_FIELD', message: 'one; two', fields: ['A', 'B'] },
		});
	});

	test('salesforce:1.6 the object of an OAuth endpoint', () => {
		const body =
			'{"error":"invalid_grant","error_description":"no client credentials user enabled"}';
		const fault = faultOf({ status: 400, body });
		expect(fault).toMatchObject({
			...{ code: 'invalid_grant', message: 'no client credentials user enabled' },
		});
		expect(signInHint(fault)).toContain('run-as user');
	});

	test('salesforce:T2 the error of a Collections row has its code under statusCode', () => {
		expect(row('REQUIRED_FIELD_MISSING', 'Required fields are missing: [Name]', ['Name'])).toEqual({
			code: 'REQUIRED_FIELD_MISSING',
			message: 'Required fields are missing: [Name]',
			fields: ['Name'],
			spoken: true,
		});
		expect(rowFault({ errorCode: 'X', message: 'm' }).code).toBe('X');
		expect(rowFault(undefined)).toMatchObject({ code: '', message: '', fields: [] });
	});

	test.each([
		[
			'REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]:LastName --',
			['REQUIRED_FIELD_MISSING', 'Required fields are missing: [LastName]', ['LastName']],
		],
		[
			'DUPLICATES_DETECTED:Use one of these records?:--',
			['DUPLICATES_DETECTED', 'Use one of these records?', []],
		],
		[
			'FIELD_CUSTOM_VALIDATION_EXCEPTION:say "a, b":\n twice: now:A__c,B__c --',
			['FIELD_CUSTOM_VALIDATION_EXCEPTION', 'say "a, b":\n twice: now', ['A__c', 'B__c']],
		],
		[
			'InvalidBatch : Field name not found : Nome',
			['InvalidBatch', 'Field name not found : Nome', []],
		],
		['something nobody has seen', ['', 'something nobody has seen', []]],
	] as const)('salesforce:4.4 bulk: %s', (text, [code, message, fields]) => {
		expect(bulkFault(text)).toEqual({ code, message, fields, spoken: true });
	});

	test.each([
		['<html><head><title>502 Bad Gateway</title></head></html>', '502 Bad Gateway'],
		['<html><body><p>x</p></body></html>', 'a web page instead of an answer of the API'],
		['[{"message":"Alice Secret","errorC', 'the answer is cut short or not the one of an API'],
		['', 'HTTP 502 without an explanation'],
	])('salesforce:J14 %s was not said by Salesforce', (body, message) => {
		expect(faultOf({ status: 502, body })).toMatchObject({ spoken: false, code: '', message });
	});

	test('salesforce:4.3 a list of records means several matches', () => {
		const body =
			'["/services/data/v66.0/sobjects/Contact/1","/services/data/v66.0/sobjects/Contact/2"]';
		const fault = faultOf({ status: 300, body });
		expect(fault).toMatchObject({ code: 'MULTIPLE_CHOICES', spoken: true });
		expect(classify(fault)).toBe('duplicate');
	});

	test('long messages are cut to one paragraph', () => {
		expect(row('X', 'a'.repeat(2000)).message).toHaveLength(500);
	});
});

describe('what to do about it', () => {
	const request = (status: number, errorCode: string, message = 'm') =>
		faultOf({ status, body: JSON.stringify([{ errorCode, message }]) });

	test.each([
		[
			'T14 the quota of the day',
			request(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.'),
			'quota',
		],
		[
			'T14 too many at once',
			request(
				403,
				'REQUEST_LIMIT_EXCEEDED',
				'ConcurrentRequests (Concurrent API Requests) Limit exceeded.',
			),
			'transientRequest',
		],
		['T14 no permission', request(403, 'INSUFFICIENT_ACCESS'), 'permission'],
		['T14 no permission by a code of its own', request(403, 'FORBIDDEN'), 'permission'],
		['5 an ended session', request(401, 'INVALID_SESSION_ID'), 'auth'],
		['5 a closed API', request(403, 'API_DISABLED_FOR_ORG'), 'auth'],
		['5 a gateway', faultOf({ status: 502, body: '<html>' }), 'transientRequest'],
		['5 unavailable', request(503, 'SERVER_UNAVAILABLE'), 'transientRequest'],
		['5 a 500 without a code', request(500, 'WHATEVER'), 'transientRequest'],
		['5 a 400 nobody knows', request(400, 'WHATEVER'), 'data'],
		['5 no such record', request(404, 'NOT_FOUND'), 'notFound'],
		['5 a locked row', row('UNABLE_TO_LOCK_ROW'), 'transientRow'],
		[
			'5 a lock within a trigger',
			row('CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', 'x: UNABLE_TO_LOCK_ROW'),
			'transientRow',
		],
		[
			'5 an Apex limit',
			row(
				'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY',
				'System.LimitException: Too many SOQL queries: 101',
			),
			'transientRow',
		],
		['5 a trigger that refuses', row('CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', 'no'), 'data'],
		[
			'5 an unknown field',
			row('INVALID_FIELD', "No such column 'X' on sobject of type Contact"),
			'mapping',
		],
		[
			'5 an unknown parent',
			row(
				'INVALID_FIELD',
				'Foreign key external ID: a not found for field Ext__c in entity Account',
			),
			'reference',
		],
		['5 an update-only miss (U1)', row('INVALID_FIELD', 'The record was not found'), 'notFound'],
		['5 an INVALID_FIELD nobody knows', row('INVALID_FIELD', 'odd'), 'mapping'],
		['5 a deleted record', row('ENTITY_IS_DELETED'), 'notFound'],
		['5 a duplicate rule', row('DUPLICATES_DETECTED'), 'duplicate'],
		['5 a converted lead', row('CANNOT_UPDATE_CONVERTED_LEAD'), 'permission'],
		['5 a victim of all or none', row('ALL_OR_NONE_OPERATION_ROLLED_BACK'), 'transientRow'],
		['5 no space left', row('STORAGE_LIMIT_EXCEEDED'), 'quota'],
		['5 a failed bulk job', bulkFault('InvalidBatch : Field name not found : X'), 'mapping'],
	] as const)('salesforce:%s', (_name, fault, kind) => {
		expect(classify(fault)).toBe(kind);
	});

	test('salesforce:5 the error of a record says what, where and the next step', () => {
		expect(
			recordError(row('STRING_TOO_LONG', 'First Name: data value too large', ['FirstName'])),
		).toEqual({
			code: 'STRING_TOO_LONG',
			category: 'data',
			message: 'First Name: data value too large',
			retryable: false,
			hint: expect.stringContaining('Shorten') as string,
			fields: ['FirstName'],
		});
		expect(recordError(row('UNABLE_TO_LOCK_ROW'))).toMatchObject({
			...{ category: 'transient', retryable: true },
		});
		expect(recordError(faultOf({ status: 504, body: '' })).code).toBe('http504');
	});

	test.each([
		[
			request(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.'),
			'limit',
			'Run again later',
		],
		[
			request(401, 'INVALID_SESSION_ID', 'This session is not valid for use with the REST API'),
			'auth',
			'high-assurance',
		],
		[
			request(401, 'INVALID_SESSION_ID', 'Connected app is not attached to Agent'),
			'auth',
			'agent user',
		],
		[request(403, 'API_DISABLED_FOR_ORG', 'API is not enabled'), 'auth', 'API Enabled'],
		[request(400, 'OAUTH_APP_BLOCKED'), 'auth', 'blocked'],
		[request(503, 'SERVER_UNAVAILABLE'), 'unavailable', ''],
		[faultOf({ status: 200, body: '<html>' }), 'unavailable', 'proxy'],
		[request(403, 'INSUFFICIENT_ACCESS'), 'config', 'permission set'],
		[request(400, 'INVALID_TYPE'), 'config', 'API name of the object'],
	] as const)('salesforce:1.6 a run that must stop knows why: %#', (fault, code, hint) => {
		const error = stopFor(fault, 'do it');
		expect(error.code).toBe(code);
		expect(error.message).toMatch(
			/^Salesforce (refused|gave no usable answer when asked) to do it/,
		);
		expect(error.details.hint ?? '').toContain(hint);
	});
});
