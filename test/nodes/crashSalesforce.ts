import { bulkSteps, type JobInfo } from '../sandbox/salesforce/bulkSteps';
import { openClient } from '../sandbox/salesforce/client';
import { startSalesforce, type SalesforceSandbox } from '../sandbox/salesforce';
import type { Accounts, CrashDestination, CrashSystem, Shown, Writing } from './crashDestination';
import type { CrashPlan, Point, WritePath } from './crashPoint';
import { armCall } from './crashSalesforceCall';
import { salesforcePoints } from './crashSalesforcePoints';
import { foldedKey, seededRandom } from './crashSource';
import type { GivenRow, SourceRow } from './crashWire';

type Values = Readonly<Record<string, unknown>>;

/** Columns of the segment and the fields of an account that hold them; the key's depends on the path. */
const fields = {
	accountid: 'Id',
	name: 'Name',
	address1_city: 'BillingCity',
	telephone1: 'Phone',
	numberofemployees: 'NumberOfEmployees',
} as const;

/** Accounts in Salesforce. */
class CrashSalesforce implements CrashDestination {
	readonly accounts: Accounts = {
		onCommit: (listener) =>
			this.org.onCommit(({ object, id, operation, values }) => {
				if (object !== 'Account') return;
				listener({ table: 'account', id, operation, values: this.inSegment(values) });
			}),
		rows: () => this.org.rows('Account').map((row) => this.inSegment(row)),
	};
	private names: Readonly<Record<string, string>> = fields;
	private isAppending = false;
	private random = seededRandom(0);
	private readonly versions = new Map<string, { readonly text: string; readonly name: string }>();
	private count = 0;

	constructor(private readonly org: SalesforceSandbox) {}

	begin({ point, seed }: CrashPlan): void {
		this.org.reset();
		this.random = seededRandom(seed);
		this.versions.clear();
		const [{ mode, keyField }] = point.paths;
		this.isAppending = mode === 'append';
		const version = this.isAppending && { version: 'Ext__c' };
		this.names = { ...fields, accountnumber: keyField, ...version };
		// Salesforce itself would refuse a second row otherwise, and nothing could be written twice.
		if (this.isAppending) this.org.changeField('Account', 'Ext__c', { unique: false });
	}

	use({ switches, writer, keyField }: WritePath): Writing {
		this.org.setSwitches(switches);
		const { url, clientId, clientSecret, tokenUrl } = this.org;
		return {
			system: 'salesforce',
			org: { url, clientId, clientSecret, tokenUrl },
			keyField,
			writer,
		};
	}

	async show(rows: readonly SourceRow[]): Promise<Shown> {
		const shown = this.isAppending ? this.named(rows) : rows;
		return { rows: shown, given: shown.map((row) => this.inSalesforce(row)) };
	}

	keyOf(folded: string): string {
		return folded;
	}

	arm({ call }: Point, kill: () => void): (() => void) | undefined {
		return call && armCall(this.org, call, kill);
	}

	/** A job that was started is worked off whoever waits for it: soon, or only when the next run is over. */
	async goOn(isDead: boolean): Promise<void> {
		if (isDead && this.random() < 0.5) return;
		const client = await openClient(this.org);
		const { records } = (await client.call('jobs/ingest')).json<{ records: JobInfo[] }>();
		const steps = bulkSteps(client);
		for (const { id, state } of records) {
			if (state === 'UploadComplete' || state === 'InProgress') await steps.ended(id);
		}
	}

	async close(): Promise<void> {
		await this.org.close();
	}

	/** Every version of a row has a name of its own, as events have. */
	private named(rows: readonly SourceRow[]): SourceRow[] {
		const present = new Set(rows.map((row) => foldedKey(row)));
		for (const key of this.versions.keys()) if (!present.has(key)) this.versions.delete(key);
		return rows.map((row) => {
			const [key, text] = [foldedKey(row), JSON.stringify(row)];
			const known = this.versions.get(key);
			const name = known?.text === text ? known.name : `V${(this.count += 1)}`;
			this.versions.set(key, { text, name });
			return { ...row, version: name };
		});
	}

	private inSalesforce(row: SourceRow): GivenRow {
		return Object.fromEntries(
			Object.entries(row).map(([column, value]) => [this.names[column]!, value]),
		);
	}

	private inSegment(values: Values): Record<string, unknown> {
		return Object.fromEntries(
			Object.entries(this.names)
				.filter(([, field]) => field in values)
				.map(([column, field]) => [column, values[field]]),
		);
	}
}

/** The Salesforce stand-in. */
export const salesforce: CrashSystem = {
	name: 'Salesforce',
	points: salesforcePoints,
	open: async () => new CrashSalesforce(await startSalesforce()),
};
