import { SyncError } from '../../shared/core/errors';
import { RETRY } from '../../shared/core/retry';
import type { Clock } from '../../shared/connectors/clock';
import { ConnectionError, type HttpClient, type HttpResponse } from '../../shared/connectors/http';
import { createLimiter, limiterFor } from '../../shared/connectors/limiter';
import { inParallel } from '../../shared/connectors/parallel';
import { CancelledError, OutcomeUnknownError, pacedSend } from '../../shared/connectors/retry';

type Answer = HttpResponse | Error;

const answer = (status: number, headers: Record<string, string> = {}): HttpResponse => ({
	status,
	headers,
	body: '',
});
const get = { method: 'GET', url: 'https://crm.test/x', headers: {} } as const;
const post = { method: 'POST', url: 'https://crm.test/x', headers: {}, body: '{}' } as const;

/** Time that passes only by sleeping. */
function fakeClock(): Clock & { readonly slept: number[] } {
	let now = 1_000_000;
	const slept: number[] = [];
	return {
		slept,
		now: () => now,
		random: () => 0.5,
		sleep: async (ms, signal) => {
			signal?.throwIfAborted();
			slept.push(ms);
			now += ms;
			await Promise.resolve();
		},
	};
}

function setUp(answers: Answer[], tooManyAtOnce = false) {
	const clock = fakeClock();
	const limiter = createLimiter(4, clock);
	let sent = 0;
	const http: HttpClient = async () => {
		const next = answers[Math.min(sent, answers.length - 1)];
		sent += 1;
		await Promise.resolve();
		if (next instanceof Error) throw next;
		return next;
	};
	const send = pacedSend(http, {
		system: 'Test CRM',
		limiter,
		clock,
		tooManyAtOnce: () => tooManyAtOnce,
	});
	return { send, clock, limiter, sent: () => sent };
}

describe('paced send', () => {
	test('a throttled write is sent again after Retry-After, because it was not carried out (dataverse:6)', async () => {
		const { send, clock, sent } = setUp([answer(429, { 'retry-after': '7' }), answer(204)]);
		expect((await send(post, { repeatable: false })).status).toBe(204);
		expect(sent()).toBe(2);
		expect(clock.slept).toEqual([7000]);
	});

	test('a 429 pauses every request of the same limiter (dataverse:6)', async () => {
		const { send, clock, limiter } = setUp([answer(429, { 'retry-after': '5' }), answer(200)]);
		await send(get, { repeatable: true });
		limiter.pause(3000);
		await send(get, { repeatable: true });
		expect(clock.slept).toEqual([5000, 3000]);
	});

	test('too many requests at once halves the parallelism, which recovers step by step (dataverse:0x80072326)', async () => {
		const { send, limiter } = setUp([answer(429, { 'retry-after': '1' }), answer(200)], true);
		await send(get, { repeatable: true });
		expect(limiter.width).toBe(2);
		for (let n = 0; n < 45; n += 1) await send(get, { repeatable: true });
		expect(limiter.width).toBe(4);
	});

	test('throttling beyond the wait budget stops the run as a limit (design:9)', async () => {
		const { send, clock } = setUp([answer(429, { 'retry-after': '400' })]);
		const error = await send(get, { repeatable: true }).catch((e: unknown) => e);
		expect(error).toBeInstanceOf(SyncError);
		expect(error).toMatchObject({ code: 'limit', details: { retryAfterMs: 400_000 } });
		const slept = clock.slept.reduce((sum, ms) => sum + ms, 0);
		expect(slept).toBeLessThanOrEqual(RETRY.waitBudgetMs);
	});

	test.each([408, 502, 503, 504])(
		'HTTP %i: a read is repeated, a write is not (design:6)',
		async (status) => {
			const read = setUp([answer(status), answer(200)]);
			expect((await read.send(get, { repeatable: true })).status).toBe(200);
			const write = setUp([answer(status), answer(200)]);
			await expect(write.send(post, { repeatable: false })).rejects.toThrow(OutcomeUnknownError);
			expect(write.sent()).toBe(1);
		},
	);

	test('a broken connection: repeated when nothing was sent, unknown when a write was (dataverse:T-28)', async () => {
		const unsent = setUp([new ConnectionError('refused', false), answer(204)]);
		expect((await unsent.send(post, { repeatable: false })).status).toBe(204);
		const cut = setUp([new ConnectionError('reset', true), answer(204)]);
		await expect(cut.send(post, { repeatable: false })).rejects.toThrow(OutcomeUnknownError);
		expect(cut.sent()).toBe(1);
	});

	test('a 500 answers a write at once; a read is tried again and its last answer handed back', async () => {
		const write = setUp([answer(500)]);
		expect((await write.send(post, { repeatable: false })).status).toBe(500);
		expect(write.sent()).toBe(1);
		const read = setUp([answer(500)]);
		expect((await read.send(get, { repeatable: true })).status).toBe(500);
		expect(read.sent()).toBe(1 + RETRY.maxRetries);
	});

	test('a system that stays silent stops the run as unavailable, without a query string (design:9)', async () => {
		const { send } = setUp([new ConnectionError('no answer (ECONNREFUSED)', false)]);
		const error = await send(get, { repeatable: true }).catch((e: unknown) => e);
		expect(error).toMatchObject({ code: 'unavailable' });
		expect(String(error)).toContain('Test CRM does not answer');
	});

	test('cancel ends a wait and starts no request (n8n:T-10)', async () => {
		const abort = new AbortController();
		const { send, sent } = setUp([answer(429, { 'retry-after': '60' })]);
		const options = { repeatable: true, signal: abort.signal, onRequest: () => abort.abort() };
		await expect(send(get, options)).rejects.toThrow(CancelledError);
		await expect(send(get, options)).rejects.toThrow(CancelledError);
		expect(sent()).toBe(1);
	});

	test('cancel cuts reads; what changes something is left to finish, though it may be repeated (design:R5)', async () => {
		const isCut = async (options: { readonly repeatable: boolean; readonly changes?: boolean }) => {
			let signal: AbortSignal | undefined;
			const http: HttpClient = async (request) => {
				signal = request.signal;
				return await Promise.resolve(answer(200));
			};
			const clock = fakeClock();
			const limiter = createLimiter(1, clock);
			const pacing = { system: 'Test CRM', limiter, clock, tooManyAtOnce: () => false };
			const own = new AbortController().signal;
			await pacedSend(http, pacing)(post, { ...options, signal: own });
			return signal === own;
		};
		expect(await isCut({ repeatable: true })).toBe(true);
		expect(await isCut({ repeatable: true, changes: true })).toBe(false);
		expect(await isCut({ repeatable: false })).toBe(false);
	});

	test('a refused credential is passed on untouched', async () => {
		const { send, sent } = setUp([new SyncError('auth', 'no')]);
		await expect(send(get, { repeatable: true })).rejects.toMatchObject({ code: 'auth' });
		expect(sent()).toBe(1);
	});
});

describe('limiter', () => {
	test('at most `width` requests run at once (dataverse:6)', async () => {
		const limiter = createLimiter(4, fakeClock());
		limiter.recommend(3);
		let active = 0;
		let most = 0;
		const one = async () => {
			const leave = await limiter.enter();
			active += 1;
			most = Math.max(most, active);
			await new Promise((resolve) => setImmediate(resolve));
			active -= 1;
			leave();
		};
		await Promise.all(Array.from({ length: 20 }, one));
		expect(most).toBe(3);
	});

	test('one limiter per scope in the process (design:6)', () => {
		const clock = fakeClock();
		expect(limiterFor('org a', 4, clock)).toBe(limiterFor('org a', 4, clock));
		expect(limiterFor('org b', 4, clock)).not.toBe(limiterFor('org a', 4, clock));
	});
});

describe('inParallel', () => {
	test('yields every value once, as soon as it is there, and starts nothing after the end', async () => {
		const finish: Array<() => void> = [];
		const seen: number[] = [];
		const tasks = inParallel(2, () => {
			const index = finish.length;
			if (index >= 4) return undefined;
			return async () => {
				await new Promise<void>((resolve) => finish.push(resolve));
				return index;
			};
		});
		for (const last of [1, 2, 3, 0]) {
			const next = tasks.next();
			await Promise.resolve();
			finish[last]();
			seen.push((await next).value as number);
			expect(finish.length).toBeLessThanOrEqual(seen.length + 1);
		}
		expect((await tasks.next()).done).toBe(true);
		expect(seen).toEqual([1, 2, 3, 0]);
	});
});
