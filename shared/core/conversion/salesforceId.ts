const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';
const ID = /^[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?$/u;

/**
 * A Salesforce id in its one form of 18 characters (salesforce 2.2, T13): the last three say which of the
 * others are capitals, so the case of the long form can be restored; that of the short form must be right.
 * Undefined for any other text.
 */
export function longSalesforceId(text: string): string | undefined {
	const id = text.trim();
	if (!ID.test(id)) return undefined;
	if (id.length === 15) return id + checkOf(id);
	const masks = [...id.slice(15).toUpperCase()].map((sign) => ALPHABET.indexOf(sign));
	const letters = [...id.slice(0, 15)].map((sign, position) => {
		const isCapital = ((masks[Math.floor(position / 5)] ?? 0) >> (position % 5)) & 1;
		return isCapital ? sign.toUpperCase() : sign.toLowerCase();
	});
	const body = letters.join('');
	// A digit marked as a capital, or a sign no mask has: the three do not belong to the fifteen.
	return masks.includes(-1) || checkOf(body) !== id.slice(15).toUpperCase()
		? undefined
		: body + checkOf(body);
}

/** The form of a Salesforce id, long or short. */
export const isSalesforceId = (text: string): boolean => longSalesforceId(text) !== undefined;

function checkOf(body: string): string {
	const groups = [0, 5, 10].map((start) => [...body.slice(start, start + 5)]);
	return groups
		.map((group) => group.map((sign) => /[A-Z]/u.test(sign)))
		.map((capitals) => capitals.reduce((mask, is, bit) => mask + (is ? 1 << bit : 0), 0))
		.map((mask) => ALPHABET.charAt(mask))
		.join('');
}
