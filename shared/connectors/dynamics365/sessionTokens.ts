import type { HttpResponse } from '../http';
import type { BatchPart } from './batch';
import { LIMITS } from './limits';

/** By environment, credential and entity set: where the session with an elastic table stands, and since when. */
const tokens = new Map<string, { readonly token: string; readonly heardAt: number }>();

/** The requests of one credential to each elastic table, joined to one session. */
export interface SessionTokens {
	/** The request, with the token of the last write to its table. */
	joined(part: BatchPart): BatchPart;
	heard(part: BatchPart, headers: HttpResponse['headers']): void;
}

/**
 * Elastic tables show a write at once only to who passes on the token that came with it (dataverse 4.3, 4.7). It
 * goes with every later request to the table, writes included: they carry the session on, so that the token they
 * bring stands for the earlier writes too (vendor page elastic-tables, "Consistency level").
 */
export function sessionTokens(scope: string): SessionTokens {
	const nameOf = ({ url }: BatchPart) => {
		const set = /\/api\/data\/v[\d.]+\/(\w+)/.exec(url)?.[1];
		return set === undefined ? undefined : `${scope} ${set}`;
	};
	return {
		joined(part) {
			const last = tokens.get(nameOf(part) ?? '');
			if (!last || performance.now() - last.heardAt > LIMITS.sessionMs) return part;
			return { ...part, headers: { ...part.headers, 'MSCRM.SessionToken': last.token } };
		},
		heard(part, { 'x-ms-session-token': token }) {
			const name = nameOf(part);
			if (name === undefined || token === undefined) return;
			tokens.set(name, { token, heardAt: performance.now() });
		},
	};
}
