import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { IDataObject } from 'n8n-workflow';
import type { N8n } from '../n8n/connect';
import { useCredentials, type StoredCredential, type WorkflowDefinition } from '../n8n/workflow';

/** Stores the credential, or renews the one of that name an earlier start left. */
export async function putCredential(
	{ rest, createCredential }: N8n,
	type: string,
	name: string,
	data: IDataObject,
): Promise<StoredCredential> {
	const stored = await rest.get<StoredCredential[]>('/credentials');
	const found = stored.find((credential) => credential.type === type && credential.name === name);
	if (!found) return await createCredential(type, name, data);
	await rest.patch(`/credentials/${found.id}`, { name, type, data });
	return { id: found.id, name, type };
}

/** Reads the template as a user would import it, reading its rows from our files of the same names. */
export function readTemplateFor(
	template: string,
	files: string | readonly string[],
	credential: StoredCredential,
): WorkflowDefinition {
	let text = readFileSync(template, 'utf8');
	for (const file of [files].flat()) {
		const place = new RegExp(`"[^"]*/${path.basename(file)}"`, 'g');
		text = text.replaceAll(place, () => JSON.stringify(file));
	}
	return useCredentials(JSON.parse(text) as WorkflowDefinition, [credential]);
}

/** Stores the workflow over the one of that name, so that starting twice leaves one. */
export async function putWorkflow(n8n: N8n, workflow: WorkflowDefinition): Promise<string> {
	const filter = encodeURIComponent(JSON.stringify({ name: workflow.name }));
	const found = await n8n.rest.get<Array<{ id: string; name: string }>>(
		`/workflows?filter=${filter}`,
	);
	const same = found.find(({ name }) => name === workflow.name);
	if (same) await n8n.adopt(workflow, same.id);
	return await n8n.save(workflow);
}
