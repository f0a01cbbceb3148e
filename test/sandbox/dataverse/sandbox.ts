import type { Clock } from '../clock';
import { createClock } from '../clock';
import type { Faults } from '../faults';
import { createFaults } from '../faults';
import type { LoggedRequest } from '../requestLog';
import { BusinessLogic } from './businessLogic';
import type { ChangePage } from './changes';
import { CustomizationLock } from './customization';
import type { Effect } from './effects';
import { PLAIN } from './execution';
import { createJobs } from './jobs';
import { defineKey } from './keyDefinitions';
import type { AlternateKey, Column, Commit, KeyStatus, Row } from './model';
import { apiValues } from './model';
import { ODataError } from './odataError';
import type { Identity, Org } from './org';
import { ids } from './org';
import { Pages } from './pages';
import { readPayload } from './payload';
import { RecordCounts } from './recordCounts';
import { createRow } from './rules';
import { Schema } from './schema';
import { seedPlatform } from './seed';
import type { ServerContext } from './server';
import type { OrgSettings } from './settings';
import { DEFAULT_ORG_SETTINGS } from './settings';
import { Store } from './store';
import type { Switches } from './switches';
import { defaultSwitches, setSwitches } from './switches';
import type { Limits } from './throttle';
import { DEFAULT_LIMITS, Throttle } from './throttle';
import type { Certificate } from './tokens';
import { Tokens } from './tokens';

/** How a stand-in starts. */
export interface DataverseOptions {
	/** 0, the default, takes a free port. */
	readonly port?: number;
	readonly tenant?: string;
	readonly clientId?: string;
	readonly clientSecret?: string;
	readonly certificates?: readonly Certificate[];
	/** Known tenants; every tenant by default. */
	readonly tenants?: readonly string[];
	readonly tokenLifetimeSeconds?: number;
	/** Added to every answer. */
	readonly latencyMs?: number;
	readonly dopHint?: number;
	readonly limits?: Partial<Limits>;
	readonly switches?: Partial<Switches>;
	/** Milliseconds a new key spends in Pending and again in InProgress. */
	readonly keyDelayMs?: number;
	readonly settings?: Partial<OrgSettings>;
}

/** A running stand-in of one Dataverse organisation. */
export interface DataverseSandbox {
	/** The organisation's URL, without trailing slash. */
	readonly url: string;
	readonly tenant: string;
	readonly clientId: string;
	readonly clientSecret: string;
	readonly tokenUrl: string;
	/** The certificates the application may sign in with; add to it at any time. */
	readonly certificates: Certificate[];
	readonly ids: typeof ids;
	readonly identity: Identity;
	readonly switches: Switches;
	readonly limits: Limits;
	readonly settings: { latencyMs: number; dopHint: number } & OrgSettings;
	/** Plug-in steps, duplicate rules and flows to add to, and what ran. */
	readonly logic: BusinessLogic;
	readonly clock: Clock;
	readonly faults: Faults<Effect>;
	/** Every exchange since the start or the last reset, control requests left out. */
	readonly log: readonly LoggedRequest[];
	setSwitches(wanted: Readonly<Record<string, unknown>>): void;
	/** Copies of a table's rows, named as answers name columns. */
	rows(table: string): Array<Record<string, unknown>>;
	/** Inserts a row as another user, by the rules of a create request; returns its id. */
	insert(table: string, row: Readonly<Record<string, unknown>>): string;
	/** Every committed change by row id, in order; deleted rows included. */
	history(table: string): Record<string, readonly Commit[]>;
	onCommit(listener: (commit: Commit) => void): () => void;
	/** Adds a key whose index is built in time; `setKeyStatus` moves it by hand. */
	addKey(table: string, schemaName: string, columns: readonly string[]): AlternateKey;
	setKeyStatus(table: string, key: string, status: KeyStatus): void;
	/** `undefined` removes the column. */
	changeColumn(table: string, column: string, change: Partial<Column> | undefined): void;
	revokeTokens(): void;
	/** Back to the start: rows, schema, log, faults, switches, settings, logic, clock, identity, throttling. */
	reset(): void;
	close(): Promise<void>;
}

const TENANT = '0f8e7d6c-5b4a-4392-8170-6f5e4d3c2b1a';
const CLIENT = '1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d';

/** A stand-in that is not listening yet. */
export interface Built {
	readonly context: ServerContext;
	readonly sandbox: Omit<DataverseSandbox, 'close'>;
	/** Called once the port is known. */
	setUrl(url: string): void;
}

type MutableOrg = { -readonly [Name in keyof Org]: Org[Name] };

/** Builds an organisation and everything around it. */
export function buildSandbox(options: DataverseOptions): Built {
	const clock = createClock();
	const log: LoggedRequest[] = [];
	const serving: ServerContext['serving'] = {};
	const switches = { ...defaultSwitches(), ...options.switches };
	const startSwitches = { ...switches };
	const identity: Identity = {
		applicationUser: true,
		securityRole: true,
		missingPrivileges: new Set(),
		readDepth: 'Global',
	};
	const orgSettings = { ...DEFAULT_ORG_SETTINGS, ...options.settings };
	const settings = {
		latencyMs: options.latencyMs ?? 0,
		dopHint: options.dopHint ?? 4,
		...orgSettings,
	};
	const logic = new BusinessLogic();
	const store = new Store({
		now: clock.now,
		request: () => serving.index,
		foldsKeys: () => switches['U-25'] === 'folded',
		// Rows a test inserts start neither flows nor asynchronous steps.
		changing: (commit) => commit.request !== undefined && logic.remember(commit, org.execution),
	});
	const org: MutableOrg = {
		url: '',
		schema: new Schema(),
		store,
		switches,
		clock,
		identity,
		faults: createFaults<Effect>(),
		jobs: createJobs(clock),
		keyDelayMs: options.keyDelayMs ?? 1000,
		settings,
		changePages: new Pages<ChangePage>('True'),
		logic,
		counts: new RecordCounts(),
		customizations: new CustomizationLock(),
		execution: PLAIN,
	};
	const limits: Limits = { ...DEFAULT_LIMITS, ...options.limits };
	const certificates = [...(options.certificates ?? [])];
	const clientId = options.clientId ?? CLIENT;
	const clientSecret = options.clientSecret ?? 'stand-in-secret';
	const tenant = options.tenant ?? TENANT;
	const lifetimeSeconds = options.tokenLifetimeSeconds ?? 3599;
	const tokens = new Tokens(
		{ clientId, clientSecret, certificates, lifetimeSeconds, tenants: options.tenants },
		clock,
		() => org.url,
	);
	const context: ServerContext = {
		org,
		tokens,
		throttle: new Throttle(limits, clock),
		pages: new Pages<Row>(),
		log,
		settings,
		serving,
	};
	const startLimits = { ...limits };
	const reset = () => {
		store.clear();
		org.schema = new Schema();
		const parts = [context.pages, context.throttle, org.jobs, org.faults, logic];
		const orgParts = [org.changePages, org.counts, org.customizations];
		for (const part of [...parts, ...orgParts]) part.clear();
		clock.reset();
		Object.assign(switches, startSwitches);
		Object.assign(limits, startLimits);
		identity.missingPrivileges.clear();
		Object.assign(settings, orgSettings);
		Object.assign(identity, { applicationUser: true, securityRole: true, readDepth: 'Global' });
		log.length = 0;
		seedPlatform(org);
	};
	store.onCommit((commit) => logic.afterCommit(org, commit));
	reset();
	return {
		context,
		setUrl(url) {
			org.url = url;
		},
		sandbox: {
			get url() {
				return org.url;
			},
			get tokenUrl() {
				return `${org.url}/${tenant}/oauth2/v2.0/token`;
			},
			tenant,
			clientId,
			clientSecret,
			certificates,
			ids,
			identity,
			switches,
			limits,
			settings,
			logic,
			clock,
			faults: org.faults,
			log,
			setSwitches: (wanted) => setSwitches(switches, wanted),
			rows: (name) => rowsOf(org, name),
			insert: (name, row) => insertRow(org, name, row),
			history: (name) => structuredClone(store.history(org.schema.named(name))),
			onCommit: (listener) => store.onCommit(listener),
			addKey: (name, schemaName, columns) =>
				defineKey(org, org.schema.named(name), schemaName, columns),
			setKeyStatus: (name, key, status) =>
				org.schema.setKeyStatus(org.schema.named(name), key, status),
			changeColumn: (...[name, ...change]) =>
				org.schema.changeColumn(org.schema.named(name), ...change),
			revokeTokens: () => tokens.revokeAll(),
			reset,
		},
	};
}

function rowsOf(org: Org, name: string): Array<Record<string, unknown>> {
	const table = org.schema.named(name);
	return org.store
		.rows(table)
		.map((row) => ({ ...apiValues(table, row.values), versionnumber: row.version }));
}

function insertRow(org: Org, name: string, row: Readonly<Record<string, unknown>>): string {
	const table = org.schema.named(name);
	try {
		const values = readPayload(org, { table, mode: 'create' }, row);
		return createRow(org, table, values, ids.otherUser).id;
	} catch (error) {
		if (!(error instanceof ODataError)) throw error;
		throw new RangeError(`Row for ${name} refused with ${error.code}: ${error.message}`);
	}
}
