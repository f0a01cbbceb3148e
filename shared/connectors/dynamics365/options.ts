import { SyncError } from '../../core/errors';
import { GUID } from './guid';
import type { CreateOptions } from './publisher';

/** How Dynamics 365 carries out a write: the optional headers of its API, and what its tables alone know. */
export interface DynamicsWriteOptions {
	/** Custom plug-ins and workflows that are not run; needs prvBypassCustomBusinessLogic. */
	readonly bypassLogic?: 'sync' | 'async' | 'both';
	/** Power Automate flows are not started. */
	readonly skipFlows?: boolean;
	/** Published duplicate detection rules apply. */
	readonly detectDuplicates?: boolean;
	/** Entra object id of the user in whose name rows are written; needs prvActOnBehalfOfAnotherUser. */
	readonly writeAs?: string;
	/** Upsert by one message that neither reads first nor tells created from updated. */
	readonly upsertMultiple?: boolean;
	/** The status reason of a deactivated row; its state follows from it. */
	readonly inactiveStatus?: number;
	/** A lookup whose row is nowhere is left out, and the record is written without it (sync B20). */
	readonly leaveParentsOut?: boolean;
	/** What is missing may be created before the first record. */
	readonly create?: CreateOptions;
}

const LOGIC = { sync: 'CustomSync', async: 'CustomAsync', both: 'CustomSync,CustomAsync' } as const;

/** The headers every written row carries (dataverse 4.3). */
export function writeHeaders(options: DynamicsWriteOptions): Readonly<Record<string, string>> {
	const { bypassLogic, skipFlows, detectDuplicates, writeAs } = options;
	const caller = writeAs?.trim().toLowerCase() ?? '';
	if (caller !== '' && !GUID.test(caller)) {
		throw new SyncError('config', 'Write As holds something that is not the object ID of a user', {
			hint: 'Enter the object ID that Microsoft Entra shows for the user, a GUID.',
		});
	}
	return {
		...(bypassLogic && { 'MSCRM.BypassBusinessLogicExecution': LOGIC[bypassLogic] }),
		...(skipFlows && { 'MSCRM.SuppressCallbackRegistrationExpanderJob': 'true' }),
		// The double negative of T-23: `false` switches detection on.
		...(detectDuplicates && { 'MSCRM.SuppressDuplicateDetection': 'false' }),
		...(caller !== '' && { CallerObjectId: caller }),
	};
}

/** The next step where an option, not the table, was refused. */
export function optionHint(
	options: DynamicsWriteOptions,
	fault: { readonly code: string; readonly message: string },
): string | undefined {
	if (options.writeAs && (fault.code === '0x8004a110' || /prvActOnBehalf/i.test(fault.message))) {
		return 'Write As needs the privilege prvActOnBehalfOfAnotherUser (security role "Delegate") for the application user.';
	}
	if (options.writeAs && fault.code === '0x80072560') {
		return 'Write As names a user who is not in this environment: check the object ID, or add the user there.';
	}
	if (options.bypassLogic && /prvBypassCustom/i.test(fault.message)) {
		return 'Bypass Custom Logic needs the privilege prvBypassCustomBusinessLogic for the application user, which system administrators have.';
	}
	return undefined;
}
