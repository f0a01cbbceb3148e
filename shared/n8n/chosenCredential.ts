import type { IAllExecuteFunctions } from 'n8n-workflow';

import { SyncError } from '../core/errors';

/** Refuses a node without a credential: n8n's own words for it name neither the system nor the next step. */
export function mustBeChosen(
	context: Pick<IAllExecuteFunctions, 'getNode'>,
	type: string,
	system: string,
): void {
	if (context.getNode().credentials?.[type]) return;
	throw new SyncError('config', `No ${system} credential is chosen`, {
		hint: 'Choose one in Credential, or create one there.',
	});
}
