import { useDataverse } from '../sandbox/useDataverse';
import type { Session } from '../sandbox/dataverse/session';
import { openSession } from '../sandbox/dataverse/session';
import { testRules } from '../sandbox/ruleTable';

const sandbox = useDataverse();
let session: Session;

beforeEach(async () => {
	session = await openSession(sandbox);
});

const post = (headers: Record<string, string>, body: unknown = { name: 'a' }, path = 'accounts') =>
	session.call(path, { method: 'POST', body, headers });
const ran = () => sandbox.logic.runs.map((run) => run.by).join(' ');

const steps = {
	sync: '11111111-1111-4111-8111-111111111111',
	async: '22222222-2222-4222-8222-222222222222',
	microsoft: '33333333-3333-4333-8333-333333333333',
};

/** A synchronous and an asynchronous step, one of Microsoft's own, and a flow. */
function registerSteps() {
	const at = { table: 'account', operation: 'create' } as const;
	sandbox.logic.steps.push(
		{ ...at, id: steps.sync, mode: 'sync', sets: { address1_city: 'by plug-in' } },
		{ ...at, id: steps.async, mode: 'async', sets: { address1_country: 'by job' } },
		{ ...at, id: steps.microsoft, mode: 'sync', byMicrosoft: true, sets: { fax: '1' } },
	);
	sandbox.logic.flows.push('account');
}

const effects = (row: Record<string, unknown> | undefined) =>
	['address1_city', 'address1_country', 'fax'].filter((name) => row?.[name] !== undefined);

async function created(headers: Record<string, string>) {
	sandbox.logic.runs.length = 0;
	const answer = await post(headers);
	const id = /\(([^)]+)\)$/.exec(answer.headers.get('OData-EntityId') ?? '')?.[1];
	// Asynchronous work is done before the next request is served.
	await session.call('WhoAmI');
	const row = sandbox.rows('account').find((each) => each.accountid === id);
	return [
		answer.status,
		effects(row).join(' '),
		sandbox.logic.runs.map(({ by }) => by.slice(0, 4)).join(' '),
	];
}

testRules('dataverse', {
	'S-15': {
		'without headers all logic runs': async () => {
			registerSteps();
			const all = [204, 'address1_city address1_country fax', '1111 3333 2222 flow'];
			expect(await created({})).toEqual(all);
		},
		'bypass skips custom steps by kind, never Microsoft’s own, and not flows': async () => {
			registerSteps();
			const bypass = (value: string) => created({ 'MSCRM.BypassBusinessLogicExecution': value });
			expect(await bypass('CustomSync')).toEqual([204, 'address1_country fax', '3333 2222 flow']);
			expect(await bypass('CustomAsync')).toEqual([204, 'address1_city fax', '1111 3333 flow']);
			expect(await bypass('CustomSync,CustomAsync')).toEqual([204, 'fax', '3333 flow']);
			const legacy = await created({ 'MSCRM.BypassCustomPluginExecution': 'true' });
			expect(legacy).toEqual([204, 'address1_country fax', '3333 2222 flow']);
		},
		'single steps are named by id, three at most; unknown ids are ignored': async () => {
			registerSteps();
			const byId = (ids: readonly string[]) =>
				created({ 'MSCRM.BypassBusinessLogicExecutionStepIds': ids.join(',') });
			const other = sandbox.ids.team;
			expect(await byId([steps.sync, other])).toEqual([
				204,
				'address1_country fax',
				'3333 2222 flow',
			]);
			expect((await byId([steps.sync, steps.async, other, other]))[0]).toBe(400);
			sandbox.settings.bypassStepLimit = 10;
			expect((await byId([steps.sync, steps.async, other, other]))[0]).toBe(204);
		},
		'bypassing needs its privilege': async () => {
			sandbox.identity.missingPrivileges.add('prvBypassCustomBusinessLogic');
			const refused = await post({ 'MSCRM.BypassBusinessLogicExecution': 'CustomSync' });
			expect([refused.status, refused.code]).toEqual([403, '0x80040220']);
			expect((await post({ 'MSCRM.BypassCustomPluginExecution': 'true' })).status).toBe(204);
			sandbox.identity.missingPrivileges.add('prvBypassCustomPlugins');
			expect((await post({ 'MSCRM.BypassCustomPluginExecution': 'true' })).status).toBe(403);
			expect((await post({})).status).toBe(204);
		},
		'flows are not started on request; a refused write starts none': async () => {
			registerSteps();
			const quiet = { 'MSCRM.SuppressCallbackRegistrationExpanderJob': 'true' };
			expect((await created(quiet))[2]).toBe('1111 3333 2222');
			expect((await post({}, { name: 'x'.repeat(500) })).status).toBe(400);
			expect(ran()).not.toContain('flow');
		},
		'a plug-in that refuses aborts the write in its own words': async () => {
			const step = { id: steps.sync, table: 'account', operation: 'create', mode: 'sync' } as const;
			sandbox.logic.steps.push({ ...step, refuses: 'No accounts on Sundays.' });
			const refused = await post({});
			expect([refused.status, refused.code]).toEqual([400, '0x80040265']);
			expect(refused.message).toBe('No accounts on Sundays.');
			expect(sandbox.rows('account')).toEqual([]);
		},
		'tag reaches the plug-ins': async () => {
			registerSteps();
			await post({}, { name: 'a' }, 'accounts?tag=crm-sync');
			expect(sandbox.logic.runs[0]).toMatchObject({ by: steps.sync, tag: 'crm-sync' });
		},
		'a duplicate rule strikes only when detection is on: 412, 500 by U-17': async () => {
			sandbox.logic.duplicateRules.push({ table: 'account', columns: ['emailaddress1'] });
			sandbox.insert('account', { name: 'a', emailaddress1: 'A@x.org' });
			const body = { name: 'b', emailaddress1: 'a@x.org' };
			const on = { 'MSCRM.SuppressDuplicateDetection': 'false' };
			const refused = await post(on, body);
			expect([refused.status, refused.code]).toEqual([412, '0x80040333']);
			sandbox.switches['U-17'] = '500';
			expect((await post(on, body)).status).toBe(500);
			expect((await post(on, { name: 'c' })).status).toBe(204);
			expect((await post({}, body)).status).toBe(204);
		},
		'impersonation by either id changes who created and modified': async () => {
			const other = sandbox.ids.otherUser;
			const user = sandbox.rows('systemuser').find((row) => row.systemuserid === other);
			const entra = String(user?.azureactivedirectoryobjectid);
			await post({ CallerObjectId: entra });
			await post({ MSCRMCallerID: other });
			await post({});
			const by = sandbox.rows('account').map((row) => row._modifiedby_value);
			expect(by).toEqual([other, other, sandbox.ids.user]);
			const id = String(sandbox.rows('account')[0]?.accountid);
			await session.call(`accounts(${id})`, { method: 'PATCH', body: { name: 'z' } });
			expect(sandbox.rows('account')[0]).toMatchObject({
				_createdby_value: other,
				_modifiedby_value: sandbox.ids.user,
			});
			expect((await post({ MSCRMCallerID: sandbox.ids.team })).code).toBe('0x80072560');
			sandbox.identity.missingPrivileges.add('prvActOnBehalfOfAnotherUser');
			const refused = await post({ MSCRMCallerID: other });
			expect([refused.status, refused.code]).toEqual([403, '0x8004a110']);
		},
	},
});
