import { createHmac, randomBytes } from 'node:crypto';
import type { Clock } from '../clock';
import type { OrgSettings } from './settings';

/** How a token came about; a client-credentials token may be refused by `/userinfo` (U20). */
export type GrantType = 'authorization_code' | 'refresh_token' | 'client_credentials' | 'jwt';

export interface Grant {
	readonly userId: string;
	readonly type: GrantType;
	readonly expires: number;
	/** The refresh token it belongs to: revoking that one ends it too. */
	readonly refreshToken?: string;
}

/** The tokens an organisation gave out; no answer tells when they end (1.3). */
export class Tokens {
	readonly #grants = new Map<string, Grant>();
	readonly #refreshTokens = new Map<string, string>();

	constructor(
		private readonly clock: Clock,
		private readonly settings: OrgSettings,
	) {}

	issue(grant: Pick<Grant, 'userId' | 'type' | 'refreshToken'>): string {
		const token = `00D!${randomBytes(24).toString('base64url')}`;
		const expires = this.clock.now() + this.settings.tokenLifetimeMs;
		this.#grants.set(token, { ...grant, expires });
		return token;
	}

	issueRefreshToken(userId: string): string {
		const token = `5Aep${randomBytes(24).toString('base64url')}`;
		this.#refreshTokens.set(token, userId);
		return token;
	}

	/** The user a refresh token stands for, unless it was revoked. */
	userOf(refreshToken: string): string | undefined {
		return this.#refreshTokens.get(refreshToken);
	}

	/** The grant behind an `Authorization` header, while it lasts. */
	accept(authorization: string | undefined): Grant | undefined {
		const [, token = ''] = /^(?:Bearer|OAuth) (.+)$/.exec(authorization ?? '') ?? [];
		const grant = this.#grants.get(token);
		return grant !== undefined && grant.expires > this.clock.now() ? grant : undefined;
	}

	/** Ends a token of either kind; false for one nobody gave out. */
	revoke(token: string): boolean {
		if (this.#grants.delete(token)) return true;
		for (const [each, grant] of this.#grants) {
			if (grant.refreshToken === token) this.#grants.delete(each);
		}
		return this.#refreshTokens.delete(token);
	}

	/** Every access token given out so far stops working; refresh tokens still do. */
	revokeAll(): void {
		this.#grants.clear();
	}
}

/** Proof that a token answer was not tampered with. */
export const signatureOf = (text: string, secret: string): string =>
	createHmac('sha256', secret).update(text).digest('base64');
