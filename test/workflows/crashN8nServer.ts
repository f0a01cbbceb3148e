/** A real n8n that is killed and started again on the same data, apart from the server other tests share. */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { SqliteStore } from '../../shared/state/sqliteStore';
import type { LoadedState } from '../../shared/state/store';
import { connect, type N8n } from '../n8n/connect';
import { workFolder } from '../n8n/places';
import { startServer, type N8nServer } from '../n8n/server';

export class MortalN8n {
	private constructor(
		private readonly userFolder: string,
		private server: N8nServer,
		private signedIn: N8n,
	) {}

	static async open(): Promise<MortalN8n> {
		mkdirSync(workFolder, { recursive: true });
		const userFolder = mkdtempSync(path.join(workFolder, 'n8n-crash-'));
		const server = await startServer({ userFolder });
		return new MortalN8n(userFolder, server, await connect(server.url));
	}

	get rest(): N8n {
		return this.signedIn;
	}

	/** As the system would when memory runs out: at once, whatever it is doing. */
	kill(): void {
		process.kill(this.server.pid, 'SIGKILL');
	}

	/** Starts again once the killed process is gone; the pack is installed already. */
	async restart(): Promise<void> {
		await this.server.ended;
		this.server = await startServer({ userFolder: this.userFolder, pack: false });
		this.signedIn = await connect(this.server.url);
	}

	/** What a killed process left of a sync, read from a copy, so that n8n finds its files as they were. */
	async stateLeft(syncName: string): Promise<LoadedState> {
		const copies = mkdtempSync(path.join(this.userFolder, 'left-'));
		const file = path.join(this.userFolder, '.n8n/crm-sync/state.sqlite');
		const copy = path.join(copies, 'state.sqlite');
		copyFileSync(file, copy);
		if (existsSync(`${file}-wal`)) copyFileSync(`${file}-wal`, `${copy}-wal`);
		const store = new SqliteStore(copy);
		try {
			const sync = await store.find(syncName);
			if (!sync) throw new Error(`The killed process left nothing of the sync "${syncName}"`);
			return await store.load(sync);
		} finally {
			store.close();
			rmSync(copies, { recursive: true });
		}
	}

	async close(): Promise<void> {
		await this.server.stop();
		await this.server.ended;
		rmSync(this.userFolder, { recursive: true, force: true });
	}
}
