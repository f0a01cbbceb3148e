import { verify } from 'node:crypto';

/** What the stand-in knows of the signer of a JWT bearer assertion. */
export interface AssertionRules {
	readonly clientId: string;
	readonly usernames: readonly string[];
	readonly audience: string;
	/** PEM; undefined: the signature is not looked at. */
	readonly publicKey?: string;
	readonly now: number;
}

function decoded(part: string | undefined): Record<string, unknown> {
	try {
		return JSON.parse(Buffer.from(part ?? '', 'base64url').toString()) as Record<string, unknown>;
	} catch {
		return {};
	}
}

function isSigned(parts: readonly string[], publicKey: string): boolean {
	const [head, claims, signature] = parts;
	if (decoded(head).alg !== 'RS256' || signature === undefined) return false;
	const text = Buffer.from(`${head}.${claims}`);
	return verify('sha256', text, publicKey, Buffer.from(signature, 'base64url'));
}

/** Why an assertion is refused, as [error, error_description]; undefined when it is good (S1). */
export function assertionRefusal(
	assertion: string,
	rules: AssertionRules,
): readonly [string, string] | undefined {
	const parts = assertion.split('.');
	const { iss, sub, aud, exp } = decoded(parts[1]);
	if (iss !== rules.clientId) return ['invalid_client_id', 'client identifier invalid'];
	if (rules.publicKey !== undefined && !isSigned(parts, rules.publicKey)) {
		return ['invalid_grant', 'invalid assertion'];
	}
	if (aud !== rules.audience) return ['invalid_grant', 'audience is invalid'];
	if (typeof exp !== 'number' || exp * 1000 <= rules.now) {
		return ['invalid_grant', 'assertion has expired'];
	}
	if (typeof sub !== 'string' || !rules.usernames.includes(sub)) {
		return ['invalid_grant', "user hasn't approved this consumer"];
	}
	return undefined;
}
