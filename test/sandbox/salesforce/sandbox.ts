import type { Clock } from '../clock';
import { createClock } from '../clock';
import type { Faults } from '../faults';
import { createFaults } from '../faults';
import type { LoggedRequest } from '../requestLog';
import { DataRules } from './dataRules';
import type { Effect } from './effects';
import type { Feature } from './features';
import { enableFeatures } from './features';
import type { Commit, Field } from './model';
import type { AppSettings } from './oauth';
import type { Org } from './org';
import { ids } from './org';
import { Schema } from './schema';
import { seedPlatform } from './seed';
import type { ServerContext } from './server';
import type { OrgSettings, Permissions } from './settings';
import { DEFAULT_ORG_SETTINGS, allPermissions } from './settings';
import { Store } from './store';
import type { Switches } from './switches';
import { defaultSwitches, setSwitches } from './switches';
import { convertLead, insertRow, rowsOf } from './testRows';
import { Tokens } from './tokens';
import { Usage } from './usage';

/** How a stand-in starts. */
export interface SalesforceOptions {
	/** 0, the default, takes a free port. */
	readonly port?: number;
	readonly clientId?: string;
	readonly clientSecret?: string;
	/** PEM key that JWT assertions must be signed with; none: any signature. */
	readonly publicKey?: string;
	/** Added to every answer. */
	readonly latencyMs?: number;
	readonly switches?: Partial<Switches>;
	readonly settings?: Partial<OrgSettings>;
	/** On from the start, and after every reset. */
	readonly features?: readonly Feature[];
}

/** A running stand-in of one Salesforce organisation. */
export interface SalesforceSandbox {
	/** Login host, My Domain and instance in one, without trailing slash. */
	readonly url: string;
	readonly tokenUrl: string;
	readonly clientId: string;
	readonly clientSecret: string;
	/** The user every grant stands for. */
	readonly username: string;
	readonly ids: typeof ids;
	readonly switches: Switches;
	readonly settings: OrgSettings;
	readonly permissions: Permissions;
	/** Validation, duplicate, assignment and lock rules to add to. */
	readonly rules: DataRules;
	readonly clock: Clock;
	readonly faults: Faults<Effect>;
	/** API calls of the day, to read and to set. */
	readonly usage: Usage;
	/** Every exchange since the start or the last reset, control requests left out. */
	readonly log: readonly LoggedRequest[];
	/** How many logged requests have a method and URL like this, such as `PATCH .*composite`. */
	count(request: RegExp | string): number;
	setSwitches(wanted: Readonly<Record<string, unknown>>): void;
	/** Copies of an object's live rows; with `all` deleted ones too. */
	rows(object: string, all?: boolean): Array<Record<string, unknown>>;
	/** Inserts a row as another user, by the rules of a create request; returns its id. */
	insert(object: string, row: Readonly<Record<string, unknown>>): string;
	/** Many rows at once, for benches; returns their ids in order. */
	seed(object: string, rows: ReadonlyArray<Readonly<Record<string, unknown>>>): string[];
	/** Marks a lead as converted, as the Convert button does. */
	convertLead(id: string, contactId?: string): void;
	/** Every committed change of an object, in order; those of deleted rows included. */
	history(object: string): readonly Commit[];
	onCommit(listener: (commit: Commit) => void): () => void;
	/** `undefined` removes the field. */
	changeField(object: string, field: string, change: Partial<Field> | undefined): void;
	addField(object: string, field: Field): void;
	/** Switches a feature of the organisation on, as an administrator does in Setup. */
	enable(...features: readonly Feature[]): void;
	revokeTokens(): void;
	/** Back to the start: rows, schema, log, faults, switches, settings, permissions, rules, usage, clock. */
	reset(): void;
	close(): Promise<void>;
}

const USERNAME = 'integration@crm-sync.example';

/** A stand-in that is not listening yet. */
export interface Built {
	readonly context: ServerContext;
	readonly sandbox: Omit<SalesforceSandbox, 'close'>;
	/** Called once the port is known. */
	setUrl(url: string): void;
	/** Ends what works between requests; the rows stay to be looked at. */
	stop(): void;
}

type MutableOrg = { -readonly [Name in keyof Org]: Org[Name] };

function buildOrg(
	settings: OrgSettings,
	switches: Switches,
	serving: ServerContext['serving'],
): { readonly org: MutableOrg; readonly clearParts: () => void } {
	const clock = createClock();
	const parts = new Map<unknown, unknown>();
	const org: MutableOrg = {
		url: '',
		schema: new Schema(),
		store: new Store({ now: clock.now, request: () => serving.index }),
		switches,
		clock,
		faults: createFaults<Effect>(),
		settings,
		permissions: allPermissions(),
		rules: new DataRules(),
		usage: new Usage(settings, switches, clock),
		part: <T>(make: (org: Org) => T): T => {
			if (!parts.has(make)) parts.set(make, make(org));
			return parts.get(make) as T;
		},
	};
	return { org, clearParts: () => parts.clear() };
}

function buildApp(options: SalesforceOptions): AppSettings {
	return {
		clientId: options.clientId ?? '3MVG9stand-in.client',
		clientSecret: options.clientSecret ?? 'stand-in-secret',
		users: { [USERNAME]: ids.user },
		publicKey: options.publicKey,
	};
}

function resetOrg(org: MutableOrg, features: readonly Feature[] = []): void {
	org.clock.reset();
	for (const part of [org.store, org.faults, org.rules, org.usage]) part.clear();
	org.schema = new Schema();
	const { hiddenFields, readOnlyFields, hiddenObjects } = org.permissions;
	for (const hidden of [hiddenFields, readOnlyFields, hiddenObjects]) hidden.clear();
	Object.assign(org.permissions, { viewSetup: true, viewAllData: true, hardDelete: true });
	seedPlatform(org);
	enableFeatures(org, features);
	org.store.forgetHistory();
}

/** Builds an organisation and everything around it. */
export function buildSandbox(options: SalesforceOptions): Built {
	const log: LoggedRequest[] = [];
	const serving: ServerContext['serving'] = {};
	const switches = { ...defaultSwitches(), ...options.switches };
	const startSwitches = { ...switches };
	const settings = { ...DEFAULT_ORG_SETTINGS, latencyMs: options.latencyMs ?? 0 };
	Object.assign(settings, options.settings);
	const startSettings = { ...settings };
	const { org, clearParts } = buildOrg(settings, switches, serving);
	const app = buildApp(options);
	const tokens = new Tokens(org.clock, settings);
	const reset = () => {
		clearParts();
		Object.assign(switches, startSwitches);
		Object.assign(settings, startSettings);
		resetOrg(org, options.features);
		log.length = 0;
	};
	reset();
	return {
		context: { org, app, tokens, log, serving },
		setUrl(url) {
			org.url = url;
		},
		stop: clearParts,
		sandbox: {
			get url() {
				return org.url;
			},
			get tokenUrl() {
				return `${org.url}/services/oauth2/token`;
			},
			clientId: app.clientId,
			clientSecret: app.clientSecret,
			username: USERNAME,
			ids,
			switches,
			settings,
			permissions: org.permissions,
			rules: org.rules,
			clock: org.clock,
			faults: org.faults,
			usage: org.usage,
			log,
			count: (request) =>
				log.filter(({ method, url }) => new RegExp(request).test(`${method} ${url}`)).length,
			setSwitches: (wanted) => setSwitches(switches, wanted),
			rows: (object, all) => rowsOf(org, object, all),
			insert: (object, row) => insertRow(org, object, row),
			seed: (object, rows) => rows.map((row) => insertRow(org, object, row)),
			convertLead: (id, contactId) => convertLead(org, id, contactId),
			history: (object) => org.store.history(org.schema.named(object)),
			onCommit: (listener) => org.store.onCommit(listener),
			changeField: (...change) => org.schema.changeField(...change),
			addField: (object, field) => org.schema.addField(object, field),
			enable: (...features) => enableFeatures(org, features),
			revokeTokens: () => tokens.revokeAll(),
			reset,
		},
	};
}
