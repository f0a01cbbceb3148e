import { storeIn } from '../../shared/state/registry';
import { usePostgres } from '../sandbox/postgres';
import { useDataverse } from '../sandbox/useDataverse';
import { embedded, hurry, manners, StruckSync, type StatePlace } from './crashReading';
import { readingKnobs } from './crashReadingKnobs';

const tables = { schema: 'public', prefix: 'crm_sync_' };
// Before the server, so that the connections are closed when it ends.
afterAll(async () => await storeIn(server.admin, tables).close());
const server = usePostgres();
const org = useDataverse();

beforeEach(hurry);
afterEach(() => jest.restoreAllMocks());

const shared = (): StatePlace => {
	const { host, port, database, user, password } = server.admin;
	const { schema, prefix: tablePrefix } = tables;
	return {
		parameters: { stateStore: 'postgres', options: { schema, tablePrefix } },
		credentials: { postgres: { host, port, database, user, password, ssl: 'disable' } },
	};
};
const stores = [
	['SQLite', () => embedded],
	['Postgres', shared],
] as const;
/** The long campaign (`npm run test:crash`) strikes with every knob everywhere. */
const isLong = Boolean(process.env.CRASH_KILLS);
/** The requests of a run that reads, sign-in left out; no manner takes more. */
const requests = isLong ? [1, 2, 3, 4, 5, 6, 7] : [1, 2, 3, 5];
/** One of each kind. */
const inShort = {
	SQLite: /^503|reset|half|cut|sign-in|requests|privilege|revoked|link$|off$/,
	Postgres: /half|revoked|link$/,
};

/** Struck runs, and how many of them stopped. */
const table: string[][] = [['knob', ...manners.map(({ name }) => name)]];
let syncs = 0;

describe.each(stores)('Dynamics 365 Changes with its state in %s', (store, placeOf) => {
	const knobs = readingKnobs.filter(([name]) => isLong || inShort[store].test(name));

	it.each(knobs)(
		'design:R12 sync:T62 %s at any request of a reading: nothing lost, nothing twice',
		async (knob, effect) => {
			const row = [`${knob}, ${store}`];
			const problems: string[] = [];
			let strikes = 0;
			for (const manner of manners) {
				let [struck, stopped] = [0, 0];
				for (const nth of requests) {
					org.reset();
					const name = `struck-${(syncs += 1)}`;
					const outcome = await new StruckSync(org, name, manner, placeOf()).strike(effect, nth);
					const place = `${manner.name}, request ${nth}`;
					problems.push(...outcome.problems.map((problem) => `${place}: ${problem}`));
					if (outcome.struck) struck += 1;
					if (outcome.stopped) stopped += 1;
				}
				strikes += struck;
				row.push(`${struck} struck, ${stopped} stopped`);
			}
			table.push(row);
			expect(problems).toEqual([]);
			expect(strikes).toBeGreaterThanOrEqual(manners.length * 2);
		},
		60_000,
	);
});

afterAll(() => {
	const widths = table[0].map((_, at) => Math.max(...table.map((row) => row[at].length)));
	const lines = table.map((row) => row.map((cell, at) => cell.padEnd(widths[at])).join('  '));
	process.stdout.write(`${lines.join('\n')}\n`);
});
