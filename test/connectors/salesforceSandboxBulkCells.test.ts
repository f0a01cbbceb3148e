import type { BulkSteps, JobInfo } from '../sandbox/salesforce/bulkSteps';
import { bulkSteps, readResults } from '../sandbox/salesforce/bulkSteps';
import { switchValues } from '../sandbox/salesforce';
import { openClient } from '../sandbox/salesforce/client';
import { testRules } from '../sandbox/ruleTable';
import { useSalesforce } from '../sandbox/useSalesforce';

const sandbox = useSalesforce();
let bulk: BulkSteps;

beforeEach(async () => {
	bulk = bulkSteps(await openClient(sandbox));
});

const job = (object: string, operation: string, more: object = {}) => ({
	object,
	operation,
	...more,
});
const INSERT = job('Contact', 'insert');
const UPDATE = job('Contact', 'update');
const byExt = (object: string) => job(object, 'upsert', { externalIdFieldName: 'Ext__c' });
const csv = (...lines: string[]) => `${lines.join('\n')}\n`;
const contacts = () => sandbox.rows('Contact');
const contact = (values: object) => sandbox.insert('Contact', { LastName: 'Lee', ...values });
const errorsOf = async (spec: object, ...lines: string[]) => {
	const { failed } = await bulk.run(spec, csv(...lines));
	return failed.map((row) => row.sf__Error);
};
const failureOf = async (spec: object, ...lines: string[]) => {
	const end = await bulk.ended(await bulk.started(spec, csv(...lines)));
	return end.state === 'Failed' ? end.errorMessage : end.state;
};

testRules('salesforce', {
	S22: {
		'an empty cell leaves a field alone, #N/A clears it (T5)': async () => {
			const id = contact({ Phone: '1', Title: 'Dr.' });
			await bulk.run(UPDATE, csv('Id,Phone,Title', `${id},,#N/A`));
			expect(contacts()[0]).toMatchObject({ Phone: '1', Title: null });
			await bulk.run(INSERT, csv('LastName,LeadSource', 'New,'));
			expect(contacts()[1]?.LeadSource ?? null).toBeNull();
		},
		'#N/A cannot clear a checkbox or a required field': async () => {
			const id = contact({});
			const [checkbox] = await errorsOf(UPDATE, 'Id,DoNotCall', `${id},#N/A`);
			expect(checkbox).toMatch(/^INVALID_TYPE_ON_FIELD_IN_RECORD:/);
			const [required] = await errorsOf(UPDATE, 'Id,LastName', `${id},#N/A`);
			expect(required).toMatch(/^REQUIRED_FIELD_MISSING:/);
		},
		'cells become what their field holds: booleans, scientific numbers, dates': async () => {
			await bulk.run(
				job('Booking__c', 'insert'),
				csv(
					'Name,Price__c,Confirmed__c,Travel_Date__c,Booked_At__c,Extras__c',
					'b,1.25e2,TRUE,2024-02-29,2024-02-29T10:00:00+02:00,meal;bag',
				),
			);
			expect(sandbox.rows('Booking__c')[0]).toMatchObject({
				Price__c: 125,
				Confirmed__c: true,
				Travel_Date__c: '2024-02-29',
				Booked_At__c: '2024-02-29T08:00:00.000+0000',
				Extras__c: 'meal;bag',
			});
		},
		'a cell its field cannot hold fails the row, and only the row': async () => {
			const { succeeded, failed } = await bulk.run(
				job('Booking__c', 'insert'),
				csv('Name,Price__c,Confirmed__c', 'a,1 000,', 'b,1,yes', 'c,2,false'),
			);
			expect(succeeded.map((row) => row.Name)).toEqual(['c']);
			expect(Object.fromEntries(failed.map((row) => [row.Name, row.sf__Error]))).toEqual({
				a: 'INVALID_TYPE_ON_FIELD_IN_RECORD:Price: value not of required type: 1 000:Price__c --',
				b: 'INVALID_TYPE_ON_FIELD_IN_RECORD:Confirmed: value not of required type: yes:Confirmed__c --',
			});
		},
		'a space beside a quote fails the row, not the job': async () => {
			const {
				job: end,
				succeeded,
				failed,
			} = await bulk.run(INSERT, csv('LastName,FirstName', 'a, "b"', 'c," d "'));
			expect(end.state).toBe('JobComplete');
			expect(failed.map((row) => row.sf__Error)).toEqual([
				'CLIENT_INPUT_ERROR:Found unescaped quote. A value with quote should be within a quote:--',
			]);
			expect(succeeded.map((row) => row.FirstName)).toEqual([' d ']);
		},
		'an unknown column fails the job and every row with it': async () => {
			const {
				job: end,
				failed,
				unprocessed,
			} = await bulk.run(INSERT, csv('LastName,Nothing__c', 'a,1', 'b,2'));
			const text = 'InvalidBatch : Field name not found : Nothing__c';
			expect([end.state, end.errorMessage]).toEqual(['Failed', text]);
			expect([end.numberRecordsProcessed, end.numberRecordsFailed]).toEqual([2, 2]);
			expect(failed.map((row) => row.sf__Error)).toEqual([text, text]);
			// Only the columns that matched come back (S23).
			expect(Object.keys(failed[0] ?? {})).toEqual(['sf__Id', 'sf__Error', 'LastName']);
			expect([unprocessed, contacts()]).toEqual([[], []]);
		},
		'columns match in any case; a key column must be there, and none twice (T18)': async () => {
			expect(await failureOf(INSERT, 'LASTNAME', 'a')).toBe('JobComplete');
			const missing = 'InvalidBatch : Field name not found :';
			expect(await failureOf(UPDATE, 'LastName', 'a')).toBe(`${missing} Id`);
			expect(await failureOf(byExt('Contact'), 'LastName', 'a')).toBe(`${missing} Ext__c`);
			expect(await failureOf(INSERT, 'LastName;Phone', 'a;1')).toBe(`${missing} LastName;Phone`);
			expect(await failureOf(INSERT, 'LastName,AccountId,Account.Ext__c', 'a,,')).toBe(
				'InvalidBatch : More than one column for field : AccountId',
			);
			expect(await failureOf(INSERT, 'LastName,MailingAddress', 'a,')).toBe(
				`${missing} MailingAddress`,
			);
		},
		'a delete takes ids and nothing else': async () => {
			const id = contact({});
			expect(await failureOf(job('Contact', 'delete'), 'Id,LastName', `${id},Lee`)).toBe(
				'InvalidBatch : The delete batch must contain only ids',
			);
			expect(await failureOf(job('Contact', 'delete'), 'Id', id.slice(0, 15))).toBe('JobComplete');
			expect(contacts()).toEqual([]);
		},
		'delimiter and line ending are those of the job, in uploads and results': async () => {
			const spec = { ...INSERT, columnDelimiter: 'SEMICOLON', lineEnding: 'CRLF' } as const;
			const id = await bulk.started(spec, 'LastName;Title\r\na;b,c\r\n');
			await bulk.ended(id);
			const text = await bulk.file(id, 'successfulResults');
			expect(text).toMatch(/^"sf__Id";"sf__Created";"LastName";"Title"\r\n"003\w{15}";"true";/);
			expect(readResults(text, spec)[0]?.Title).toBe('b,c');
			expect(await failureOf(spec, 'LastName', 'a')).toBe(
				'ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is CRLF',
			);
			expect(await failureOf(INSERT, 'LastName\r', 'a\r')).toContain('setting is LF');
		},
		'an upload that cannot be read comes back as it was sent': async () => {
			const id = await bulk.started(INSERT, 'LastName\r\na\r\n');
			expect((await bulk.ended(id)).state).toBe('Failed');
			expect(await bulk.file(id, 'unprocessedrecords')).toBe('LastName\r\na\r\n');
			expect(await bulk.file(id, 'failedResults')).toBe('');
		},
		'without a header the job fails; a header alone completes it': async () => {
			expect(await failureOf(INSERT, 'LastName')).toBe('JobComplete');
			expect((await bulk.run(INSERT, '')).job.errorMessage).toContain('no header row');
			const { id } = (await bulk.create(INSERT)).json<JobInfo>();
			await bulk.request(id, 'UploadComplete');
			expect((await bulk.ended(id)).errorMessage).toContain('no header row');
		},
		'a byte order mark is tolerated, or makes the first column unknown': async () => {
			const marked = '\uFEFFLastName\na\n';
			for (const value of switchValues.bom) {
				sandbox.switches.bom = value;
				const { job: end } = await bulk.run(INSERT, marked);
				expect([value, end.state]).toEqual([
					value,
					value === 'tolerated' ? 'JobComplete' : 'Failed',
				]);
			}
			expect(contacts()).toHaveLength(1);
		},
		'values over 32,000 characters fail here, though Collections would take them': async () => {
			const long = 'x'.repeat(32_001);
			const [error] = await errorsOf(job('Booking__c', 'insert'), 'Name,Notes__c', `a,${long}`);
			expect(error).toBe('CLIENT_INPUT_ERROR:A value exceeds 32000 characters:--');
			sandbox.insert('Booking__c', { Name: 'a', Notes__c: long });
		},
		'a record over 400,000 characters fails, and an upload over 5,000 columns': async () => {
			const names = ['Id', 'LastName', 'FirstName', 'Email', 'Phone', 'MobilePhone', 'Title'];
			const more = ['LeadSource', 'MailingCity', 'MailingState', 'MailingStreet', 'Description'];
			const header = [...names, ...more, 'Ext__c'].join(',');
			const [error] = await errorsOf(UPDATE, header, Array(13).fill('x'.repeat(31_000)).join(','));
			expect(error).toBe('CLIENT_INPUT_ERROR:The record exceeds 400000 characters:--');
			const wide = Array.from({ length: 5_001 }, (_, n) => `F${n}__c`).join(',');
			expect(await failureOf(INSERT, wide)).toBe(
				'InvalidBatch : The upload has more than 5000 columns',
			);
		},
		'U6: what clears a lookup under a relation header': async () => {
			const account = sandbox.insert('Account', { Name: 'A', Ext__c: 'K' });
			const cell = async (text: string) => {
				const id = contact({ AccountId: account });
				const [error] = await errorsOf(UPDATE, 'Id,Account.Ext__c', `${id},${text}`);
				const value = contacts().find((row) => row.Id === id)?.AccountId;
				return error === undefined ? (value === account ? 'unchanged' : 'cleared') : 'refused';
			};
			const seen = [];
			for (const value of switchValues.relationNull) {
				sandbox.switches.relationNull = value;
				seen.push([value, await cell(''), await cell('#N/A')]);
			}
			expect(seen).toEqual([
				['#N/A', 'unchanged', 'cleared'],
				['empty', 'cleared', 'refused'],
				['neither', 'refused', 'refused'],
			]);
		},
	},
	S8: {
		'a column of a hidden field fails the rows, or by the switch the job': async () => {
			sandbox.permissions.hiddenFields.add('Contact.Phone');
			const [error] = await errorsOf(INSERT, 'LastName,Phone', 'a,1');
			expect(error).toMatch(/^INVALID_FIELD_FOR_INSERT_UPDATE:.*:Phone --$/);
			sandbox.switches.hiddenFieldError = 'INVALID_FIELD';
			expect(await failureOf(INSERT, 'LastName,Phone', 'a,1')).toBe(
				'InvalidBatch : Field name not found : Phone',
			);
		},
	},
	S19: {
		'a lookup by external id in the header': async () => {
			const account = sandbox.insert('Account', { Name: 'A', Ext__c: 'K' });
			await bulk.run(INSERT, csv('LastName,Account.Ext__c', 'a,k'));
			expect(contacts()[0]?.AccountId).toBe(account);
			const boss = contact({ Email: 'boss@example.com' });
			await bulk.run(INSERT, csv('LastName,ReportsTo.Email', 'b,boss@example.com'));
			expect(contacts().find((row) => row.LastName === 'b')?.ReportsToId).toBe(boss);
		},
		'an unknown key fails the row with the text of the platform': async () => {
			const [error] = await errorsOf(INSERT, 'LastName,Account.Ext__c', 'a,K');
			expect(error).toMatch(/^INVALID_FIELD:Foreign key external ID: k not found for field Ext__c/);
		},
		'a polymorphic lookup names its object, a plain one must not': async () => {
			const lead = sandbox.insert('Lead', { LastName: 'l', Company: 'c', Email: 'l@example.com' });
			await bulk.run(job('Task', 'insert'), csv('Subject,Lead:Who.Email', 'Call,l@example.com'));
			expect(sandbox.rows('Task')[0]?.WhoId).toBe(lead);
			const notFound = 'InvalidBatch : Field name not found :';
			expect(await failureOf(job('Task', 'insert'), 'Who.Email', 'x')).toBe(
				`${notFound} Who.Email`,
			);
			expect(await failureOf(INSERT, 'Account:Account.Ext__c', 'x')).toBe(
				`${notFound} Account:Account.Ext__c`,
			);
			expect(await failureOf(INSERT, 'Account.Phone', 'x')).toBe(`${notFound} Account.Phone`);
		},
	},
});
