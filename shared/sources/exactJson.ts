/** Only a run of so many digits can be a whole number that a double does not hold. */
const longRun = 16;
const wholeNumber = /^-?\d+$/u;

/** JSON as JSON.parse reads it, but a whole number that a double does not print back stays the text it was written as: no digit is lost. */
export function parseExactJson(text: string): unknown {
	return hasLongRun(text) ? (JSON.parse(text, exactly) as unknown) : JSON.parse(text);
}

/** Looks at every sixteenth character: a long run covers at least one of them. */
function hasLongRun(text: string): boolean {
	for (let at = longRun - 1; at < text.length; at += longRun) {
		if (!isDigit(text, at)) continue;
		let start = at;
		let end = at + 1;
		while (isDigit(text, start - 1)) start--;
		while (isDigit(text, end)) end++;
		if (end - start >= longRun) return true;
	}
	return false;
}

/** Outside the text there is none. */
function isDigit(text: string, at: number): boolean {
	const code = text.charCodeAt(at);
	return code >= 0x30 && code <= 0x39;
}

function exactly(_name: string, value: unknown, context?: { readonly source?: string }): unknown {
	if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
	const written = context?.source;
	if (written === undefined || written === String(value)) return value;
	return wholeNumber.test(written) ? written : value;
}
