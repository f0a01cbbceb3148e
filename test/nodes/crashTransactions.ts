import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';

/** What is told of a store's transactions that write, as they happen. */
export interface Transactions {
	begins(): void;
	/** Half a row of a COPY has been sent. */
	isSent(): void;
	/** It is about to commit. */
	commits(): void;
	/** A transaction is about to look for the tables, and to create them; then it was stored. */
	prepares(): void;
	isPrepared(): void;
}

/** Listens to every file this process opens. */
export function watchSqlite(heard: Transactions): void {
	const { exec } = DatabaseSync.prototype;
	let isPreparing = false;
	DatabaseSync.prototype.exec = function (sql) {
		// What a file that is opened is told first, and last.
		if (sql.startsWith('PRAGMA journal_mode')) isPreparing = true;
		if (sql.startsWith('BEGIN')) {
			if (isPreparing) heard.prepares();
			heard.begins();
		}
		const isCommit = sql.endsWith('COMMIT');
		if (isCommit) heard.commits();
		exec.call(this, sql);
		if (isCommit && isPreparing) heard.isPrepared();
		if (sql.startsWith('PRAGMA busy_timeout')) isPreparing = false;
	};
}

/** A stream of pg-copy-streams, by what it does with each chunk of rows. */
interface CopyStream {
	flushChunk?(chunk: Buffer): boolean;
}

type Query = (this: Client, given: CopyStream & { text?: string }, ...more: unknown[]) => unknown;

/** Listens to every connection of this process. The first transaction that succeeds looks for the tables. */
export function watchPostgres(heard: Transactions): void {
	const client = Client.prototype as unknown as { query: Query };
	const { query } = client;
	const writing = new WeakSet<Client>();
	let isPrepared = false;
	client.query = function (given, ...more) {
		const { text = '' } = given;
		const isWriting = writing.has(this);
		if (text.startsWith('BEGIN') && !text.includes('READ ONLY')) {
			writing.add(this);
			if (!isPrepared) heard.prepares();
			heard.begins();
		}
		if (given.flushChunk && isWriting) halve(given, heard);
		if (text !== 'COMMIT' || !isWriting) return query.call(this, given, ...more);
		writing.delete(this);
		heard.commits();
		const answered = query.call(this, given, ...more) as Promise<unknown>;
		if (isPrepared) return answered;
		return answered.then((answer) => {
			isPrepared = true;
			heard.isPrepared();
			return answer;
		});
	};
}

/** Sends the first row in two parts, and says so in between. The chunk before it is the head of the COPY. */
function halve(stream: CopyStream, heard: Transactions): void {
	const { flushChunk } = stream;
	let chunks = 0;
	stream.flushChunk = function (chunk) {
		chunks++;
		if (chunks !== 2) return flushChunk!.call(this, chunk);
		const half = Math.ceil(chunk.length / 2);
		flushChunk!.call(this, chunk.subarray(0, half));
		heard.isSent();
		return flushChunk!.call(this, chunk.subarray(half));
	};
}
