import { generateKeyPairSync, sign } from 'node:crypto';

/** A certificate and its key, as PEM. */
export interface Certificate {
	readonly cert: string;
	readonly key: string;
}

const oid = {
	ecdsaWithSha256: [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02],
	commonName: [0x55, 0x04, 0x03],
	subjectAltName: [0x55, 0x1d, 0x11],
} as const;
const tag = {
	integer: 2,
	bits: 3,
	octets: 4,
	oid: 6,
	text: 12,
	utcTime: 23,
	sequence: 48,
	set: 49,
};

/** One DER element (X.690): tag, length, content. */
function der(type: number, ...content: ReadonlyArray<Buffer | readonly number[]>): Buffer {
	const body = Buffer.concat(content.map((part) => Buffer.from(part)));
	const long =
		body.length < 256 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 255];
	return Buffer.concat([Buffer.from([type, ...(body.length < 128 ? [body.length] : long)]), body]);
}

function timeOf(date: Date): Buffer {
	const text = `${date.toISOString().replaceAll(/\D/gu, '').slice(2, 14)}Z`;
	return der(tag.utcTime, Buffer.from(text));
}

/**
 * A self-signed certificate (RFC 5280) for names and IPv4 addresses, valid for a day either side of `around`. It
 * is its own trust anchor; made anew each time, so that no key is ever stored.
 */
export function selfSigned(names: readonly string[], around = new Date()): Certificate {
	const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
	const algorithm = der(tag.sequence, der(tag.oid, oid.ecdsaWithSha256));
	const named = der(
		tag.sequence,
		der(tag.oid, oid.commonName),
		der(tag.text, Buffer.from('sandbox')),
	);
	const subject = der(tag.sequence, der(tag.set, named));
	const alternatives = names.map((name) =>
		/^[\d.]+$/u.test(name) ? der(0x87, name.split('.').map(Number)) : der(0x82, Buffer.from(name)),
	);
	const extension = der(
		tag.sequence,
		der(tag.oid, oid.subjectAltName),
		der(tag.octets, der(tag.sequence, ...alternatives)),
	);
	const day = 86_400_000;
	const content = der(
		tag.sequence,
		der(0xa0, der(tag.integer, [2])),
		der(tag.integer, [1]),
		algorithm,
		subject,
		der(
			tag.sequence,
			timeOf(new Date(around.getTime() - day)),
			timeOf(new Date(around.getTime() + day)),
		),
		subject,
		publicKey.export({ type: 'spki', format: 'der' }),
		der(0xa3, der(tag.sequence, extension)),
	);
	const signature = der(tag.bits, [0], sign('sha256', content, privateKey));
	const whole = der(tag.sequence, content, algorithm, signature).toString('base64');
	const lines = whole.match(/.{1,64}/gu) ?? [];
	return {
		cert: ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n'),
		key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
	};
}
