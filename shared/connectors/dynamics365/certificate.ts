import { X509Certificate, createPrivateKey } from 'node:crypto';
import { SyncError } from '../../core/errors';

/** A certificate as MSAL wants it. */
export interface ClientCertificate {
	readonly thumbprintSha256: string;
	readonly privateKey: string;
	readonly x5c: string;
}

/** Reads a certificate and its private key from PEM text, whose line breaks a form field may have lost. */
export function readCertificate(
	certificate: string,
	privateKey: string,
	passphrase?: string,
): ClientCertificate {
	const pem = restorePem(certificate, 'CERTIFICATE');
	try {
		const key = createPrivateKey({ key: restorePem(privateKey, 'PRIVATE KEY'), passphrase });
		return {
			thumbprintSha256: new X509Certificate(pem).fingerprint256.replaceAll(':', ''),
			privateKey: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
			x5c: pem,
		};
	} catch (cause) {
		throw unreadable(cause);
	}
}

function unreadable(cause: unknown): SyncError {
	return new SyncError(
		'config',
		'The certificate or private key of the Dynamics 365 credential cannot be read',
		{
			hint: 'Paste both as PEM text, and give the passphrase if the private key is encrypted.',
			cause,
		},
	);
}

/** Puts the line breaks back between header, base64 lines and footer. */
function restorePem(text: string, kind: string): string {
	const blocks = [...text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/g)];
	const wanted = blocks.filter(([, label]) => label.includes(kind));
	if (wanted.length === 0) {
		throw new SyncError(
			'config',
			`The Dynamics 365 credential holds no PEM block "${kind}" where one is expected`,
			{ hint: `Paste the text from -----BEGIN to -----END ${kind}-----.` },
		);
	}
	return wanted.map(([, label, body]) => formatBlock(label, body)).join('\n');
}

function formatBlock(label: string, body: string): string {
	// Old encrypted keys carry headers (Proc-Type, DEK-Info) that must keep their lines: left as they are.
	if (body.includes(':')) return `-----BEGIN ${label}-----${body}-----END ${label}-----\n`;
	const lines = body.replace(/\s|\\n/g, '').match(/.{1,64}/g) ?? [];
	return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
