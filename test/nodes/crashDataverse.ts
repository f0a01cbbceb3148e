import { startDataverse, type DataverseSandbox } from '../sandbox/dataverse';
import type { CrashDestination, CrashSystem, Shown, Writing } from './crashDestination';
import { CrashFeed } from './crashFeed';
import type { CrashPlan, Point, WritePath } from './crashPoint';
import { allPoints } from './crashPoints';
import { armRequest } from './crashRequest';
import type { SourceRow } from './crashWire';

/** Accounts in Dynamics 365, from a segment or from other people's changes of contacts. */
class CrashDataverse implements CrashDestination {
	private feed: CrashFeed | undefined;

	constructor(private readonly org: DataverseSandbox) {}

	get accounts(): DataverseSandbox {
		return this.org;
	}

	begin({ point }: CrashPlan): void {
		this.org.reset();
		this.feed = point.reading && new CrashFeed(this.org);
	}

	use({ switches, writer }: WritePath): Writing {
		this.org.setSwitches(switches);
		const { url, tenant, clientId, clientSecret, tokenUrl } = this.org;
		const org = { url, tenant, clientId, clientSecret, tokenUrl };
		return { system: 'dynamics365', org, keyField: 'accountnumber', writer };
	}

	async show(rows: readonly SourceRow[]): Promise<Shown> {
		const shown = (await this.feed?.show(rows)) ?? rows;
		return { rows: shown, given: shown };
	}

	keyOf(folded: string): string {
		return this.feed?.keyOf(folded) ?? folded;
	}

	arm({ request }: Point, kill: () => void): (() => void) | undefined {
		return request && armRequest(this.org, request, kill);
	}

	async goOn(): Promise<void> {
		// What a request does is done when it is answered.
	}

	async close(): Promise<void> {
		await this.org.close();
	}
}

/** The Dataverse stand-in. */
export const dataverse: CrashSystem = {
	name: 'Dataverse',
	points: allPoints,
	open: async () => new CrashDataverse(await startDataverse()),
};
