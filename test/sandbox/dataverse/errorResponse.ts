import { randomUUID } from 'node:crypto';
import type { ODataError } from './odataError';
import type { ApiResponse } from './org';
import { json } from './org';
import { readPrefer } from './queryOptions';

/** Which annotations a request asked for; bulk details need `*` or their own name (contract 4.5). */
function wanted(prefer: string | undefined): (name: string) => boolean {
	const asked = (readPrefer(prefer).get('odata.include-annotations') ?? '').split(',');
	return (name) =>
		asked.some((each) => {
			const pattern = each.trim();
			if (pattern === '*') return true;
			return pattern.endsWith('*')
				? name.slice(1).startsWith(pattern.slice(0, -1))
				: name.slice(1) === pattern;
		});
}

/** The server's error body, with the ids it puts in the headers (contract 5.1, S-04). */
export function errorResponse(error: ODataError, prefer: string | undefined): ApiResponse {
	const { annotations = {}, members = {}, headers = {} } = error.extras;
	const isWanted = wanted(prefer);
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
