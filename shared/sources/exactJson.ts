/** Only a run of so many digits can be a whole number that a double does not hold. */
const longNumber = /\d{16}/u;
const wholeNumber = /^-?\d+$/u;

/** JSON as JSON.parse reads it, but a whole number that a double does not print back stays the text it was written as: no digit is lost. */
export function parseExactJson(text: string): unknown {
	return longNumber.test(text) ? (JSON.parse(text, exactly) as unknown) : JSON.parse(text);
}

function exactly(_name: string, value: unknown, context?: { readonly source?: string }): unknown {
	if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
	const written = context?.source;
	if (written === undefined || written === String(value)) return value;
	return wholeNumber.test(written) ? written : value;
}
