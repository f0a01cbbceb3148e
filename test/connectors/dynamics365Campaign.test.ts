import type { HttpClient } from '../../shared/connectors/http';
import type { DataverseSandbox } from '../sandbox/dataverse';
import type { Effect } from '../sandbox/dataverse/effects';
import { useDataverse } from '../sandbox/useDataverse';
import { connect, fetchClient, writeAll } from './dynamics365Client';
import { printTable, strikeAll, type World } from './faultCampaign';
import { knobs, lanes } from './faultKnobs';

const org = useDataverse();

let client: HttpClient | undefined;

/** One sign-in for the whole campaign. */
const signedIn = (sandbox: DataverseSandbox): HttpClient => (client ??= fetchClient(sandbox));

const world: World<Effect> = {
	get faults() {
		return org.faults;
	},
	reset: () => org.reset(),
	insert: (table, row) => org.insert(table, row),
	rows: (table) => org.rows(table),
	created: (table) => Object.values(org.history(table)).length,
	write: async ({ target }, records) =>
		await writeAll(connect(org, signedIn(org)), target, records),
	heal: () => org.identity.missingPrivileges.clear(),
};

const table: string[][] = [['knob', ...lanes.map(({ name }) => name)]];

describe('a run through every fault knob, and one clean run, end as the oracle says (issue 6, dataverse:S-33)', () => {
	test.each(knobs)('$name', async (knob) => {
		const { problems, strikes, row } = await strikeAll(world, lanes, knob);
		table.push(row);
		expect(problems).toEqual([]);
		expect(strikes).toBeGreaterThan(0);
	});

	afterAll(() => printTable(table));
});
