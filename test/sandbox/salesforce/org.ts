import type { Clock } from '../clock';
import type { Faults } from '../faults';
import type { DataRules } from './dataRules';
import type { Effect } from './effects';
import { makeId } from './ids';
import type { Schema } from './schema';
import type { OrgSettings, Permissions } from './settings';
import type { Store } from './store';
import type { Switches } from './switches';
import type { Usage } from './usage';

/** Everything a request can touch. */
export interface Org {
	/** `http://127.0.0.1:PORT`: login host, My Domain and instance host in one. */
	readonly url: string;
	readonly schema: Schema;
	readonly store: Store;
	readonly switches: Switches;
	readonly clock: Clock;
	readonly faults: Faults<Effect>;
	readonly settings: OrgSettings;
	readonly permissions: Permissions;
	/** Validation, duplicate, assignment and lock rules a test adds. */
	readonly rules: DataRules;
	readonly usage: Usage;
	/** State that a feature keeps for the organisation: made on first use, gone at a reset. */
	part<T>(make: (org: Org) => T): T;
}

/** Who calls, and by which version of the API. */
export interface Session {
	readonly org: Org;
	readonly userId: string;
	/** 66 for `/services/data/v66.0`. */
	readonly version: number;
}

/** One request under `/services/data/vNN.0`. */
export interface ApiRequest {
	readonly method: string;
	/** Path and query as sent. */
	readonly url: string;
	/** Lower-case names. */
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string;
	readonly query: URLSearchParams;
	/** What the groups of the route's path matched, percent-decoded. */
	readonly params: readonly string[];
	/** The faults that strike this request; a handler knows those of its jobs. */
	readonly effects: readonly Effect[];
}

export interface ApiResponse {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string;
}

/** A method and a path below `/services/data/vNN.0`, and what answers it. Throws Refusal for what is refused. */
export interface Route {
	readonly method: string;
	/** Whole path without its optional trailing slash, such as `/^\/sobjects\/([^/]+)\/describe$/`. */
	readonly path: RegExp;
	readonly handle: (session: Session, request: ApiRequest) => ApiResponse;
}

export const ORG_ID = makeId('00D', 1);

/** The calling user, one more whom assignment rules and tests use, and a queue. */
export const ids = {
	user: makeId('005', 1),
	otherUser: makeId('005', 2),
	queue: makeId('00G', 1),
} as const;

export const JSON_TYPE = 'application/json;charset=UTF-8';

/** A JSON answer. */
export const json = (
	status: number,
	body: unknown,
	headers: Readonly<Record<string, string>> = {},
): ApiResponse => ({
	status,
	headers: { 'Content-Type': JSON_TYPE, ...headers },
	body: JSON.stringify(body),
});

/** 204. */
export const noContent = (headers: Readonly<Record<string, string>> = {}): ApiResponse => ({
	status: 204,
	headers,
	body: '',
});

/** The root of the version the caller uses, as answers write it: a path without host. */
export const root = ({ version }: Session): string => `/services/data/v${version}.0`;
