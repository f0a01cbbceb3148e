import { ODataError } from './odataError';
import type { ApiRequest, Org } from './org';
import { ids } from './org';

/** In whose name an operation runs, and what runs beside it: the optional headers of contract 4.3. */
export interface Execution {
	readonly user: string;
	readonly detectsDuplicates: boolean;
	readonly skipsSync: boolean;
	readonly skipsAsync: boolean;
	readonly skippedSteps: ReadonlySet<string>;
	readonly skipsFlows: boolean;
	/** `?tag=`: a shared variable plug-ins can read. */
	readonly tag?: string;
}

/** An operation without optional headers. */
export const PLAIN: Execution = {
	user: ids.user,
	detectsDuplicates: false,
	skipsSync: false,
	skipsAsync: false,
	skippedSteps: new Set(),
	skipsFlows: false,
};

/** 403 when the application user lacks a privilege that belongs to no table. */
export function requireNamed(org: Org, privilege: string, code = '0x80040220'): void {
	const wanted = privilege.toLowerCase();
	const missing = [...org.identity.missingPrivileges].some((name) => name.toLowerCase() === wanted);
	if (!missing) return;
	throw new ODataError(
		403,
		code,
		`Principal user (Id=${ids.user}, type=8) is missing ${privilege} privilege.`,
	);
}

/** Impersonation by systemuser id or Entra object id. */
function callerOf(org: Org, headers: ApiRequest['headers']): string {
	const { mscrmcallerid: id, callerobjectid: objectId } = headers;
	const wanted = (id ?? objectId)?.toLowerCase();
	if (wanted === undefined) return ids.user;
	requireNamed(org, 'prvActOnBehalfOfAnotherUser', '0x8004a110');
	const users = org.store.rows(org.schema.named('systemuser'));
	const found = users.find(
		(row) => (id === undefined ? row.values.azureactivedirectoryobjectid : row.id) === wanted,
	);
	if (found !== undefined) return found.id;
	throw new ODataError(403, '0x80072560', 'The user is not a member of the organization.');
}

function skippedSteps(org: Org, header: string | undefined): ReadonlySet<string> {
	const steps = (header ?? '').split(',').map((id) => id.trim().toLowerCase());
	const named = steps.filter((id) => id !== '');
	const { bypassStepLimit: limit } = org.settings;
	if (named.length > limit) {
		throw new ODataError(400, '0x80040203', `No more than ${limit} step ids can be bypassed.`);
	}
	if (named.length > 0) requireNamed(org, 'prvBypassCustomBusinessLogic');
	return new Set(named);
}

/** Reads the optional headers and checks the privileges they need. */
export function readExecution(org: Org, request: ApiRequest): Execution {
	const { headers } = request;
	const logic = (headers['mscrm.bypassbusinesslogicexecution'] ?? '')
		.split(',')
		.map((word) => word.trim().toLowerCase());
	const skipsAll = logic.includes('customsync') || logic.includes('customasync');
	if (skipsAll) requireNamed(org, 'prvBypassCustomBusinessLogic');
	const legacy = headers['mscrm.bypasscustompluginexecution']?.toLowerCase() === 'true';
	if (legacy) requireNamed(org, 'prvBypassCustomPlugins');
	const tag = new URLSearchParams(request.url.split('?')[1] ?? '').get('tag') ?? undefined;
	return {
		user: callerOf(org, headers),
		// The double negative of T-23: `false` switches the detection on.
		detectsDuplicates: headers['mscrm.suppressduplicatedetection']?.toLowerCase() === 'false',
		skipsSync: legacy || logic.includes('customsync'),
		skipsAsync: logic.includes('customasync'),
		skippedSteps: skippedSteps(org, headers['mscrm.bypassbusinesslogicexecutionstepids']),
		skipsFlows: headers['mscrm.suppresscallbackregistrationexpanderjob']?.toLowerCase() === 'true',
		tag,
	};
}
