import { isObject, parseJson } from '../../shared/connectors/json';
import { preferPort } from '../n8n/ports';
import { listen } from '../sandbox/httpServer';

/** A local API that templates for any destination post to; GET shows what it has. */
export interface Api {
	url: string;
	stop(): Promise<void>;
}

const usualPort = 5692;

const answer = (status: number, body: unknown) => ({
	status,
	headers: { 'Content-Type': 'application/json' },
	body: JSON.stringify(body, undefined, '\t'),
});

/** Starts it, empty: it keeps the newest version of each record by `externalId`. */
export async function startApi(): Promise<Api> {
	const contacts = new Map<unknown, unknown>();
	const { port, close } = await listen(
		({ method, body }) => {
			if (method === 'GET') return answer(200, [...contacts.values()]);
			const contact = parseJson(body);
			if (!isObject(contact) || !contact.externalId) {
				return answer(400, { message: 'Not a contact with an externalId' });
			}
			contacts.set(contact.externalId, contact);
			return answer(200, { stored: true });
		},
		await preferPort(usualPort),
	);
	return { url: `http://127.0.0.1:${port}/contacts`, stop: close };
}
