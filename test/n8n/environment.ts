import { createRequire } from 'node:module';
import path from 'node:path';
import { n8nFolder, nodeBin } from './places';

/** Signs in to servers that listen on this machine only and hold nothing but test data. */
export const owner = {
	email: 'owner@example.com',
	firstName: 'Demo',
	lastName: 'Owner',
	password: 'Sync-Demo-2026',
};

/** Calls n8n would make to the outside, and pop-ups that cover what a person or a screenshot wants to see. */
const quiet = {
	N8N_AI_ENABLED: 'false',
	N8N_DISABLED_MODULES: 'mcp-registry',
	N8N_DIAGNOSTICS_ENABLED: 'false',
	N8N_DYNAMIC_BANNERS_ENABLED: 'false',
	N8N_HIRING_BANNER_ENABLED: 'false',
	N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
	N8N_PERSONALIZATION_ENABLED: 'false',
	N8N_PYTHON_ENABLED: 'false',
	N8N_TEMPLATES_ENABLED: 'false',
	N8N_UNVERIFIED_PACKAGES_ENABLED: 'true',
	N8N_VERIFIED_PACKAGES_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
};

/** Settings of the caller's own n8n, of npm and of jest (n8n refuses NODE_ENV=test) must not reach this one. */
const foreign = /^(N8N_|DB_|EXECUTIONS_|QUEUE_|NODES_|NODE_OPTIONS$|NODE_ENV$|JEST_|npm_)/i;

const hash = (text: string): string => {
	const bcrypt = createRequire(path.join(n8nFolder, 'node_modules/n8n/package.json'))('bcryptjs');
	return bcrypt.hashSync(text, 10);
};

/** What a server's environment depends on. */
export interface Place {
	userFolder: string;
	filesFolder: string;
	port: number;
	brokerPort: number;
}

/** The environment of one private server (n8n: section 2.1). */
export function serverEnvironment(place: Place): NodeJS.ProcessEnv {
	const own = Object.entries(process.env).filter(([name]) => !foreign.test(name));
	return {
		...Object.fromEntries(own),
		...quiet,
		PATH: `${nodeBin}${path.delimiter}${process.env.PATH}`,
		NO_PROXY: 'localhost,127.0.0.1',
		EXECUTIONS_DATA_SAVE_ON_SUCCESS: 'all',
		N8N_INSTANCE_OWNER_MANAGED_BY_ENV: 'true',
		N8N_INSTANCE_OWNER_EMAIL: owner.email,
		N8N_INSTANCE_OWNER_FIRST_NAME: owner.firstName,
		N8N_INSTANCE_OWNER_LAST_NAME: owner.lastName,
		N8N_INSTANCE_OWNER_PASSWORD_HASH: hash(owner.password),
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_PORT: String(place.port),
		N8N_RESTRICT_FILE_ACCESS_TO: place.filesFolder,
		N8N_RUNNERS_BROKER_PORT: String(place.brokerPort),
		N8N_SECURE_COOKIE: 'false',
		N8N_USER_FOLDER: place.userFolder,
		// Where a worker, which has no editor, tells whether it is ready.
		N8N_WORKER_SERVER_ADDRESS: '127.0.0.1',
		QUEUE_HEALTH_CHECK_ACTIVE: 'true',
		QUEUE_HEALTH_CHECK_PORT: String(place.port),
	};
}
