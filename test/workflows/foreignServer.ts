/** A destination that is not ours: a small server that takes records, and the HTTP Request node that posts them. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IDataObject, INode } from 'n8n-workflow';
import { node } from '../n8n/workflow';

export interface ForeignServer {
	readonly url: string;
	/** Every body it was sent, refused ones too. */
	readonly bodies: IDataObject[];
	/** Keys it answers with 400. */
	readonly refused: Set<unknown>;
	reset(): void;
	close(): void;
}

export async function startForeign(keyField = 'accountnumber'): Promise<ForeignServer> {
	const bodies: IDataObject[] = [];
	const refused = new Set<unknown>();
	const server = createServer(async (request, response) => {
		const body = JSON.parse(Buffer.concat(await request.toArray()).toString()) as IDataObject;
		bodies.push(body);
		const isRefused = refused.has(body[keyField]);
		response.writeHead(isRefused ? 400 : 200, { 'content-type': 'application/json' });
		response.end(JSON.stringify(isRefused ? { message: 'No such city' } : { stored: true }));
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		bodies,
		refused,
		reset: () => {
			bodies.length = 0;
			refused.clear();
		},
		close: () => server.close(),
	};
}

/** HTTP Request that posts the whole record, as people write it: `{{ $json }}`. */
export const post = ({ url }: ForeignServer, rest: Partial<INode> = {}): INode =>
	node(
		'Post',
		'n8n-nodes-base.httpRequest',
		{
			method: 'POST',
			url,
			sendBody: true,
			specifyBody: 'json',
			jsonBody: '={{ $json }}',
			options: {},
		},
		{ typeVersion: 4.2, ...rest },
	);
