import { randomUUID } from 'node:crypto';
import { badQuery } from './odataError';

interface Page<Position> {
	/** The whole link as handed out: it may not be edited, extended or re-encoded (contract 3.1). */
	readonly query: string;
	readonly size: number;
	readonly position: Position;
}

/** Hands out `$skiptoken` links and takes them back unaltered only (S-28). */
export class Pages<Position> {
	readonly #pages = new Map<string, Page<Position>>();

	constructor(private readonly tracking: 'True' | 'False' = 'False') {}

	/** The query string of the next page. */
	next(query: string, size: number, position: Position): string {
		const before = query.replace(/&?\$skiptoken=[^&]*/, '');
		const number = Number(/pagenumber=(?:%22|")(\d+)/.exec(query)?.[1] ?? 1) + 1;
		const cookie = randomUUID();
		const token = `<cookie pagenumber="${number}" pagingcookie="${cookie}" istracking="${this.tracking}" />`;
		const encoded = encodeURIComponent(token).replaceAll('%3D', '=').replaceAll('%2F', '/');
		const link = `${before}${before === '' ? '' : '&'}$skiptoken=${encoded}`;
		this.#pages.set(cookie, { query: link, size, position });
		return link;
	}

	/** Where a link goes on; refuses altered links and another page size (T-15). */
	resume(query: string, size: number): Position {
		const page = this.#pages.get(cookieOf(query) ?? '');
		if (page === undefined || page.query !== query) {
			throw badQuery('Malformed XML in the Paging Cookie.');
		}
		if (page.size !== size) {
			throw badQuery('The page size differs from that of the request that began the paging.');
		}
		return page.position;
	}

	clear(): void {
		this.#pages.clear();
	}
}

const cookieOf = (query: string) => /pagingcookie=(?:%22|")([\w-]+)/.exec(query)?.[1];
