const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const MASKS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';
const FORM = /^[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?$/;

const isUpper = (letter: string) => letter >= 'A' && letter <= 'Z';

/** The three characters that make a case-insensitive id of a case-sensitive one (2.2). */
function checksum(id15: string): string {
	let text = '';
	for (let group = 0; group < 3; group += 1) {
		let mask = 0;
		for (let bit = 0; bit < 5; bit += 1) {
			if (isUpper(id15.charAt(group * 5 + bit))) mask += 1 << bit;
		}
		text += MASKS.charAt(mask);
	}
	return text;
}

/** The 15-character id behind 18 characters whose case was lost: the checksum restores it. */
function restoreCase(id: string): string {
	let text = '';
	for (let at = 0; at < 15; at += 1) {
		const mask = MASKS.indexOf(id.charAt(15 + Math.floor(at / 5)).toUpperCase());
		const upper = ((mask >> (at % 5)) & 1) === 1;
		text += upper ? id.charAt(at).toUpperCase() : id.charAt(at).toLowerCase();
	}
	return text;
}

/** 15 or 18 characters in, 18 out; undefined when it is no id (S7). */
export function fullId(text: string): string | undefined {
	if (!FORM.test(text)) return undefined;
	if (text.length === 15) return text + checksum(text);
	if (/[^A-Z0-5]/i.test(text.slice(15))) return undefined;
	const id15 = restoreCase(text);
	const full = id15 + checksum(id15);
	return full.toUpperCase() === text.toUpperCase() ? full : undefined;
}

/** The nth id of an object. */
export function makeId(keyPrefix: string, number: number): string {
	let digits = '';
	for (let rest = number; rest > 0; rest = Math.floor(rest / 62)) {
		digits = ALPHABET.charAt(rest % 62) + digits;
	}
	const id15 = `${keyPrefix}5e00000${digits.padStart(5, '0')}`;
	return id15 + checksum(id15);
}
