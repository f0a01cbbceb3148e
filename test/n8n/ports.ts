import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

async function listen(port: number) {
	const server = createServer().listen(port, '127.0.0.1');
	await once(server, 'listening');
	return server;
}

/** Distinct free ports, all held until the last is found, so that none is handed out twice. */
export async function freePorts(count: number): Promise<number[]> {
	const servers = await Promise.all(Array.from({ length: count }, () => listen(0)));
	const ports = servers.map((server) => (server.address() as AddressInfo).port);
	await Promise.all(servers.map((server) => once(server.close(), 'close')));
	return ports;
}

/** The port people expect if nobody uses it, else any free one. */
export async function preferPort(wanted: number): Promise<number> {
	try {
		const server = await listen(wanted);
		await once(server.close(), 'close');
		return wanted;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
		return (await freePorts(1))[0];
	}
}
