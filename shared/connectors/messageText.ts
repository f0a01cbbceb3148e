/** Error messages are cut to one paragraph of this length. */
const LENGTH = 500;

/** A system's own text, of a length people read. */
export const shorten = (text: string): string =>
	text.length > LENGTH ? `${text.slice(0, LENGTH - 1)}…` : text;

/** What an answer says that is no JSON: its text, of a web page the heading or title; empty when there is none. */
export function pageText(body: string): string {
	if (!/<[a-z!]/i.test(body)) return shorten(body.trim());
	const title = /<title[^>]*>([^<]*)<\/title>/i.exec(body)?.[1] ?? '';
	const heading = /<h\d[^>]*>([^<]*)<\/h\d>/i.exec(body)?.[1] ?? '';
	return shorten((heading || title).trim());
}
