import { NodeApiError, NodeOperationError, type Failure, type INode } from 'n8n-workflow';

import { SyncError, type SyncErrorCode } from '../core/errors';

const failures: Record<SyncErrorCode, Failure> = {
	config: { cause: 'configuration-invalid' },
	auth: { cause: 'credential-invalid' },
	unavailable: { cause: 'temporarily-unavailable' },
	limit: { cause: 'rate-limited' },
};

/** An error as n8n shows it: the sentence, the next step as description, and what kind of failure it was. */
export function nodeError(node: INode, error: unknown): NodeApiError | NodeOperationError {
	if (error instanceof NodeApiError || error instanceof NodeOperationError) return error;
	if (!(error instanceof SyncError)) {
		return new NodeOperationError(node, error instanceof Error ? error : String(error));
	}
	const { code, message, details } = error;
	const requestId = details.requestId === undefined ? '' : ` (request ${details.requestId})`;
	const description = details.hint ?? '';
	const retryAfterMs = details.retryAfterMs;
	const failure = {
		...failures[code],
		...(retryAfterMs !== undefined && { retryAfterMs }),
	} as Failure;
	const text = message + requestId;
	const shown =
		code === 'config'
			? new NodeOperationError(node, text, { failure })
			: new NodeApiError(node, { message }, { message: text, failure });
	// Set afterwards: n8n prefers texts of a response body (n8n:T-27), and puts a sentence of its own in the
	// place of every text that names a code such as ECONNREFUSED.
	return Object.assign(shown, { message: text, description, messages: [] });
}

/** The sentence and the next step of an error in one text, for items and hints. */
export function errorText(error: unknown): string {
	if (!(error instanceof SyncError)) return error instanceof Error ? error.message : String(error);
	const { hint } = error.details;
	return hint === undefined ? error.message : `${error.message.replace(/\.$/u, '')}. ${hint}`;
}
