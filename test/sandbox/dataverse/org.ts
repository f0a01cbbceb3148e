import type { Clock } from '../clock';
import type { Faults } from '../faults';
import type { BusinessLogic } from './businessLogic';
import type { ChangePage } from './changes';
import type { CustomizationLock } from './customization';
import type { Effect } from './effects';
import type { Execution } from './execution';
import type { Jobs } from './jobs';
import type { Pages } from './pages';
import type { RecordCounts } from './recordCounts';
import type { Schema } from './schema';
import type { OrgSettings } from './settings';
import type { Store } from './store';
import type { Switches } from './switches';

/** Who the application is inside the organisation; tests change it between requests (S-02). */
export interface Identity {
	/** False: no application user in this environment, `0x80072560`. */
	applicationUser: boolean;
	/** False: the user has no security role, `0x80042f09`. */
	securityRole: boolean;
	/** Privileges taken away, such as `prvWriteaccount`. */
	readonly missingPrivileges: Set<string>;
	/** How far its read privileges reach; change tracking needs the whole organisation (S-31). */
	readDepth: 'Basic' | 'Local' | 'Global';
}

/** Everything a request can touch. */
export interface Org {
	/** `http://127.0.0.1:PORT` */
	readonly url: string;
	readonly schema: Schema;
	readonly store: Store;
	readonly switches: Switches;
	readonly clock: Clock;
	readonly identity: Identity;
	readonly faults: Faults<Effect>;
	readonly jobs: Jobs;
	/** Milliseconds a key index spends in Pending and again in InProgress (S-25). */
	readonly keyDelayMs: number;
	readonly settings: OrgSettings;
	readonly changePages: Pages<ChangePage>;
	readonly logic: BusinessLogic;
	readonly counts: RecordCounts;
	readonly customizations: CustomizationLock;
	/** The operation being served. */
	execution: Execution;
}

/** One operation: an HTTP request or a part of a batch. */
export interface ApiRequest {
	readonly method: string;
	/** Path and query as sent. */
	readonly url: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string;
	readonly inBatch: boolean;
	/** `$1` → entity path of an earlier part, inside a batch. */
	readonly references?: ReadonlyMap<string, string>;
}

export interface ApiResponse {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string;
}

/** The only API root this stand-in has; older 9.x versions answer in the same way. */
export const API_PATH = /^\/api\/data\/v9\.\d+\//;

/** The service root, as answers write it. */
export const root = (org: Org): string => `${org.url}/api/data/v9.2/`;

/** The ids WhoAmI answers with; `otherUser` is somebody else who writes to the same rows. */
export const ids = {
	user: '5d3f1c2a-0b6e-4f7d-9a41-3c2b1a0f9e8d',
	otherUser: '7e4a2d3b-1c7f-4a8e-8b52-4d3c2b1a0f9e',
	businessUnit: '9c1b7f60-2d8a-4e3b-b7c6-5e4d3c2b1a0f',
	organization: 'a1d2c3b4-3e9b-4c4c-96d7-6f5e4d3c2b1a',
	team: 'b2e3d4c5-4fac-4d5d-87e8-706f5e4d3c2b',
	currency: 'c3f4e5d6-50bd-4e6e-98f9-81706f5e4d3c',
} as const;

export const JSON_TYPE = 'application/json; odata.metadata=minimal';

/** A JSON answer. */
export function json(
	status: number,
	body: unknown,
	headers: Readonly<Record<string, string>> = {},
): ApiResponse {
	return { status, headers: { 'Content-Type': JSON_TYPE, ...headers }, body: JSON.stringify(body) };
}

/** 204. */
export const noContent = (headers: Readonly<Record<string, string>> = {}): ApiResponse => ({
	status: 204,
	headers,
	body: '',
});
