import { SyncError } from '../../core/errors';
import type { WriteTarget } from '../connector';
import type { Api } from './api';
import { readSObject } from './describe';

/** Fields are an administrator's to create in Salesforce: a custom attribute must be there already. */
export async function refuseNewFields(
	api: Api,
	{ objectName, newFields = [] }: Pick<WriteTarget, 'objectName' | 'newFields'>,
): Promise<void> {
	if (newFields.length === 0) return;
	const sobject = await readSObject(api, objectName);
	const missing = newFields.filter(({ name }) => !sobject.field(name));
	const [first] = missing;
	if (first === undefined) return;
	const names = missing.map(({ name }) => `"${name}"`).join(', ');
	throw new SyncError(
		'config',
		`Salesforce ${sobject.name} has no field ${names}, and this node creates no fields`,
		{
			hint: `Create it in Salesforce under Setup → Object Manager → ${sobject.label} → Fields & Relationships → New, then map to its API name, such as ${suggestedName(first.name)}, or take the custom attribute out of the mapping. A field that is there and not found is hidden from the user of the credential by field-level security.`,
		},
	);
}

/** Names of custom fields hold letters, digits and single underscores, and end in `__c`. */
function suggestedName(name: string): string {
	const core = name
		.replace(/__c$/i, '')
		.replace(/\W+/g, '_')
		.replace(/_{2,}/g, '_')
		.replace(/^_|_$/g, '');
	return /^[A-Za-z]/.test(core) ? `${core}__c` : `X${core}__c`;
}
