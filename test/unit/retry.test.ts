import fc from 'fast-check';
import { RETRY, backoffMs, isGatewayStatus, retryAfterMs, waitMs } from '../../shared/core/retry';

describe('retry policy', () => {
	test('Retry-After is read as seconds, fractions and HTTP dates; nonsense is ignored (dataverse:T-27)', () => {
		const now = Date.parse('2026-01-02T03:04:05Z');
		expect(retryAfterMs('7', now)).toBe(7000);
		expect(retryAfterMs(' 1.5 ', now)).toBe(1500);
		expect(retryAfterMs('Fri, 02 Jan 2026 03:04:35 GMT', now)).toBe(30_000);
		expect(retryAfterMs('Fri, 02 Jan 2026 03:00:00 GMT', now)).toBe(0);
		expect(retryAfterMs('120', now)).toBe(120_000);
		expect(retryAfterMs('1.25', now)).toBe(1250);
		expect(retryAfterMs('2026-01-02T03:04:06Z', now)).toBe(1000);
		expect(retryAfterMs('soon', now)).toBeUndefined();
		expect(retryAfterMs('7 bananas', now)).toBeUndefined();
		expect(retryAfterMs('   ', now)).toBeUndefined();
		expect(retryAfterMs(undefined, now)).toBeUndefined();
		expect(retryAfterMs('', now)).toBeUndefined();
	});

	test('back-off is jittered over the full range and capped (design:6)', () => {
		fc.assert(
			fc.property(
				fc.nat(60),
				fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
				(n, r) => {
					const wait = backoffMs(n, r);
					expect(wait).toBeGreaterThanOrEqual(0);
					expect(wait).toBeLessThanOrEqual(RETRY.maxDelayMs);
				},
			),
		);
		expect(backoffMs(3, 0)).toBe(0);
		expect(backoffMs(1, 0.999)).toBeGreaterThan(900);
	});

	test('nobody returns earlier than the system asked (dataverse:T-27)', () => {
		fc.assert(
			fc.property(fc.nat(10), fc.nat(1_000_000), (attempt, asked) => {
				expect(waitMs(attempt, 0, asked)).toBeGreaterThanOrEqual(asked);
			}),
		);
	});

	test('those asked to wait do not all return at once (design:6)', () => {
		expect(waitMs(5, 0.5, 1000)).toBe(1250);
		expect(waitMs(2, 0.5, undefined)).toBe(1000);
	});

	test('the statuses that leave the outcome open (design:6)', () => {
		expect([408, 502, 503, 504].every(isGatewayStatus)).toBe(true);
		expect([429, 500, 501, 400, 505].some(isGatewayStatus)).toBe(false);
	});
});
