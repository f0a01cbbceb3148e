/**
 * design:R1, R3, R5, R13: the real n8n is killed while it writes, started again and run again. A few kills
 * here, many in `npm run test:crash`.
 */
import { pointsOf } from '../nodes/crashPoints';
import { CrashTable } from '../nodes/crashTable';
import { CrashN8nLine } from './crashN8nLine';
import { MortalN8n } from './crashN8nServer';

/** Kills in all, spread over the points. */
const kills = Number(process.env.CRASH_N8N_KILLS ?? 3);
const firstSeed = Number(process.env.CRASH_SEED ?? 1);

/** Where the crash of a whole server differs from that of a process in the test: while a request is under way. */
const names = [
	'after request 3 commits (bulk)',
	'before the removals commit',
	'after request 3 commits (insert, bulk)',
	'before request 1 commits ($batch)',
	'after the removals commit',
];
const cases = names
	.map((name, index) => ({ name, index, share: Math.ceil((kills - index) / names.length) }))
	.filter(({ share }) => share > 0);

const table = new CrashTable('real n8n killed');
let server: MortalN8n;
beforeAll(async () => {
	server = await MortalN8n.open();
}, 180_000);
afterAll(async () => {
	table.print();
	await server.close();
}, 60_000);

describe('n8n killed on the way loses nothing and writes nothing twice', () => {
	it.each(cases)(
		'design:R1 design:R3 design:R5 design:R13 killed $name',
		async ({ name, index, share }) => {
			const point = pointsOf('SQLite').find((one) => one.name === name)!;
			const line = await CrashN8nLine.open(server, point, firstSeed * 1000 + index);
			try {
				const damage = await line.suffer(share);
				table.add(name, share, damage);
				expect(damage).toEqual({ lost: [], doubled: [], removed: [] });
			} finally {
				await line.close();
			}
		},
		60_000 + Math.ceil(kills / names.length) * 90_000,
	);
});
