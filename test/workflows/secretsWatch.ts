/** The secrets of a test run, and the search for them. */
import { X509Certificate } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Tokens } from '../sandbox/dataverse/tokens';

/** A certificate with its private key, under a passphrase, as an administrator would make it. */
export interface KeyPair {
	readonly certificate: string;
	readonly privateKey: string;
	readonly passphrase: string;
	readonly thumbprint: string;
}

export function makeKeyPair(): KeyPair {
	const folder = mkdtempSync(path.join(tmpdir(), 'crm-sync-secrets-'));
	const [key, cert] = ['key.pem', 'cert.pem'].map((name) => path.join(folder, name));
	const passphrase = 'open, sesame! 1001';
	const request = ['req', '-x509', '-newkey', 'rsa:2048', '-days', '2', '-subj', '/CN=crm-sync'];
	const files = ['-keyout', key!, '-out', cert!, '-passout', `pass:${passphrase}`];
	execFileSync('openssl', [...request, ...files], { stdio: 'pipe' });
	const [certificate, privateKey] = [readFileSync(cert!, 'utf8'), readFileSync(key!, 'utf8')];
	rmSync(folder, { recursive: true });
	const thumbprint = new X509Certificate(certificate).fingerprint256;
	return { certificate, privateKey, passphrase, thumbprint };
}

/** What the sign-in endpoint of the stand-in hears and gives out from now on. */
export function watchSignIn() {
	const tokens = new Set<string>();
	const assertions = new Set<string>();
	const { serve } = Tokens.prototype;
	jest.spyOn(Tokens.prototype, 'serve').mockImplementation(function (this: Tokens, request) {
		const answer = serve.call(this, request);
		const assertion = new URLSearchParams(request.body).get('client_assertion');
		if (assertion) assertions.add(assertion);
		const { access_token: token } = (answer?.status === 200 ? JSON.parse(answer.body) : {}) as {
			access_token?: string;
		};
		if (token) tokens.add(token);
		return answer;
	});
	return { tokens, assertions };
}

/** The lines of a PEM text that are key material. */
export const pemLines = (pem: string): string[] =>
	pem.split('\n').filter((line) => line.length >= 32 && !line.startsWith('-----'));

/** Half of a secret is a secret, and a database may store a long text in two places. */
const halves = (text: string): string[] =>
	text.length < 24 ? [text] : [text.slice(0, text.length / 2), text.slice(text.length / 2)];

/** A secret as it may be spelled where it leaks. */
const spellings = (secret: string): Set<string> =>
	new Set([
		secret,
		encodeURIComponent(secret),
		String(new URLSearchParams({ secret })).slice('secret='.length),
		JSON.stringify(secret).slice(1, -1),
		Buffer.from(secret).toString('base64').replace(/=+$/, ''),
		Buffer.from(secret).toString('base64url'),
	]);

/** Which secrets, by their names, a text holds in any spelling. */
export function leaksIn(text: Buffer, secrets: ReadonlyMap<string, readonly string[]>): string[] {
	const isIn = (secret: string) =>
		[...spellings(secret)].flatMap(halves).some((part) => text.includes(part));
	return [...secrets].filter(([, values]) => values.some(isIn)).map(([name]) => name);
}

/** Every file below a folder, but not in these folders. */
export function filesIn(folder: string, besides: readonly string[]): string[] {
	return readdirSync(folder).flatMap((name) => {
		const file = path.join(folder, name);
		if (!statSync(file).isDirectory()) return [file];
		return besides.includes(name) ? [] : filesIn(file, besides);
	});
}
