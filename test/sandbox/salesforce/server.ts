import type { Incoming, Reply } from '../httpServer';
import type { LoggedRequest } from '../requestLog';
import { logged } from '../requestLog';
import type { Effect } from './effects';
import { effectAnswer, effectRefusal, invalidSession, orgExpired, quotaExceeded } from './effects';
import { errorAnswer } from './errorAnswer';
import type { AppSettings } from './oauth';
import { serveOAuth } from './oauth';
import type { ApiResponse, Org } from './org';
import { json } from './org';
import { notFound } from './refusal';
import { serveApi } from './router';
import type { Tokens } from './tokens';

/** The parts an exchange passes through. */
export interface ServerContext {
	readonly org: Org;
	readonly app: AppSettings;
	readonly tokens: Tokens;
	readonly log: LoggedRequest[];
	/** Position in the log of the request being served, for the row history. */
	readonly serving: { index?: number };
}

const MAX_BYTES = 16_384;
const OLDEST = 31;
const NEWEST = 68;

const versions = () =>
	Array.from({ length: NEWEST - OLDEST + 1 }, (_, at) => ({
		label: `Version ${OLDEST + at}.0`,
		url: `/services/data/v${OLDEST + at}.0`,
		version: `${OLDEST + at}.0`,
	}));

/** 414 for a URI, 431 for URI and headers, over 16,384 bytes (S10). */
function tooLong({ url, headers }: Incoming): ApiResponse | undefined {
	const sum = Object.entries(headers).reduce((all, pair) => all + pair.join(': \r\n').length, 0);
	const status = url.length > MAX_BYTES ? 414 : url.length + sum > MAX_BYTES ? 431 : undefined;
	const title = status === 414 ? 'URI Too Long' : 'Request Header Fields Too Large';
	return status === undefined
		? undefined
		: { status, headers: { 'Content-Type': 'text/html' }, body: `<h1>${status} ${title}</h1>` };
}

/** What refuses a caller whatever the request is, and the session of one who may come in. */
function openSession({ org, tokens }: ServerContext, request: Incoming, version: number) {
	const grant = tokens.accept(request.headers.authorization);
	if (grant === undefined) return invalidSession();
	if (org.settings.expired) return orgExpired(org.switches.expiredOrgStatus);
	if (org.usage.exhausted) return quotaExceeded('total');
	org.usage.count();
	return { org, userId: grant.userId, version };
}

function serveData(
	context: ServerContext,
	request: Incoming,
	effects: readonly Effect[],
): ApiResponse {
	const [path = '', search = ''] = request.url.split('?');
	if (/^\/services\/data\/?$/.test(path)) return json(200, versions());
	const [, number, rest = ''] = /^\/services\/data\/v(\d+)\.0(\/.*)?$/.exec(path) ?? [];
	const version = Number(number);
	if (number === undefined || version < OLDEST || version > NEWEST) return errorAnswer(notFound());
	const session = openSession(context, request, version);
	if ('errorCode' in session) return errorAnswer(session);
	const query = new URLSearchParams(search);
	return serveApi(session, rest, { ...request, query, effects });
}

function struckBefore(
	{ org, tokens }: ServerContext,
	effect: Effect,
): ApiResponse | 'reset' | undefined {
	if (effect.kind === 'revokedToken') tokens.revokeAll();
	if (effect.kind === 'expired') org.settings.expired = true;
	if (effect.kind === 'reset') return effect.when === 'beforeCommit' ? 'reset' : undefined;
	if ('afterCommit' in effect && effect.afterCommit === true) return undefined;
	const refusal = effectRefusal(effect);
	return refusal === undefined ? effectAnswer(effect) : errorAnswer(refusal);
}

function truncated(answer: ApiResponse, effect: Extract<Effect, { kind: 'truncate' }>) {
	const { body, headers } = answer;
	// An answer shorter than it declares to be breaks off in the middle.
	const whole = { 'Content-Length': String(Buffer.byteLength(body)) };
	return {
		...answer,
		headers: effect.abort === true ? { ...headers, ...whole } : headers,
		body: body.slice(0, Math.floor(body.length * (effect.keep ?? 0.5))),
	};
}

/** What becomes of a finished answer on its way back. */
function struckAfter(effects: readonly Effect[], answer: ApiResponse): ApiResponse | 'reset' {
	let result = answer;
	for (const effect of effects) {
		if (effect.kind === 'reset' && effect.when === 'afterCommit') return 'reset';
		if (effect.kind === 'truncate') result = truncated(result, effect);
		if (!('afterCommit' in effect) || effect.afterCommit !== true) continue;
		const refusal = effectRefusal(effect);
		result = refusal === undefined ? (effectAnswer(effect) ?? result) : errorAnswer(refusal);
	}
	return result;
}

function work(
	context: ServerContext,
	request: Incoming,
	effects: readonly Effect[],
): ApiResponse | 'reset' {
	for (const effect of effects) {
		const answer = struckBefore(context, effect);
		if (answer !== undefined) return answer;
	}
	const answer =
		tooLong(request) ??
		(request.url.startsWith('/services/data')
			? serveData(context, request, effects)
			: (serveOAuth(context, request, effects) ?? errorAnswer(notFound())));
	return struckAfter(effects, answer);
}

const RESET: Reply = { status: 0, headers: {}, body: '', reset: true };

/** Serves one HTTP exchange: log, faults, work, answer. */
export function exchange(context: ServerContext, request: Incoming): Reply {
	const { org, log } = context;
	const entry = logged(request);
	log.push(entry);
	context.serving.index = log.length - 1;
	const effects = org.faults.forRequest(request);
	const answer = work(context, request, effects);
	delete context.serving.index;
	const slow = effects.reduce((sum, each) => sum + (each.kind === 'slow' ? each.ms : 0), 0);
	const delayMs = org.settings.latencyMs + slow;
	if (answer === 'reset') return { ...RESET, delayMs };
	entry.status = answer.status;
	const isRest = /^\/services\/data\/v/.test(request.url);
	const usage: Record<string, string> = isRest ? { 'Sforce-Limit-Info': org.usage.header() } : {};
	return { ...answer, headers: { ...usage, ...answer.headers }, delayMs };
}
