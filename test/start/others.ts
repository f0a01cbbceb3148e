import path from 'node:path';
import { root } from '../n8n/places';
import type { StoredCredential, WorkflowDefinition } from '../n8n/workflow';
import { writeCsv } from './csvFile';
import { people } from './model';
import { readTemplateFor } from './prepare';

/** What templates need that are stored beside the demos, ready to run. */
export interface Surroundings {
	filesFolder: string;
	apiUrl: string;
	dynamics: StoredCredential;
}

const templates = [
	'csv-to-any-node.json',
	'dynamics365-to-any-node.json',
	'dynamics365-replay.json',
	'alert-when-a-sync-stops.json',
];

/** The other templates that need stand-ins only, pointed at ours. Shards are left out: they read from Postgres. */
export function readOthers({ filesFolder, apiUrl, dynamics }: Surroundings): WorkflowDefinition[] {
	const contacts = path.join(filesFolder, 'contacts.csv');
	const rows = people().map((person) => ({ ...person, city: 'Zurich' }));
	writeCsv(contacts, ['id', 'email', 'first_name', 'last_name', 'city'], rows);
	return templates.map((name) => {
		const workflow = readTemplateFor(path.join(root, 'workflows', name), contacts, dynamics);
		for (const { type, parameters } of workflow.nodes) {
			if (type.endsWith('.httpRequest')) parameters.url = apiUrl;
		}
		return workflow;
	});
}
