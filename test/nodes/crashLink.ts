import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

import type { PostgresAccess } from '../../shared/state/postgresAccess';

/** The message that asks for a commit (https://www.postgresql.org/docs/current/protocol-message-formats.html, Query). */
const commit = Buffer.from('Q\0\0\0\x0bCOMMIT\0', 'latin1');

/** The wire between a process and the database: it can be cut, or lose the answer to a commit. */
export class CrashLink {
	private readonly sockets = new Set<Socket>();
	private losesAnswer = false;

	private constructor(
		private readonly database: PostgresAccess,
		private readonly server: Server,
	) {
		server.on('connection', (near) => this.join(near));
	}

	static async open(database: PostgresAccess): Promise<CrashLink> {
		const server = createServer().listen(0, '127.0.0.1');
		await once(server, 'listening');
		return new CrashLink(database, server);
	}

	/** The database, at this end of the wire. */
	get access(): PostgresAccess {
		const { port } = this.server.address() as AddressInfo;
		return { ...this.database, port };
	}

	/** Whether an answer still is to be lost. */
	get isWaiting(): boolean {
		return this.losesAnswer;
	}

	/** Both ends of every connection see it break. */
	cut(): void {
		for (const socket of this.sockets) socket.destroy();
	}

	/** The next commit arrives and is done; that it was done, nobody hears: the connection breaks instead. */
	loseAnswer(): void {
		this.losesAnswer = true;
	}

	async close(): Promise<void> {
		const closed = once(this.server, 'close');
		this.server.close();
		this.cut();
		await closed;
	}

	private join(near: Socket): void {
		const far = connect(this.database.port, this.database.host);
		let isLost = false;
		for (const [socket, other] of [
			[near, far],
			[far, near],
		] as const) {
			this.sockets.add(socket);
			socket.setNoDelay(true);
			socket.on('error', () => other.destroy());
			socket.on('close', () => {
				this.sockets.delete(socket);
				other.destroy();
			});
		}
		near.on('data', (data: Buffer) => {
			if (this.losesAnswer && data.includes(commit)) {
				this.losesAnswer = false;
				isLost = true;
			}
			far.write(data);
		});
		far.on('data', (data: Buffer) => {
			if (isLost) near.destroy();
			else near.write(data);
		});
	}
}
