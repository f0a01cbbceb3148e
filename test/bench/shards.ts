import { copyFileSync } from 'node:fs';
import path from 'node:path';

import type { DataverseSandbox } from '../sandbox/dataverse';
import { credentialData } from '../sandbox/dynamicsCredential';
import { root } from '../n8n/places';
import { startQueueMode } from '../n8n/queue';
import { line, scaled, type Bench, type Figures, type Line, type ReadFigure } from './bench';
import { cityAccounts } from './cities';
import { forgetPeaks, usage } from './processes';
import { fetchToken, withSandbox, type SandboxAddress } from './sandbox';
import { expectCount } from './segment';
import { fillCustomers, ShardedSync, type Sums } from './shardedSync';

const latencyMs = 100;
const records = 40_000;
const program = 'postgresServer.mjs';

/** The sharded template on n8n in queue mode with two workers: everything is new, then nothing has changed. */
async function sync(shards: number): Promise<Figures> {
	// The server's program lies beside whoever starts it, and the benches are bundled.
	copyFileSync(path.join(root, 'test/sandbox', program), path.join(__dirname, program));
	const queue = await startQueueMode();
	try {
		const workers = [await queue.startWorker(), await queue.startWorker()];
		await fillCustomers(queue, cityAccounts(records));
		return await withSandbox(latencyMs, async (address) => {
			const credential = credentialData(address as DataverseSandbox);
			const sharded = await ShardedSync.publish(queue, shards, credential);
			const first = await measured('first', async () => await sharded.run());
			expectCount('rows', await rowsAt(address), records);
			const second = await measured('second', async () => await sharded.run());
			expectCount('created', first.firstCreated, records);
			expectCount('updated', first.firstUpdated, 0);
			expectCount('written again', second.secondCreated + second.secondUpdated, 0);
			await sharded.end();
			const busy = workers.filter((worker) => worker.executions().length > 0).length;
			return { ...first, ...second, busy };
		});
	} finally {
		await queue.close();
	}
}

/** The figures of a run, their names behind a prefix. */
async function measured<P extends string>(
	prefix: P,
	run: () => Promise<Sums>,
): Promise<Record<`${P}${string}`, number>> {
	forgetPeaks();
	const before = usage();
	const sums = await run();
	const { cpu, workerPeakMB } = usage();
	const figures = {
		...sums,
		worker: cpu.worker - before.cpu.worker,
		main: cpu.main - before.cpu.main,
		standIn: cpu.standIn - before.cpu.standIn,
		databases: cpu.databases - before.cpu.databases,
		workerPeakMB,
	};
	const named = Object.entries(figures).map(([name, value]) => {
		return [`${prefix}${name.charAt(0).toUpperCase()}${name.slice(1)}`, value];
	});
	return Object.fromEntries(named) as Record<`${P}${string}`, number>;
}

/** How many accounts there are, each number once: read from the stand-in page by page. */
async function rowsAt(address: SandboxAddress): Promise<number> {
	const headers = { Authorization: `Bearer ${await fetchToken(address)}` };
	const numbers: unknown[] = [];
	let url: string | undefined = `${address.url}/api/data/v9.2/accounts?$select=accountnumber`;
	while (url !== undefined) {
		const answer = await fetch(url, { headers });
		const page = (await answer.json()) as {
			readonly value: Array<Record<string, unknown>>;
			readonly '@odata.nextLink'?: string;
		};
		numbers.push(...page.value.map((row) => row.accountnumber));
		url = page['@odata.nextLink'];
	}
	const ours = numbers.filter((number) => String(number).startsWith('CITY-'));
	expectCount('rows that are there twice', ours.length - new Set(ours).size, 0);
	return ours.length;
}

const measures = { one: 1, two: 2, four: 4 } as const;

function linesOf(read: ReadFigure, measure: keyof typeof measures): Line[] {
	const value = (figure: string) => read(measure, figure).value;
	const number = (figure: string, digits = 1) => value(figure).toFixed(digits);
	const note = (run: string) =>
		`${number(`${run}Seconds`)} s; CPU s: workers ${number(`${run}Worker`)}, main ${number(`${run}Main`)}, ` +
		`databases ${number(`${run}Databases`)}, stand-in ${number(`${run}StandIn`)}; ` +
		`${number(`${run}Requests`, 0)} requests; worker peak ${number(`${run}WorkerPeakMB`, 0)} MB`;
	const perRecord = (figure: string) => scaled(read(measure, figure), 1000 / records);
	const count = measures[measure];
	const name = `${count} ${count === 1 ? 'sync' : 'shards'} on two workers`;
	const all = records.toLocaleString('en-US');
	return [
		line(`${name}, ${all} new records`, perRecord('firstSeconds'), {
			unit: 'ms/record',
			note: note('first'),
		}),
		line(`${name}, nothing changed`, perRecord('secondSeconds'), {
			unit: 'ms/record',
			note: `${note('second')}; ${number('busy', 0)} workers took part`,
		}),
	];
}

/** A segment past one machine: what sharing it between workers brings, and what it costs. */
export const bench: Bench = {
	measures: Object.fromEntries(
		Object.entries(measures).map(([name, shards]) => [
			name,
			{ rounds: 1, run: async () => await sync(shards) },
		]),
	),
	lines: (read) =>
		(Object.keys(measures) as Array<keyof typeof measures>).flatMap((measure) =>
			linesOf(read, measure),
		),
};
