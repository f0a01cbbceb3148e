import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request read to its end. Header names are lower-case. */
export interface Incoming {
	readonly method: string;
	readonly url: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string;
}

/** What goes back on the wire, and how badly. */
export interface Reply {
	readonly status: number;
	readonly headers: Readonly<Record<string, string | readonly string[]>>;
	readonly body: string;
	readonly delayMs?: number;
	/** Close the connection instead of answering. */
	readonly reset?: boolean;
	/** Called once nothing more will be sent, also when the client went away. */
	readonly onSent?: () => void;
}

// Node refuses request lines over 16 KB by default; stand-ins set their own limits (dataverse:S-05).
const MAX_HEADER_BYTES = 256 * 1024;
// A client that prepares a big upload for longer than Node's five seconds finds its connection open.
const SETTINGS = { maxHeaderSize: MAX_HEADER_BYTES, keepAliveTimeout: 60_000 };

async function readBody(request: IncomingMessage): Promise<string> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks).toString('utf8');
}

const plainHeaders = (request: IncomingMessage) =>
	Object.fromEntries(
		Object.entries(request.headers).map(([name, value]) => [name, [value].flat().join(', ')]),
	);

function send(reply: Reply, response: ServerResponse): void {
	if (reply.reset === true) {
		response.destroy();
		return;
	}
	response.writeHead(reply.status, reply.headers as Record<string, string | string[]>);
	const declared = Number(reply.headers['Content-Length'] ?? 0);
	// An answer shorter than it declares to be breaks off in the middle.
	if (declared > Buffer.byteLength(reply.body))
		response.write(reply.body, () => response.destroy());
	else response.end(reply.body === '' ? undefined : reply.body);
}

/** Serves `handle` on 127.0.0.1; port 0 takes a free one. */
export async function listen(
	handle: (request: Incoming) => Reply,
	port = 0,
): Promise<{ port: number; close(): Promise<void> }> {
	const timers = new Set<NodeJS.Timeout>();
	const answer = async (request: IncomingMessage, response: ServerResponse) => {
		const body = await readBody(request);
		const { method = 'GET', url = '/' } = request;
		const reply = handle({ method, url, headers: plainHeaders(request), body });
		response.once('close', () => reply.onSent?.());
		if (!reply.delayMs) {
			send(reply, response);
			return;
		}
		const timer = setTimeout(() => {
			timers.delete(timer);
			send(reply, response);
		}, reply.delayMs);
		timers.add(timer);
	};
	const server = createServer(SETTINGS, (request, response) => {
		answer(request, response).catch((error: unknown) => {
			// A fault of the stand-in itself: loud, and unlike anything the real system answers.
			if (!response.headersSent) response.writeHead(599, { 'Content-Type': 'text/plain' });
			response.end(error instanceof Error ? error.stack : String(error));
		});
	});
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, '127.0.0.1', resolve);
	});
	return {
		port: (server.address() as AddressInfo).port,
		close: () =>
			new Promise((resolve) => {
				timers.forEach(clearTimeout);
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}
