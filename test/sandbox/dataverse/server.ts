import { randomUUID } from 'node:crypto';
import type { Incoming, Reply } from '../httpServer';
import type { LoggedRequest } from '../requestLog';
import { logged } from '../requestLog';
import { ODataError } from './odataError';
import { DELAY } from './customization';
import type { Effect } from './effects';
import { effectError, gatewayBody } from './effects';
import { errorResponse } from './errorResponse';
import type { Row } from './model';
import type { ApiResponse, Org } from './org';
import type { Pages } from './pages';
import { serveApi } from './router';
import type { Throttle } from './throttle';
import type { Tokens } from './tokens';

/** The parts an exchange passes through. */
export interface ServerContext {
	readonly org: Org;
	readonly tokens: Tokens;
	readonly throttle: Throttle;
	readonly pages: Pages<Row>;
	readonly log: LoggedRequest[];
	readonly settings: { latencyMs: number; dopHint: number };
	/** Position in the log of the request being served, for the row history. */
	readonly serving: { index?: number };
}

const MAX_URL = 32_768;

/** Who may come in: a valid token, an application user, a role, in this order (S-02). */
function authenticate({ org, tokens }: ServerContext, request: Incoming): ODataError | undefined {
	if (!tokens.accepts(request.headers.authorization)) {
		const headers = {
			'WWW-Authenticate': `Bearer authorization_uri=${org.url}/common/oauth2/authorize, resource_id=${org.url}/`,
		};
		return new ODataError(401, '0x80044302', 'The request is not authenticated.', { headers });
	}
	if (!org.identity.applicationUser) {
		return new ODataError(403, '0x80072560', 'The user is not a member of the organization.');
	}
	if (!org.identity.securityRole) {
		return new ODataError(403, '0x80042f09', 'The user has not been assigned any security roles.');
	}
	return undefined;
}

function respond(context: ServerContext, request: Incoming, entry: LoggedRequest): ApiResponse {
	const { org, pages } = context;
	const prefer = request.headers.prefer;
	const refusal = authenticate(context, request);
	if (refusal !== undefined) return errorResponse(refusal, prefer);
	if (request.url.length > MAX_URL) {
		const long = new ODataError(400, '0x80060888', 'The request URI is too long.');
		return errorResponse(long, prefer);
	}
	const parts = (entry.parts = []);
	const answer = serveApi({ org, pages, parts }, { ...request, inBatch: false });
	if (parts.length === 0) delete entry.parts;
	return answer;
}

/** The answer of an effect that strikes before anything is done. */
function struckBefore(
	context: ServerContext,
	effect: Effect,
	request: Incoming,
): ApiResponse | 'reset' | undefined {
	const { org, tokens } = context;
	if (effect.kind === 'reset' && effect.when === 'beforeCommit') return 'reset';
	if (effect.kind === 'respond' && effect.afterCommit !== true) return respondEffect(effect);
	if (effect.kind === 'gateway' && effect.afterCommit !== true) {
		return { status: effect.status, ...gatewayBody(effect.status, org.switches['U-18']) };
	}
	if (effect.kind === 'revokedToken') tokens.revokeAll();
	if (effect.kind === 'privilegeLoss') org.identity.missingPrivileges.add(effect.privilege);
	const error = effectError(effect);
	return error === undefined ? undefined : errorResponse(error, request.headers.prefer);
}

const respondEffect = (effect: Extract<Effect, { kind: 'respond' }>): ApiResponse => ({
	status: effect.status,
	headers: effect.headers ?? { 'Content-Type': 'application/json' },
	body: effect.body ?? '',
});

/** What becomes of a finished answer on its way back. */
function struckAfter(
	org: Org,
	effects: readonly Effect[],
	answer: ApiResponse,
): ApiResponse | 'reset' {
	let result = answer;
	for (const effect of effects) {
		if (effect.kind === 'reset' && effect.when === 'afterCommit') return 'reset';
		if (effect.kind === 'respond' && effect.afterCommit === true) result = respondEffect(effect);
		if (effect.kind === 'gateway' && effect.afterCommit === true) {
			result = { status: effect.status, ...gatewayBody(effect.status, org.switches['U-18']) };
		}
		if (effect.kind === 'truncate') {
			const keep = Math.floor(result.body.length * (effect.keep ?? 0.5));
			const { body, headers } = result;
			const whole = { 'Content-Length': String(Buffer.byteLength(body)) };
			result = {
				...result,
				headers: effect.abort === true ? { ...headers, ...whole } : headers,
				body: body.slice(0, keep),
			};
		}
	}
	return result;
}

function work(
	context: ServerContext,
	request: Incoming,
	entry: LoggedRequest,
): ApiResponse | 'reset' {
	const { org, tokens } = context;
	const effects = org.faults.forRequest(request);
	for (const effect of effects) {
		const answer = struckBefore(context, effect, request);
		if (answer !== undefined) return answer;
	}
	const answer = request.url.startsWith('/api/')
		? respond(context, request, entry)
		: (tokens.serve(request) ?? { status: 404, headers: {}, body: '' });
	const delay = effects.reduce((sum, effect) => sum + (effect.kind === 'slow' ? effect.ms : 0), 0);
	const result = struckAfter(org, effects, answer);
	return result === 'reset' || delay === 0
		? result
		: { ...result, headers: { ...result.headers, [DELAY]: String(delay) } };
}

function finish(
	context: ServerContext,
	answer: ApiResponse,
	standard: Record<string, string>,
): Reply {
	const { [DELAY]: slow = '0', ...headers } = answer.headers;
	return {
		status: answer.status,
		headers: { ...standard, ...headers },
		body: answer.body,
		delayMs: context.settings.latencyMs + Number(slow),
	};
}

const RESET: Reply = { status: 0, headers: {}, body: '', reset: true };

/** Serves one HTTP exchange: log, faults, throttling, work, answer. */
export function exchange(context: ServerContext, request: Incoming): Reply {
	const { org, throttle, log, settings } = context;
	org.jobs.runDue();
	const entry = logged(request);
	log.push(entry);
	const { index, server } = throttle.pick(request.headers.cookie);
	const isApi = request.url.startsWith('/api/');
	const refused = isApi ? server.enter() : undefined;
	const started = performance.now();
	context.serving.index = log.length - 1;
	const answer =
		refused === undefined
			? work(context, request, entry)
			: errorResponse(refused, request.headers.prefer);
	delete context.serving.index;
	const entered = isApi && refused === undefined;
	const onSent = () => entered && server.leave(performance.now() - started);
	if (answer === 'reset') return { ...RESET, onSent };
	entry.status = answer.status;
	const standard: Record<string, string> = isApi
		? {
				'OData-Version': '4.0',
				'x-ms-service-request-id': randomUUID(),
				'x-ms-dop-hint': String(settings.dopHint),
				'Set-Cookie': `ARRAffinity=server${index}; Path=/; HttpOnly`,
				...server.headers(),
			}
		: {};
	return { ...finish(context, answer, standard), onSent };
}
