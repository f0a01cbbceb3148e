import { sendBulk } from './bulk';
import { sendCollections } from './collections';
import { LIMITS } from './limits';
import { jobRowsOf } from './options';
import type { Send, Session } from './session';

/** How a write's rows travel, and how many of its records are planned together. */
export interface Route {
	readonly name: 'collections' | 'bulk';
	readonly send: Send;
	readonly slice: number;
}

const COLLECTIONS: Route = {
	name: 'collections',
	send: sendCollections,
	slice: LIMITS.collectionsUpTo,
};

/** The transport of a write of so many records: the first rule of salesforce 4.1 that fits. */
export function routeFor(session: Session, records: number): Route {
	const { options } = session;
	const isForced = options.api === 'collections' || needsCollections(session);
	const isSmall = options.api !== 'bulk' && records <= LIMITS.collectionsUpTo;
	if (isForced || isSmall) return COLLECTIONS;
	return { name: 'bulk', send: sendBulk, slice: jobRowsOf(options) };
}

/** The way every object takes. */
export const collectionsRoute = (): Route => COLLECTIONS;

/** What a Bulk job cannot carry out (4.1, 4.4, 4.7). */
function needsCollections({ options, sobject, names }: Session): boolean {
	const rule = options.assignmentRule;
	const knowsRules = sobject.name === 'Case' || sobject.name === 'Lead';
	return (
		options.allOrNone === true ||
		options.allowDuplicates === true ||
		(rule !== undefined && rule !== 'off' && !knowsRules) ||
		[...names].some((name) => sobject.field(name)?.type === 'base64')
	);
}
