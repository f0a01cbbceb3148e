import type { BulkSteps } from '../sandbox/salesforce/bulkSteps';
import { bulkSteps } from '../sandbox/salesforce/bulkSteps';
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
const byExt = (object: string) => job(object, 'upsert', { externalIdFieldName: 'Ext__c' });
const csv = (...lines: string[]) => `${lines.join('\n')}\n`;
const contacts = () => sandbox.rows('Contact');
const contact = (values: object) => sandbox.insert('Contact', { LastName: 'Lee', ...values });
const errorsOf = async (spec: object, ...lines: string[]) => {
	const { failed } = await bulk.run(spec, csv(...lines));
	return failed.map((row) => row.sf__Error);
};

testRules('salesforce', {
	S23: {
		'results come in another order than the upload (T4)': async () => {
			const names = Array.from({ length: 50 }, (_, n) => `n${n}`);
			const { succeeded } = await bulk.run(INSERT, csv('LastName', ...names));
			const echoed = succeeded.map((row) => row.LastName);
			expect(echoed).not.toEqual(names);
			expect([...echoed].sort()).toEqual([...names].sort());
			expect(contacts().map((row) => row.LastName)).toEqual(names);
		},
		'a trigger sees 200 rows at once': async () => {
			sandbox.faults.add({
				table: 'Contact',
				effect: { kind: 'apexLimit', limit: 'cpu', above: 199 },
			});
			const rows = Array.from({ length: 399 }, (_, n) => `n${n}`);
			const { job: end, failed } = await bulk.run(INSERT, csv('LastName', ...rows));
			expect([end.numberRecordsProcessed, end.numberRecordsFailed]).toEqual([399, 200]);
			expect(failed[0]?.sf__Error).toContain('Apex CPU time limit exceeded');
			expect(contacts().map((row) => row.LastName)).toEqual(rows.slice(200));
		},
		'one external id twice fails inside a trigger chunk; across chunks the last one wins (T9)':
			async () => {
				const filler = (count: number, from: number) =>
					Array.from({ length: count }, (_, n) => `k${from + n},x`);
				const lines = [
					'twice,1',
					'twice,2',
					...filler(198, 0),
					'late,1',
					...filler(199, 200),
					'late,2',
				];
				const { failed } = await bulk.run(byExt('Contact'), csv('Ext__c,LastName', ...lines));
				expect(failed.map((row) => [row.Ext__c, row.sf__Error])).toEqual([
					['twice', 'DUPLICATE_VALUE:Duplicate external id specified:Ext__c --'],
					['twice', 'DUPLICATE_VALUE:Duplicate external id specified:Ext__c --'],
				]);
				expect(contacts().find((row) => row.Ext__c === 'late')?.LastName).toBe('2');
			},
		'commas, quotes, colons and line feeds in a message arrive whole': async () => {
			const message = 'Say: "no", or\nnothing: at all';
			sandbox.rules.addValidation('Contact', { message, refuses: () => true });
			expect(await errorsOf(INSERT, 'LastName', 'a')).toEqual([
				`FIELD_CUSTOM_VALIDATION_EXCEPTION:${message}:--`,
			]);
		},
		'an upsert tells created rows from updated ones': async () => {
			const id = contact({ Ext__c: 'old' });
			const { succeeded } = await bulk.run(
				byExt('Contact'),
				csv('Ext__c,LastName', 'OLD,a', 'new,b'),
			);
			const found = Object.fromEntries(succeeded.map((row) => [row.Ext__c, row]));
			expect([found.OLD?.sf__Id, found.OLD?.sf__Created]).toEqual([id, 'false']);
			expect(found.new?.sf__Created).toBe('true');
		},
		'an upsert by Id updates rows that have one and inserts the others': async () => {
			const id = contact({});
			const { job: end } = await bulk.run(
				job('Contact', 'upsert', { externalIdFieldName: 'Id' }),
				csv('Id,LastName', `${id},a`, ',b'),
			);
			expect([end.numberRecordsFailed, contacts().map((row) => row.LastName)]).toEqual([
				0,
				['a', 'b'],
			]);
		},
		'U7: cells are quoted all, or only where they must be': async () => {
			const file = async () => {
				const id = await bulk.started(INSERT, csv('LastName,Title', 'a,"b;c"', 'd,"e,""f"""'));
				await bulk.ended(id);
				return (await bulk.file(id, 'successfulResults')).replace(/003\w{15}/g, 'ID');
			};
			const lines: Record<string, string[]> = {};
			for (const value of switchValues.resultQuoting) {
				sandbox.switches.resultQuoting = value;
				lines[value] = (await file()).trimEnd().split('\n').sort();
			}
			expect(lines).toEqual({
				all: [
					'"ID","true","a","b;c"',
					'"ID","true","d","e,""f"""',
					'"sf__Id","sf__Created","LastName","Title"',
				],
				needed: ['ID,true,a,b;c', 'ID,true,d,"e,""f"""', 'sf__Id,sf__Created,LastName,Title'],
			});
		},
		'U7: echoed cells are those of the upload, or as they were stored': async () => {
			const seen = [];
			for (const value of switchValues.echoVerbatim) {
				sandbox.switches.echoVerbatim = value;
				const { succeeded } = await bulk.run(
					job('Booking__c', 'insert'),
					csv('Name,Price__c,Confirmed__c', ' a ,1.50,TRUE'),
				);
				const [row] = succeeded;
				seen.push([row?.Name, row?.Price__c, row?.Confirmed__c]);
			}
			expect(seen).toEqual([
				[' a ', '1.50', 'TRUE'],
				['a', '1.5', 'true'],
			]);
		},
	},
	U3: {
		'headers on the job act only when the switch says so': async () => {
			contact({ Email: 'a@example.com' });
			sandbox.rules.addDuplicateRule('Contact', {
				name: 'email',
				action: 'alert',
				fields: ['Email'],
			});
			sandbox.rules.assignment.set('Lead', {
				id: '01Q5e000000000001',
				ownerId: sandbox.ids.otherUser,
			});
			const duplicates = { 'Sforce-Duplicate-Rule-Header': 'allowSave=true' };
			const seen = [];
			for (const value of switchValues.bulkHonoursHeaders) {
				sandbox.switches.bulkHonoursHeaders = value;
				const again = csv('LastName,Email', 'b,a@example.com');
				const { failed } = await bulk.run(INSERT, again, duplicates);
				const lead = csv('LastName,Company', `l${value},c`);
				await bulk.run(job('Lead', 'insert'), lead, { 'Sforce-Auto-Assign': 'TRUE' });
				const owner = sandbox.rows('Lead').at(-1)?.OwnerId;
				seen.push([value, failed[0]?.sf__Error, owner]);
			}
			expect(seen).toEqual([
				[false, 'DUPLICATES_DETECTED:Use one of these records?:--', sandbox.ids.user],
				[true, undefined, sandbox.ids.otherUser],
			]);
		},
	},
	S18: {
		'the assignment rule a job names gives leads their owner': async () => {
			const rule = { id: '01Q5e000000000001', ownerId: sandbox.ids.otherUser };
			sandbox.rules.assignment.set('Lead', rule);
			const spec = job('Lead', 'insert', { assignmentRuleId: rule.id });
			await bulk.run(spec, csv('LastName,Company', 'a,c'));
			await bulk.run(job('Lead', 'insert'), csv('LastName,Company', 'b,c'));
			expect(sandbox.rows('Lead').map((row) => row.OwnerId)).toEqual([
				sandbox.ids.otherUser,
				sandbox.ids.user,
			]);
		},
	},
});
