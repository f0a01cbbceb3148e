import type { HttpClient } from '../../shared/connectors/http';
import type { Effect, SalesforceSandbox } from '../sandbox/salesforce';
import { writeAll } from './dynamics365Client';
import { printTable, strikeAll, type World } from './faultCampaign';
import { connect } from './salesforceClient';
import { salesforceHttp } from './salesforceGround';
import { REFUSED, knobs, type SalesforceLane } from './salesforceKnobs';

/** The stand-in as a campaign sees it, with one sign-in for all of it. */
function worldOf(org: SalesforceSandbox): World<Effect, SalesforceLane> {
	let http: HttpClient | undefined;
	return {
		get faults() {
			return org.faults;
		},
		reset() {
			org.reset();
			org.rules.addValidation('Contact', {
				message: 'Not this one',
				refuses: ({ LastName }) => LastName === REFUSED,
			});
		},
		insert: (object, row) => org.insert(object, row),
		rows: (object) => org.rows(object),
		created: (object) =>
			org.history(object).filter(({ operation }) => operation === 'create').length,
		write: async ({ target, options }, records) => {
			http ??= salesforceHttp(org);
			return await writeAll(connect(org, options, http), target, records);
		},
		heal() {
			org.settings.expired = false;
		},
	};
}

/** Declares the tests of a campaign: every knob against every lane. */
export function campaign(org: SalesforceSandbox, lanes: readonly SalesforceLane[]): void {
	const world = worldOf(org);
	const table: string[][] = [['knob', ...lanes.map(({ name }) => name)]];
	test.each(knobs)('$name', async (knob) => {
		const { problems, strikes, row } = await strikeAll(world, lanes, knob);
		table.push(row);
		expect(problems).toEqual([]);
		expect(strikes).toBeGreaterThan(0);
	});
	afterAll(() => printTable(table));
}
