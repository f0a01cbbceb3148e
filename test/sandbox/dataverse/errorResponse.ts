import { randomUUID } from 'node:crypto';
import { wantedAnnotations } from './annotations';
import type { ODataError } from './odataError';
import type { ApiResponse } from './org';
import { json } from './org';

/** The server's error body, with the ids it puts in the headers (contract 5.1, S-04). */
export function errorResponse(error: ODataError, prefer: string | undefined): ApiResponse {
	const { annotations = {}, members = {}, headers = {} } = error.extras;
	const wanted = wantedAnnotations(prefer);
	const isWanted = (name: string) => wanted(name.slice(1));
	const shown = Object.fromEntries(Object.entries(annotations).filter(([name]) => isWanted(name)));
	const help = isWanted('@Microsoft.PowerApps.CDS.HelpLink')
		? {
				'@Microsoft.PowerApps.CDS.HelpLink': `http://go.microsoft.com/fwlink/?LinkID=398563&error=Microsoft.Crm.CrmException:${error.code}`,
			}
		: {};
	const body = {
		error: { code: error.code, message: error.message, ...members, ...help, ...shown },
	};
	return json(error.status, body, { REQ_ID: randomUUID(), ...headers });
}
